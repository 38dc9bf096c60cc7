"""What verdicts and turns cost, where their tokens are shown."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import stories
from themis.domain.verdict import Finding, Outcome
from themis.trajectories.models import Trajectory
from themis.verdicts import services as verdicts
from themis.verdicts.models import Turn, Verdict
from themis.web.templatetags.figures import price

pytestmark = pytest.mark.django_db


@pytest.fixture
def priced(trajectory: Trajectory) -> Verdict:
    """A verdict with one priced turn and one without."""
    verdict = stories.opened(trajectory)
    said = stories.turn("judge/1", prompt_tokens=9000, cached_tokens=8000, price=0.00213)
    verdicts.record_turn(verdict=verdict, turn=said, seconds=2.0, at=stories.NOW)
    finding = Finding(outcome=Outcome.FAILED, confidence=0.8, reason="r", rounds=stories.chain())
    verdicts.give(verdict=verdict, finding=finding, seconds=3.0, at=stories.NOW)
    return verdict


def body(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_a_verdict_says_what_it_cost(as_mate: Client, priced: Verdict) -> None:
    court = body(as_mate, reverse("verdicts:court", args=[priced.trajectory_id]))
    page = body(as_mate, reverse("trajectories:detail", args=[priced.trajectory_id]))
    for shown in (court, page):
        assert "price 0.0021" in shown
        assert "8,000 of them cached" in shown


def test_a_verdict_of_a_model_without_prices_has_no_figure(
    as_mate: Client, verdict: Verdict
) -> None:
    assert "price" not in body(as_mate, reverse("verdicts:court", args=[verdict.trajectory_id]))


def test_each_turn_says_what_it_cost(as_mate: Client, priced: Verdict) -> None:
    shown = body(as_mate, reverse("verdicts:turns", args=[priced.pk]))
    assert shown.count("0.0021") == 1
    dear, free = (Turn.objects.get(key=key) for key in ("judge/1", "selector/1"))
    opened = body(as_mate, reverse("verdicts:turn", args=[priced.pk, dear.pk]))
    assert "<dt>Price</dt><dd>0.0021</dd>" in opened
    assert "9,000 tokens, 8,000 cached" in opened
    assert "Price" not in body(as_mate, reverse("verdicts:turn", args=[priced.pk, free.pk]))


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (None, ""), (0, "0.00"), (0.0000213, "0.000021"), (0.00999, "0.0100"), ("0.31", "0.31"),
        (1204.5, "1,204.50"), (1e-12, "0.00"), (0.05, "0.050"),
    ],
)  # fmt: skip
def test_a_price_shows_two_figures_at_least(amount: float | str | None, shown: str) -> None:
    assert price(amount) == shown
