"""What was made last, kept in bounded memory: views and small copies are asked for again soon."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """Things by name, those that were used last, as many as weigh no more than `room`."""

    def __init__(self, room: int, weigh: Callable[[T], int]) -> None:
        self._room = room
        self._weigh = weigh
        self._held: OrderedDict[str, T] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()  # views are made in threads

    def get(self, name: str, make: Callable[[], T]) -> T:
        """The thing of that name, made if it is not there; two may make it at once."""
        with self._lock:
            if name in self._held:
                self._held.move_to_end(name)
                return self._held[name]
        made = make()
        with self._lock:
            if name not in self._held:
                self._held[name] = made
                self._weight += self._weigh(made)
            while self._weight > self._room and self._held:
                self._weight -= self._weigh(self._held.popitem(last=False)[1])
        return made

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._held.clear()
            self._weight = 0

    @property
    def weight(self) -> int:
        """How much is held."""
        return self._weight
