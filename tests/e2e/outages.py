"""The grown shape on a PostgreSQL and a Redis of its own, of which every part can be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from scripts import services
from scripts.services import Service
from tests.e2e.shell import ROOT, Installation
from themis.domain.jsontypes import Json

PATIENCE = 180.0  # seconds a server may take to start
ANSWERS = 30.0  # seconds it may take to answer, with hundreds before the door
WEB, WORKER, SENDER = b"spawn_main", b"critic", b"sending@"  # in command lines


@dataclass
class Stand:
    """An installation that is served, and what it stands on."""

    themis: Installation
    postgres: Service
    redis: Service
    database: str
    port: int
    log: Path
    servers: list[subprocess.Popen[bytes]] = field(default_factory=list)  # `serve`, the newest last

    @property
    def address(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    def serve(self) -> None:
        """Start the server; returns once it answers."""
        until = time.monotonic() + PATIENCE
        with self.log.open("ab") as log:
            while not self._is_up():
                if time.monotonic() > until:
                    raise AssertionError(f"the server does not answer; see {self.log}")
                if not self._is_alive():
                    self._start(log.fileno())
                time.sleep(0.1)

    def _start(self, log: int) -> None:
        process = subprocess.Popen(
            self.themis.command("serve", "--port", str(self.port)),
            cwd=ROOT,
            env=self.themis.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self.servers.append(process)

    def _is_alive(self) -> bool:
        return bool(self.servers) and self.servers[-1].poll() is None

    def _is_up(self) -> bool:
        try:
            with urlopen(f"{self.address}/healthz", timeout=ANSWERS) as answer:  # noqa: S310  our own
                return bool(answer.status == 200)
        except OSError:  # URLError among them
            return False

    def kill_one(self, kind: bytes) -> None:
        """kill -9 of one process of that kind, if one lives."""
        for pid in _of_sessions({self.servers[-1].pid}, kind)[:1]:
            os.kill(pid, signal.SIGKILL)

    def kill_server(self) -> None:
        """kill -9 of the process that holds the others; a new one is started."""
        self.servers[-1].kill()
        self.servers[-1].wait()
        self.serve()

    def cut(self, service: Service, seconds: float) -> None:
        """kill -9 of a service, which is started again after so long."""
        service.kill()
        time.sleep(seconds)
        service.start()

    def python(self, program: str) -> dict[str, Json]:
        """What a program within the installation prints, as JSON."""
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=self.themis.environment | {"DJANGO_SETTINGS_MODULE": "themis.settings"},
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        told: dict[str, Json] = json.loads(done.stdout)
        return told

    def end(self) -> None:
        """Nothing of it is left behind, whatever lost its parent."""
        for pid in _of_sessions({each.pid for each in self.servers}, b""):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for each in self.servers:
            each.wait()


@contextmanager
def stand(folder: Path, **variables: str) -> Iterator[Stand]:
    """One that is not served yet, with these variables; PostgreSQL's user can reach the folder."""
    postgres, redis = services.postgres_service(folder), services.redis_service(folder)
    with ExitStack() as ends:
        for service in (postgres, redis):
            ends.enter_context(services.running(service))
        password = services.password_of(folder)
        server = f"postgres://themis:{password}@127.0.0.1:{postgres.port}"
        services.create_database(services.newest_postgres(), server)
        broker = f"redis://127.0.0.1:{redis.port}/0"
        themis = Installation.grown(folder / "home", f"{server}/themis", broker)
        themis.variables |= variables
        made = Stand(
            themis=themis,
            postgres=postgres,
            redis=redis,
            database=themis.variables["DATABASE_URL"],
            port=services.free_port(),
            log=folder / "log",
        )
        ends.callback(made.end)
        yield made


def kills_of(made: Stand, away: float) -> dict[str, Callable[[], None]]:
    """Every kind of kill there is; services stay `away` for so many seconds."""
    return {
        "web": lambda: made.kill_one(WEB),
        "worker": lambda: made.kill_one(WORKER),
        "redis": lambda: made.cut(made.redis, away),
        "postgres": lambda: made.cut(made.postgres, away),
        "server": made.kill_server,
        "sender": lambda: made.kill_one(SENDER),
    }


def _of_sessions(sessions: set[int], kind: bytes) -> list[int]:
    """The living processes of sessions whose command line says what they are."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
            is_there = int(session) in sessions and state != "Z"
            if is_there and kind in (stat.parent / "cmdline").read_bytes():
                found.append(int(stat.parent.name))
    return sorted(found)
