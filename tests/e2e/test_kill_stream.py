"""A server that is killed while a run is streamed: every step once, every retry answered alike."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.e2e.recorder import key_of, piece, post, standing
from tests.e2e.shell import Installation, address_of
from themis.domain.jsontypes import Json

PATIENCE = 30.0  # seconds until a step that was sent must be there
UNHEARD: list[socket.socket] = []  # kept open: a client that hangs up is another case


class Server:
    """A server that can be killed and started again."""

    def __init__(self, themis: Installation) -> None:
        self._themis = themis
        self._process: subprocess.Popen[str] | None = None
        self.address = ""
        self.start()

    def start(self) -> None:
        self._process = self._themis.start("serve", "--port", "0")
        self.address = address_of(self._process)

    def kill(self) -> None:
        """kill -9, its workers with it."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()


def sent_unheard(address: str, path: str, key: str, body: dict[str, Json], once: str) -> None:
    """Send a request and never read its answer."""
    where = urlsplit(address)
    content = json.dumps(body).encode()
    head = (
        f"POST /api/v1{path} HTTP/1.1\r\nHost: {where.netloc}\r\n"
        f"Authorization: Bearer {key}\r\nIdempotency-Key: {once}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    wire = socket.create_connection((str(where.hostname), int(where.port or 0)))
    wire.sendall(head.encode() + content)
    UNHEARD.append(wire)


def until(told: Callable[[], bool]) -> None:
    """Look until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not told():
        assert time.monotonic() < deadline, "it never came"


@pytest.mark.parametrize("themis", ["embedded"], indirect=True)
def test_kill_9_between_append_and_answer(themis: Installation) -> None:
    key = key_of(themis)
    server = Server(themis)
    begun: dict[str, Json] = {"open": True, "instruction": "Save the note", "platform": "web"}
    status, opened = post(server.address, "/trajectories", key, begun, once="open")
    assert status == 201
    name = str(opened["trajectory"])
    steps = f"/trajectories/{name}/steps"
    assert post(server.address, steps, key, piece(0), once="step-0")[0] == 200

    sent_unheard(server.address, steps, key, piece(1), "step-1")
    until(lambda: standing(server.address, name, key)["n_steps"] == 2)
    server.kill()  # the step is there, its answer was never heard
    server.start()
    status, again = post(server.address, steps, key, piece(1), once="step-1")
    assert (status, again["n_steps"], again["n_screens"]) == (200, 2, 2)

    sent_unheard(server.address, steps, key, piece(2), "step-2")
    server.kill()  # whether it came to the step or not, nobody knows
    server.start()
    status, again = post(server.address, steps, key, piece(2), once="step-2")
    assert (status, again["n_steps"], again["n_screens"]) == (200, 3, 3)
    assert post(server.address, "/trajectories", key, begun, once="open")[1] == opened

    ending: dict[str, Json] = {"ending": {"claim": "success"}, "at": 3}
    closed = post(server.address, f"/trajectories/{name}/close", key, ending, once="close")
    server.kill()
    server.start()
    try:
        again_closed = post(
            server.address, f"/trajectories/{name}/close", key, ending, once="close"
        )
        assert again_closed == closed
        until(lambda: _judged(server.address, name, key))
    finally:
        server.kill()
        while UNHEARD:
            UNHEARD.pop().close()

    document = json.loads(themis.run("show", name, "--json").out)
    recorded = document["trajectory"]
    assert [step["thought"] for step in recorded["steps"]] == [f"Thought {n}" for n in range(3)]
    assert [step["after"] for step in recorded["steps"]] == [0, 1, 2]
    assert len(recorded["screens"]) == 3
    assert [verdict["provisional"] for verdict in document["verdicts"]] == [False]


def _judged(address: str, name: str, key: str) -> bool:
    return "outcome" in standing(address, name, key, what="rewards")
