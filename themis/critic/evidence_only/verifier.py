"""The Verifier: looks for proof of each milestone among the recorded facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from themis.critic.evidence_only.acts import prove_commit, prove_place, prove_press
from themis.critic.evidence_only.answers import prove_answer
from themis.critic.evidence_only.contents import prove_quantity, prove_replacement
from themis.critic.evidence_only.demands import Demand, Kind
from themis.critic.evidence_only.devices import prove_device
from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.proof import Proof, open_question
from themis.critic.evidence_only.selector import Task
from themis.critic.evidence_only.states import prove_choice, prove_state, prove_untouched
from themis.critic.evidence_only.texts import prove_removal, prove_text
from themis.domain.evidence import Verification

Prove = Callable[[Demand, Run, tuple[Demand, ...]], Proof]


def verify(task: Task, run: Run, tasks: tuple[Task, ...]) -> Proof:
    """What the facts say about one milestone."""
    prove = _BY_KIND.get(task.demand.kind)
    if prove is None:
        return open_question("these words cannot be turned into facts to look for")
    return prove(task.demand, run, tuple(each.demand for each in tasks))


def verification(task: Task, proof: Proof) -> Verification:
    """A proof in the words of the evidence chain."""
    return Verification(
        milestone=task.milestone.id,
        achieved=proof.achieved,
        feedback=proof.feedback,
        evidence=proof.evidence,
    )


_BY_KIND: Mapping[Kind, Prove] = {
    Kind.TEXT: prove_text,
    Kind.COMMIT: prove_commit,
    Kind.STATE: prove_state,
    Kind.CHOICE: prove_choice,
    Kind.REMOVAL: prove_removal,
    Kind.PLACE: prove_place,
    Kind.PRESS: prove_press,
    Kind.ANSWER: prove_answer,
    Kind.UNTOUCHED: prove_untouched,
    Kind.REPLACEMENT: prove_replacement,
    Kind.DEVICE: prove_device,
    Kind.QUANTITY: prove_quantity,
}
