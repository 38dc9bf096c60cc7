"""Proofs about demanded acts: saving and sending, pressing, reaching a place."""

from __future__ import annotations

from themis.critic.evidence_only.demands import Demand, Kind
from themis.critic.evidence_only.elements import Element, Tree, unique
from themis.critic.evidence_only.facts import Act, Run
from themis.critic.evidence_only.proof import (
    Proof,
    Weight,
    did,
    open_question,
    proven,
    refuted,
    seen,
)
from themis.critic.evidence_only.signs import confirmations, offers, refusals, unsaved
from themis.critic.evidence_only.wording import contains
from themis.domain.action import ActionType
from themis.domain.evidence import Evidence, Stance

_BY_VERB = {
    "save": ("save", "saved", "enter", "ok", "done", "replace", "overwrite", "apply"),
    "submit": ("submit", "enter", "send", "confirm", "continue"),
    "send": ("send", "submit", "enter"),
    "post": ("post", "publish", "submit", "send", "enter", "share"),
    "publish": ("publish", "post", "submit", "enter"),
    "apply": ("apply", "ok", "save", "enter"),
    "confirm": ("confirm", "ok", "yes", "enter", "continue"),
    "book": ("book", "reserve", "confirm", "submit", "enter"),
    "reserve": ("reserve", "book", "confirm", "submit", "enter"),
    "order": ("order", "buy", "pay", "checkout", "confirm", "submit"),
}
# whatever could have meant "keep it" under another name: with one of these, nothing is missing
_MAYBE = ("create", "add", "finish", "next", "update", "yes", "accept", "close", "check", "keep",
          "submit", "post", "publish", "send", "confirm", "tick", "quit", "exit",
          "\u2713")  # fmt: skip


def prove_commit(demand: Demand, run: Run, all_demands: tuple[Demand, ...]) -> Proof:
    """Whether what was made was saved, submitted or sent, and the program took it."""
    words = (demand.verb, *_BY_VERB.get(demand.verb, ()))
    direct = [a for a in run.acts if a.is_on(*words) and not a.refused]
    own = [a for a in direct if a.is_on(demand.verb)] or direct
    if not own:
        return _missing_commit(demand, run)
    act = own[-1]
    final, before = run.final, run.before[act.step]
    made = did(run, f"{demand.verb}: {act.names[0]}", Stance.SUPPORTS, (act.step,), act.names[0])
    if final is None:
        return open_question("the act is recorded, its effect is not", made)
    refusal = _refusal(demand, run, act, final, before)
    if refusal is not None:
        return refusal
    effect = _effect(run, act, final, before, all_demands)
    if effect is None:
        return open_question("the act is recorded; nothing on the screens confirms it", made)
    return proven("done, and the program shows it", Weight.CONFIRMED, made, effect)


def _missing_commit(demand: Demand, run: Run) -> Proof:
    """No act that could have saved it, and the program still offered to or said so."""
    start = run.typed[-1].step if run.typed else 0
    later = [a for a in run.acts if a.step >= start]
    maybe = [a for a in later if not a.known or a.is_on(*_MAYBE) or _commands(a, demand.verb)]
    if maybe or not run.steps:
        return open_question(f"no act is called {demand.verb}, but one may have been it")
    trees = [(i, t) for i, t in enumerate(run.after) if t is not None and i >= start]
    told = next(((i, found) for i, t in reversed(trees) if (found := _open_signs(demand, t))), None)
    nothing = did(run, f"no step is a {demand.verb}", Stance.CONTRADICTS, (a.step for a in later))
    if told is None or any(confirmations(t.new_since(run.first)) for _, t in trees):
        return open_question(f"no {demand.verb} is recorded; it may not have been needed", nothing)
    step, found = told
    note = seen(run, "the program still waits for it", Stance.CONTRADICTS, step, found)
    return refuted(f"it was never {_past(demand.verb)}", Weight.NEVER_DONE, nothing, note)


def _commands(act: Act, verb: str) -> bool:
    """Whether what was typed may itself be a command to save: ":wq", "git commit"."""
    text = act.action.text or ""
    return act.action.type is ActionType.TYPE and (text.startswith(":") or contains(text, verb))


def _open_signs(demand: Demand, tree: Tree) -> tuple[Element, ...]:
    return () if tree.recognised else (*unsaved(tree), *offers(tree, demand.verb))


def _refusal(demand: Demand, run: Run, act: Act, final: Tree, before: Tree | None) -> Proof | None:
    fresh = final.new_since(before)
    # a refusal met twice is not new at the second try
    late = final.new_since(run.first) if act.step == run.tail else ()
    wrong = refusals(fresh) or refusals(late)
    wrong = tuple(e for e in wrong if not _is_wanted(e, run))
    if wrong and not final.recognised and not confirmations(fresh):
        note = seen(run, "an error stands at the end", Stance.CONTRADICTS, run.tail, wrong)
        return refuted(f"the program refused to {demand.verb}", Weight.ERROR_SHOWN, note)
    left = unsaved(final) if demand.verb == "save" else ()
    if left and not final.recognised:
        note = seen(run, "unsaved changes at the end", Stance.CONTRADICTS, run.tail, left)
        return refuted("the program says that changes are not saved", Weight.UNSAVED, note)
    if act.step == run.tail and act.is_on("enter") and before is not None and final == before:
        return open_question("nothing changed with it")
    return None


def _is_wanted(element: Element, run: Run) -> bool:
    """Whether alarming words come from the instruction itself."""
    return any(contains(run.trajectory.instruction, text) for text in element.texts)


def _effect(
    run: Run, act: Act, final: Tree, before: Tree | None, all_demands: tuple[Demand, ...]
) -> Evidence | None:
    """What on the screens shows that the program took it."""
    fresh = tuple(e for e in final.new_since(before) if not e.editable)
    after = run.after[act.step]
    soon = tuple(e for e in after.new_since(before) if not e.editable) if after else ()
    for step, found in ((run.tail, confirmations(fresh)), (act.step, confirmations(soon))):
        if found:
            return seen(run, "the program confirms it", Stance.SUPPORTS, step, unique(found))
    if before is not None and unsaved(before) and not unsaved(final):
        return seen(run, "the mark of unsaved changes is gone", Stance.SUPPORTS, run.tail, fresh)
    texts = [d.text for d in all_demands if d.kind is Kind.TEXT]
    listed = tuple(e for e in fresh if any(contains(t, text) for t in e.texts for text in texts))
    if listed:
        return seen(
            run, "what was entered is shown as kept", Stance.SUPPORTS, run.tail, unique(listed)
        )
    return None


def prove_press(demand: Demand, run: Run, _: tuple[Demand, ...]) -> Proof:
    """Whether a control was used as often as demanded, and something came of it."""
    acts = [a for a in run.acts if a.is_on(demand.text, *demand.aliases) and not a.refused]
    times = sum(max(1, a.action.count) if a.known else _repeats(a, demand.text) for a in acts)
    enough = times == demand.count if demand.count > 1 else times >= 1
    if not enough:
        return open_question(f'"{demand.text}": {times} of {demand.count} recorded')
    made = did(
        run, f'"{demand.text}" was used', Stance.SUPPORTS, (a.step for a in acts), demand.text
    )
    before, after = run.before[acts[0].step], run.after[acts[-1].step] or run.final
    changed = before is not None and after is not None and before.keys != after.keys
    # an act that the environment refused may leave the moment before unknown
    if not changed and not (before is None and run.is_first_seen(acts[-1].step)):
        return open_question("it was used; that anything changed is not recorded in words", made)
    fresh = after.new_since(before) if after else ()
    note = seen(run, "the screen changed", Stance.SUPPORTS, acts[-1].step, fresh)
    return proven(f'"{demand.text}" was used and the screen changed', Weight.PERFORMED, made, note)


def _repeats(act: Act, text: str) -> int:
    """How often a script or tool call names a target."""
    return max((name.count(text) for name in act.names), default=1) or 1


def prove_place(demand: Demand, run: Run, all_demands: tuple[Demand, ...]) -> Proof:
    """Whether a place was reached; at the end, if reaching it is all there is to do."""
    acts = [a for a in run.acts if a.is_on(demand.text, *demand.aliases) and not a.refused]
    if not acts:
        return _seen_only(demand, run)
    changed = [a for a in acts if _changed(run, a) or _arrived(run, a, demand.text)]
    made = did(
        run, f'went to "{demand.text}"', Stance.SUPPORTS, (a.step for a in acts), demand.text
    )
    if not changed:
        return open_question(f'"{demand.text}" was aimed at; its effect is not recorded', made)
    if all(d.kind is Kind.PLACE for d in all_demands) and demand is all_demands[-1]:
        final = run.final
        there = [e for e in final.holding(demand.text) if e.is_heading] if final else []
        if not there or final is None or final.recognised:
            return open_question(f'"{demand.text}" was opened; the end does not show it', made)
        note = seen(run, "it is open at the end", Stance.SUPPORTS, run.tail, there)
        return proven(f'"{demand.text}" is open', Weight.FINAL_STATE, made, note)
    after = run.after[changed[-1].step]
    note = seen(run, "the screen that followed", Stance.SUPPORTS, changed[-1].step,
                after.holding(demand.text) if after else ())  # fmt: skip
    return proven(f'"{demand.text}" was reached', Weight.PERFORMED, made, note)


def _changed(run: Run, act: Act) -> bool:
    before, after = run.before[act.step], run.after[act.step]
    if after is None:
        return False
    opened = act.action.type in (ActionType.OPEN_APP, ActionType.NAVIGATE, ActionType.TOOL_CALL)
    return before.keys != after.keys if before is not None else opened


def _arrived(run: Run, act: Act, text: str) -> bool:
    """Whether a screen came up that names the place, where the moment before is not recorded."""
    after = run.after[act.step]
    return (
        run.before[act.step] is None
        and after is not None
        and after.shows(text)
        and run.is_first_seen(act.step)
    )


def _seen_only(demand: Demand, run: Run) -> Proof:
    """A place that the run was in all along, or reached by an unnamed act."""
    sought = demand.verb in ("scroll", "find")  # what is looked for is reached by being seen
    for step, tree in enumerate(run.after):
        if tree is None or tree.recognised:
            continue
        there = [e for e in tree.holding(demand.text) if e.is_heading or sought]
        if there:
            note = seen(run, f'"{demand.text}" was open', Stance.SUPPORTS, step, there)
            return proven(f'"{demand.text}" was open', Weight.PERFORMED, note)
    return open_question(f'no step is recorded as reaching "{demand.text}"')


def _past(verb: str) -> str:
    return {"send": "sent", "submit": "submitted", "apply": "applied", "book": "booked"}.get(
        verb, f"{verb}d" if verb.endswith("e") else f"{verb}ed"
    )
