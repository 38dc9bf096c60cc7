"""Encoded pictures: bounded, shared while under way, and safe from each other's end."""

from __future__ import annotations

import asyncio
import base64
import threading

import pytest

from tests.critic.cases import screen
from themis.critic.contract import Image
from themis.critic.models import pictures
from themis.critic.models.pictures import Pictures
from themis.domain.errors import CriticFailed


class Store:
    """Counts how often each picture is read, and may hold readers up."""

    def __init__(self) -> None:
        self.reads: list[str] = []
        self.may_read = threading.Event()
        self.may_read.set()

    def image(self, name: str) -> Image:
        def read() -> bytes:
            self.may_read.wait(timeout=10)
            self.reads.append(name)
            return name.encode() * 30

        return Image(position=0, screen=screen(name), read=read)


async def test_what_was_asked_for_longest_ago_goes_first() -> None:
    store, kept = Store(), Pictures(kept_bytes=100)
    for name in ("a", "b", "a", "c", "a", "b"):
        assert await kept.encoded(store.image(name)) == base64.b64encode(name.encode() * 30)
    assert store.reads == ["a", "b", "c", "b"]


async def test_a_picture_larger_than_all_room_is_not_kept() -> None:
    store, kept = Store(), Pictures(kept_bytes=10)
    for _ in range(2):
        await kept.encoded(store.image("a"))
    assert store.reads == ["a", "a"]


async def test_one_who_gives_up_does_not_take_the_picture_from_others() -> None:
    store, kept = Store(), Pictures()
    store.may_read.clear()
    first = asyncio.create_task(kept.encoded(store.image("a")))
    second = asyncio.create_task(kept.encoded(store.image("a")))
    await asyncio.sleep(0)
    first.cancel()
    store.may_read.set()

    assert await second == base64.b64encode(b"a" * 30)
    assert first.cancelled()
    assert store.reads == ["a"]


async def test_a_picture_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_PICTURE_BYTES", 29)
    with pytest.raises(CriticFailed, match="screen 1 is larger than 29 bytes"):
        await Pictures().encoded(Store().image("a"))
