"""Tasks that name the kind of device: a watch is told from a phone by the size of what it shows."""

from __future__ import annotations

import re
from dataclasses import replace

from themis.critic.evidence_only.clauses import Clause
from themis.critic.evidence_only.demands import Demand
from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.proof import Proof, Weight, open_question, proven, refuted
from themis.domain.evidence import Evidence, Stance

VERIFIER = "verifier"
WATCH = 640  # pixels: no watch shows more on a side
PHONE = 800  # pixels: no phone of today shows less on its longer side
_LONG = 1.4  # of the shorter side: from here a screen is a phone's, below it may be a watch's
MAX_CHARS = 200_000
_CORNERS = re.compile(r"\[(-?\d{1,6}),(-?\d{1,6})\]\[(-?\d{1,6}),(-?\d{1,6})\]")
_WATCHES = ("watch", "smartwatch")
_NAMED = re.compile(
    r"\bon\s+(?:the|a|an|my|your|this)\s+(watch|smartwatch|phone|smartphone)\b", re.IGNORECASE
)


def named(clause: Clause) -> tuple[Clause, str]:
    """A clause without the device it names, and that device; "" where it names none."""
    found = _NAMED.search(clause.text)
    if found is None:
        return clause, ""
    text = " ".join(_NAMED.sub(" ", clause.text, count=1).split())
    return replace(clause, text=text), found[1].casefold()


def prove_device(demand: Demand, run: Run, _: tuple[Demand, ...]) -> Proof:
    """Whether what was done last was done on the kind of device that the task names."""
    acts = [act for act in run.acts if not act.refused and act.known]
    if not acts:
        return open_question("no act is recorded whose device could be told")
    step = acts[-1].step
    size = _after(run, step)
    kind = _kind(*size) if size else None
    if size is None or kind is None:
        return open_question("the size of the display is not recorded, or tells nothing")
    right = "watch" if demand.text in _WATCHES else "phone"
    screen = run.screen_after(step)
    note = Evidence(
        claim=f"the screen after it is {size[0]:.0f} by {size[1]:.0f} pixels large",
        stance=Stance.SUPPORTS if kind == right else Stance.CONTRADICTS,
        found_by=VERIFIER,
        steps=(step,),
        screens=() if screen is None else (screen,),
    )
    if kind == right:
        return proven(f"it was done on the {demand.text}", Weight.PERFORMED, note)
    if any(_kind(*seen) == right for seen in _all(run)):
        return open_question("screens of both kinds of device are recorded", note)
    return refuted(f"it was done on a {kind}, not on the {demand.text}", Weight.PERFORMED, note)


def _kind(width: float, height: float) -> str | None:
    longer, shorter = max(width, height), min(width, height)
    if longer >= PHONE and longer >= _LONG * shorter:
        return "phone"
    return "watch" if longer <= WATCH and longer < _LONG * shorter else None


def _after(run: Run, step: int) -> tuple[float, float] | None:
    """The size of the first whole screen in words after a step, else of its picture."""
    later = (text for s in run.steps[step + 1 :] for text in (s.before_ui, s.after_ui))
    for text in (run.steps[step].after_ui, *later):
        size = _extent(text[:MAX_CHARS]) if text else None
        if size is not None:
            return size
    screen = run.screen_after(step)
    if screen is not None and 0 <= screen < len(run.trajectory.screens):
        shown = run.trajectory.screens[screen]
        return (float(shown.width), float(shown.height))
    return None


def _all(run: Run) -> list[tuple[float, float]]:
    """The sizes of all whole screens and pictures of a run."""
    texts = {text for step in run.steps for text in (step.before_ui, step.after_ui) if text}
    sizes = [size for text in texts if (size := _extent(text[:MAX_CHARS])) is not None]
    return sizes + [(float(s.width), float(s.height)) for s in run.trajectory.screens]


def _extent(text: str) -> tuple[float, float] | None:
    """How far a tree reaches; None where it does not begin in the corner, as a menu does."""
    corners = [tuple(float(n) for n in found) for found in _CORNERS.findall(text)]
    if not corners or min(c[0] for c in corners) > 0 or min(c[1] for c in corners) > 0:
        return None
    return (max(c[2] for c in corners), max(c[3] for c in corners))
