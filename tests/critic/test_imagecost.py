"""What a picture costs: the published examples, and what a real server counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themis.critic.imagecost import by_rule


@pytest.mark.parametrize(
    ("size", "tokens"), [((1024, 768), 1001), ((1280, 800), 1336), ((1920, 1080), 2693)]
)
def test_qwen_2_5_costs_what_a_real_server_counted(size: tuple[int, int], tokens: int) -> None:
    assert by_rule("Qwen/Qwen2.5-VL-7B-Instruct", *size) == tokens


def test_qwen_3_has_larger_patches() -> None:
    assert by_rule("Qwen3-VL-8B", 1920, 1080) == 60 * 34 + 2


def test_openai_costs_what_its_guide_reckons() -> None:
    assert by_rule("gpt-4o", 1024, 1024) == 765
    assert by_rule("gpt-4o", 2048, 4096) == 1105
    assert by_rule("gpt-4.1-mini", 1024, 1024) == 1659


def test_anthropic_costs_what_its_guide_reckons() -> None:
    assert by_rule("claude-opus-4-8", 1000, 1000) == 1334
    assert by_rule("claude-opus-4-8", 200, 200) == 54


def test_a_name_that_nobody_knows_counts_as_qwen() -> None:
    assert by_rule("tiny", 1024, 768) == 1001


@given(
    name=st.sampled_from(["qwen2.5-vl", "qwen3-vl", "gpt-4o", "o3", "claude", "internvl"]),
    width=st.integers(1, 20_000),
    height=st.integers(1, 20_000),
)
def test_every_picture_costs_something_and_no_picture_without_end(
    name: str, width: int, height: int
) -> None:
    assert 1 <= by_rule(name, width, height) <= 20_000
