"""How a job is connected: for each framework exactly what is to be pasted."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from themis.accounts.models import Right
from themis.trajectories import queries as trajectories
from themis.web.access import MemberRequest, for_right
from themis.web.pages.job import find

PLACEHOLDER = "thk_YOUR_KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A framework, and how it reaches a job. `slug` names the file with what is pasted."""

    slug: str
    title: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Ways of one kind."""

    slug: str
    title: str
    about: str
    ways: tuple[Way, ...]


def _way(slug: str, title: str, about: str) -> Way:
    return Way(slug=slug, title=title, about=about)


GROUPS = (
    Group(
        slug="plain",
        title="Any program",
        about="A key of this job says which job asks; nothing else has to name it.",
        ways=(
            _way("curl", "curl", "Asks for one reward, and waits up to a minute for it."),
            _way("client", "Python client", "Typed, with waiting and retries; sync and async."),
        ),
    ),
    Group(
        slug="address",
        title="An address to paste",
        about="Frameworks that call a URL you configure. The key sits in the path, since most of "
        "them send no headers; the run is named in the label or in the metadata as "
        "themis://trajectory/ID.",
        ways=(
            _way("openrlhf", "OpenRLHF", "Single-turn training with a remote reward model."),
            _way("slime", "slime", "The reply is the reward itself: a bare number."),
            _way("gym", "NeMo Gym", "A resources server at the root of a port of its own."),
            _way("verifiers", "verifiers, prime-rl", "The nemo_gym taskset asks the same server."),
            _way("roll", "ROLL", "Submitted, then polled."),
            _way("judge", "OpenAI-compatible judge", "For whatever takes a judge's base URL."),
            _way("openenv", "OpenEnv", "An environment whose last step is paid."),
        ),
    ),
    Group(
        slug="function",
        title="A function to name",
        about="Frameworks that call Python. themis.client has a function in the signature of each; "
        "it needs httpx and nothing else.",
        ways=(
            _way("trl", "TRL", "A reward function of GRPO and RLOO."),
            _way("verl", "verl", "A custom reward function. An error ends the step."),
            _way("swift", "ms-swift", "An external plugin."),
            _way("skyrl", "SkyRL", "An environment whose last step is paid."),
            _way("rllm", "rLLM", "A verifier by its import path."),
            _way("areal", "AReaL", "A reward function. Raise its timeout of 15 s."),
        ),
    ),
    Group(
        slug="push",
        title="Pushed to the framework",
        about="Frameworks that are told rather than ask: a webhook of their kind sends the reward "
        "once it is settled. An undecided run without a number is not sent.",
        ways=(
            _way("areal-push", "AReaL, online proxy", "set_reward of the session."),
            _way("lightning", "Agent Lightning", "An event of the attempt; the last one counts."),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A way with what is to be pasted."""

    way: Way
    text: str


@require_GET
@for_right(Right.SEE)
def connect(request: MemberRequest, name: str) -> HttpResponse:
    """All of them, with this job's addresses."""
    job = find(request, name)
    run = trajectories.of_team(request.team).values_list("pk", flat=True).first()
    words = {
        "job": job,
        "origin": request.build_absolute_uri("/").rstrip("/"),
        "key": PLACEHOLDER,
        "run": run or "TRAJECTORY_ID",
    }
    groups = [(group, [_shown(way, words) for way in group.ways]) for group in GROUPS]
    page = {"job": job, "groups": groups, "placeholder": PLACEHOLDER}
    return render(request, "jobs/connect.html", page)


def _shown(way: Way, words: dict[str, object]) -> Shown:
    text = render_to_string(f"jobs/connect/{way.slug}.txt", words)
    return Shown(way=way, text=text.strip())
