"""What was read is kept while the database stands at one version, and not without end."""

from __future__ import annotations

from themis.api.front.memory import Memory


def test_entries_stand_until_the_version_is_another() -> None:
    memory: Memory[str, int] = Memory()
    memory.at(1)["a"] = 7
    assert memory.at(1) == {"a": 7}
    assert memory.at(2) == {}
    assert memory.at(1) == {}


def test_the_oldest_make_room() -> None:
    memory: Memory[int, int] = Memory(most=3)
    for number in range(5):
        memory.at(1)[number] = number
    assert list(memory.at(1)) == [3, 4]
