"""Checkpoints as AndroidWorld writes them, without AndroidWorld or numpy."""

from __future__ import annotations

import gzip
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

UI = "android_world.env.representation_utils"
ACTION = "android_world.env.json_action"


class Pretended:
    """Objects of a class that the checkpoint names and that is not installed here."""

    def __init__(self, **fields: object) -> None:
        self.__dict__.update(fields)


class Pixels:
    """An array of pixels, as numpy pickles one."""

    def __init__(self, width: int, height: int, colour: tuple[int, int, int]) -> None:
        self.shape = (height, width, 3)
        self.data = bytes(colour) * (width * height)

    def __reduce__(self) -> tuple[object, ...]:
        numpy, core = sys.modules["numpy"], sys.modules["numpy.core.multiarray"]
        state = (1, self.shape, numpy.dtype("u1"), False, self.data)
        return core._reconstruct, (numpy.ndarray, (0,), b"b"), state


def pretend(monkeypatch: pytest.MonkeyPatch, module: str, name: str) -> Callable[..., object]:
    """A class of that name that can be pickled and nothing more."""
    held = _module(monkeypatch, module)
    made = type(name, (Pretended,), {"__module__": module, "__qualname__": name})
    monkeypatch.setattr(held, name, made, raising=False)
    return made


def _module(monkeypatch: pytest.MonkeyPatch, name: str) -> ModuleType:
    """A module of that name, and the packages it is in."""
    package, _, _ = name.rpartition(".")
    if package:
        _module(monkeypatch, package)
    held = sys.modules.get(name) or ModuleType(name)
    monkeypatch.setitem(sys.modules, name, held)
    return held


def pretend_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    class dtype:  # noqa: N801
        __module__, __qualname__ = "numpy", "dtype"

        def __init__(self, code: str) -> None:
            self.code = code

        def __reduce__(self) -> tuple[object, ...]:
            return dtype, (self.code, False, True), (3, "|", None, None, None, -1, -1, 0)

    class ndarray:  # noqa: N801
        __module__, __qualname__ = "numpy", "ndarray"

    def _reconstruct() -> None: ...

    _reconstruct.__module__, _reconstruct.__qualname__ = "numpy.core.multiarray", "_reconstruct"
    core = _module(monkeypatch, "numpy.core.multiarray")
    numpy = sys.modules["numpy"]
    monkeypatch.setattr(numpy, "dtype", dtype, raising=False)
    monkeypatch.setattr(numpy, "ndarray", ndarray, raising=False)
    monkeypatch.setattr(core, "_reconstruct", _reconstruct, raising=False)


def episode(**changes: object) -> dict[str, object]:
    """One episode with one step that only tells."""
    return {
        "goal": "Turn bluetooth on.",
        "task_template": "SystemBluetoothTurnOn",
        "episode_data": {"agent_output": ["It is on."], "step_number": [0]},
        "is_successful": 1.0,
        "seed": 30,
        **changes,
    }


def save(path: Path, *episodes: dict[str, object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(pickle.dumps(list(episodes))))
    return path
