"""The cast and the stage that tests share; runs and verdicts to test with are in stories.py."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from asgiref.sync import SyncToAsync
from django.db import connection, connections
from django.test import Client
from pytest_django.fixtures import Settings

from scripts.frameworks import FRAMEWORKS
from scripts.vllm import VLLM
from tests import stories
from tests.e2e import shell
from themis.accounts import services as accounts
from themis.accounts.models import Role, Team, User
from themis.pipeline.modelsfile import ModelsFile
from themis.trajectories.models import Trajectory

# How fast examples are made says how busy the machine is, and nothing of what is tested.
hypothesis.settings.register_profile(
    "calm", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("calm")


def pytest_configure() -> None:
    """Let Ctrl-C reach the commands that tests start, also where a shell in the background ran us.

    Such a shell has SIGINT ignored, which every process inherits that does not change it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first, so that none is left over for one worker alone.

    That is what waits for a model server to start, then what needs a browser or a framework.
    """
    slow = {"e2e", "frameworks"}
    items.sort(key=lambda item: ("vllm" not in item.keywords, not slow & set(item.path.parts)))


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    """A THEMIS_HOME of the test's own."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.BLOBS = settings.HOME / "blobs"
    settings.STATIC_ROOT = settings.HOME / "static"
    settings.STATIC_ROOT.mkdir()
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # Real ones take a third of a second a password, which is what they are for.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MODEL_URL = settings.MODEL = settings.MODEL_KEY = ""
    settings.MODELS, settings.MODEL_PRICES, settings.MODEL_IMAGE_IDS = ModelsFile(), None, None
    return Path(settings.HOME)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The tables of SQLite are there before: see `django_db_modify_db_settings`."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Tables that were made once, for each process that runs tests."""
    test = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        shell.prepared_tables(Path(str(test["NAME"])))
    else:
        test["TEMPLATE"] = shell.prepared_template(str(os.environ["DATABASE_URL"]))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The test database, let go of at the end by the thread that asynchronous code reads it in."""
    yield
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


@pytest.fixture
def team(db: None) -> Team:
    """The team most tests are about."""
    return accounts.found_team(slug="court", name="Court")


@pytest.fixture
def owner(team: Team) -> User:
    """May do everything in the team."""
    return accounts.enrol(username="owner", password="owner-pass", team=team, role=Role.ADMIN)


@pytest.fixture
def mate(team: Team) -> User:
    """Is in the team, but may not change its settings."""
    return accounts.enrol(username="mate", password="mate-pass", team=team, role=Role.MANAGER)


@pytest.fixture
def stranger(db: None) -> User:
    """Owns another team and must not learn that the first exists."""
    other = accounts.found_team(slug="other", name="Other")
    return accounts.enrol(username="stranger", password="other-pass", team=other, role=Role.ADMIN)


@pytest.fixture
def trajectory(team: Team) -> Trajectory:
    """A stored run of three steps."""
    return stories.stored(team)


def client_of(user: User) -> Client:
    """A browser in which a user has signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_owner(owner: User) -> Client:
    """The owner's browser."""
    return client_of(owner)


@pytest.fixture
def as_mate(mate: User) -> Client:
    """The team mate's browser."""
    return client_of(mate)


@pytest.fixture
def as_stranger(stranger: User) -> Client:
    """The stranger's browser."""
    return client_of(stranger)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """With THEMIS_NO_SKIPS, only tests that need what cannot be here may be skipped.

    The real recordings, that is, and a vLLM or frameworks where installing them was tried in vain.
    """
    if not os.environ.get("THEMIS_NO_SKIPS"):
        return
    excused = {"data"}
    excused |= {"vllm"} if VLLM.is_impossible else set()
    excused |= {"frameworks"} if FRAMEWORKS.is_impossible else set()
    for report in terminalreporter.stats.get("skipped", []):
        if not excused & set(report.keywords):
            terminalreporter.write_line(f"skipped although it can run here: {report.nodeid}")
            session = terminalreporter._session
            assert session is not None
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
