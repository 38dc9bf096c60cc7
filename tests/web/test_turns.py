"""A turn's page says what was sent of each screen."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import stories
from themis.critic.contract import Turn
from themis.domain.jsontypes import Json
from themis.trajectories.models import Trajectory
from themis.verdicts import models
from themis.verdicts import services as verdicts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (None, "</a>"),
        ("crop 10,20,448,448", ", a part of it</a>"),
        ("marked 512x384: ring 3,4", ", with the action drawn on it</a>"),
        ("scaled 512x384", ", made smaller</a>"),
        ("changes since 00ff", ", what changed</a>"),
        ("sepia", ", a picture made from it</a>"),
    ],
)
def test_a_view_is_told_from_the_screen_it_was_made_from(
    as_mate: Client, trajectory: Trajectory, recipe: str | None, words: str
) -> None:
    sent: dict[str, Json] = {"type": "image", "screen": 0, "digest": "00"}
    if recipe:
        sent["view"] = recipe
    prompt: Json = [{"role": "user", "content": [{"type": "text", "text": "Look:"}, sent]}]
    verdict = verdicts.open_verdict(trajectory=trajectory, bench=stories.BENCH, at=stories.NOW)
    turn = Turn(key="verifier/1/m1", role="verifier", round=1, prompt_hash="0", prompt=prompt)
    verdicts.record_turn(verdict=verdict, turn=turn, seconds=0.1, at=stories.NOW)
    row = models.Turn.objects.get(verdict=verdict)

    shown = as_mate.get(reverse("verdicts:turn", args=[verdict.pk, row.pk])).content.decode()
    assert words in shown
    assert shown.count("</a>") == 1
