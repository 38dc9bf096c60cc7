"""How a run was left: without the answer, with a message unsent, or in the middle of things."""

from __future__ import annotations

import re

from themis.critic.evidence_only.asking import asks
from themis.critic.evidence_only.charges import Charge, charge, spoken
from themis.critic.evidence_only.clauses import MAX_INSTRUCTION, clauses
from themis.critic.evidence_only.elements import Tree
from themis.critic.evidence_only.facts import Act, Run
from themis.critic.evidence_only.proof import Proof, Weight, did, seen
from themis.critic.evidence_only.selector import Task
from themis.critic.evidence_only.signs import confirmations
from themis.critic.evidence_only.wording import contains, normal, same
from themis.domain.action import ActionType
from themis.domain.evidence import Objection, ObjectionKind, Stance

REPEATED = 5  # times the same act in a row, at the end, without effect
_SENDING = (
    "send", "resend", "text", "reply", "share", "forward", "message", "post", "email", "e-mail",
)  # fmt: skip
_NOT_SENDING = re.compile(
    r"\b(?:drafts?|(?:do not|don't|without|never) (?:send|sending|submit|submitting|post|posting|"
    r"share|sharing))\b",
    re.IGNORECASE,
)
_GOING_ON = re.compile(
    r"\b(?:let me|let's|i need to|i still need|i'll|i will|i should|i must|next(?: step)?,?|"
    r"we need to|now i|i'm going to|going to|try again|continue)\b"
)


def unanswered(run: Run, _: tuple[Task, ...], __: tuple[Proof, ...]) -> Charge | None:
    """The task asks for an answer, and the run says nothing at all."""
    if not run.trajectory.n_actions or run.answer.strip() or not asks(run.trajectory.instruction):
        return None
    last = run.steps[-1]
    if not last.actions and last.thought.strip():
        return None  # words without an act may be the answer
    note = did(run, "no step gives an answer", Stance.CONTRADICTS, (len(run.steps) - 1,))
    return charge(ObjectionKind.UNCAUGHT_FAILURE, "the task asks for an answer and none was given",
                  Weight.UNANSWERED, note)  # fmt: skip


def unsent(run: Run, _: tuple[Task, ...], __: tuple[Proof, ...]) -> Charge | None:
    """What was to be sent still stands in the field that it was typed into."""
    final, wanted = run.final, run.trajectory.instruction
    if final is None or final.recognised or not run.typed:
        return None
    if not _demands_sending(wanted) or _NOT_SENDING.search(wanted):
        return None
    act = run.typed[-1]
    text = (act.action.text or "").strip()
    if len(text.split()) < 2 or not contains(wanted, text) or not _only_typed(final, text):
        return None
    if confirmations(final.new_since(run.before[act.step])):
        return None
    held = [e for e in final.elements if e.editable and same(e.value or "", text)]
    note = seen(run, "the text still stands in its field", Stance.CONTRADICTS, run.tail, held)
    return charge(ObjectionKind.UNCAUGHT_FAILURE, "what was to be sent was typed and never sent",
                  Weight.NEVER_DONE, note)  # fmt: skip


def _demands_sending(instruction: str) -> bool:
    """Whether a clause begins with a word for sending: "with the text" is none."""
    found = clauses(instruction[:MAX_INSTRUCTION])
    return any(each.text.split()[0].casefold() in _SENDING for each in found)


def _only_typed(tree: Tree, text: str) -> bool:
    """Whether a field holds a text, and nothing else on the screen shows it."""
    fields = [e for e in tree.elements if e.editable and same(e.value or "", text)]
    others = [e for e in tree.holding(text) if not e.editable]
    return len(fields) == 1 and not others


def broken_off(run: Run, _: tuple[Task, ...], proofs: tuple[Proof, ...]) -> Charge | None:
    """The run stops in the middle: the agent was still busy with what is not proven."""
    if not unfinished(run) or not run.acts or (proofs and all(p.achieved for p in proofs)):
        return None
    spoke = sum(bool(step.thought.strip()) for step in run.steps)
    if spoke * 2 < len(run.steps):
        return None  # where its words are not recorded, its last ones are not either
    last = run.steps[-1]
    if not last.actions or run.is_passive(len(run.steps) - 1):
        return None
    if _in_a_loop(run):
        note = did(run, "the same act again and again", Stance.CONTRADICTS,
                   (a.step for a in run.acts[-REPEATED:]), run.acts[-1].action.name)  # fmt: skip
    elif _GOING_ON.search(normal(last.thought[-400:])):
        note = spoken(run, "the agent means to go on", last.thought[-200:])
    else:
        return None
    return charge(ObjectionKind.UNCAUGHT_FAILURE, "the run breaks off before it is done",
                  Weight.BROKEN_OFF, note)  # fmt: skip


def _in_a_loop(run: Run) -> bool:
    """Whether the last acts are one and the same, and the screen, where known, stays the same."""
    acts = run.acts[-REPEATED:]
    shown = {t.keys for a in acts if (t := run.after[a.step]) is not None and not t.recognised}
    return len(acts) == REPEATED and len({_sameness(a) for a in acts}) == 1 and len(shown) == 1


def _sameness(act: Act) -> tuple[object, ...]:
    action = act.action
    return (action.type, action.element, action.point, action.text, action.keys, action.direction)


def unfinished(run: Run) -> tuple[Charge, ...]:
    """A run that does not say that it has ended."""
    ending = run.trajectory.ending
    stopped = any(a.type is ActionType.TERMINATE for s in run.steps for a in s.actions)
    if ending.claim is not None or ending.answer or stopped:
        return ()
    text = "the run has no end: it was cut off or ran out of steps"
    objection = Objection(kind=ObjectionKind.UNCAUGHT_FAILURE, text=text)
    return (Charge(objection=objection, blocks=False),)
