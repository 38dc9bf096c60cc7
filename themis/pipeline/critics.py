"""The critics as a team has set them: who judges, with which options."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from themis.accounts.models import Team
from themis.critic import loader
from themis.critic.contract import Critic
from themis.critic.loader import Given
from themis.critic.options import Options
from themis.domain.errors import Misconfigured
from themis.domain.jsontypes import Json
from themis.pipeline import endpoints
from themis.pipeline.models import CriticOptions


def given(team: Team) -> Given:
    """The options that differ from the defaults, by the name of the critic."""
    rows = CriticOptions.objects.filter(team=team)
    return dict(rows.values_list("critic", "options"))


def critic_of(team: Team, name: str) -> Critic:
    """A critic as this team has set it; raises Misconfigured where that is not possible any more.

    Options that were set may be refused by a later Themis: the error names the one.
    """
    return loader.critic(name, given(team))


def options_of(team: Team, name: str) -> Options:
    """The options of one critic, defaults included."""
    return loader.options_of(name, given(team))


def models_asked(team: Team, name: str) -> tuple[str, ...]:
    """The names of the models that a critic asks as it is set; one that cannot judge asks none."""
    try:
        return loader.models_asked(name, given(team))
    except Misconfigured:
        return ()


def missing_models(team: Team, name: str) -> list[str]:
    """Those of them that the team does not have."""
    known = {*endpoints.model_names(team), *([endpoints.DEFAULT] * endpoints.has_model(team))}
    return [asked for asked in models_asked(team, name) if asked not in known]


def set_options(*, team: Team, name: str, options: Mapping[str, Json], at: datetime) -> Options:
    """Set all the options of a critic anew; raises Misconfigured, and keeps the old ones.

    What is as by default is not kept, so that a better default of a later Themis holds.
    """
    wanted = {**given(team), name: options}
    loader.critic(name, wanted)
    read = loader.options_of(name, wanted)
    changed = read.model_dump(mode="json", exclude_defaults=True)
    if changed:
        CriticOptions.objects.update_or_create(
            team=team, critic=name, defaults={"options": changed, "updated_at": at}
        )
    else:
        reset_options(team=team, name=name)
    return read


def reset_options(*, team: Team, name: str) -> None:
    """Go back to the defaults of one critic."""
    CriticOptions.objects.filter(team=team, critic=name).delete()
