"""One judged run."""

from __future__ import annotations

import pytest

from tests import stories
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict


@pytest.fixture
def verdict(trajectory: Trajectory) -> Verdict:
    return stories.given(trajectory)
