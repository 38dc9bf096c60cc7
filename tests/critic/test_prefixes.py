"""How much of a prompt a server has read before, counted."""

from __future__ import annotations

import pytest

from benchmarks import panel_cost
from benchmarks.prefixes import BLOCK, Prefixes
from tests.critic.cases import read, screen
from themis.critic.contract import Image, Prompt, Text

SYSTEM = "s" * 4 * BLOCK


def prompt(*parts: str | int, system: str = SYSTEM, model: str = "") -> Prompt:
    """Words, and pictures by number."""
    return Prompt(
        system=system,
        parts=tuple(
            Text(text=each)
            if isinstance(each, str)
            else Image(position=each, screen=screen(f"{each}"), read=lambda: read(screen("x")))
            for each in parts
        ),
        schema_name="x",
        schema={},
        model=model,
    )


def kept(*prompts: Prompt) -> list[int]:
    """What each finds, asked one after the other."""
    prefixes = Prefixes(cost=lambda _: 100)
    found = []
    for each in prompts:
        call = prefixes.begin(each)
        prefixes.end(call)
        found.append(call.kept)
    return found


def test_equal_beginnings_are_kept_in_whole_blocks() -> None:
    one, other = prompt("a" * 70, 1, "x"), prompt("a" * 70, 1, "y")
    assert kept(one, one, other) == [0, (16 + 17 + 100) // BLOCK * BLOCK, 128]


def test_from_the_first_difference_on_nothing_is_kept() -> None:
    assert kept(prompt("a" * 400, 1), prompt("a" * 200 + "b" * 200, 1)) == [0, 64]
    assert kept(prompt(1, 2), prompt(3, 2)) == [0, 16]


def test_another_system_or_another_model_shares_little_or_nothing() -> None:
    assert kept(prompt(1), prompt(1, system="t")) == [0, 0]
    assert kept(prompt(1), prompt(1, model="other")) == [0, 0]


def test_calls_under_way_do_not_know_of_each_other() -> None:
    prefixes = Prefixes(cost=lambda _: 100)
    first, second = prefixes.begin(prompt(1)), prefixes.begin(prompt(1))
    prefixes.end(first)
    third = prefixes.begin(prompt(1))
    assert (first.kept, second.kept, third.kept) == (0, 0, 112)
    assert first.tokens == 116


def test_the_cost_of_a_panel_is_counted_and_published_figures_are_marked_as_such(
    capsys: pytest.CaptureFixture[str],
) -> None:
    demo = panel_cost.ROOT / "demo" / "trajectories" / "note-saved"
    names = ["as it comes", "own pictures", "nothing decoded"]
    assert panel_cost.main([str(demo), *(w for name in names for w in ("--only", name))]) == 0

    lines = capsys.readouterr().out.splitlines()
    rows = {name: line.split() for line in lines for name in names if line.startswith(name)}
    album, own, bare = (rows[name][len(name.split()) :] for name in names)
    assert lines[0].startswith("1 recordings")
    assert album[0] == own[0] == bare[0]
    assert float(album[3]) > float(own[3])
    assert int(own[5]) < int(album[5])
    published = [line for line in lines if "15.25" in line or "19,100" in line]
    assert all("published, not ours" in line for line in published)
    assert len(published) == 2
