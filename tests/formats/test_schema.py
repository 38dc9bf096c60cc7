"""docs/trajectory.schema.json says what the reader of Themis' own format reads."""

from __future__ import annotations

import dataclasses
import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from themis.domain.action import (
    MODES,
    Action,
    ActionType,
    Box,
    Delta,
    Direction,
    Point,
    Space,
    SpaceKind,
    Unit,
)
from themis.domain.trajectory import Claim, Ending, Label, Platform, Step
from themis.formats import bounds
from themis.formats.native import VERSION, Document
from themis.formats.sound import STATUSES

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "docs" / "trajectory.schema.json").read_text("utf-8")
)
RECORDS = {
    "Step": Step,
    "Action": Action,
    "Point": Point,
    "Box": Box,
    "Ending": Ending,
    "Space": Space,
    "Delta": Delta,
}


@pytest.mark.parametrize("name", [*RECORDS, "Document"])
def test_the_properties_are_the_fields(name: str) -> None:
    kind = RECORDS.get(name, Document)
    described = SCHEMA if name == "Document" else SCHEMA["$defs"][name]
    fields = dataclasses.fields(kind)
    assert set(described["properties"]) == {field.name for field in fields}
    assert set(described["required"]) == {
        field.name for field in fields if field.default is dataclasses.MISSING
    }
    assert described["additionalProperties"] is False


@pytest.mark.parametrize("kind", [Platform, Label, Claim, ActionType, Direction, SpaceKind, Unit])
def test_the_words_are_the_members(kind: type[StrEnum]) -> None:
    assert SCHEMA["$defs"][kind.__name__]["enum"] == [member.value for member in kind]


def test_the_version_and_the_statuses_are_those_of_the_reader() -> None:
    assert SCHEMA["properties"]["themis"] == {"const": VERSION}
    status = SCHEMA["$defs"]["Action"]["properties"]["status"]
    assert tuple(status["anyOf"][0]["enum"]) == STATUSES


def test_the_bounds_are_those_of_the_reader() -> None:
    assert SCHEMA["properties"]["steps"]["maxItems"] == bounds.MAX_STEPS
    assert SCHEMA["properties"]["screens"]["maxItems"] == bounds.MAX_PICTURES
    actions = SCHEMA["$defs"]["Step"]["properties"]["actions"]
    assert actions["maxItems"] == bounds.MAX_ACTIONS


def test_the_modes_are_those_of_the_vocabulary() -> None:
    mode = SCHEMA["$defs"]["Action"]["properties"]["mode"]
    assert set(mode["anyOf"][0]["enum"]) == {each for modes in MODES.values() for each in modes}
