"""Themis as a person starts it: `manage.py` in a process of its own, with a home of its own."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
import redis

from themis.domain.jsontypes import Json

ROOT = Path(__file__).resolve().parents[2]
SERVED = "Themis is at"
OURS = ("THEMIS_", "DATABASE_URL", "REDIS_URL", "DJANGO_")
ALTERED = """
import sys
import django
from django.core.management import execute_from_command_line
django.setup()
{how}
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""
PREPARE = """
import django
django.setup()
from themis.pipeline import installation
installation.make_ready(print)
"""
GATHER = """
from themis.web import assets
assets.gather(print)
"""
PASSWORD = "a-test-of-ones-own"
KEY = f"thk_{'k' * 43}"
MANAGERS = dict.fromkeys(("ann.lee", "bob"), "manager")
PEOPLE = f"""
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from themis.accounts import services
from themis.accounts.models import Membership, Role, Team, User
team, secret = Team.objects.get(), make_password("{PASSWORD}")
for name, role in {{**{{each: each for each in Role.values}}, **{MANAGERS}}}.items():
    user = User.objects.create(username=name, password=secret)
    Membership.objects.create(user=user, team=team, role=role)
services.keep_key(plain="{KEY}", team=team, name="tests", by=None, at=timezone.now())
"""


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Json]]:
        """Its output, one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Installation:
    """One THEMIS_HOME and the variables its commands run with."""

    home: Path
    variables: dict[str, str] = field(default_factory=dict)
    patience: float = 100.0  # seconds a command may take
    is_peopled: bool = False  # whether somebody of each role may sign in, and a program with KEY

    @classmethod
    def ready(cls, home: Path, *, patience: float = 100.0) -> Installation:
        """One of the embedded shape whose tables and static files are there: a copy, made once.

        For tests that are not about a first start, which takes its seconds.
        """
        shutil.copytree(_prepared(), home)
        return cls(home, patience=patience)

    @classmethod
    def peopled(cls, home: Path, *, patience: float = 100.0) -> Installation:
        """One that is ready and in which somebody of each role may sign in."""
        shutil.copytree(_peopled(), home)
        return cls(home, patience=patience, is_peopled=True)

    @classmethod
    def grown(cls, home: Path, database: str, broker: str) -> Installation:
        """One of the grown shape with an empty database of its own: a copy of one made once."""
        template = prepared_template(database)
        with psycopg.connect(database, autocommit=True) as connection:
            name = f"themis_{uuid.uuid4().hex}"
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        broker = broker.replace("/0", "/7")
        redis.Redis.from_url(broker).flushdb()
        shutil.copytree(_prepared() / "static", home / "static")
        variables = {"DATABASE_URL": _beside(database, name), "REDIS_URL": broker}
        return cls(home, {**variables, "THEMIS_WORKERS": "1", "THEMIS_WEB": "1"})

    def copied(self, home: Path) -> Installation:
        """Another one with the same in it, of the embedded shape and at rest."""
        shutil.copytree(self.home, home)
        return replace(self, home=home, variables=dict(self.variables))

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes: nothing of the test run's own settings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        return {**kept, "THEMIS_HOME": str(self.home), **self.variables}

    def person(self, name: str) -> dict[str, Json]:
        """Name and password of one of MANAGERS, or of somebody who has the name of their role."""
        if self.is_peopled:
            return {"name": name, "password": PASSWORD}
        return self.run("enrol", name, "--role", MANAGERS.get(name, name), "--json").lines[0]

    def run(self, *arguments: str) -> Result:
        """A command, to its end."""
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=self.patience,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str, altered: str = "") -> subprocess.Popen[str]:
        """A command, left running; `altered` is Python that changes something before it begins."""
        command = self.command(*arguments)
        if altered:
            command = [sys.executable, "-c", ALTERED.format(how=altered), *arguments]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env={**self.environment, "DJANGO_SETTINGS_MODULE": "themis.settings"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @staticmethod
    def command(*arguments: str) -> list[str]:
        """The command line, with arguments."""
        return [sys.executable, str(ROOT / "manage.py"), *arguments]

    @contextmanager
    def served(self, *arguments: str) -> Iterator[str]:
        """The address of a server that runs within the block."""
        process = self.start("serve", "--port", "0", *arguments)
        try:
            yield address_of(process)
        finally:
            process.terminate()
            _, complaints = process.communicate(timeout=20)
            sys.stderr.write(complaints)


def address_of(process: subprocess.Popen[str]) -> str:
    """Where a started server says it is; fails with its complaints if it ends before."""
    assert process.stdout is not None
    for line in process.stdout:
        if SERVED in line:
            return line.split()[-1]
    _, complaints = process.communicate()
    raise AssertionError(f"the server ended with {process.returncode}: {complaints}")


@functools.cache
def _prepared() -> Path:
    """A home that has been set up."""
    return made_once("prepared", lambda home: _prepare(Installation(home), GATHER))


@functools.cache
def _peopled() -> Path:
    """The same with people."""

    def make(home: Path) -> None:
        shutil.copytree(_prepared(), home)
        _prepare(Installation(home), PEOPLE)

    return made_once("peopled", make)


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """A folder that one of the processes that run tests makes, for all of them."""
    folder, making = _room() / name, _room() / f"{name}.making"
    with _alone(name):
        if not folder.exists():
            shutil.rmtree(making, ignore_errors=True)
            make(making)
            making.rename(folder)
    return folder


def prepared_tables(into: Path) -> None:
    """A file of SQLite's whose tables are there, and empty."""
    shutil.copyfile(_prepared() / "themis.sqlite3", into)
    with contextlib.closing(sqlite3.connect(into)) as tables:
        tables.execute("DELETE FROM accounts_team")
        tables.commit()


def prepared_template(database: str) -> str:
    """The name of a database whose tables are there, beside another one of PostgreSQL's."""
    asked = "SELECT count(*) FROM pg_database WHERE datname = 'themis_prepared'"
    with _alone("database"), psycopg.connect(database, autocommit=True) as connection:
        found = connection.execute(asked).fetchone()
        if found == (0,):
            connection.execute("DROP DATABASE IF EXISTS themis_preparing")
            connection.execute("CREATE DATABASE themis_preparing")
            with tempfile.TemporaryDirectory() as home:
                own = {"DATABASE_URL": _beside(database, "themis_preparing")}
                _prepare(Installation(Path(home), own))
            with psycopg.connect(_beside(database, "themis_preparing")) as made:
                made.execute("DELETE FROM accounts_team")
            connection.execute("ALTER DATABASE themis_preparing RENAME TO themis_prepared")
    return "themis_prepared"


def _prepare(making: Installation, more: str = "") -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "themis.settings"}
    subprocess.run(
        [sys.executable, "-c", PREPARE + more],
        env=making.environment | settings,
        cwd=ROOT,
        check=True,
        capture_output=True,
    )


def _beside(database: str, name: str) -> str:
    """The address of another database of the same server."""
    return f"{database.rpartition('/')[0]}/{name}"


@functools.cache
def _room() -> Path:
    return Path(os.environ.get("THEMIS_HOME") or tempfile.mkdtemp(prefix="themis-tests-"))


@contextmanager
def _alone(name: str) -> Iterator[None]:
    with (_room() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
