"""Settings, Critics: who can judge, and what is set of each."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from themis.accounts.models import Right
from themis.critic import loader
from themis.critic.contract import Critic
from themis.domain.errors import Misconfigured
from themis.pipeline import critics, endpoints
from themis.web.access import MemberRequest, for_right, require
from themis.web.optionforms import OptionsForm, initial_of

ABOUT = {
    "themis": "The panel: milestones are chosen, verified one by one, audited, and judged.",
    "evidence-only": "Decides only what screens, UI trees and actions prove by themselves.",
    "zerogui": "The last screens alone, without a word of the agent, voted on.",
    "digirl": "One screen at a time: what should be seen, what is seen, done or not.",
    "webjudge": "Key points of the task, the screens that bear on them, and the acts.",
    "rubric": "The rubric of the task's family, two cues of its own, ten key frames.",
    "osreward": "One call with all words of the run and its last screens.",
    "universal": "Criteria written before the run is seen, scored with and without screens.",
    "ensemble": "Several critics; an outcome only where enough of them agree.",
}
"""One sentence on each, for people who choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A critic as the list shows it."""

    name: str
    about: str
    n_changed: int
    asks: bool  # a model
    trouble: str  # why it cannot judge as it is set


@require_GET
@for_right(Right.SEE)
def index(request: MemberRequest) -> HttpResponse:
    """All of them, with what differs from the defaults."""
    given = critics.given(request.team)
    listed = [
        Listed(
            name=name,
            about=ABOUT[name],
            n_changed=len(given.get(name, {})),
            asks=name != loader.WITHOUT_MODEL,
            trouble=_seated(name, given)[1],
        )
        for name in loader.CRITICS
    ]
    return render(request, "settings/critics.html", {"listed": listed})


@require_http_methods(["GET", "POST"])
@for_right(Right.SEE)
def detail(request: MemberRequest, name: str) -> HttpResponse:
    """The options of one; engineers and admins may change them or go back to the defaults."""
    if name not in loader.CRITICS:
        raise Http404("no such critic")
    given = critics.given(request.team)
    seated, trouble = _seated(name, given)
    kind = loader.OPTIONS[name]
    shown = loader.options_of(name, given) if seated else kind()
    models = list(dict.fromkeys((*endpoints.model_names(request.team), *shown.asks)))
    form = OptionsForm(kind, models, initial=initial_of(shown))
    if request.method == "POST":
        require(request, Right.CONFIGURE)
        if "reset" in request.POST:
            critics.reset_options(team=request.team, name=name)
            messages.success(request, f"{name} judges as by default again.")
            return redirect("settings:critic", name=name)
        form = OptionsForm(kind, models, request.POST)
        if form.is_valid() and _is_set(request, name, form):
            return redirect("settings:critic", name=name)
    page = {
        "name": name,
        "about": ABOUT[name],
        "form": form,
        "trouble": trouble,
        "changed": given.get(name, {}),
        "sits": seated,
        "settings_hash": loader.settings_hash(seated) if seated else "",
    }
    return render(request, "settings/critic.html", page)


def _is_set(request: MemberRequest, name: str, form: OptionsForm) -> bool:
    try:
        critics.set_options(team=request.team, name=name, options=form.options(), at=timezone.now())
    except Misconfigured as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, f"From now on {name} judges so. Verdicts given before stay.")
    return True


def _seated(name: str, given: loader.Given) -> tuple[Critic | None, str]:
    """The critic as it is set, or why it cannot judge so."""
    try:
        return loader.critic(name, given), ""
    except Misconfigured as refused:
        return None, str(refused)
