"""Asking for a verdict."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from themis.pipeline.models import Run
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db


def judge(client: Client, trajectory: Trajectory, critic: str) -> str:
    url = reverse("verdicts:judge", args=[trajectory.pk])
    response = client.post(url, {"critic": critic}, follow=True)
    assert response.redirect_chain == [(f"/trajectories/{trajectory.pk}/", 302)]
    return response.content.decode()


@pytest.mark.parametrize("critic", ["", "evidence-only"])
def test_judging_again_puts_one_run_in_the_queue(
    as_mate: Client, trajectory: Trajectory, critic: str
) -> None:
    judge(as_mate, trajectory, critic)
    judge(as_mate, trajectory, critic)
    assert [run.critic for run in Run.objects.filter(trajectory=trajectory)] == [critic]


def test_a_critic_that_needs_a_model_is_refused_without_one(
    as_mate: Client, trajectory: Trajectory
) -> None:
    assert "asks a model, and none is set" in judge(as_mate, trajectory, "themis")
    assert not Run.objects.exists()


def test_an_unknown_critic_is_refused(as_mate: Client, trajectory: Trajectory) -> None:
    assert "no critic called nobody" in judge(as_mate, trajectory, "nobody")
    assert not Run.objects.exists()
