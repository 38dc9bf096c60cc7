"""Addresses of charts and of the runs behind them: read, written, and put into words."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from themis.pipeline.figures.asked import BINS, LENGTH_NAMES, Against, Asked, Pick
from themis.rewards.judges import Judge
from themis.trajectories.models import Platform
from themis.web.plots.sheet import OUTCOMES

MOST_CRITICS = 20
MAX_QUEUE = 2**63


def asked_of(get: QueryDict) -> Asked:
    """What an address narrows charts to; what makes no sense is left out."""
    against, platform = get.get("against", ""), get.get("platform", "")
    queue = get.get("queue", "")
    return Asked(
        against=Against(against) if against in set(Against) else Against.BOTH,
        platform=platform if platform in Platform.values else "",
        critics=tuple(sorted({each[:40] for each in get.getlist("critic") if each}))[:MOST_CRITICS],
        since=_day(get.get("since", "")),
        until=_day(get.get("until", "")),
        queue=int(queue) if _is_key(queue) else None,
    )


def query_of(asked: Asked) -> list[tuple[str, str]]:
    """The address again, without what is as by default."""
    told = [("against", asked.against.value)] if asked.against is not Against.BOTH else []
    if asked.platform:
        told.append(("platform", asked.platform))
    told += [("critic", name) for name in asked.critics]
    told += [("since", asked.since.isoformat())] if asked.since else []
    told += [("until", asked.until.isoformat())] if asked.until else []
    return told + ([("queue", str(asked.queue))] if asked.queue is not None else [])


def runs_of(asked: Asked, pick: Pick, platform: str = "") -> str:
    """The address of the runs behind a count; `platform` where it counts one platform's."""
    told = query_of(asked)
    if platform:
        told = [(name, value) for name, value in told if name != "platform"]
        told.append(("platform", platform))
    if pick.judge is not None:
        told = [(name, value) for name, value in told if name != "critic"]
        names = ("critic", "version", "settings", "model")
        told += list(zip(names, pick.judge.columns, strict=True))
    return f"{reverse('charts:runs')}?{urlencode(told + _picked(pick))}"


def _picked(pick: Pick) -> list[tuple[str, str]]:
    told = {
        "said": pick.said or None,
        "truth": pick.truth or None,
        "right": None if pick.is_right is None else ("yes" if pick.is_right else "no"),
        "class": pick.error_class,
        "people-class": pick.people_class,
        "app": pick.app,
        "agent": pick.agent,
        "length": pick.length or None,
        "week": pick.week or None,
        "bin": None if pick.bin is None else str(pick.bin),
    }
    return [(name, value) for name, value in told.items() if value is not None]


def pick_of(get: QueryDict) -> Pick:
    """Which of the runs an address points at."""
    said, truth = get.get("said", ""), get.get("truth", "")
    length, number = get.get("length", ""), get.get("bin", "")
    return Pick(
        judge=_judge(get),
        said=said if said in OUTCOMES else "",
        truth=truth if truth in (*OUTCOMES, "none") else "",
        is_right={"yes": True, "no": False}.get(get.get("right", "")),
        error_class=_name(get, "class", 20),
        people_class=_name(get, "people-class", 20),
        app=_name(get, "app", 80),
        agent=_name(get, "agent", 80),
        length=length if length in LENGTH_NAMES else "",
        week=get.get("week", "") if _day(get.get("week", "")) else "",
        bin=int(number) if number in set(map(str, range(BINS))) else None,
    )


def words(pick: Pick) -> str:
    """The runs in words: "themis 2 says passed, people say failed"."""
    who = f"{pick.judge.critic} {pick.judge.critic_version}" if pick.judge else "the newest verdict"
    told = [f"{who} says {pick.said}"] if pick.said else [who] if pick.judge else []
    if pick.truth:
        told.append("people say nothing" if pick.truth == "none" else f"people say {pick.truth}")
    if pick.is_right is not None:
        told.append("both agree" if pick.is_right else "they disagree")
    if pick.error_class is not None:
        told.append(f"class of error: {spoken(pick.error_class) or 'none named'}")
    if pick.people_class is not None:
        told.append(f"people's class of error: {spoken(pick.people_class) or 'none named'}")
    if pick.app is not None:
        told.append(f"app: {pick.app or 'unknown'}")
    if pick.agent is not None:
        told.append(f"agent: {pick.agent or 'unknown'}")
    told += [f"{pick.length.removesuffix('-')} steps"] if pick.length else []
    told += [f"week of {pick.week}"] if pick.week else []
    if pick.bin is not None:
        told.append(f"score {pick.bin / BINS:g} to {(pick.bin + 1) / BINS:g}")
    return ", ".join(told) or "every run with a verdict"


def spoken(error_class: str) -> str:
    """A class of error as people read it."""
    return "a class of their own" if error_class == "own" else error_class.replace("_", " ")


def _judge(get: QueryDict) -> Judge | None:
    if "version" not in get:
        return None
    columns = (("critic", 40), ("version", 20), ("settings", 64), ("model", 200))
    return Judge(*(_clean(get.get(name, ""))[:most] for name, most in columns))


def _name(get: QueryDict, key: str, most: int) -> str | None:
    return _clean(get.get(key, ""))[:most] if key in get else None


def _clean(text: str) -> str:
    return text.replace("\0", "")  # PostgreSQL takes none


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) < MAX_QUEUE
