"""The Reviewer: a strict critic of the round, who looks at the run as a whole."""

from __future__ import annotations

from collections.abc import Callable

from themis.critic.evidence_only.account import contradicted, left_out
from themis.critic.evidence_only.asking import asked_words
from themis.critic.evidence_only.charges import Charge, charge, spoken
from themis.critic.evidence_only.demands import Kind
from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.leaving import broken_off, unanswered, unfinished, unsent
from themis.critic.evidence_only.proof import Proof, Weight, did, seen
from themis.critic.evidence_only.screens import STILL
from themis.critic.evidence_only.selector import Task
from themis.critic.evidence_only.signs import (
    admission,
    confirmations,
    errors,
    is_final,
    last_sentences,
    question_back,
    unsaved,
    withheld,
)
from themis.critic.evidence_only.wording import contains
from themis.domain.action import ActionType
from themis.domain.evidence import Objection, ObjectionKind, Stance
from themis.domain.trajectory import Claim


def review(
    run: Run, tasks: tuple[Task, ...], proofs: tuple[Proof, ...], *, change: float | None
) -> tuple[Charge, ...]:
    """Everything that speaks against a round. `change`: how much pictures differ."""
    found: list[Charge] = []
    for look in _LOOKS:
        made = look(run, tasks, proofs)
        if made is not None:
            found.append(made)
    blind = run.final is None and run.acts and _demands_change(tasks)
    if blind and change is not None and change <= STILL:
        found.append(_unchanged(run, change))
    return (*found, *_per_milestone(tasks, proofs), *unfinished(run))


Look = Callable[[Run, tuple[Task, ...], tuple[Proof, ...]], Charge | None]


def _reported_failure(run: Run, _: tuple[Task, ...], __: tuple[Proof, ...]) -> Charge | None:
    """The agent itself says that it failed: the one word of its own that counts."""
    statuses = {a.status for s in run.steps for a in s.actions if a.type is ActionType.TERMINATE}
    said = run.answer or last_sentences(run.closing)
    kept = withheld(said, asked_words(run.trajectory.instruction))
    told = kept or admission(said)
    infeasible = "infeasible" in statuses
    failed = run.trajectory.ending.claim is Claim.FAILURE or "failure" in statuses
    if not (infeasible or failed or told):
        return None
    words = told or said
    # "infeasible" can be the right end of a task that cannot be done, and where the run does not
    # claim failure an "I could not" may be about a detour
    detour = not (failed or kept) and not (told and is_final(told))
    open_to_doubt = (infeasible and not told) or detour
    weight = Weight.NONE if open_to_doubt else Weight.ADMITTED
    return charge(
        ObjectionKind.UNCAUGHT_FAILURE,
        "the agent itself reports that it did not do it",
        weight,
        spoken(run, "the agent reports failure", words),
    )


def _handed_back(run: Run, _: tuple[Task, ...], proofs: tuple[Proof, ...]) -> Charge | None:
    asked = question_back(run.answer)
    if asked is None:
        return None
    # a question at the end of finished work is no failure
    done = any(not a.refused and a.action.type is not ActionType.TOOL_CALL for a in run.acts)
    proved = any(proof.achieved for proof in proofs)
    weight = Weight.NONE if done or proved else Weight.ASKED_BACK
    return charge(
        ObjectionKind.UNCAUGHT_FAILURE,
        "the run stops with a question to the user, the task not done",
        weight,
        spoken(run, "the agent asks back", asked),
    )


def _nothing_done(run: Run, tasks: tuple[Task, ...], proofs: tuple[Proof, ...]) -> Charge | None:
    """No act at all where the instruction demands one."""
    making = any(task.demand.kind in (Kind.TEXT, Kind.COMMIT) for task in tasks)
    if run.acts or not run.steps or not making or not run.trajectory.n_actions:
        return None
    if any(proof.achieved for proof in proofs):
        return None
    note = did(run, "no step acts on anything", Stance.CONTRADICTS, range(len(run.steps)))
    return charge(ObjectionKind.UNCAUGHT_FAILURE, "nothing was done", Weight.NEVER_DONE, note)


def _taken_back(run: Run, _: tuple[Task, ...], __: tuple[Proof, ...]) -> Charge | None:
    """The last act of all undid something that the instruction names."""
    act = run.acts[-1] if run.acts else None
    if act is None or not act.is_on("undo", "revert", "discard") or not act.known:
        return None
    if any(contains(run.trajectory.instruction, word) for word in ("undo", "revert", "discard")):
        return None
    before, after = run.before[act.step], run.after[act.step]
    if before is None or after is None:
        return None
    # a list that changed back names one thing of the task; a report of the deed names two
    gone = [e for e in before.new_since(after) if not e.editable]
    told = [e for e in gone if len(_names_of(run, " ".join(e.texts))) > 1]
    told = told or [e for e in confirmations(gone) if _names_of(run, " ".join(e.texts))]
    stance, step = Stance.CONTRADICTS, act.step
    undone = did(run, "the last act takes something back", stance, (step,), act.names[0])
    quote = "; ".join(e.quote for e in (told or gone)[:3])
    weight = Weight.UNDONE if told else Weight.NONE
    lost = did(run, "what was gone after it", stance, (step,), quote)
    return charge(ObjectionKind.UNCAUGHT_FAILURE, "the last act undoes what was done", weight,
                   undone, lost)  # fmt: skip


def _names_of(run: Run, text: str) -> list[str]:
    """The names, codes and numbers of the instruction that stand in a text."""
    words = {w.strip(".,;:!?\"'()") for w in run.trajectory.instruction.split()[1:]}
    telling = (w for w in words if len(w) > 2 and (w[0].isupper() or any(c.isdigit() for c in w)))
    return [w for w in telling if contains(text, w)]


def _left_with_error(run: Run, _: tuple[Task, ...], __: tuple[Proof, ...]) -> Charge | None:
    """An error or a mark of unsaved changes that the run left standing."""
    final = run.final
    if final is None or final.recognised or not run.acts:
        return None
    fresh = final.new_since(run.first if run.first is not final else None)
    left = (*errors(fresh), *unsaved(final))
    if not left:
        return None
    note = seen(run, "what stands at the end", Stance.CONTRADICTS, run.tail, left)
    return charge(ObjectionKind.CONTRADICTION, "the run leaves an error or unsaved changes",
                   Weight.NONE, note)  # fmt: skip


def _unchanged(run: Run, change: float) -> Charge:
    """Pictures that are the same prove it; nearly the same may hide a digit that changed."""
    note = did(run, "every picture shows the same", Stance.CONTRADICTS, range(len(run.steps)))
    return charge(ObjectionKind.UNCAUGHT_FAILURE, "nothing ever changed on the screen",
                   Weight.NONE if change else Weight.UNCHANGED, note)  # fmt: skip


def _per_milestone(tasks: tuple[Task, ...], proofs: tuple[Proof, ...]) -> tuple[Charge, ...]:
    """What is missing from each milestone, or speaks against it."""
    found = []
    for task, proof in zip(tasks, proofs, strict=True):
        if proof.achieved:
            continue
        milestone = task.milestone
        objection = Objection(
            kind=_kind(task, proof),
            text=_against(task, proof),
            milestone=milestone.id,
            steps=(milestone.step,),
        )
        found.append(Charge(objection=objection))
    return tuple(found)


def _against(task: Task, proof: Proof) -> str:
    if proof.achieved is False:
        return proof.feedback
    if task.demand.kind is Kind.OPAQUE:
        return "no milestone covers these words"
    return "nothing recorded proves it"


def _kind(task: Task, proof: Proof) -> ObjectionKind:
    if proof.achieved is False:
        return ObjectionKind.CONTRADICTION
    opaque = task.demand.kind is Kind.OPAQUE
    return ObjectionKind.MISSING_MILESTONE if opaque else ObjectionKind.LENIENT_GOAL


def _demands_change(tasks: tuple[Task, ...]) -> bool:
    changing = (Kind.TEXT, Kind.COMMIT, Kind.STATE, Kind.REMOVAL, Kind.CHOICE, Kind.PRESS)
    return any(task.demand.kind in changing for task in tasks)


_LOOKS: tuple[Look, ...] = (
    _reported_failure,
    _handed_back,
    _nothing_done,
    _taken_back,
    _left_with_error,
    unanswered,
    unsent,
    broken_off,
    left_out,
    contradicted,
)
