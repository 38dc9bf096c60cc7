"""Proofs about states: switches, chosen options, and what the task leaves alone."""

from __future__ import annotations

import re

from themis.critic.evidence_only.demands import Demand
from themis.critic.evidence_only.elements import Element, Tree
from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.proof import (
    Proof,
    Weight,
    did,
    open_question,
    proven,
    refuted,
    seen,
)
from themis.critic.evidence_only.wording import contains, normal, same
from themis.domain.evidence import Stance

_CONTROL = re.compile(r"^use\s+|\b(?:switch|toggle|checkbox|box|option|button)$")


def prove_state(demand: Demand, run: Run, _: tuple[Demand, ...]) -> Proof:
    """Whether a switch or box stands as demanded at the end."""
    final = run.settled
    if final is None:
        return open_question("the final state was not recorded in words")
    exact = [e for e in final.elements if e.checked is not None and _names(final, e, demand.text)]
    if len(exact) != 1:
        return open_question(f'no one switch "{demand.text}" is on the final screen')
    state, wanted = ("on" if exact[0].checked else "off"), ("on" if demand.on else "off")
    if exact[0].checked is demand.on:
        note = seen(run, f'"{demand.text}" is {state}', Stance.SUPPORTS, run.tail, exact)
        return proven(f'"{demand.text}" is {state}', Weight.FINAL_STATE, note)
    note = seen(
        run, f'"{demand.text}" is {state}, not {wanted}', Stance.CONTRADICTS, run.tail, exact
    )
    return refuted(f'"{demand.text}" is {state}', Weight.FINAL_STATE, note)


def _names(tree: Tree, element: Element, label: str) -> bool:
    names = (element.name,) if element.name else tree.labels(element)
    return any(_plain(_CONTROL.sub("", normal(name))) == _plain(label) for name in names)


def _plain(label: str) -> str:
    """A label as people write it: "Wi-Fi", "wifi" and "WiFi" are one."""
    return normal(label).replace("-", "").strip()


def prove_choice(demand: Demand, run: Run, _: tuple[Demand, ...]) -> Proof:
    """Whether an option is the chosen one at the end."""
    final = run.settled
    if final is None:
        return open_question("the final state was not recorded in words")
    marked = [
        e for e in final.elements
        if same(e.value or "", demand.text)
        or (same(e.name, demand.text) and (e.selected or e.checked))
    ]  # fmt: skip
    if marked:
        note = seen(run, f'"{demand.text}" is chosen', Stance.SUPPORTS, run.tail, marked)
        return proven(f'"{demand.text}" is chosen', Weight.FINAL_STATE, note)
    acts = [a for a in run.acts if a.is_on(demand.text)]
    shown = [e for e in final.elements if same(e.name, demand.text)]
    before = run.before[acts[-1].step] if acts else None
    if acts and len(shown) == 1 and before is not None:
        # an open list shows its options; a closed one only the chosen
        others = before.keys - final.keys
        if len(others) >= 1 and before.shows(demand.text):
            made = did(run, f'chose "{demand.text}"', Stance.SUPPORTS, (acts[-1].step,))
            note = seen(run, "the closed list shows it", Stance.SUPPORTS, run.tail, shown)
            return proven(f'"{demand.text}" is shown as chosen', Weight.PERFORMED, made, note)
    return open_question(f'it cannot be told whether "{demand.text}" is chosen')


def prove_untouched(_: Demand, run: Run, all_demands: tuple[Demand, ...]) -> Proof:
    """Whether every field and switch that the task does not name reads as it did at first."""
    first, final = run.first, run.final
    if first is None or final is None or first.recognised or final.recognised or first is final:
        return open_question("it is not recorded in words how things stood before and after")
    was = {(e.role, e.name): e for e in first.elements if _holds(e)}
    now = [e for e in final.elements if _holds(e) and (e.role, e.name) in was]
    named = [word for d in all_demands for word in (d.text, d.field) if word]
    changed = [
        e
        for e in now
        if (e.value, e.checked) != (was[e.role, e.name].value, was[e.role, e.name].checked)
        and not any(contains(e.name, word) or contains(word, e.name) for word in named)
    ]
    touched = [e for e in changed if any(a.is_on(e.name) for a in run.acts)]
    if changed and not touched:
        return open_question("something else changed, maybe by itself")
    if touched:
        note = seen(run, "it was otherwise at first", Stance.CONTRADICTS, run.tail, touched)
        return refuted("something else was changed", Weight.FINAL_STATE, note)
    if len(now) < len(was) or not was:
        return open_question("not everything that was there at first is on the final screen")
    note = seen(run, "the rest reads as at first", Stance.SUPPORTS, run.tail, now)
    return proven("nothing else on the screen was changed", Weight.PERFORMED, note)


def _holds(element: Element) -> bool:
    return bool(element.name) and (element.checked is not None or element.value is not None)
