"""The Selector: demands become milestones, each tied to the step that should bring it about."""

from __future__ import annotations

from dataclasses import dataclass

from themis.critic.evidence_only.demands import Demand, Kind
from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.grammar import demands
from themis.critic.evidence_only.wording import clipped, contains, misspelt
from themis.domain.evidence import Milestone


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A milestone and the demand that it stands for."""

    milestone: Milestone
    demand: Demand


def select(run: Run) -> tuple[Task, ...]:
    """The milestones of a run, in the order of the instruction."""
    if not run.steps:
        return ()
    found = demands(run.trajectory.instruction)
    if not found:
        found = (Demand(kind=Kind.OPAQUE, clause=clipped(run.trajectory.instruction)),)
    return tuple(
        Task(
            demand=demand,
            milestone=Milestone(
                id=f"m{number}",
                step=_step(demand, run),
                goal=_goal(demand),
                why=f"The instruction says: {clipped(demand.clause, 300)}",
            ),
        )
        for number, demand in enumerate(found, start=1)
    )


def _step(demand: Demand, run: Run) -> int:
    """The step whose words fit the demand, else the last that changed anything."""
    if demand.kind is Kind.ANSWER:
        return len(run.steps) - 1
    if demand.kind is Kind.TEXT:
        typed = [a for a in run.typed if contains(a.action.text or "", demand.text)]
        near = [a for a in run.typed if misspelt(a.action.text or "", demand.text)]
        acts = typed or near or list(run.typed)
    else:
        words = (demand.text, demand.verb) if demand.kind is Kind.COMMIT else (demand.text,)
        acts = [a for a in run.acts if a.is_on(*words, *demand.aliases)]
    return acts[-1].step if acts else run.tail


def _goal(demand: Demand) -> str:
    where = f" as the {demand.field}" if demand.field else ""
    times = f" {demand.count} times" if demand.count > 1 else ""
    return {
        Kind.TEXT: f'"{demand.text}" stands{where} at the end',
        Kind.COMMIT: f'"{demand.verb}" was done and took effect',
        Kind.STATE: f'"{demand.text}" is {"on" if demand.on else "off"} at the end',
        Kind.CHOICE: f'"{demand.text}" is the chosen option{where}',
        Kind.REMOVAL: f'"{demand.text}" was there and is gone',
        Kind.PLACE: f'"{demand.text}" was reached',
        Kind.PRESS: f'"{demand.text}" was used{times} and the screen changed',
        Kind.ANSWER: f"the answer repeats the {demand.field} that the screen shows",
        Kind.UNTOUCHED: "what the task does not name reads as it did at first",
        Kind.REPLACEMENT: f'"{demand.text}" stands wherever "{demand.field}" stood',
        Kind.DEVICE: f"it was done on the {demand.text}",
        Kind.QUANTITY: f"{demand.text} of it are confirmed",
        Kind.OPAQUE: f"as asked: {clipped(demand.clause)}",
    }[demand.kind]
