"""Proofs about contents: a word replaced throughout, a quantity as ordered."""

from __future__ import annotations

import re

from themis.critic.evidence_only.demands import Demand
from themis.critic.evidence_only.elements import Element, Tree
from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.proof import Proof, Weight, open_question, proven, refuted, seen
from themis.critic.evidence_only.signs import confirmations
from themis.critic.evidence_only.wording import contains, normal
from themis.domain.evidence import Stance

_QUANTITY = ("quantity", "qty", "count", "number of items")
NEAR = 3  # elements within which a value follows its label


def prove_replacement(demand: Demand, run: Run, _: tuple[Demand, ...]) -> Proof:
    """Whether a field reads as it did, but for the one word, everywhere."""
    first, final = run.first, run.final
    if first is None or final is None or first.recognised or final.recognised:
        return open_question("it is not recorded in words how the text read before and after")
    held = [e.value for e in first.elements if e.editable and contains(e.value or "", demand.field)]
    wanted = {value.replace(demand.field, demand.text) for value in held if value}
    there = [e for e in final.elements if e.editable and e.value in wanted]
    if there and len(held) == 1:
        note = seen(run, "the text as it should read", Stance.SUPPORTS, run.tail, there)
        return proven("replaced throughout, the rest as it was", Weight.FINAL_STATE, note)
    left = [e for e in final.elements if e.editable and contains(e.value or "", demand.field)]
    # a search field also holds the word: only a text that the run began with can still hold it
    same_text = [e for e in left if any(_is_version(e, value or "") for value in held)]
    if same_text:
        note = seen(run, f'"{demand.field}" still stands', Stance.CONTRADICTS, run.tail, same_text)
        return refuted(f'"{demand.field}" was not replaced throughout', Weight.FINAL_STATE, note)
    return open_question("the text that was to be changed is not on the final screen as wanted")


def _is_version(element: Element, before: str) -> bool:
    now = set(normal(element.value or "").split())
    was = set(normal(before).split())
    return len(was) > NEAR and len(now & was) > len(was) / 2


def prove_quantity(demand: Demand, run: Run, _: tuple[Demand, ...]) -> Proof:
    """Whether the quantity that the program confirms is the one that was asked for."""
    final = run.final
    if final is None or final.recognised:
        return open_question("the final state was not recorded in words")
    found = _quantities(final)
    if len(found) != 1 or not confirmations(final.new_since(run.first)):
        return open_question("the final screen does not confirm one quantity")
    number, label = found[0]
    if number == int(demand.text):
        note = seen(run, f"the quantity is {number}", Stance.SUPPORTS, run.tail, label)
        return proven(f"the confirmed quantity is {number}", Weight.CONFIRMED, note)
    note = seen(run, f"the quantity is {number}", Stance.CONTRADICTS, run.tail, label)
    feedback = f"the confirmed quantity is {number}, not {demand.text}"
    return refuted(feedback, Weight.FINAL_STATE, note)


def _quantities(tree: Tree) -> list[tuple[int, tuple[Element, ...]]]:
    """The numbers that stand with a label of quantity."""
    found = []
    for place, element in enumerate(tree.elements):
        if normal(element.name).strip(" :*") not in _QUANTITY:
            continue
        near = (element, *tree.elements[place + 1 : place + 1 + NEAR])
        told = (text for e in near for text in (e.value or "", e.name) if text)
        number = next((text for text in told if re.fullmatch(r"\s*\d{1,6}\s*", text)), None)
        if number is not None:
            found.append((int(number), near))
    return found
