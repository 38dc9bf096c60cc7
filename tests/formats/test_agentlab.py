"""AgentLab's experiment folders: one that was really recorded, and pickles made by hand."""

from __future__ import annotations

import gzip
import json
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from PIL import Image

from tests.formats import browsergym_run
from tests.formats.recordings import png, write_json
from themis.domain.action import ActionType, Box
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Label, Trajectory
from themis.formats.browsergym.agentlab import AgentLab
from themis.formats.registry import find

Make = Callable[..., object]
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
DONE: Json = {"cum_reward": 1.0, "terminated": True, "truncated": False, "err_msg": None}


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Make:
    """Objects that pickle under the name of a class of AgentLab or BrowserGym."""

    def of(name: str, **fields: object) -> object:
        module, _, short = name.rpartition(".")
        parts = module.split(".")
        for end in range(1, len(parts) + 1):
            path = ".".join(parts[:end])
            if path not in sys.modules:
                monkeypatch.setitem(sys.modules, path, ModuleType(path))
        home = sys.modules[module]
        if not hasattr(home, short):
            monkeypatch.setattr(home, short, type(short, (), {"__module__": module}), raising=False)
        made = getattr(home, short)()
        vars(made).update(fields)
        return made

    return of


def step(make: Make, number: int, action: str | None, **seen: object) -> object:
    return make(
        "agentlab.experiments.loop.StepInfo",
        step=number,
        action=action,
        obs={"goal": "Save it", "last_action_error": "", "axtree_txt": f"tree {number}", **seen},
        reward=0,
        agent_info=make("browsergym.experiments.agent.AgentInfo", think=f"I think {number}.")
        if action
        else {},
        profiling=make("agentlab.experiments.loop.StepTimestamps", agent_start=10.0, env_stop=9.0),
    )


def experiment(folder: Path, *steps: object, summary: Json = DONE, shots: int = 9) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(steps):
        (folder / f"step_{number}.pkl.gz").write_bytes(gzip.compress(pickle.dumps(each)))
        if number < shots:
            (folder / f"screenshot_step_{number}.png").write_bytes(png(320, 240))
    if summary is not None:
        write_json(folder / "summary_info.json", summary)
    return folder


def read(folder: Path) -> Trajectory:
    return AgentLab().read(folder).trajectory


def named(folder: Path, task: str = "webarena.7") -> Path:
    return folder / f"2026-01-01_00-00-00_Agent_on_{task}_3"


def test_a_recorded_run_is_found_and_read_whole(tmp_path: Path) -> None:
    run = browsergym_run.unpack(named(tmp_path, "openended"))
    assert list(AgentLab().find(run, frozenset(browsergym_run.FILES))) == [run]
    recording = AgentLab().read(run)
    trajectory = recording.trajectory
    assert trajectory.instruction == "Press both buttons"
    assert [step.thought for step in trajectory.steps] == [f"thought {n}" for n in range(1, 6)]
    assert [len(step.actions) for step in trajectory.steps] == [1, 1, 2, 1, 0]
    assert [(step.before, step.after) for step in trajectory.steps] == [
        (0, 1),
        (1, 2),
        (2, 3),
        (3, 4),
        (4, None),
    ]
    assert trajectory.ending == Ending(answer="Both are pressed.")
    assert "[3] button ''" in (trajectory.steps[0].before_ui or "")
    assert trajectory.steps[0].started_at == "2026-11-22T13:25:57.563386+00:00"


def test_a_task_that_nobody_evaluates_has_no_label(tmp_path: Path) -> None:
    trajectory = read(browsergym_run.unpack(named(tmp_path, "openended")))
    assert trajectory.label is None
    assert trajectory.warnings == ("openended: this task has no evaluator; its reward is no label",)


def colour(path: Path | None, x: float, y: float) -> tuple[int, ...]:
    assert path is not None
    with Image.open(path) as picture:
        found = picture.convert("RGB").getpixel((int(x), int(y)))
    assert isinstance(found, tuple)
    return found


def corners(box: Box) -> list[tuple[float, float]]:
    right, bottom = box.x + box.width - 1, box.y + box.height - 1
    return [(box.x, box.y), (right, box.y), (box.x, bottom), (right, bottom)]


def outside(box: Box) -> list[tuple[float, float]]:
    right, bottom = box.x + box.width, box.y + box.height
    return [(box.x - 1, box.y), (right, box.y), (box.x, box.y - 1), (box.x, bottom)]


@pytest.mark.parametrize(("at", "action", "target"), [(0, 0, RED), (2, 1, BLUE)])
def test_the_box_of_an_element_is_just_where_the_screen_before_shows_it(
    tmp_path: Path, at: int, action: int, target: tuple[int, ...]
) -> None:
    recording = AgentLab().read(browsergym_run.unpack(tmp_path))
    turn = recording.trajectory.steps[at]
    box = turn.actions[action].box
    assert box is not None
    assert turn.before is not None
    path = recording.pictures[turn.before].path
    assert {colour(path, x, y) for x, y in corners(box)} == {target}
    assert target not in {colour(path, x, y) for x, y in outside(box)}


def middle_of(path: Path | None, target: tuple[int, ...]) -> tuple[float, float]:
    assert path is not None
    with Image.open(path) as picture:
        pixels = picture.convert("RGB")
        at = [(x, y) for x in range(pixels.width) for y in range(pixels.height)]
        shown = [place for place in at if pixels.getpixel(place) == target]
    columns, rows = zip(*shown, strict=True)
    return (min(columns) + max(columns)) / 2, (min(rows) + max(rows)) / 2


def test_a_place_is_the_middle_of_its_target_on_the_screen_before_and_no_other(
    tmp_path: Path,
) -> None:
    recording = AgentLab().read(browsergym_run.unpack(tmp_path))
    turn = recording.trajectory.steps[2]
    point, before = turn.actions[0].point, turn.before
    assert point is not None
    assert before is not None
    x, y = middle_of(recording.pictures[before].path, BLUE)
    assert (point.x, point.y) == pytest.approx((x, y), abs=2)
    x, y = middle_of(recording.pictures[before - 1].path, BLUE)
    assert abs(point.y - y) > 40  # the page was scrolled in between


def test_the_screen_after_shows_what_the_action_did(tmp_path: Path) -> None:
    recording = AgentLab().read(browsergym_run.unpack(tmp_path))
    turn = recording.trajectory.steps[0]
    assert turn.after is not None
    assert colour(recording.pictures[turn.after].path, 90, 75) == GREEN


def test_an_element_that_reaches_off_the_screen_is_marked_as_far_as_it_is_seen(
    tmp_path: Path, make: Make
) -> None:
    elements = {"7": {"bbox": [-10.0, 200.0, 50.0, 900.0]}, "8": {"bbox": [0, 400, 9, 9]}}
    source = "click('7') click('8')"
    run = experiment(named(tmp_path), step(make, 0, source, extra_element_properties=elements))
    first, second = read(run).steps[0].actions
    assert first.box == Box(x=0, y=200, width=40, height=40)
    assert second.box is None


def test_the_next_observation_tells_how_an_action_went(tmp_path: Path, make: Make) -> None:
    run = experiment(
        named(tmp_path),
        step(make, 0, "click('7')"),
        step(make, 1, None, last_action_error="no such element"),
    )
    (only,) = read(run).steps
    assert (only.error, only.before, only.after) == ("no such element", 0, 1)
    assert (only.before_ui, only.after_ui) == ("tree 0", "tree 1")
    assert only.ended_at == "1970-01-01T00:00:09+00:00"


def test_what_else_a_step_says_is_kept_without_the_page(tmp_path: Path, make: Make) -> None:
    run = experiment(named(tmp_path), step(make, 0, "noop()", url="https://a.example/"))
    raw = read(run).steps[0].raw
    assert isinstance(raw, dict)
    assert raw["reward"] == 0
    assert raw["obs"] == {"goal": "Save it", "last_action_error": "", "url": "https://a.example/"}


@pytest.mark.parametrize(
    ("summary", "label", "why"),
    [
        (DONE, Label.PASSED, ""),
        ({"cum_reward": 0, "terminated": True, "truncated": False}, Label.FAILED, ""),
        ({"cum_reward": 0, "terminated": False, "truncated": True}, Label.FAILED, ""),
        ({"cum_reward": 0, "terminated": False, "truncated": False}, None, "broke before its end"),
        ({"cum_reward": 0.5, "terminated": True}, None, "0.5 is no label"),
        ({"cum_reward": None, "terminated": True}, None, "None is no label"),
        (None, None, "was not finished"),
    ],
)
def test_only_a_whole_reward_is_a_label(
    tmp_path: Path, make: Make, summary: Json, label: Label | None, why: str
) -> None:
    run = read(experiment(named(tmp_path), step(make, 0, "noop()"), summary=summary))
    assert run.label is label
    assert why in " ".join(run.warnings)
    assert bool(run.warnings) is bool(why)


def test_a_reward_of_nought_for_an_unknown_task_is_no_label(tmp_path: Path, make: Make) -> None:
    lost: Json = {"cum_reward": 0, "terminated": True}
    run = read(experiment(tmp_path / "run", step(make, 0, "noop()"), summary=lost))
    assert run.label is None
    assert "not named" in run.warnings[0]


def test_giving_up_is_a_claim_of_failure(tmp_path: Path, make: Make) -> None:
    run = read(experiment(named(tmp_path), step(make, 0, "report_infeasible('no field')")))
    assert run.ending == Ending(claim=Claim.FAILURE, answer="no field")
    assert run.label is Label.PASSED  # the task may have been one that cannot be done


def test_task_agent_and_model_come_from_the_arguments(tmp_path: Path, make: Make) -> None:
    run = experiment(tmp_path / "run", step(make, 0, "noop()"))
    model = make("agentlab.llm.chat_api.OpenAIModelArgs", model_name="m-1")
    agent = make(
        "agentlab.agents.generic_agent.generic_agent.GenericAgentArgs",
        agent_name="A",
        chat_model_args=model,
    )
    task = make("agentlab.experiments.loop.EnvArgs", task_name="webarena.7", task_seed=3)
    arguments = make("agentlab.experiments.loop.ExpArgs", agent_args=agent, env_args=task)
    (run / "exp_args.pkl").write_bytes(pickle.dumps(arguments))
    meta = read(run).meta
    assert isinstance(meta, dict)
    told = {key: meta[key] for key in ("task", "seed", "agent", "model")}
    assert told == {"task": "webarena.7", "seed": 3, "agent": "A", "model": "m-1"}


def test_cookies_in_the_arguments_are_not_kept(tmp_path: Path, make: Make) -> None:
    run = experiment(named(tmp_path), step(make, 0, "noop()"))
    jar = {"cookies": [{"name": "session", "value": "hunter2"}]}
    task = make(
        "agentlab.experiments.loop.EnvArgs",
        task_name="webarena.7",
        storage_state="/home/me/hunter2.json",
        pw_context_kwargs={"storage_state": jar, "extra_http_headers": {"X-A": "hunter2"}},
    )
    arguments = make("agentlab.experiments.loop.ExpArgs", env_args=task)
    (run / "exp_args.pkl").write_bytes(pickle.dumps(arguments))
    (found,) = find(run)
    trajectory = found.read().trajectory
    assert "hunter2" not in json.dumps(trajectory.meta)
    assert "webarena.7" in json.dumps(trajectory.meta)
    assert trajectory.warnings[-1] == (
        "secrets of the recorder were left out: storage_state, extra_http_headers"
    )


def test_arguments_of_an_agent_of_ones_own_are_left_out_with_a_warning(
    tmp_path: Path, make: Make
) -> None:
    run = experiment(named(tmp_path), step(make, 0, "noop()"))
    (run / "exp_args.pkl").write_bytes(pickle.dumps(make("mine.agents.Mine")))
    trajectory = read(run)
    assert trajectory.warnings[0].startswith("exp_args.pkl was left out: ")
    assert isinstance(trajectory.meta, dict)
    assert (trajectory.meta["task"], trajectory.meta["seed"]) == ("webarena.7", "3")


def test_the_prompts_of_an_agent_are_read_and_left_out(tmp_path: Path, make: Make) -> None:
    message = make("agentlab.llm.llm_utils.HumanMessage", role="user", content="Act!")
    prompts = make("agentlab.llm.llm_utils.Discussion", messages=[message])
    agent = make("browsergym.experiments.agent.AgentInfo", think="Hm.", chat_messages=prompts)
    acted = step(make, 0, "noop()")
    vars(acted)["agent_info"] = agent
    (only,) = read(experiment(named(tmp_path), acted)).steps
    assert only.thought == "Hm."
    assert isinstance(only.raw, dict)
    assert only.raw["agent_info"] == {"__class__": "browsergym.experiments.agent.AgentInfo"}


def test_a_step_that_would_run_something_is_refused(tmp_path: Path, make: Make) -> None:
    run = experiment(named(tmp_path), step(make, 0, "noop()"))
    (run / "step_0.pkl.gz").write_bytes(gzip.compress(b"cos\nsystem\n(S'true'\ntR."))
    with pytest.raises(UnreadableTrajectory, match=r"os\.system"):
        read(run)


def test_the_goal_may_stand_in_a_file_of_its_own_with_pictures(tmp_path: Path, make: Make) -> None:
    run = experiment(named(tmp_path), step(make, 0, "noop()", goal="", goal_object=None))
    parts = (
        {"type": "text", "text": "Find this:"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
    )
    (run / "goal_object.pkl.gz").write_bytes(gzip.compress(pickle.dumps(parts)))
    recording = AgentLab().read(run)
    assert recording.trajectory.instruction == "Find this:"
    assert [each.name for each in recording.pictures] == [
        "screenshot_step_0.png",
        "goal_object.pkl.gz picture 1",
    ]


def test_a_run_without_a_goal_is_refused(tmp_path: Path, make: Make) -> None:
    run = experiment(named(tmp_path), step(make, 0, "noop()", goal=""))
    with pytest.raises(UnreadableTrajectory, match="does not say what was asked"):
        read(run)


def test_a_missing_screenshot_is_no_screen_and_a_warning(tmp_path: Path, make: Make) -> None:
    run = read(experiment(named(tmp_path), step(make, 0, "noop()"), shots=0))
    assert run.steps[0].before is None
    assert run.warnings == ("step 0: there is no screenshot_step_0.png",)


def test_a_gap_in_the_steps_is_kept_as_their_number(tmp_path: Path, make: Make) -> None:
    run = experiment(named(tmp_path), step(make, 0, "noop()"), step(make, 1, "noop()"))
    (run / "step_1.pkl.gz").rename(run / "step_4.pkl.gz")
    assert [each.number for each in read(run).steps] == [None, 4]


def test_a_tool_call_as_json_is_read_by_its_name(tmp_path: Path, make: Make) -> None:
    call = '{\n  "id": "1",\n  "name": "click",\n  "arguments": {"bid": "7"}\n}'
    (action,) = read(experiment(named(tmp_path), step(make, 0, call))).steps[0].actions
    assert (action.type, action.element) == (ActionType.CLICK, "bid=7")


def test_other_pickles_are_not_ours(tmp_path: Path) -> None:
    other = gzip.compress(pickle.dumps(SimpleNamespace(step=1)))
    (tmp_path / "step_0.pkl.gz").write_bytes(other)
    assert list(AgentLab().find(tmp_path, frozenset({"step_0.pkl.gz"}))) == []
