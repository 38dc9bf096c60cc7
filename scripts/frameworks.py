"""Makes .frameworks, an environment of its own with the training frameworks that tests run.

Usage: python -m scripts.frameworks [--resolve]

It shares the files of .vllm, torch above all. `apart` has the rules; THEMIS_FRAMEWORKS=1 makes it
an error where they cannot be installed, and THEMIS_FRAMEWORKS=0 leaves them out. --resolve writes
requirements/frameworks.txt anew. Standard library only.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from scripts.apart import Apart, compiled, links
from scripts.vllm import VLLM

APART = ("anthropic", "mcp", "mcp-types", "openai")  # of which verifiers needs other versions


def environment() -> dict[str, str]:
    """What their programs run with."""
    quiet = {"TRL_EXPERIMENTAL_SILENCE": "1", "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    return FRAMEWORKS.environment(**quiet)


def resolve() -> None:
    """Write requirements/frameworks.txt anew; raises Missing."""
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder) / "shared.txt"
        pins.write_text(shared_pins())
        whole, alone = Path(folder) / "whole.txt", Path(folder) / "alone.txt"
        options = ("--excludes", "requirements/frameworks-without.txt", "--constraint", str(pins))
        compiled("frameworks.in", whole, *options, *links())
        compiled("frameworks-alone.in", alone, "--no-deps")
        FRAMEWORKS.wanted.write_text(whole.read_text() + alone.read_text())


def shared_pins() -> str:
    """The versions that .vllm has, so that their files are there once."""
    pins = re.findall(r"^([\w.-]+)==(\S+)", VLLM.wanted.read_text(), re.MULTILINE)
    return "".join(f"{name}=={version}\n" for name, version in pins if name not in APART)


FRAMEWORKS = Apart(
    name="frameworks",
    what="training frameworks",
    room=3 * 10**9,  # less where .vllm is there, whose files are shared
    resolve=resolve,
)

if __name__ == "__main__":
    sys.exit(FRAMEWORKS.main())
