"""Makes .frameworks, an environment of its own with the training frameworks that tests run.

Usage: python -m scripts.frameworks [--resolve]

The product never imports them. It goes by the rules of scripts/vllm.py, whose torch it shares:
nothing is done twice, where it cannot be installed one sentence says why and is kept for the tests,
THEMIS_FRAMEWORKS=1 makes that an error, and THEMIS_FRAMEWORKS=0 leaves it out. --resolve writes
requirements/frameworks.txt anew. Standard library only.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import re
import shutil
import sys
import tempfile
from pathlib import Path

from scripts.vllm import Missing, links, python, say, uv

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".frameworks"
PYTHON = FOLDER / "bin" / "python"
INSTALLED = FOLDER / ".installed"  # the hash of what was asked for
WHY_NOT = ROOT / ".frameworks-missing"  # the sentence
REQUIREMENTS = ROOT / "requirements"
WANTED = REQUIREMENTS / "frameworks.txt"
SHARED = REQUIREMENTS / "vllm.txt"
ROOM = 3 * 10**9  # bytes of disk; less where .vllm is there, whose files are shared
NOT_WANTED = "THEMIS_FRAMEWORKS=0 says that they are not wanted"
APART = ("anthropic", "mcp", "mcp-types", "openai")  # of which verifiers needs other versions


def main() -> int:
    """Install them or say why not; the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--resolve", action="store_true")
    options = parser.parse_args()
    try:
        if options.resolve:
            resolve()
        elif wish() == "0" or not is_installed():
            check_machine()
            install()
    except Missing as reason:
        if not options.resolve and wish() != "0":
            WHY_NOT.write_text(f"{reason}\n")
        say(f"no training frameworks for the tests: {reason}")
        return 1 if options.resolve or wish() == "1" else 0
    if not options.resolve:
        WHY_NOT.unlink(missing_ok=True)
    return 0


def why_not() -> str | None:
    """Why there are none here, in one sentence; None where they are there."""
    if wish() == "0":
        return f"no training frameworks here: {NOT_WANTED}"
    if is_installed():
        return None
    if WHY_NOT.exists():
        return f"no training frameworks here: {WHY_NOT.read_text().strip()}"
    return "they are not installed; `make frameworks` does that"


def is_impossible() -> bool:
    """Whether they are not wanted, or were tried in vain: tests that need them may be skipped."""
    return wish() == "0" or (not is_installed() and WHY_NOT.exists())


def wish() -> str:
    """What the caller says: "1" for by all means, "0" for not at all."""
    return os.environ.get("THEMIS_FRAMEWORKS", "")


def is_installed() -> bool:
    """Whether .frameworks holds what requirements/frameworks.txt asks for."""
    return INSTALLED.exists() and INSTALLED.read_text() == wanted_hash()


def wanted_hash() -> str:
    """What is asked for."""
    return hashlib.sha256(WANTED.read_bytes()).hexdigest()


def environment() -> dict[str, str]:
    """What their programs run with: offline, telling nobody, and keeping compiled modules."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    quiet = {"HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1", "TRL_EXPERIMENTAL_SILENCE": "1"}
    return {**kept, **quiet, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}


def check_machine() -> None:
    """Raises Missing where the wheels cannot run or have no room."""
    if wish() == "0":
        raise Missing(NOT_WANTED)
    here = (sys.platform, platform.machine())
    if here != ("linux", "x86_64"):
        raise Missing(f"their wheels are for Linux on x86_64, not for {' on '.join(here)}")
    python()
    free = shutil.disk_usage(ROOT).free
    if free < ROOM:
        raise Missing(f"they need {ROOM / 1e9:.0f} GB of disk, and {free / 1e9:.1f} GB are free")


def install() -> None:
    """Pinned and hashed packages in an environment of their own; raises Missing."""
    INSTALLED.unlink(missing_ok=True)
    say("installing training frameworks for the tests into .frameworks (1 GB) ...")
    uv("venv", "--quiet", "--clear", "--python", python(), str(FOLDER))
    uv(
        *("pip", "sync", "--quiet", "--python", str(PYTHON), *links()),
        *("--require-hashes", "--no-build", str(WANTED)),
    )
    INSTALLED.write_text(wanted_hash())


def resolve() -> None:
    """Write requirements/frameworks.txt anew; raises Missing."""
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder) / "shared.txt"
        pins.write_text(shared_pins())
        whole, alone = Path(folder) / "whole.txt", Path(folder) / "alone.txt"
        options = ("--excludes", "requirements/frameworks-without.txt", "--constraint", str(pins))
        compiled("frameworks.in", whole, *options, *links())
        compiled("frameworks-alone.in", alone, "--no-deps")
        WANTED.write_text(whole.read_text() + alone.read_text())


def shared_pins() -> str:
    """The versions that .vllm has, so that their files are there once."""
    pins = re.findall(r"^([\w.-]+)==(\S+)", SHARED.read_text(), re.MULTILINE)
    return "".join(f"{name}=={version}\n" for name, version in pins if name not in APART)


def compiled(source: str, into: Path, *options: str) -> None:
    """Resolve one list of requirements; raises Missing."""
    uv(
        *("pip", "compile", f"requirements/{source}", *options),
        *("--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28"),
        *("--generate-hashes", "--no-header", "--no-annotate", "--quiet", "--upgrade"),
        *("--output-file", str(into)),
    )


if __name__ == "__main__":
    sys.exit(main())
