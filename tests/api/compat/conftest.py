"""A trainer with a key, and rewards as they stand when it asks."""

from __future__ import annotations

import pytest

from tests.api.compat.trainer import Rewards, Trainer
from themis.accounts.models import Team
from themis.api import asking


@pytest.fixture
def trainer(team: Team) -> Trainer:
    return Trainer(team)


@pytest.fixture
def rewards(team: Team) -> Rewards:
    return Rewards(team)


@pytest.fixture
def held_since(monkeypatch: pytest.MonkeyPatch) -> None:
    """The request came before what it waited for broke, as one does that was held back."""
    monkeypatch.setattr(asking, "first_at", lambda _request: Rewards.at)
