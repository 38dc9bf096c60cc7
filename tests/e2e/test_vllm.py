"""The panel against a real server at THEMIS_TEST_VLLM_URL; any model does, a random one too.

What a random model says is worth nothing: these tests look at the plumbing alone.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.e2e.shell import ROOT, Installation
from themis.domain.jsontypes import Json

MEANINGLESS = "did not answer in the form that was asked for"  # what a random model may end with


@pytest.fixture
def themis(tmp_path: Path) -> Installation:
    variables = {
        "THEMIS_MODEL_URL": os.environ["THEMIS_TEST_VLLM_URL"],
        "THEMIS_MODEL": os.environ.get("THEMIS_TEST_VLLM_MODEL", "tiny"),
    }
    return Installation(tmp_path / "var", variables)


def judged(themis: Installation, run: str) -> tuple[dict[str, Json], list[dict[str, Json]]]:
    """The line that a judging prints, and the turns that were taken."""
    (stored,) = themis.run("ingest", str(ROOT / "demo" / "trajectories" / run), "--json").lines
    (line,) = themis.run("judge", str(stored["id"]), "--json").lines
    document = json.loads(themis.run("show", str(stored["id"]), "--json").out)
    return line, document["verdicts"][0]["turns"]


@pytest.mark.parametrize("run", ["note-saved", "order-short"])
def test_a_run_ends_with_an_outcome_or_says_which_role_could_not_be_read(
    themis: Installation, run: str
) -> None:
    line, _ = judged(themis, run)
    assert ("outcome" in line) != ("error" in line)
    assert MEANINGLESS in str(line.get("error", MEANINGLESS))


def test_what_is_asked_has_a_form_and_a_bill_and_screens_are_sent(themis: Installation) -> None:
    _, turns = judged(themis, "note-saved")
    by_role = {str(turn["role"]): turn for turn in turns}
    assert by_role["verifier"]["screens"]
    for turn in turns:
        assert turn["model"]
        assert int(str(turn["prompt_tokens"])) > 0
        assert int(str(turn["completion_tokens"])) > 0
        assert "no JSON object" not in str(turn.get("error", ""))
