"""Pickle's instructions, carried out on inert data only. Nothing is imported and nothing called.

Names are looked up in a closed list; what it holds are factories of ours. An instruction that
is not in the table here (persistent ids, extension codes, out-of-band buffers, instances of old
classes, numbers and text of protocol 0) is refused.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from themis.domain.errors import UnreadableTrajectory
from themis.domain.wire import clean
from themis.formats.bounds import (
    MAX_NUMBER,
    MAX_PICKLE_CODES,
    MAX_PICKLE_HELD,
    MAX_PICKLE_ITEM,
)
from themis.formats.inert import Admitted, Array, Blob, Factory, Kind, Thing, Unfit

_LARGE = 2**20  # bytes that an array may take over
_MAX_NAME = 400  # letters of a module and a class
_REMEDY = "export the run as JSON"


@dataclass(frozen=True, slots=True)
class _Named:
    """A name that is on the list, and what makes its stand-in."""

    name: str
    make: Factory


class Machine:
    """One pickle, read instruction by instruction."""

    def __init__(self, file: BinaryIO, *, at: str, admitted: Admitted) -> None:
        self._file = file
        self._at = at
        self._admitted = admitted
        self._stack: list[object] = []
        self._below: list[list[object]] = []  # what stood there at each mark
        self._memo: dict[int, object] = {}
        self._small = 0  # bytes of texts and bytes that are not in a blob
        self._blobs: list[Blob] = []
        self._large = 0  # bytes in blobs when the last one came

    def run(self) -> object:
        """The object the pickle builds; UnreadableTrajectory for all that is not plain data."""
        for _ in range(MAX_PICKLE_CODES):
            code = self._take(1)
            if code == b".":
                return self._last()
            step = _STEPS.get(code[0])
            if step is None:
                raise self.refusal(f"instruction {code!r} is not one of plain data; {_REMEDY}")
            try:
                step(self)
            except (Unfit, ValueError, OverflowError, struct.error) as error:
                raise self.refusal(f"a value that is none ({error!s:.80}); {_REMEDY}") from error
        raise self.refusal(f"more than {MAX_PICKLE_CODES} instructions; split the recording")

    def refusal(self, why: str) -> UnreadableTrajectory:
        """The error that says why, to be raised."""
        return UnreadableTrajectory(f"{self._at}: {why}")

    def _take(self, count: int) -> bytes:
        if count > MAX_PICKLE_ITEM:
            raise self.refusal(f"one value is over {MAX_PICKLE_ITEM} bytes; {_REMEDY}")
        taken = self._file.read(count)
        if len(taken) < count:
            raise self.refusal("ends in the middle; copy the whole file again")
        return taken

    def _sized(self, width: int) -> bytes:
        """Bytes that say first, in `width` bytes, how many they are."""
        return self._take(self._unsigned(width))

    def _unsigned(self, width: int) -> int:
        return int.from_bytes(self._take(width), "little")

    def _line(self) -> str:
        line = self._file.readline(_MAX_NAME)
        if not line.endswith(b"\n"):
            raise self.refusal("a name that does not end; copy the whole file again")
        return line[:-1].decode("utf-8", "replace")

    def _push(self, value: object) -> None:
        self._stack.append(value)

    def _last(self) -> object:
        if not self._stack:
            raise self.refusal(f"takes what was never put there; {_REMEDY}")
        return self._stack[-1]

    def _pop(self) -> object:
        last = self._last()
        self._stack.pop()
        return last

    def _tuple(self, count: int) -> None:
        parts = [self._pop() for _ in range(count)]
        self._push(tuple(reversed(parts)))

    def _marked(self) -> list[object]:
        if not self._below:
            raise self.refusal(f"goes back to a mark that was never set; {_REMEDY}")
        above, self._stack = self._stack, self._below.pop()
        return above

    def mark(self) -> None:
        self._below.append(self._stack)
        self._stack = []

    def pop(self) -> None:
        self._pop()

    def pop_marked(self) -> None:
        self._marked()

    def skip_protocol(self) -> None:
        self._take(1)

    def skip_frame(self) -> None:
        self._take(8)

    def signed(self) -> None:
        self._push(int.from_bytes(self._take(4), "little", signed=True))

    def real(self) -> None:
        self._push(struct.unpack(">d", self._take(8))[0])

    def long(self, width: int) -> None:
        size = self._unsigned(width)
        if size > MAX_NUMBER:
            raise self.refusal(f"a number of {size} bytes; at most {MAX_NUMBER} are read")
        self._push(int.from_bytes(self._take(size), "little", signed=True))

    def text(self, width: int) -> None:
        self._push(self._kept(self._sized(width)).decode("utf-8", "surrogatepass"))

    def content(self, width: int) -> None:
        taken = self._sized(width)
        if len(taken) < _LARGE:
            self._push(self._kept(taken))
            return
        self._blobs.append(Blob(taken))
        self._large = sum(blob.weight for blob in self._blobs)
        self._push(self._blobs[-1])
        self._kept(b"")

    def _kept(self, taken: bytes) -> bytes:
        """The same bytes, counted to what is held."""
        self._small += len(taken)
        if self._small + self._large > MAX_PICKLE_HELD:
            raise self.refusal(f"over {MAX_PICKLE_HELD} bytes of text and arrays; {_REMEDY}")
        return taken

    def remember(self, key: int) -> None:
        self._memo[key] = self._last()

    def recall(self, width: int) -> None:
        key = self._unsigned(width)
        if key not in self._memo:
            raise self.refusal(f"refers to what was never kept; {_REMEDY}")
        self._push(self._memo[key])

    def append(self) -> None:
        self._extend([self._pop()])

    def appends(self) -> None:
        self._extend(self._marked())

    def _extend(self, new: list[object]) -> None:
        held = self._last()
        if isinstance(held, Thing):
            held = held.listed
        if not isinstance(held, list):
            raise self.refusal(f"appends to what is no list; {_REMEDY}")
        held.extend(new)

    def set_item(self) -> None:
        value = self._pop()
        self._update([self._pop(), value])

    def set_items(self) -> None:
        self._update(self._marked())

    def new_dict(self) -> None:
        pairs = self._marked()
        self._push({})
        self._update(pairs)

    def _update(self, pairs: list[object]) -> None:
        held = self._last()
        if isinstance(held, Thing):
            held = held.entries
        if not isinstance(held, dict) or len(pairs) % 2:
            raise self.refusal(f"sets an item of what is no dict; {_REMEDY}")
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            name = self._key(key)
            if name in held:
                raise self.refusal(f"{name!r:.80} stands twice in one dict; {_REMEDY}")
            held[name] = value

    def _key(self, key: object) -> str:
        # As text always: no hash of a foreign value is ever taken.
        if isinstance(key, str):
            return clean(key)
        if key is None or isinstance(key, bool | int | float):
            return str(key)
        raise self.refusal(f"a dict's key is a {type(key).__name__}; {_REMEDY}")

    def find(self, module: object, name: object) -> None:
        full = f"{module}.{name}" if isinstance(module, str) and isinstance(name, str) else "?"
        make = self._admitted.get(full)
        if make is None:
            shown = full if full.isprintable() else ascii(full)
            raise self.refusal(
                f"{shown[:_MAX_NAME]}: not on the list of what a recording may hold; {_REMEDY}"
            )
        self._push(_Named(full, make))

    def global_(self) -> None:
        module = self._line()
        self.find(module, self._line())

    def stack_global(self) -> None:
        name = self._pop()
        self.find(self._pop(), name)

    def make(self) -> None:
        args, named = self._pop(), self._pop()
        if not isinstance(named, _Named) or not isinstance(args, tuple):
            raise self.refusal(f"calls what is no name on the list; {_REMEDY}")
        self._push(named.make(args))

    def make_by_name(self) -> None:
        fields, args, named = self._pop(), self._pop(), self._pop()
        if not isinstance(named, _Named) or not isinstance(args, tuple):
            raise self.refusal(f"calls what is no name on the list; {_REMEDY}")
        self._push(named.make((*args, fields) if fields else args))

    def fill(self) -> None:
        state, held = self._pop(), self._last()
        if not isinstance(held, Thing | Array | Kind):
            raise self.refusal(f"gives a state to a {type(held).__name__}; {_REMEDY}")
        held.fill(state)


_Step = Callable[[Machine], None]


def _put(value: object) -> _Step:
    return lambda machine: machine._push(value)


_STEPS: dict[int, _Step] = {
    code[0]: step
    for code, step in {
        b"\x80": Machine.skip_protocol,
        b"\x95": Machine.skip_frame,
        b"(": Machine.mark,
        b"0": Machine.pop,
        b"1": Machine.pop_marked,
        b"N": _put(None),
        b"\x88": _put(True),
        b"\x89": _put(False),
        b"J": Machine.signed,
        b"K": lambda machine: machine._push(machine._unsigned(1)),
        b"M": lambda machine: machine._push(machine._unsigned(2)),
        b"\x8a": lambda machine: machine.long(1),
        b"\x8b": lambda machine: machine.long(4),
        b"G": Machine.real,
        b"\x8c": lambda machine: machine.text(1),
        b"X": lambda machine: machine.text(4),
        b"\x8d": lambda machine: machine.text(8),
        b"C": lambda machine: machine.content(1),
        b"B": lambda machine: machine.content(4),
        b"\x8e": lambda machine: machine.content(8),
        b"\x96": lambda machine: machine.content(8),
        b"]": lambda machine: machine._push([]),
        b"}": lambda machine: machine._push({}),
        b"\x8f": lambda machine: machine._push([]),  # a set: its members in order
        b"l": lambda machine: machine._push(machine._marked()),
        b"\x91": lambda machine: machine._push(machine._marked()),  # a frozenset
        b"d": Machine.new_dict,
        b"t": lambda machine: machine._push(tuple(machine._marked())),
        b")": _put(()),
        b"\x85": lambda machine: machine._tuple(1),
        b"\x86": lambda machine: machine._tuple(2),
        b"\x87": lambda machine: machine._tuple(3),
        b"a": Machine.append,
        b"e": Machine.appends,
        b"\x90": Machine.appends,
        b"s": Machine.set_item,
        b"u": Machine.set_items,
        b"q": lambda machine: machine.remember(machine._unsigned(1)),
        b"r": lambda machine: machine.remember(machine._unsigned(4)),
        b"\x94": lambda machine: machine.remember(len(machine._memo)),
        b"h": lambda machine: machine.recall(1),
        b"j": lambda machine: machine.recall(4),
        b"c": Machine.global_,
        b"\x93": Machine.stack_global,
        b"R": Machine.make,
        b"\x81": Machine.make,
        b"\x92": Machine.make_by_name,
        b"b": Machine.fill,
    }.items()
}
