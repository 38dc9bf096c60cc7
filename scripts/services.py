"""Starts the real PostgreSQL and Redis on free ports, runs a command, stops what it started.

Usage: services.py [--keep] [--grown] -- COMMAND [ARG ...]

The command finds them in STACK_DATABASE_URL and STACK_REDIS_URL; with --grown also in
DATABASE_URL and REDIS_URL. With --keep their data stays for the next time, else it is removed.
Standard library only.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 30.0  # seconds a service may take to answer


def main() -> int:
    """Run the command between the start and the stop of the services; its exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--grown", action="store_true")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    with (
        data_folder(keep=options.keep) as folder,
        postgres(folder) as database,
        redis(folder) as broker,
    ):
        found = {"STACK_DATABASE_URL": database, "STACK_REDIS_URL": broker}
        if options.grown:
            found |= {"DATABASE_URL": database, "REDIS_URL": broker}
        return run(options.command, os.environ | found)


def run(command: list[str], environment: dict[str, str]) -> int:
    """The command's exit status; Ctrl-C and SIGTERM reach it and wait for it."""
    process = subprocess.Popen(command, env=environment)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the terminal has told the command, too
            continue


@contextmanager
def data_folder(*, keep: bool) -> Iterator[Path]:
    """Where the services keep their files: reachable for the user that PostgreSQL runs as."""
    if keep:
        here = hashlib.sha256(str(Path.cwd()).encode()).hexdigest()[:12]
        folder = Path("/var/tmp") / f"themis-stack-{os.getuid()}-{here}"  # noqa: S108  mode 711
        folder.mkdir(mode=0o711, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            sys.exit(f"{folder} belongs to somebody else; remove it")
        yield folder
        return
    folder = Path(tempfile.mkdtemp(prefix="themis-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Service:
    """A server of ours, which can be killed and started again with the same port and data."""

    name: str
    port: int
    command: list[str]
    ends_at: signal.Signals
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return once it answers; exits with a sentence if it does not.

        What a killed server started may outlive it for a moment, and keep the next one away.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            self.process = start(self.command)
            if wait_for(self.port, self.process):
                return
            if time.monotonic() > deadline:
                sys.exit(f"{self.name} does not answer on port {self.port}")
            self.kill()
            time.sleep(0.05)

    def stop(self) -> None:
        """End it, and everything it started."""
        if self.process is not None:
            stop(self.process, self.ends_at)

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@contextmanager
def running(service: Service) -> Iterator[Service]:
    """A service that is stopped at the end of the block."""
    service.start()
    try:
        yield service
    finally:
        service.stop()


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL server with a database `themis`; its address."""
    with running(postgres_service(folder)) as service:
        address = f"postgres://themis:{password_of(folder)}@127.0.0.1:{service.port}"
        create_database(newest_postgres(), address)
        yield f"{address}/themis"


def password_of(folder: Path) -> str:
    """That of the PostgreSQL server that keeps its data there."""
    return kept_secret(folder / "postgres-password")


def postgres_service(folder: Path) -> Service:
    """A PostgreSQL server, with its cluster made."""
    programs = newest_postgres()
    data, port = folder / "postgres", free_port()
    drop = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if not (data / "PG_VERSION").exists():
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(mode=0o700)
        if drop:
            shutil.chown(data, "postgres", "postgres")
        create_cluster(programs, data, password_of(folder), drop)
    command = [
        *drop,
        *(str(programs / "postgres"), "-D", str(data), "-p", str(port)),
        *("-h", "127.0.0.1", "-k", ""),
        *("-c", "fsync=off" if "themis-stack" not in str(folder) else "fsync=on"),
    ]
    return Service("PostgreSQL", port, command, signal.SIGINT)


def create_cluster(programs: Path, data: Path, password: str, drop: list[str]) -> None:
    """initdb, with the password in a file that only the server's user can read."""
    file = data.with_name("pwfile")
    file.touch(mode=0o600)
    file.write_text(password)
    if drop:
        shutil.chown(file, "postgres")
    subprocess.run(
        [
            *drop,
            *(str(programs / "initdb"), "-D", str(data), "-U", "themis", "-E", "UTF8"),
            *("--auth=scram-sha-256", f"--pwfile={file}", "--no-sync", "--locale=C.UTF-8"),
        ],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    file.unlink()


def create_database(programs: Path, address: str) -> None:
    """The database, unless it is there."""
    psql = [str(programs / "psql"), f"{address}/postgres", "-qtA", "-c"]
    deadline = time.monotonic() + PATIENCE
    while True:
        asked = subprocess.run(
            [*psql, "SELECT 1 FROM pg_database WHERE datname = 'themis'"],
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.returncode == 0:
            break
        if time.monotonic() > deadline:
            sys.exit(f"PostgreSQL does not answer: {asked.stderr.strip()}")
        time.sleep(0.05)
    if not asked.stdout.strip():
        subprocess.run([*psql, "CREATE DATABASE themis"], check=True)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis server; its address."""
    with running(redis_service(folder)) as service:
        yield f"redis://127.0.0.1:{service.port}/0"


def redis_service(folder: Path) -> Service:
    """A Redis server."""
    port = free_port()
    (folder / "redis").mkdir(exist_ok=True)
    command = [
        *("redis-server", "--bind", "127.0.0.1", "--port", str(port)),
        *("--dir", str(folder / "redis"), "--loglevel", "warning"),
    ]
    return Service("Redis", port, command, signal.SIGTERM)


def newest_postgres() -> Path:
    """The folder of the newest PostgreSQL server's programs."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name)
    )
    if not found:
        sys.exit("no PostgreSQL server here; install it: apt-get install postgresql")
    return found[-1]


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """A service in a session of its own, so that Ctrl-C does not take it before its users."""
    return subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def stop(server: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """End a service and everything it started."""
    if server.poll() is None:
        os.killpg(server.pid, how)
        try:
            server.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> bool:
    """Whether the port answers before the service ends, or patience does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def kept_secret(file: Path) -> str:
    """A password made once for this folder."""
    if not file.exists():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_hex(16))
    return file.read_text()


if __name__ == "__main__":
    sys.exit(main())
