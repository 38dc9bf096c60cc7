"""The only place that turns a name and options into a critic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from themis.critic.contract import Critic
from themis.critic.ensemble import Ensemble, EnsembleOptions
from themis.critic.evidence_only.critic import EvidenceOnly
from themis.critic.identity import settings_hash as settings_hash
from themis.critic.options import Options, OptionsT, read_options
from themis.critic.rubric.critic import AdaptiveRubric, RubricOptions
from themis.critic.single.digirl import DigiRl, DigiRlOptions
from themis.critic.single.osreward import OsReward, OsRewardOptions
from themis.critic.single.zerogui import ZeroGui, ZeroGuiOptions
from themis.critic.themis.options import PanelOptions
from themis.critic.themis.panel import ThemisPanel
from themis.critic.universal.critic import UniversalOptions, UniversalVerifier
from themis.critic.webjudge.critic import WebJudge, WebJudgeOptions
from themis.domain.errors import Misconfigured
from themis.domain.jsontypes import Json

WITH_MODEL = "themis"
WITHOUT_MODEL = "evidence-only"
ENSEMBLE = "ensemble"

Given = Mapping[str, Mapping[str, Json]]
"""Options by the name of the critic they are for; what is not given is as by default."""

NOTHING: Given = MappingProxyType({})


def _made_of(kind: type[OptionsT], make: Callable[[OptionsT], Critic]) -> Callable[[Given], Critic]:
    (name,) = (name for name, known in OPTIONS.items() if known is kind)
    return lambda given: make(read_options(kind, given.get(name, {}), at=name))


class NoOptions(Options):
    """Nothing can be set of `evidence-only`: its rules are its code."""


OPTIONS: dict[str, type[Options]] = {
    WITH_MODEL: PanelOptions,
    WITHOUT_MODEL: NoOptions,
    "zerogui": ZeroGuiOptions,
    "digirl": DigiRlOptions,
    "webjudge": WebJudgeOptions,
    "rubric": RubricOptions,
    "osreward": OsRewardOptions,
    "universal": UniversalOptions,
    ENSEMBLE: EnsembleOptions,
}
"""What can be set of each critic, in the order they are listed."""

CRITICS = tuple(OPTIONS)

_MADE: dict[str, Callable[[Given], Critic]] = {
    WITH_MODEL: _made_of(PanelOptions, ThemisPanel),
    WITHOUT_MODEL: _made_of(NoOptions, lambda _: EvidenceOnly()),
    "zerogui": _made_of(ZeroGuiOptions, ZeroGui),
    "digirl": _made_of(DigiRlOptions, DigiRl),
    "webjudge": _made_of(WebJudgeOptions, WebJudge),
    "rubric": _made_of(RubricOptions, AdaptiveRubric),
    "osreward": _made_of(OsRewardOptions, OsReward),
    "universal": _made_of(UniversalOptions, UniversalVerifier),
}


def critic(name: str, given: Given = NOTHING) -> Critic:
    """The critic of that name, with the options given for it.

    Members of an ensemble get theirs from the same `given`. Raises Misconfigured for a name that
    does not exist, with those that do, and for an option that cannot be.
    """
    if name == ENSEMBLE:
        return _ensemble(given)
    made = _MADE.get(name)
    if made is None:
        raise Misconfigured(f"there is no critic {name[:60]!r}; choose one of {', '.join(CRITICS)}")
    return made(given)


def ensemble_of(*names: str, quorum: int | None = None, given: Given = NOTHING) -> Ensemble:
    """The critics of these names in this order, all or `quorum` of whom have to agree."""
    if ENSEMBLE in names:
        raise Misconfigured("an ensemble cannot sit in an ensemble; name its members instead")
    return Ensemble([critic(name, given) for name in names], quorum=quorum)


def options_of(name: str, given: Given = NOTHING) -> Options:
    """The options a critic is made with; raises Misconfigured as `critic` does."""
    kind = OPTIONS.get(name)
    if kind is None:
        raise Misconfigured(f"there is no critic {name[:60]!r}; choose one of {', '.join(CRITICS)}")
    return read_options(kind, given.get(name, {}), at=name)


def models_asked(name: str, given: Given = NOTHING) -> tuple[str, ...]:
    """The names of the models that a critic asks, each once; the default one is an empty name."""
    options = options_of(name, given)
    if isinstance(options, EnsembleOptions):
        asked = [model for member in options.members for model in models_asked(member, given)]
        return tuple(dict.fromkeys(asked))
    return tuple(dict.fromkeys(options.asks))


def default_name(has_model: bool) -> str:
    """Who judges where nobody was chosen."""
    return WITH_MODEL if has_model else WITHOUT_MODEL


def _ensemble(given: Given) -> Critic:
    options = read_options(EnsembleOptions, given.get(ENSEMBLE, {}), at=ENSEMBLE)
    return ensemble_of(*options.members, quorum=options.quorum, given=given)
