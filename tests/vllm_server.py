"""A real vLLM server with a random tiny model, in a process of its own; see scripts/vllm.py."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from scripts import vllm
from scripts.services import free_port

NAME = "tiny-qwen2.5-vl"
CONTEXT = 65_536
PICTURES = {"count": 64, "width": 56, "height": 56}  # in a prompt; small ones to warm up with
STARTING = 400.0  # seconds a server may take from cold on a crowded machine
SETTINGS = {
    "VLLM_CPU_KVCACHE_SPACE": "1",  # GiB: some millions of tokens of so small a model
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",  # else every server sits on the first core,
    "OMP_NUM_THREADS": "1",  # and two threads for so little would only wait for each other
    "VLLM_SERVER_DEV_MODE": "1",  # its cache can be emptied
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",  # or it does not take "uni": one process fewer to start
}
ANSWERED = r'^vllm:request_success_total\{.*finished_reason="(?:stop|length)".*\} (\S+)$'
# Pictures whose tokens are counted: what a server bills, a processor counts and our rule says.
SIZES = [(28, 28), (100, 80), (640, 480), (1080, 2400), (1280, 800), (1920, 1080), (2400, 60)]
T = TypeVar("T")


@dataclass
class VllmServer:
    """One address; the server behind it can be killed and started again."""

    url: str  # the base address of its chat completions
    name: str = NAME
    model: Path | None = None  # None: a server of somebody else's
    log: Path | None = None
    options: tuple[str, ...] = ()  # besides those that every test needs
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def at(cls, url: str, name: str) -> VllmServer:
        """A server that runs already."""
        return cls(url=url.rstrip("/"), name=name)

    @property
    def host(self) -> str:
        """The machine it runs on."""
        return urlsplit(self.url).hostname or "127.0.0.1"

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.url).port or 80

    @property
    def is_dead(self) -> bool:
        """Whether it is ours and was killed."""
        return self.model is not None and self.process is None

    def start(self) -> None:
        """Start it and return once it answers; fails with its last words when it ends before."""
        assert self.log is not None
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command(),
                env=vllm.environment() | SETTINGS,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that all its processes can be ended at once
            )
        self.wait_ready()

    def _command(self) -> list[str]:
        return [
            *(str(vllm.VLLM.folder / "bin" / "vllm"), "serve", str(self.model)),
            *("--served-model-name", self.name, "--host", "127.0.0.1", "--port", str(self.port)),
            *("--max-model-len", str(CONTEXT), "--max-num-seqs", "8", "--enforce-eager"),
            *("--limit-mm-per-prompt", json.dumps({"image": PICTURES})),
            *("--mm-processor-cache-gb", "1", "--distributed-executor-backend", "uni"),
            "--structured-outputs-config",
            '{"backend": "guidance", "disable_any_whitespace": true}',
            *self.options,
        ]

    def wait_ready(self) -> None:
        """Return once the server answers."""

        def answers() -> bool:
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(f"vLLM ended before it answered:\n{self.last_words()}")
            return self._get("/health") is not None

        until(answers, seconds=STARTING, what="vLLM did not answer")

    def last_words(self) -> str:
        """The end of what it wrote."""
        return self.log.read_text(errors="replace")[-3_000:] if self.log else ""

    def kill(self) -> None:
        """End it as the system would without memory: at once, every process of it."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def figure(self, name: str) -> float:
        """The sum of one of the figures on its metrics page."""
        page = self._get("/metrics")
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
        """Requests that it has answered to the end."""
        found = re.findall(ANSWERED, self._get("/metrics") or "", re.MULTILINE)
        return int(sum(map(float, found)))

    @property
    def block_size(self) -> int:
        """How many tokens its cache keeps as one: a beginning is reused in whole blocks."""
        found = re.search(r'effective_attention_block_size="(\d+)"', self._get("/metrics") or "")
        assert found, "vLLM does not tell its block size"
        return int(found[1])

    def empty_cache(self) -> None:
        """Let it forget what it has worked on."""
        until(lambda: not self.under_way, seconds=30, what="vLLM did not come to rest")
        assert self._get("/reset_prefix_cache", method="POST") is not None

    def _get(self, page: str, *, method: str = "GET") -> str | None:
        connection = HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.request(method, page)
            answer = connection.getresponse()
            content = answer.read().decode()
        except (OSError, HTTPException):  # refused, reset, late
            return None
        finally:
            connection.close()
        return content if answer.status == 200 else None


@contextmanager
def vllm_server(model: Path, log: Path, *options: str) -> Iterator[VllmServer]:
    """A server of that model within the block."""
    url = f"http://127.0.0.1:{free_port()}/v1"
    server = VllmServer(url=url, model=model, log=log, options=options)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def write_model(folder: Path, *options: str) -> None:
    """The random tiny model, the same each time."""
    script = Path(__file__).parent / "e2e" / "tinymodel.py"
    done = subprocess.run(
        [str(vllm.VLLM.python), str(script), str(folder), *options],
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
