"""The packages that only a model on this machine needs: imported when one is chosen."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType

from themis.domain.errors import Misconfigured

NEEDED = ("torch", "transformers", "torchvision")
INSTALL = ".venv/bin/uv pip install -r pyproject.toml --extra local"


def missing() -> list[str]:
    """Which of the packages are not installed; imports none of them."""
    return [name for name in NEEDED if importlib.util.find_spec(name) is None]


def check() -> None:
    """Raises Misconfigured, with the command that installs them, where a package is missing."""
    absent = missing()
    if absent:
        raise Misconfigured(
            f"a model on this machine needs {' and '.join(absent)}, which the default "
            f"installation leaves out: {INSTALL}"
        )


def package(name: str) -> ModuleType:
    """One of the packages, imported; it is slow the first time. Raises Misconfigured."""
    try:
        return importlib.import_module(name)
    except (ImportError, OSError, RuntimeError) as error:
        # A torch and a torchvision of different builds fail with RuntimeError.
        cause = " ".join(str(error).split())[:200]
        raise Misconfigured(f"{name} cannot be imported: {cause}; reinstall: {INSTALL}") from None
