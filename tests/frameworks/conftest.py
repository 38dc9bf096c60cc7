"""A served Themis with judged runs, its own client installed from it, and programs that ask it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts import frameworks
from tests.e2e.shell import ROOT, Installation
from themis.api import wheel
from themis.client import Place, Settled, Themis
from themis.client.references import SCHEME

DEMO = ROOT / "demo" / "trajectories"
SAVED, UNSAVED = DEMO / "note-saved", DEMO / "note-unsaved"
BEYOND = " The note must be shared with all colleagues."  # which no screen of the run tells of
PROGRAMS = ROOT / "tests" / "frameworks" / "programs"
JOB = "frameworks"
PREPARE = f"""
from django.utils import timezone
from themis.accounts import services
from themis.accounts.models import Team
from themis.rewards import jobs
from themis.rewards.policy import Policy
at = timezone.now()
team = Team.objects.first() or services.found_team(slug="default", name="Default")
jobs.make(team=team, name="{JOB}", policy=Policy(), budget=jobs.Budget(), by=None, at=at)
print(services.issue_key(team=team, name="trainer", by=None, at=at)[1])
"""
LONGEST = 100.0  # seconds that a program may take on a crowded machine


@dataclass(frozen=True)
class Served:
    """An installation, the key of its team, and the references of its runs by how they ended."""

    themis: Installation
    url: str
    key: str
    runs: dict[str, str]
    client: Path  # where the client is installed, as it was served

    @property
    def keyed(self) -> str:
        """The address for who cannot send a header."""
        return f"{self.url}/k/{self.key}"

    def run(self, program: str, *arguments: str, **variables: str) -> dict[str, Any]:
        """What a program in the environment of the frameworks tells; fails with its complaints."""
        variables = {"THEMIS_URL": self.url, "THEMIS_KEY": self.key, **variables}
        done = subprocess.run(
            [str(frameworks.FRAMEWORKS.python), str(PROGRAMS / f"{program}.py"), *arguments],
            env=frameworks.environment() | variables | {"PYTHONPATH": f"{self.client}"},
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One installation for all: a run that passed, one that failed, and one that is undecided."""
    if reason := frameworks.FRAMEWORKS.why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("served")
    themis = Installation.ready(folder / "var")
    made = themis.run("shell", "-v", "0", "-c", PREPARE)
    key = made.out.split()[-1]
    with themis.served() as url, Themis(Place(url, key, deadline=60.0)) as client:
        brought = [client.submit(each)[0] for each in (SAVED, UNSAVED, unclear(folder / "unclear"))]
        runs = [f"{SCHEME}{each.trajectory}" for each in brought]
        answers = [each for each in client.rewards(runs) if isinstance(each, Settled)]
        outcomes = ["passed", "failed", "undecided"]
        assert [answer.outcome for answer in answers] == outcomes
        site = installed(url, folder / "site")
        yield Served(themis, url, key, dict(zip(outcomes, runs, strict=True)), site)


@pytest.fixture
def gym(served: Served) -> Iterator[str]:
    """The address of a gym for the job, as verifiers finds one."""
    process = served.themis.start("gym", "--job", JOB, "--client", "verifiers", "--port", "0")
    try:
        assert process.stdout is not None
        yield next(line.split()[-1] for line in process.stdout if "http://" in line)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def unclear(into: Path) -> Path:
    """A run of which more is asked than its screens can tell."""
    shutil.copytree(SAVED, into)
    file = into / "trajectory.json"
    document = json.loads(file.read_text())
    file.write_text(json.dumps({**document, "instruction": document["instruction"] + BEYOND}))
    return into


def installed(url: str, into: Path) -> Path:
    """The client that an installation serves, and beside it the programs' own package."""
    uv = str(ROOT / ".venv" / "bin" / "uv")
    options = ("--quiet", "--no-deps", "--no-cache", "--python", str(frameworks.FRAMEWORKS.python))
    command = [uv, "pip", "install", *options, "--target", str(into), f"{url}/client/{wheel.FILE}"]
    subprocess.run(command, check=True, capture_output=True)
    # Of the checkout only the tests: the client comes from the wheel.
    (into / "tests").symlink_to(ROOT / "tests")
    return into
