"""Typical runs, told by hand, and what can be proven about each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.critic.evidence_only.stories import chord, click, judged, run, typed
from themis.domain.action import Action, ActionType, Point
from themis.domain.evidence import ObjectionKind, Stance
from themis.domain.trajectory import Claim, Ending, Platform, Step, Trajectory
from themis.domain.verdict import Finding, Outcome

TASK = 'Create a note titled "Groceries" with the text "Milk and rye bread" and save it.'

LIST = 'window "Jotter"\nbutton "New note"\nlistitem "Allotment"\nlistitem "Bicycle"'
SAVED = LIST + "\n"


def form(title: str = "", text: str = "", note: str = "Not saved yet") -> str:
    return (
        f'{LIST}\ntextbox "Title" value="{title}"\n'
        f'textbox "Text" value="{text}"\nstatus "{note}"\nbutton "Save"\nbutton "Delete"'
    )


FILLED = (
    (click("New note"), form()),
    (typed("Groceries", "Title"), form("Groceries")),
    (typed("Milk and rye bread", "Text"), form("Groceries", "Milk and rye bread")),
)
LISTED = SAVED + 'heading "Groceries"\ntext "Milk and rye bread"\nstatus "All changes saved"'


def reasons(finding: Finding) -> str:
    (only,) = finding.rounds
    return " | ".join((finding.reason, *(v.feedback for v in only.verifications)))


async def test_a_saved_note_that_is_listed_passes() -> None:
    finding = await judged(run(TASK, LIST, *FILLED, (click("Save"), LISTED)))
    assert finding.outcome is Outcome.PASSED
    assert 0.8 < finding.confidence < 1
    assert any(e.quote and "Groceries" in e.quote for e in finding.evidence)


async def test_a_saved_note_stays_saved_by_a_chord() -> None:
    kept = form("Groceries", "Milk and rye bread", "All changes saved")
    finding = await judged(run(TASK, LIST, *FILLED, (chord("Control_L", "s"), kept)))
    assert finding.outcome is Outcome.UNDECIDED  # an unknown key is not taken for Ctrl
    finding = await judged(run(TASK, LIST, *FILLED, (chord("ctrl", "s"), kept)))
    assert finding.outcome is Outcome.PASSED


async def test_typed_but_never_saved_fails_and_cites_the_step() -> None:
    finding = await judged(run(TASK, LIST, *FILLED))
    assert finding.outcome is Outcome.FAILED
    assert "never saved" in finding.reason
    against = [e for e in finding.evidence if e.stance is Stance.CONTRADICTS]
    assert any(e.quote and "Not saved yet" in e.quote for e in against)
    assert all(0 <= step < 3 for e in against for step in e.steps)


async def test_left_without_saving_fails() -> None:
    leave = (click("Allotment"), LIST + '\nbutton "Leave"\ntext "Leave without saving?"')
    finding = await judged(run(TASK, LIST, *FILLED, leave, (click("Leave"), LIST)))
    assert finding.outcome is Outcome.FAILED


async def test_an_act_of_unknown_target_may_have_saved_it() -> None:
    blind = Action(type=ActionType.CLICK, point=Point(x=5, y=5))
    finding = await judged(
        run(TASK, LIST, *FILLED, (blind, form("Groceries", "Milk and rye bread")))
    )
    assert finding.outcome is Outcome.UNDECIDED


async def test_saved_in_the_wrong_fields_fails() -> None:
    swapped = form("Milk and rye bread", "Groceries")
    moves = (
        (click("New note"), form()),
        (typed("Milk and rye bread", "Title"), form("Milk and rye bread")),
        (typed("Groceries", "Text"), swapped),
    )
    finding = await judged(run(TASK, LIST, *moves, (click("Save"), LISTED)))
    assert finding.outcome is Outcome.FAILED
    assert "not in the field title" in reasons(finding)


async def test_saved_and_then_undone_fails() -> None:
    kept = form("Groceries", "Milk and rye bread", "All changes saved")
    gone = form("", "", "All changes saved")
    finding = await judged(run(TASK, LIST, *FILLED, (click("Save"), kept), (click("Undo"), gone)))
    assert finding.outcome is Outcome.FAILED
    assert "undone" in reasons(finding)


async def test_a_typing_slip_fails() -> None:
    moves = (
        (click("New note"), form()),
        (typed("Grocreies", "Title"), form("Grocreies")),
        (typed("Milk and rye bread", "Text"), form("Grocreies", "Milk and rye bread")),
        (click("Save"), LISTED.replace("Groceries", "Grocreies")),
    )
    finding = await judged(run(TASK, LIST, *moves))
    assert finding.outcome is Outcome.FAILED
    assert '"Grocreies" was entered in place of "Groceries"' in reasons(finding)


async def test_a_neighbouring_value_of_the_task_is_no_slip() -> None:
    task = "Set the start to 10:00 and the end to 11:00 and save."
    before = 'combobox "Start" value="10:00"\ncombobox "End" value="10:30"\nbutton "Save"'
    after = before.replace("10:30", "11:00")
    moves = ((typed("11:00", "End"), after), (click("Save"), after + '\nstatus "Saved"'))
    finding = await judged(run(task, before, *moves))
    assert finding.outcome is not Outcome.FAILED


async def test_an_agent_that_reports_failure_is_believed() -> None:
    finding = await judged(
        run(TASK, LIST, (click("New note"), form()), claim=Claim.FAILURE, answer="It did not work.")
    )
    assert finding.outcome is Outcome.FAILED
    assert any(o.kind is ObjectionKind.UNCAUGHT_FAILURE for o in finding.rounds[0].objections)


async def test_success_claimed_without_doing_anything_fails() -> None:
    said = Action(type=ActionType.TERMINATE, status="success", text="The note is saved.")
    finding = await judged(run(TASK, LIST, (said, LIST), answer="The note is saved."))
    assert finding.outcome is Outcome.FAILED
    assert finding.confidence < 1


async def test_a_run_cut_off_before_the_end_is_undecided_or_worse() -> None:
    finding = await judged(run(TASK, LIST, (click("New note"), form()), claim=None))
    assert finding.outcome is not Outcome.PASSED
    assert any("cut off" in o.text for o in finding.rounds[0].objections)


async def test_a_complete_run_without_an_end_passes_less_surely() -> None:
    ended = await judged(run(TASK, LIST, *FILLED, (click("Save"), LISTED)))
    open_ended = await judged(run(TASK, LIST, *FILLED, (click("Save"), LISTED), claim=None))
    assert open_ended.outcome is Outcome.PASSED
    assert open_ended.confidence < ended.confidence


async def test_without_tree_and_pictures_nothing_is_proven() -> None:
    steps = (Step(actions=(typed("Groceries"),)), Step(actions=(click("Save"),)))
    told = Trajectory(
        instruction=TASK,
        platform=Platform.UNKNOWN,
        steps=steps,
        ending=Ending(claim=Claim.SUCCESS, answer="Saved."),
    )
    finding = await judged(told)
    assert finding.outcome is Outcome.UNDECIDED
    assert "No UI tree and no picture" in finding.reason


async def test_the_agents_words_alone_prove_nothing() -> None:
    moves = tuple((action, LIST) for action, _ in FILLED)
    finding = await judged(
        run(TASK, LIST, *moves, answer='"Groceries" is saved. Milk and rye bread')
    )
    assert finding.outcome is not Outcome.PASSED


async def test_a_refused_form_fails() -> None:
    refused = form("Groceries", "Milk and rye bread", "Title is required")
    finding = await judged(run(TASK, LIST, *FILLED, (click("Save"), refused)))
    assert finding.outcome is Outcome.FAILED


async def test_alarming_words_of_the_task_are_no_refusal() -> None:
    task = TASK.replace("Groceries", "Invalid entries")
    moves = [(action, tree.replace("Groceries", "Invalid entries")) for action, tree in FILLED]
    moves[1] = (typed("Invalid entries", "Title"), moves[1][1])
    done = SAVED + 'heading "Invalid entries"\ntext "Milk and rye bread"'
    finding = await judged(run(task, LIST, *moves, (click("Save"), done)))
    assert finding.rounds[0].verifications[-1].achieved is True


@pytest.mark.parametrize(
    ("checked", "outcome"), [("true", Outcome.PASSED), ("false", Outcome.FAILED)]
)
async def test_a_switch_is_read_at_the_end(checked: str, outcome: Outcome) -> None:
    page = 'heading "Settings"\nswitch "Quiet hours" checked="{}"\nswitch "Sounds" checked="true"'
    moves = (click("Quiet hours"), page.format(checked))
    finding = await judged(run("Turn quiet hours on.", page.format("false"), moves))
    assert finding.outcome is outcome


async def test_a_switch_of_a_longer_name_is_another_switch() -> None:
    page = 'heading "Network"\nswitch "Wi-Fi calling" checked="{}"'
    moves = (click("Wi-Fi calling"), page.format("true"))
    finding = await judged(run("Turn on Wi-Fi", page.format("false"), moves))
    assert finding.outcome is Outcome.UNDECIDED


async def test_what_the_task_leaves_alone_has_to_stay() -> None:
    task = "Turn quiet hours on. Leave everything else as it is."
    page = 'switch "Quiet hours" checked="{}"\nswitch "Sounds" checked="{}"'
    start = page.format("false", "true")
    kept = (click("Quiet hours"), page.format("true", "true"))
    spoilt = (click("Sounds"), page.format("true", "false"))
    assert (await judged(run(task, start, kept))).outcome is Outcome.PASSED
    assert (await judged(run(task, start, kept, spoilt))).outcome is Outcome.FAILED


async def test_an_entry_deleted_from_its_list_passes() -> None:
    gone = LIST.replace('listitem "Bicycle"', 'text "One note"')
    moves = ((click("Bicycle"), LIST + '\nbutton "Delete"'), (click("Delete"), gone))
    finding = await judged(run('Delete the note "Bicycle".', LIST, *moves))
    assert finding.outcome is Outcome.PASSED


async def test_an_entry_that_was_never_deleted_fails() -> None:
    moves = ((click("Allotment"), LIST + '\ntext "Beans"'),)
    finding = await judged(run('Delete the note "Bicycle".', LIST, *moves))
    assert finding.outcome is Outcome.FAILED


async def test_a_labelled_value_quoted_in_the_answer_passes() -> None:
    page = 'heading "About"\ntext "Serial number: KX-\u00e9 77"'
    task = 'Open About and read the "Serial number" value shown there.'
    moves = ((click("About"), page),)
    right = await judged(run(task, 'button "About"', *moves, answer="It is kx-\u00c9 77."))
    assert right.outcome is Outcome.PASSED
    other = await judged(run(task, 'button "About"', *moves, answer="It is KX-\u00e9 78."))
    assert other.outcome is not Outcome.PASSED


async def test_a_question_for_judgement_stays_undecided() -> None:
    moves = ((click("Price list"), 'heading "Prices"\ntext "Tea 2.50"\ntext "Coffee 3.10"'),)
    finding = await judged(
        run("Which drink is the cheapest?", 'button "Price list"', *moves, answer="Tea")
    )
    assert finding.outcome is Outcome.UNDECIDED


async def test_a_task_handed_back_untouched_fails() -> None:
    listed = Action(type=ActionType.TOOL_CALL, name="list_devices")
    asked = "There are two devices. Which one should I use?"
    finding = await judged(run(TASK, LIST, (listed, LIST), claim=None, answer=asked))
    assert finding.outcome is Outcome.FAILED


async def test_a_demand_beyond_the_words_understood_keeps_a_run_from_passing() -> None:
    task = TASK + " The note must be shared with all colleagues."
    finding = await judged(run(task, LIST, *FILLED, (click("Save"), LISTED)))
    assert finding.outcome is Outcome.UNDECIDED


async def test_a_run_of_no_steps_is_undecided() -> None:
    empty = replace(run(TASK, LIST), steps=())
    finding = await judged(empty)
    assert finding.outcome is Outcome.UNDECIDED
    assert finding.rounds[0].milestones == ()


async def test_a_text_that_was_never_entered_fails() -> None:
    moves = ((click("New note"), form()), (typed("Shopping", "Title"), form("Shopping")))
    task = 'Enter "Hardware" in the Title field.'
    finding = await judged(run(task, LIST, *moves))
    assert finding.outcome is Outcome.FAILED
    assert '"Hardware" was never entered' in reasons(finding)


async def test_an_agent_that_did_nothing_is_charged_with_it() -> None:
    said = Action(type=ActionType.TERMINATE, status="success")
    finding = await judged(run(TASK, LIST, (said, LIST)))
    assert any(o.text == "nothing was done" for o in finding.rounds[0].objections)


async def test_the_report_of_a_deed_taken_back_by_undo_fails() -> None:
    board = 'region "Doing"\nlistitem "LAN-142 Login page"\nregion "Done"'
    moved = board + '\nstatus "LAN-142 moved to Done"\nbutton "Undo"'
    drag = Action(type=ActionType.DRAG, element='listitem "LAN-142 Login page"')
    task = "Move LAN-142 to Done."
    kept = await judged(run(task, board, (drag, moved)))
    assert kept.outcome is Outcome.UNDECIDED
    undone = await judged(run(task, board, (drag, moved), (click("Undo"), board)))
    assert undone.outcome is Outcome.FAILED


async def test_unsaved_changes_left_at_the_end_keep_a_run_from_passing() -> None:
    page = 'window "{}settings"\nswitch "Quiet hours" checked="{}"'
    moves = ((click("Quiet hours"), page.format("*", "true")),)
    finding = await judged(run("Turn quiet hours on.", page.format("", "false"), *moves))
    assert finding.outcome is Outcome.UNDECIDED


async def test_two_values_under_one_label_prove_no_answer() -> None:
    page = 'heading "About"\ntext "Serial number: KX77"\ntext "Serial number: KX78"'
    task = 'Open About and read the "Serial number" value shown there.'
    finding = await judged(run(task, 'button "About"', (click("About"), page), answer="KX77"))
    assert finding.outcome is Outcome.UNDECIDED


AGENDA = 'window "{}agenda.txt"\ntext "" value="Monday 9 stand-up, {} 11 call, Friday 16 review"'


@pytest.mark.parametrize(("second", "outcome"), [("Tuesday", "passed"), ("Monday", "failed")])
async def test_a_word_is_replaced_everywhere_or_it_is_not(second: str, outcome: str) -> None:
    task = 'Replace every "Monday" by "Tuesday" and save the file.'
    changed = AGENDA.format("*", second).replace("Monday 9", "Tuesday 9")
    moves = (
        (click("Replace"), changed),
        (chord("ctrl", "s"), changed.replace("*", "")),
    )
    finding = await judged(run(task, AGENDA.format("", "Monday"), *moves))
    assert finding.outcome.value == outcome


@pytest.mark.parametrize(("number", "achieved"), [("3", True), ("2", False)])
async def test_the_confirmed_quantity_is_the_one_asked_for(number: str, achieved: bool) -> None:
    form = 'spinbutton "Quantity" value="3"\nbutton "Place order"'
    thanks = f'heading "Thank you"\nterm "Quantity"\ndefinition ""\ntext "{number}"'
    finding = await judged(run("Order 3 notebooks.", form, (click("Place order"), thanks)))
    (told,) = [v for v in finding.rounds[0].verifications if "quantity is" in v.feedback]
    assert told.achieved is achieved
