"""Environments beside .venv, for what tests and benchmarks need and the product does not.

Nothing is done twice: what is installed is remembered by the hash of what was asked for. Where it
cannot be installed, one sentence says why and is kept for the tests, which are skipped with it. A
variable of the environment makes that an error ("1") or leaves the environment out ("0"). Standard
library only.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements"
UV = ROOT / ".venv" / "bin" / "uv"
PLATFORM = ("--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28")
WHOLE = ("--generate-hashes", "--no-header", "--no-annotate", "--quiet", "--upgrade")


class Missing(Exception):
    """Why there is no such environment on this machine, in one sentence."""


@dataclass(kw_only=True)
class Apart:
    """An environment `.name`, of what requirements/name.txt pins."""

    name: str
    what: str  # as sentences call it
    room: int  # bytes of disk: what is installed, and what is downloaded for it
    resolve: Callable[[], None]  # writes the requirements anew
    finish: Callable[[], None] = lambda: None  # after the packages are there; may raise Missing
    finished_by: Path | None = None  # the program whose change asks for it anew
    root: Path = ROOT

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self.root / f".{self.name}"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def installed(self) -> Path:
        """Holds the hash of what was asked for."""
        return self.folder / ".installed"

    @property
    def missing(self) -> Path:
        """Holds the sentence that says why it is not there."""
        return self.root / f".{self.name}-missing"

    @property
    def wanted(self) -> Path:
        """Pinned and hashed packages."""
        return REQUIREMENTS / f"{self.name}.txt"

    @property
    def variable(self) -> str:
        """In which the caller says "1" for by all means, "0" for not at all."""
        return f"THEMIS_{self.name.upper()}"

    @property
    def wish(self) -> str:
        """What the caller says."""
        return os.environ.get(self.variable, "")

    @property
    def is_installed(self) -> bool:
        """Whether it holds what is asked for."""
        return self.installed.exists() and self.installed.read_text() == self.wanted_hash()

    @property
    def is_impossible(self) -> bool:
        """Whether it is not wanted, or was tried in vain: tests that need it may be skipped."""
        return self.wish == "0" or (not self.is_installed and self.missing.exists())

    def main(self) -> int:
        """Install it, or say why not; the exit status."""
        parser = argparse.ArgumentParser()
        parser.add_argument("--resolve", action="store_true")
        options = parser.parse_args()
        try:
            if options.resolve:
                self.resolve()
            elif self.wish == "0" or not self.is_installed:
                self.check_machine()
                self.install()
        except Missing as reason:
            if not options.resolve and self.wish != "0":
                self.missing.write_text(f"{reason}\n")
            say(f"no {self.what} for the tests: {reason}")
            return 1 if options.resolve or self.wish == "1" else 0
        if not options.resolve:
            self.missing.unlink(missing_ok=True)
        return 0

    def why_not(self) -> str | None:
        """Why it is not there, in one sentence; None where it is."""
        if self.wish == "0":
            return f"no {self.what} here: {self._not_wanted}"
        if self.is_installed:
            return None
        if self.missing.exists():
            return f"no {self.what} here: {self.missing.read_text().strip()}"
        return f"no {self.what} installed yet; `make {self.name}` does that"

    def wanted_hash(self) -> str:
        """What is asked for, the way in which it is finished included."""
        finished_by = self.finished_by.read_bytes() if self.finished_by else b""
        return hashlib.sha256(self.wanted.read_bytes() + finished_by).hexdigest()

    def environment(self, **more: str) -> dict[str, str]:
        """What its programs run with: offline, telling nobody, and keeping compiled modules.

        Without the last each process compiles thousands of modules anew.
        """
        kept = dict(os.environ)
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        return {**kept, "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1", **more}

    def check_machine(self) -> None:
        """Raises Missing where the wheels cannot run or have no room."""
        if self.wish == "0":
            raise Missing(self._not_wanted)
        here = (sys.platform, platform.machine())
        if here != ("linux", "x86_64"):
            raise Missing(f"the wheels are for Linux on x86_64, not for {' on '.join(here)}")
        python()
        free = shutil.disk_usage(self.root).free
        if free < self.room:
            needed, there = f"{self.room / 1e9:.0f} GB of disk", f"{free / 1e9:.1f} GB are free"
            raise Missing(f"that takes {needed}, and {there}")

    def install(self) -> None:
        """Pinned and hashed packages, finished; raises Missing."""
        self.installed.unlink(missing_ok=True)
        say(f"installing {self.what} for the tests into .{self.name} ...")
        uv("venv", "--quiet", "--clear", "--python", python(), str(self.folder))
        uv(
            *("pip", "sync", "--quiet", "--python", str(self.python), *links()),
            *("--require-hashes", "--no-build", str(self.wanted)),
        )
        self.finish()
        self.installed.write_text(self.wanted_hash())

    @property
    def _not_wanted(self) -> str:
        return f"{self.variable}=0 says that it is not wanted"


def python() -> str:
    """A Python 3.11: the CPU build of torch that is pinned is for no other."""
    if platform.python_version_tuple()[:2] == ("3", "11"):
        return sys.executable
    found = shutil.which("python3.11")
    if found is None:
        raise Missing("that takes a Python 3.11, and there is no python3.11 here")
    return found


def compiled(source: str, into: Path, *options: str) -> None:
    """Resolve a list of requirements; raises Missing."""
    uv(
        *("pip", "compile", f"requirements/{source}", *options),
        *(*PLATFORM, *WHOLE, "--output-file", str(into)),
    )


def uv(*arguments: str) -> None:
    """Run the installer; raises Missing with the last line it wrote."""
    done = subprocess.run(
        [str(UV), *arguments],
        cwd=ROOT,
        env={"UV_SYSTEM_CERTS": "true", **os.environ},
        check=False,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        sys.stderr.write(done.stderr)
        if "torch" in done.stderr and not links():
            raise Missing(
                "the package index has no CPU build of torch; name a folder or page that has one "
                "in PIP_FIND_LINKS"
            )
        raise Missing(last_line(done.stderr))


@functools.cache
def links() -> tuple[str, ...]:
    """Where pip was told to look for wheels besides its index, for the installer."""
    asked = [sys.executable, "-m", "pip", "config", "get", "global.find-links"]
    told = subprocess.run(asked, check=False, capture_output=True, text=True)
    places = f"{os.environ.get('PIP_FIND_LINKS', '')} {'' if told.returncode else told.stdout}"
    return tuple(
        each for place in dict.fromkeys(places.split()) for each in ("--find-links", place)
    )


def last_line(text: str) -> str:
    """The end of what a program complained of."""
    return " ".join((text.strip().splitlines() or ["it said nothing"])[-1].split())


def say(what: str) -> None:
    """A line for the person who waits."""
    sys.stderr.write(f"Themis: {what}\n")
