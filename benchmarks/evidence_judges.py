"""What `evidence-only` is compared with: whoever always says "passed", and whoever believes.

"status": the end as the agent recorded it. Where it recorded none, a run that stopped by itself
(with words, or with the last of an account) counts as claiming success, a run that was cut off as
claiming none, which is "failed". "words": the same, but an agent that says in its last words that
it could not do it, or hands the task back with a question, is taken at its word. It is the
stronger rival: reading such words, by the same patterns, is how the critic finds some failures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from themis.critic.evidence_only.asking import asked_words
from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.signs import admission, question_back, withheld
from themis.critic.trust.table import Row, Said, Table
from themis.domain.action import ActionType
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Label, Trajectory
from themis.domain.verdict import Finding, Outcome

CRITIC = "evidence-only"
ALWAYS = "always passed"
STATUS = "agent's status"
WORDS = "agent's words"
CORRECTED = "words, unless failed"
JUDGES = (CRITIC, ALWAYS, STATUS, WORDS)

_TASKS = ("task_template", "task", "task_name", "task_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One recording and what became of it."""

    source: str
    trajectory: Trajectory
    finding: Finding
    seconds: float

    @property
    def task(self) -> str:
        """What the run belongs to, for intervals; no judge sees it."""
        meta = self.trajectory.meta
        named = [meta.get(key) for key in _TASKS] if isinstance(meta, dict) else []
        return next((n for n in named if isinstance(n, str) and n), self.trajectory.instruction)

    @property
    def data_set(self) -> str:
        """The tool that recorded it, where the recording names one; else its format."""
        if self.trajectory.format.startswith("androidworld"):
            return "androidworld"
        meta = self.trajectory.meta
        tool = meta.get("tool") if isinstance(meta, dict) else None
        return tool if isinstance(tool, str) and tool else self.trajectory.format


def table(rows: list[Judged]) -> Table:
    """The labelled runs and what each judge says of them."""
    return Table(
        judges=(*JUDGES, CORRECTED),
        rows=tuple(_row(row) for row in rows if row.trajectory.label is not None),
    )


def _row(row: Judged) -> Row:
    words = believed(row.trajectory, words=True)
    failed = row.finding.outcome is Outcome.FAILED
    said: Mapping[str, Said] = {
        CRITIC: row.finding.outcome,
        ALWAYS: Outcome.PASSED,
        STATUS: believed(row.trajectory, words=False),
        WORDS: words,
        CORRECTED: Outcome.FAILED if failed else words,
    }
    label = row.trajectory.label or Label.FAILED
    return Row(id=row.source, task=row.task, label=label, said=said)


def believed(run: Trajectory, *, words: bool) -> Outcome:
    """What the agent claims, by its recorded status or also by its last words."""
    facts = Run(run)
    status = _status(run.steps[-1].actions[-1].status) if _ends(run) else None
    claim = run.ending.claim or status
    last = facts.closing
    if words and _concedes(last, run.instruction):
        return Outcome.FAILED
    if claim is not None:
        return Outcome.PASSED if claim is Claim.SUCCESS else Outcome.FAILED
    return Outcome.PASSED if last.strip() else Outcome.FAILED


def _concedes(last: str, instruction: str) -> bool:
    told = admission(last) or question_back(last) or withheld(last, asked_words(instruction))
    return told is not None


def _ends(run: Trajectory) -> bool:
    return bool(
        run.steps and run.steps[-1].actions
        and run.steps[-1].actions[-1].type is ActionType.TERMINATE
    )  # fmt: skip


def _status(said: str | None) -> Claim | None:
    return {"success": Claim.SUCCESS, "failure": Claim.FAILURE, "infeasible": Claim.FAILURE}.get(
        said or ""
    )


def settings(rows: list[Judged]) -> Json:
    """How many runs recorded an act, a tree, a picture, an answer: what there is to judge by."""
    runs = [row.trajectory for row in rows]
    return {
        "acts": sum(run.n_actions > 0 for run in runs),
        "trees": sum(any(s.before_ui or s.after_ui for s in run.steps) for run in runs),
        "pictures": sum(bool(run.screens) for run in runs),
        "a claim": sum(run.ending.claim is not None for run in runs),
        "an answer": sum(bool(run.ending.answer) for run in runs),
    }
