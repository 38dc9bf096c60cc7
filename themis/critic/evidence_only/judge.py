"""The Judge: failed on proof of failure, passed on proof of everything, else undecided."""

from __future__ import annotations

from themis.critic.evidence_only.charges import Charge
from themis.critic.evidence_only.classes import error_class
from themis.critic.evidence_only.proof import Proof, Weight
from themis.critic.evidence_only.selector import Task
from themis.domain.evidence import Evidence, Round
from themis.domain.verdict import Finding, Outcome

FAILED = Outcome.FAILED
CUT_OFF = 0.1  # less sure where a run has no end


def conclude(
    rounds: tuple[Round, ...],
    tasks: tuple[Task, ...],
    proofs: tuple[Proof, ...],
    charges: tuple[Charge, ...],
    notes: tuple[str, ...] = (),
) -> Finding:
    """The finding over all rounds; `notes` say what could not be looked at."""
    outcome, confidence, reason, evidence = _weigh(tasks, proofs, charges)
    return Finding(
        outcome=outcome,
        confidence=round(confidence, 3),
        reason=" ".join((reason, *notes)),
        rounds=rounds,
        evidence=evidence,
        error_class=error_class(_strongest(proofs, charges)) if outcome is FAILED else None,
    )


def _strongest(proofs: tuple[Proof, ...], charges: tuple[Charge, ...]) -> Weight:
    against = [proof.weight for proof in proofs if proof.achieved is False]
    return max((*against, *(charge.weight for charge in charges)))


def _weigh(
    tasks: tuple[Task, ...], proofs: tuple[Proof, ...], charges: tuple[Charge, ...]
) -> tuple[Outcome, float, str, tuple[Evidence, ...]]:
    refuted = [p for p in proofs if p.achieved is False]
    grave = sorted((c for c in charges if c.weight > Weight.NONE), key=lambda c: -c.weight)
    complete = bool(proofs) and all(proof.achieved for proof in proofs)
    if complete and grave:
        reason = f"Everything demanded was proven, and yet {grave[0].objection.text}."
        return Outcome.UNDECIDED, Weight.NONE, reason, grave[0].evidence
    if refuted or grave:
        return _failed(tasks, proofs, refuted, grave)
    if complete and not any(c.blocks for c in charges):
        return _passed(proofs, charges)
    return Outcome.UNDECIDED, Weight.NONE, _open(tasks, proofs, charges), ()


def _failed(
    tasks: tuple[Task, ...], proofs: tuple[Proof, ...], refuted: list[Proof], grave: list[Charge]
) -> tuple[Outcome, float, str, tuple[Evidence, ...]]:
    said = [
        f"{proof.feedback} (demanded: {task.milestone.goal})"
        for task, proof in zip(tasks, proofs, strict=True)
        if proof.achieved is False
    ]
    reasons = [*said, *(charge.objection.text for charge in grave)]
    weights = [*(p.weight for p in refuted), *(c.weight for c in grave)]
    evidence = (*(e for p in refuted for e in p.evidence), *(e for c in grave for e in c.evidence))
    return Outcome.FAILED, max(weights), f"Proof of failure: {'; '.join(reasons)}.", evidence


def _passed(
    proofs: tuple[Proof, ...], charges: tuple[Charge, ...]
) -> tuple[Outcome, float, str, tuple[Evidence, ...]]:
    """As sure as the weakest proof allows."""
    weakest = min(proof.weight for proof in proofs)
    confidence = float(weakest) - (CUT_OFF if charges else 0.0)
    reason = f"Each of the {len(proofs)} things demanded is proven by what was recorded."
    return Outcome.PASSED, confidence, reason, tuple(e for p in proofs for e in p.evidence)


def _open(tasks: tuple[Task, ...], proofs: tuple[Proof, ...], charges: tuple[Charge, ...]) -> str:
    left = [t.milestone.goal for t, p in zip(tasks, proofs, strict=True) if p.achieved is None]
    if left:
        more = f" and {len(left) - 3} more" if len(left) > 3 else ""
        return f"Neither success nor failure is proven; open: {'; '.join(left[:3])}{more}."
    held = next((c.objection.text for c in charges if c.blocks), "there is nothing to look at")
    return f"Neither success nor failure is proven: {held}."
