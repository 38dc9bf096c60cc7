"""The page shows the chain of every critic, whatever its steps are called."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from html import escape

import pytest
from django.test import Client
from django.urls import reverse

from tests import stories
from themis.critic.loader import CRITICS, critic
from themis.critic.memory import MemoryDocket
from themis.critic.models.obliging import oblige
from themis.critic.models.scripted import Scripted
from themis.trajectories import queries as trajectories
from themis.trajectories.models import Trajectory
from themis.verdicts import services as verdicts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", [each for each in CRITICS if critic(each).uses_model])
def test_goals_and_findings_of_every_critic_are_shown(
    as_mate: Client, trajectory: Trajectory, name: str
) -> None:
    case, docket = trajectories.case_of(trajectory), MemoryDocket()
    finding = asyncio.run(critic(name).judge(case, Scripted(oblige), docket))
    bench = replace(stories.BENCH, critic=name)
    verdict = verdicts.open_verdict(trajectory=trajectory, bench=bench, at=stories.NOW)
    for turn in docket.turns.values():
        verdicts.record_turn(verdict=verdict, turn=turn, seconds=0.1, at=stories.NOW)
    verdicts.publish(verdict=verdict, rounds=finding.rounds)
    verdicts.give(verdict=verdict, finding=finding, seconds=1.0, at=stories.NOW)

    shown = as_mate.get(reverse("trajectories:detail", args=[trajectory.pk])).content.decode()
    assert finding.rounds[-1].milestones
    for milestone in finding.rounds[-1].milestones:
        assert escape(milestone.goal) in shown
    assert escape(finding.reason.split("\n")[0][:60]) in shown
    assert "To be verified" not in shown
