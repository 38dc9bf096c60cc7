"""A model on this machine, for real: random weights, in the environment that has transformers."""

from __future__ import annotations

import json
import math
import subprocess
from pathlib import Path

import pytest

from scripts import vllm
from tests.e2e.shell import ROOT
from tests.vllm_server import SIZES
from themis.critic.imagecost import by_rule
from themis.domain.jsontypes import Json

pytestmark = [
    pytest.mark.vllm,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("vllm"),
]


@pytest.fixture(scope="module")
def found(tiny_model: Path) -> dict[str, Json]:
    """What the probe found out, all of it in one process: loading is slow."""
    done = subprocess.run(
        [str(vllm.VLLM.python), "-m", "tests.e2e.localprobe", str(tiny_model)],
        cwd=ROOT,
        env=vllm.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Json] = json.loads(done.stdout)
    return told


def test_a_reply_has_its_bill_and_is_the_same_again(found: dict[str, Json]) -> None:
    assert found["model"] == "tiny"
    assert (found["completion_tokens"], found["cut"]) == (12, True)
    assert found["same"]


def test_a_picture_costs_what_is_counted_whichever_way(found: dict[str, Json]) -> None:
    counted = by_rule("qwen2.5-vl", 320, 200)
    assert found["picture"] == found["image_tokens"] == found["by_trial"] == counted
    assert found["counted"] == [by_rule("qwen2.5-vl", *size) for size in SIZES]


def test_marks_of_the_template_in_hostile_text_are_words_like_others(
    found: dict[str, Json],
) -> None:
    assert int(str(found["marks"])) > 15  # as marks they would be four, and "system"


def test_a_cancelled_answer_makes_room_for_the_next(found: dict[str, Json]) -> None:
    assert found["cancelled"]


def test_an_answer_that_takes_too_long_says_what_to_set(found: dict[str, Json]) -> None:
    assert "no answer within 0.2 s" in str(found["late"])
    assert "THEMIS_MODEL_TIMEOUT" in str(found["late"])


def test_closing_ends_every_answer_with_its_cause_and_no_thread_stays(
    found: dict[str, Json],
) -> None:
    assert found["closed"] == ["the model on this machine was let go of before it had answered"] * 2
    assert found["threads"] == []
    assert found["after_closing"]


def test_the_chances_of_a_weighed_field_come_from_the_models_own_scores(
    found: dict[str, Json],
) -> None:
    chances = found["chances"]
    assert isinstance(chances, dict)
    assert chances["true"] == pytest.approx(math.e / (math.e + 1))
    assert chances["false"] == pytest.approx(1 / (math.e + 1))
