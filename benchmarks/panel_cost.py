"""Calls and prompt tokens a verdict of the panel takes: `python -m benchmarks.panel_cost PATH...`.

A scripted panel hears every recording below the paths (the demo where none is given) in several
settings. Its course is drawn by lot, the same in every setting: three to five milestones, every
third run fails at its last one, the Reviewer is satisfied at once in a quarter of the runs, after
one revision in a quarter, and never in half; a revision changes two milestones. Tokens are
counted by rule: four letters make one, pictures by the published rule of the model's family. No
model is asked and no verdict means anything; the counts are what a model would be sent.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.evidence_only import case_of
from benchmarks.prefixes import Prefixes
from tests.critic.cases import milestone, objection, review, selection, verdict, verification, words
from themis.critic.contract import Case, Image, Prompt, Reply
from themis.critic.imagecost import by_rule
from themis.critic.memory import MemoryDocket
from themis.critic.models.scripted import Line, Scripted
from themis.critic.themis.options import Layout, PanelOptions
from themis.critic.themis.panel import ThemisPanel
from themis.critic.views import maker
from themis.domain.errors import CriticFailed, UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats import registry

ROOT = Path(__file__).resolve().parent.parent

FAMILY = "qwen3-vl-8b"
SETTINGS = {
    "as it comes": PanelOptions(),
    "album": PanelOptions(layout=Layout.ALBUM),
    "own pictures": PanelOptions(layout=Layout.OWN),
    "sharing calls": PanelOptions(share_calls=True),
    "no early stop": PanelOptions(early_stop=False),
    "near-duplicates kept": PanelOptions(near_duplicates=False),
    "no views": PanelOptions(draw_action=False, crop=False, difference=False),
    "nothing decoded": PanelOptions(
        draw_action=False, crop=False, difference=False, near_duplicates=False
    ),
}
PUBLISHED = (
    ("OS-Themis, re-run of arXiv 2608.24174 (published, not ours)", 15.25, 173_000),
    ("ADAPTRUBRIC, arXiv 2608.24174 (published, not ours)", 3.0, 19_100),
)


@dataclass(slots=True)
class Sums:
    """What all verdicts in one setting took."""

    verdicts: int = 0
    broken: int = 0
    calls: int = 0
    tokens: int = 0
    kept: int = 0
    longest: int = 0
    most_pictures: int = 0
    seconds: float = 0.0


class Course:
    """What the roles say about one case: by lot, and by nothing that a setting changes."""

    def __init__(self, case: Case, lot: int) -> None:
        chance = random.Random(lot)  # noqa: S311  a course, not a secret
        self._n_steps = len(case.trajectory.steps)
        wanted = min(chance.choice((3, 4, 4, 5)), self._n_steps)
        self._steps = sorted(chance.sample(range(1, self._n_steps + 1), wanted))
        self._fails = lot % 3 == 0
        self._objects = (0, 1, 2, 2)[chance.randrange(4)]  # times

    def __call__(self, prompt: Prompt) -> Line:
        """The next line of whoever is asked."""
        told = words(prompt)
        match prompt.schema_name:
            case "selector":
                return self._selection(_version(told))
            case "verifier":
                return self._found(prompt, told)
            case "reviewer":
                objects = _version(told) <= self._objects
                return review(*([objection("m1"), objection(None)] if objects else []))
            case _:
                return verdict("failed" if self._fails else "passed", at=1, seen=1)

    def _selection(self, version: int) -> Line:
        goals = [f"what step {step} is for is there" for step in self._steps]
        for changed in range(min(2, len(goals) - 1) if version else 0):
            goals[changed] += f", and as it was asked for in version {version}"
        chosen = zip(self._steps, goals, strict=True)
        return selection(*(milestone(n, *each) for n, each in enumerate(chosen, start=1)))

    def _found(self, prompt: Prompt, told: str) -> Line:
        last = f"m{len(self._steps)}"
        asked = re.findall(r"^(m\d+) at step", told, re.MULTILINE)
        found = {each: _check(achieved=each != last or not self._fails) for each in asked}
        if "checks" in str(prompt.schema["required"]):
            entries: list[Json] = [{"milestone": each, "found": found[each]} for each in asked]
            return {"checks": entries}
        return found[asked[0]]


class Counting(Scripted):
    """A scripted model whose calls are counted as a server would see them."""

    def __init__(self, course: Course) -> None:
        super().__init__(course)
        self.counting = 0.0  # seconds of CPU that the counting itself took
        self._sent: set[str] = set()
        self.prefixes = Prefixes(cost=lambda image: self.image_tokens(*image.size))

    def image_tokens(self, width: int, height: int, *, model: str = "") -> int:
        """By the rule of the family that is counted for."""
        return by_rule(model or FAMILY, width, height)

    async def ask(self, prompt: Prompt) -> Reply:
        """The reply, after all that goes out together has gone out."""
        started = time.thread_time()
        call = self.prefixes.begin(prompt)
        self.counting += time.thread_time() - started
        for part in prompt.parts:
            if isinstance(part, Image) and part.id not in self._sent:
                self._sent.add(part.id)
                await asyncio.to_thread(part.read)
        await asyncio.sleep(0.001)
        reply = await super().ask(prompt)
        self.prefixes.end(call)
        return reply


def _check(*, achieved: bool) -> dict[str, Json]:
    """A check that cites no screen: not every step has one."""
    stance = "supports" if achieved else "contradicts"
    seen: Json = {"claim": "seen", "stance": stance, "screen": None, "quote": None}
    return {**verification(achieved=achieved), "evidence": [seen]}


def _version(told: str) -> int:
    """The newest version that a prompt tells of; 0 before there is one."""
    return max(map(int, re.findall(r"^version (\d+)$", told, re.MULTILINE)), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One setting over all recordings."""

    name: str
    sums: Sums

    @property
    def line(self) -> str:
        """As it is printed."""
        sums = self.sums
        n = max(sums.verdicts, 1)
        fresh = sums.tokens - sums.kept
        return (
            f"{self.name:22}{sums.calls / n:7.2f}{sums.tokens / n:10,.0f}{fresh / n:10,.0f}"
            f"{sums.kept / max(sums.tokens, 1):8.2f}{sums.longest:9,}{sums.most_pictures:6}"
            f"{1000 * sums.seconds / max(sums.calls, 1):9.1f}"
        )


HEAD = (
    f"{'':22}{'calls':>7}{'tokens':>10}{'fresh':>10}{'kept':>8}{'longest':>9}{'pics':>6}"
    f"{'ms CPU':>9}"
)


def cases(paths: list[Path]) -> Iterator[Case]:
    """Every recording below the paths that can be read and has a step."""
    for path in paths:
        for found in registry.find(path):
            try:
                case = case_of(found.read())
            except UnreadableTrajectory:
                continue
            if case.trajectory.steps:
                yield case


async def hear(options: PanelOptions, case: Case, lot: int, sums: Sums) -> None:
    """One verdict; a run whose pictures do not decode is counted as broken."""
    model = Counting(Course(case, lot))
    started = time.process_time()
    try:
        await ThemisPanel(options).judge(case, model, MemoryDocket())
    except CriticFailed:
        sums.broken += 1
        return
    sums.seconds += time.process_time() - started - model.counting
    sums.verdicts += 1
    for call in model.prefixes.calls:
        sums.calls += 1
        sums.tokens += call.tokens
        sums.kept += call.kept
        sums.longest = max(sums.longest, call.tokens)
        n_pictures = sum(isinstance(part, Image) for part in call.prompt.parts)
        sums.most_pictures = max(sums.most_pictures, n_pictures)


def main(arguments: list[str]) -> int:
    """Hear all in every setting and print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.panel_cost", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[ROOT / "demo" / "trajectories"])
    parser.add_argument("--only", choices=SETTINGS, action="append", help="this setting alone")
    chosen = parser.parse_args(arguments)
    heard = list(cases(chosen.paths))
    print(f"{len(heard)} recordings; a verdict takes, on average (tokens by rule of {FAMILY}):")
    print(HEAD)
    for name in chosen.only or SETTINGS:
        sums = Sums()
        maker.forget()
        for lot, case in enumerate(heard):
            asyncio.run(hear(SETTINGS[name], case, lot, sums))
        print(Row(name=name, sums=sums).line)
        if sums.broken:
            print(f"{'':22}{sums.broken} broke")
    for name, calls, tokens in PUBLISHED:
        print(f"{'':22}{calls:7.2f}{tokens:10,.0f}  {name}")
    print("fresh: tokens no earlier prompt of the run began with; kept: the share of the others")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
