"""AgentLab's experiment folders: a pickle a step, its screenshot beside it, summary_info.json."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform, Trajectory
from themis.formats.bounds import MAX_PICTURES, MAX_SMALL_FILE, MAX_STEPS
from themis.formats.browsergym.admitted import ARGUMENTS, STEPS
from themis.formats.browsergym.goal import pictures_of, words_of
from themis.formats.browsergym.label import judged
from themis.formats.browsergym.step_file import Shots, goal_in, read_step
from themis.formats.browsergym.steps import Observed, ending_of, steps_of
from themis.formats.contract import Recording
from themis.formats.fields import record, text
from themis.formats.files import is_plain, names_in
from themis.formats.jsonfile import read_json
from themis.formats.pickles import Held, as_json, begins, read_pickle
from themis.formats.pictures import Album

SUMMARY, ARGS, GOAL = "summary_info.json", "exp_args.pkl", "goal_object.pkl.gz"
_STEP = re.compile(r"step_(\d{1,6})\.pkl\.gz")
_MARKED = re.compile(r"screenshot_som_step_\d{1,6}\.(?:png|jpe?g)")
_NAMED = re.compile(r".{0,300}?_on_(.{1,200})_(\d{1,10})")
_PEEK = 4096  # bytes of a step within which its class is named


class AgentLab:
    """Experiments as AgentLab, or BrowserGym's own loop, leaves them."""

    name = "agentlab"
    title = "AgentLab"
    marks = "step_N.pkl.gz that hold StepInfo, with summary_info.json"

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if its first step is one of BrowserGym's, or cannot be unpacked at all."""
        steps = _steps_among(names)
        if steps and is_plain(folder / steps[0][1]):
            begin = begins(folder / steps[0][1], _PEEK)
            if b"StepInfo" in begin or (not begin and ARGS in names):
                yield folder

    def read(self, source: Path) -> Recording:
        """One run, whole; raises UnreadableTrajectory with file, field and remedy."""
        folder = source if source.is_dir() else source.parent
        names = frozenset(names_in(folder, most=2 * MAX_PICTURES))
        steps = _steps_among(names)
        if not steps:
            raise UnreadableTrajectory(f"{folder}: no step_0.pkl.gz; put the steps there")
        if len(steps) > MAX_STEPS:
            raise UnreadableTrajectory(f"{folder}: more than {MAX_STEPS} steps; split the run")
        return _Experiment(folder, names).recording(steps)


def _steps_among(names: frozenset[str]) -> list[tuple[int, str]]:
    return sorted((int(found[1]), name) for name in names if (found := _STEP.fullmatch(name)))


class _Experiment:
    """One folder while it is read."""

    def __init__(self, folder: Path, names: frozenset[str]) -> None:
        self._folder = folder
        self._names = names
        self._album = Album(str(folder))
        self._warnings: list[str] = []

    def recording(self, numbered: list[tuple[int, str]]) -> Recording:
        shots = Shots(self._folder, self._album)
        observed: list[Observed] = []
        goal: Json = None
        for number, name in numbered:
            held = read_pickle(self._folder / name, STEPS)
            goal = goal or goal_in(held)
            observed.append(read_step(held, number, shots))
            if observed[-1].picture is None:
                self._warnings.append(f"step {number}: there is no screenshot_step_{number}.png")
        instruction = self._instruction(goal)
        steps = steps_of(observed)
        if not steps:
            raise UnreadableTrajectory(f"{self._folder}: no step has an action; run it again")
        for name in sorted(filter(_MARKED.fullmatch, self._names)):
            self._album.add_file(self._folder, name)
        arguments = self._arguments()
        summary = self._summary()
        verdict = judged(summary, text(arguments.get("task")))
        if verdict.why_not:
            self._warnings.append(verdict.why_not)
        if self._folder.name.startswith("_"):
            self._warnings.append(f"{self._folder.name}: AgentLab set this run aside for a new one")
        trajectory = Trajectory(
            instruction=instruction,
            platform=Platform.WEB,
            steps=steps,
            label=verdict.label,
            ending=ending_of(steps),
            format=AgentLab.name,
            warnings=tuple(self._warnings),
            meta={**arguments, "summary": summary},
        )
        return Recording(trajectory=trajectory, pictures=self._album.pictures)

    def _instruction(self, goal: Json) -> str:
        parts = goal
        if not isinstance(goal, list) and GOAL in self._names:
            parts = as_json(read_pickle(self._folder / GOAL, STEPS))
        for number, picture in enumerate(pictures_of(parts), 1):
            self._album.add_bytes(f"{GOAL} picture {number}", picture)
        instruction = words_of(parts) or words_of(goal)
        if not instruction:
            raise UnreadableTrajectory(
                f"{self._folder}: the run does not say what was asked; put {GOAL} beside the steps"
            )
        return instruction

    def _summary(self) -> dict[str, Json]:
        path = self._folder / SUMMARY
        return record(read_json(path, limit=MAX_SMALL_FILE)) if is_plain(path) else {}

    def _arguments(self) -> dict[str, Json]:
        """Task, seed, agent and model; from the folder's name where the pickle cannot be read."""
        named = _NAMED.fullmatch(self._folder.name)
        told: dict[str, Json] = {"task": named[1], "seed": named[2]} if named else {}
        if ARGS not in self._names:
            return told
        try:
            held: Held = read_pickle(self._folder / ARGS, ARGUMENTS)
        except UnreadableTrajectory as error:
            # An agent of the user's own: its class is in no list, and the steps do not need it.
            self._warnings.append(f"{ARGS} was left out: {error}")
            return told
        given = record(as_json(held))
        environment, agent = record(given.get("env_args")), record(given.get("agent_args"))
        told.update({"task": environment.get("task_name"), "seed": environment.get("task_seed")})
        told["agent"] = agent.get("agent_name")
        told["model"] = record(agent.get("chat_model_args")).get("model_name")
        told["arguments"] = given
        return told
