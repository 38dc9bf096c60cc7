"""Who calls."""

from __future__ import annotations

import pytest

from tests.api.caller import Caller
from themis.accounts.models import Team


@pytest.fixture
def caller(team: Team) -> Caller:
    return Caller(team)
