"""docs/actions/ says what every source action becomes, and no more and no less than is true."""

from __future__ import annotations

import pytest

from tests.formats import action_tables
from themis.domain.action import ActionType
from themis.domain.jsontypes import Json
from themis.formats.actions.vocabularies import VOCABULARIES
from themis.formats.actions.vocabulary import Vocabulary

ROWS = [
    pytest.param(each, row, id=f"{each.name}-{number}-{row.word}")
    for each in VOCABULARIES
    for number, row in enumerate(action_tables.rows(each.name))
]


@pytest.mark.parametrize(("vocabulary", "row"), ROWS)
def test_what_a_source_writes_becomes_what_the_table_says(
    vocabulary: Vocabulary, row: action_tables.Row
) -> None:
    actions = vocabulary.read(row.example, action_tables.SCREEN)
    assert [action_tables.plain(action) for action in actions] == row.becomes


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda each: each.name)
def test_the_table_has_every_word_that_is_known_and_no_other(vocabulary: Vocabulary) -> None:
    assert {row.word for row in action_tables.rows(vocabulary.name)} == vocabulary.words


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda each: each.name)
def test_an_unknown_word_passes_through_with_all_that_was_written(vocabulary: Vocabulary) -> None:
    payload: Json = {
        "action_type": "levitate",
        "action": "levitate",
        "type": "levitate",
        "height": 3,
    }
    for action in vocabulary.read(payload, action_tables.SCREEN):
        assert action.type in (ActionType.TOOL_CALL, ActionType.CODE)


def test_the_gathered_table_is_current() -> None:
    written = (action_tables.DOCS / "actions.md").read_text("utf-8")
    assert written == action_tables.page(), "run python -m tests.formats.action_tables"


def test_every_kind_of_action_is_some_sources_word() -> None:
    kinds = {
        action["type"]
        for each in VOCABULARIES
        for row in action_tables.rows(each.name)
        for action in row.becomes
        if isinstance(action, dict)
    }
    missing = {kind.value for kind in ActionType} - kinds
    assert missing == set()
