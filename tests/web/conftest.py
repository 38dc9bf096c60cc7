"""One judged run, and browsers of everybody in the cast."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import stories
from tests.conftest import client_of
from themis.accounts.models import User
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict


@pytest.fixture
def verdict(trajectory: Trajectory) -> Verdict:
    return stories.given(trajectory)


@pytest.fixture
def as_owner(owner: User) -> Client:
    return client_of(owner)


@pytest.fixture
def as_mate(mate: User) -> Client:
    return client_of(mate)


@pytest.fixture
def as_stranger(stranger: User) -> Client:
    return client_of(stranger)
