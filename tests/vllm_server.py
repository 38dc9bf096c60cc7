"""A real vLLM server with a random tiny model, in a process of its own; see scripts/vllm.py."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from scripts import vllm
from scripts.services import free_port

NAME = "tiny-qwen2.5-vl"
CONTEXT = 32_768
STARTING = 240.0  # seconds a server may take from cold on two busy cores
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
T = TypeVar("T")


@dataclass
class VllmServer:
    """One address; the server behind it can be killed and started again."""

    model: Path
    log: Path
    name: str = NAME
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The base address of its chat completions."""
        return f"http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        """Start it and return once it answers; fails with its last words when it ends before."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command(),
                env=vllm.environment() | {"VLLM_CPU_KVCACHE_SPACE": "1"},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that all its processes can be ended at once
            )
        self.wait_ready()

    def _command(self) -> list[str]:
        return [
            *(str(vllm.FOLDER / "bin" / "vllm"), "serve", str(self.model)),
            *("--served-model-name", self.name, "--host", "127.0.0.1", "--port", str(self.port)),
            *("--max-model-len", str(CONTEXT), "--max-num-seqs", "8", "--enforce-eager"),
            *("--limit-mm-per-prompt", '{"image": 64}', "--mm-processor-cache-gb", "1"),
            "--structured-outputs-config",
            '{"backend": "guidance", "disable_any_whitespace": true}',
        ]

    def wait_ready(self) -> None:
        """Return once the server answers."""

        def answers() -> bool:
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(f"vLLM ended before it answered:\n{self.last_words()}")
            return self._get(f"http://127.0.0.1:{self.port}/health") is not None

        until(answers, seconds=STARTING, what="vLLM did not answer")

    def last_words(self) -> str:
        """The end of what it wrote."""
        return self.log.read_text(errors="replace")[-3_000:]

    def kill(self) -> None:
        """End it as the system would without memory: at once, every process of it."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def figure(self, name: str) -> float:
        """The sum of one of the figures on its metrics page."""
        page = self._get(f"http://127.0.0.1:{self.port}/metrics")
        if page is None:
            raise AssertionError("vLLM does not tell its metrics")
        found = re.findall(rf"^{re.escape(name)}(?:\{{.*\}})? (\S+)$", page, re.MULTILINE)
        assert found, f"there is no {name}"
        return sum(map(float, found))

    @property
    def under_way(self) -> int:
        """Requests that it works on or keeps waiting."""
        return int(self.figure("vllm:num_requests_running")) + int(
            self.figure("vllm:num_requests_waiting")
        )

    @property
    def answered(self) -> int:
        """Requests that it has carried to an end; one that was given up is none."""
        page = self._get(f"http://127.0.0.1:{self.port}/metrics") or ""
        ended = re.findall(
            r'^vllm:request_success_total\{.*finished_reason="(\w+)".*\} (\S+)$', page, re.MULTILINE
        )
        return int(sum(float(count) for reason, count in ended if reason != "abort"))

    @staticmethod
    def _get(address: str) -> str | None:
        try:
            with DIRECT.open(address, timeout=30) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, OSError):
            return None


@contextmanager
def vllm_server(folder: Path) -> Iterator[VllmServer]:
    """A server within the block, its model made in the folder."""
    model = folder / "model"
    write_model(model)
    server = VllmServer(model=model, log=folder / "vllm.log")
    try:
        server.start()
        yield server
    finally:
        server.kill()


def write_model(folder: Path) -> None:
    """The random tiny model, the same each time."""
    script = Path(__file__).parent / "e2e" / "tinymodel.py"
    done = subprocess.run(
        [str(vllm.PYTHON), str(script), str(folder)],
        env=vllm.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def until(holds: Callable[[], T], *, seconds: float, what: str) -> T:
    """What a condition gives once it holds; fails when it does not in time."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} within {seconds:.0f} s")
        time.sleep(0.1)
    return found
