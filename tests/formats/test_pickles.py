"""Pickles are read as data: what would run code, or fill the memory, is refused by name."""

from __future__ import annotations

import base64
import collections
import contextlib
import copyreg
import gzip
import io
import math
import os
import pickle
import pickletools
import struct
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.formats.numpy_pickles import SAVED
from themis.domain.errors import UnreadableTrajectory
from themis.formats import bounds, pickle_machine, pickles
from themis.formats.inert import Admitted, Array, things
from themis.formats.pickles import Held


def load(content: bytes, admitted: Admitted | None = None) -> Held:
    return pickles.load(io.BytesIO(content), at="run.pkl", admitted=admitted or {})


def refusal(content: bytes, admitted: Admitted | None = None) -> str:
    with pytest.raises(UnreadableTrajectory, match=r"^run\.pkl: ") as refused:
        load(content, admitted)
    return str(refused.value)


class Element:
    def __init__(self, text: str) -> None:
        self.text = text


class Calls:
    """Pickles as a call of `function`."""

    def __init__(self, function: object, *args: object) -> None:
        self.call = function, args

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]))
    | st.binary()
)
trees = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner), max_leaves=40
)


@given(value=trees, protocol=st.integers(2, 5))
def test_plain_data_comes_back_as_it_was(value: object, protocol: int) -> None:
    assert load(pickle.dumps(value, protocol)) == value


@given(content=st.binary(max_size=200))
@settings(max_examples=300)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(UnreadableTrajectory):
        load(content)


@given(value=trees, at=st.integers(0, 10_000), flip=st.integers(1, 255))
@settings(max_examples=150)
def test_a_damaged_pickle_is_read_or_refused(value: object, at: int, flip: int) -> None:
    content = bytearray(pickle.dumps(value, 4))
    content[at % len(content)] ^= flip
    with contextlib.suppress(UnreadableTrajectory):
        load(bytes(content))


@given(value=trees, cut=st.integers(1, 10_000))
def test_a_truncated_pickle_is_refused(value: object, cut: int) -> None:
    whole = pickle.dumps(value, 4)
    refusal(whole[: len(whole) - 1 - cut % (len(whole) - 1)])


def test_times_become_text() -> None:
    held = [datetime(2025, 10, 6, 1, 2, 3, 4, tzinfo=UTC), date(2025, 1, 2), timedelta(minutes=2)]
    assert load(pickle.dumps(held)) == ["2025-10-06T01:02:03.000004+00:00", "2025-01-02", 120.0]


def test_sets_and_the_dicts_of_collections_become_lists_and_dicts() -> None:
    held = [{5}, collections.OrderedDict(a=1), collections.defaultdict(list, b=[2]), (3,)]
    assert (
        load(pickle.dumps(held, 2)) == load(pickle.dumps(held)) == [[5], {"a": 1}, {"b": [2]}, [3]]
    )


def test_nan_and_infinity_become_nothing() -> None:
    assert load(pickle.dumps([math.nan, math.inf, 1.5])) == [None, None, 1.5]


def test_keys_become_text() -> None:
    assert load(pickle.dumps({1: "a", None: "b"})) == {"1": "a", "None": "b"}


def test_an_admitted_class_becomes_its_fields() -> None:
    name = f"{Element.__module__}.Element"
    content = pickle.dumps(Element("OK"))
    assert load(content, things(name)) == {"__class__": name, "text": "OK"}
    assert f"{name}: not on the list" in refusal(content)


@pytest.mark.parametrize("saved", SAVED.values(), ids=SAVED)
def test_arrays_of_numpy_are_read_without_it(saved: str) -> None:
    held = load(base64.b64decode(saved))
    assert isinstance(held, dict)
    pixels = held.pop("px")
    assert isinstance(pixels, Array)
    with Image.open(io.BytesIO(pixels.png())) as picture:
        assert picture.size == (3, 2)
        assert picture.tobytes() == bytes(range(18))
    assert held.pop("f") == [0, 1, 2]
    assert held == {"n": 1.5, "i": 7, "t": [1.25], "o": ["a", None], "b": True, "s": ["ab", "c"]}


def array_of(shape: bytes, kind: bytes, data: bytes) -> bytes:
    """The instructions that make one array as numpy 1 does."""
    made = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R"
    return made + b"(K\x01" + shape + b"cnumpy\ndtype\n" + kind + b"\x85R\x89" + data + b"tb"


LARGE = b"M\x58\x02M\x00\x04K\x03\x87"  # 600 rows, 1024 columns, 3 bytes
PIXELS = b"B" + struct.pack("<I", 600 * 1024 * 3) + b"\x07" * (600 * 1024 * 3)


def test_large_pixels_are_packed_while_they_are_read() -> None:
    held = load(array_of(LARGE, b"\x8c\x02u1", PIXELS) + b".")
    assert isinstance(held, Array)
    assert held.data == b""
    assert len(held.png()) < 20_000
    with Image.open(io.BytesIO(held.png())) as picture:
        assert picture.size == (1024, 600)
        assert picture.getpixel((5, 5)) == (7, 7, 7)


def test_pixels_that_two_arrays_share_are_refused() -> None:
    first = array_of(LARGE, b"\x8c\x02u1", PIXELS + b"\x94")
    assert "ndarray of u1" in refusal(first + array_of(LARGE, b"\x8c\x02u1", b"h\x00") + b"\x86.")


def test_large_bytes_that_are_no_pixels_come_back_as_they_were() -> None:
    content = bytes(range(256)) * 8192
    assert load(pickle.dumps([content, bytearray(content)], 4)) == [content, content]


@pytest.mark.parametrize("held", [[b"a" * 2**20] * 1, ["b" * 2**20], [b"c" * 1000] * 1])
def test_more_than_may_be_held_at_once_is_refused(
    held: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pickle_machine, "MAX_PICKLE_HELD", 999)
    assert "of text and arrays" in refusal(pickle.dumps(held))


def test_an_array_that_says_it_is_larger_than_its_bytes_is_refused() -> None:
    honest = gzip.decompress(base64.b64decode(SAVED["numpy 1.26, protocol 4"]))
    assert b"K\x02K\x03K\x03\x87" in honest
    assert "ndarray" in refusal(honest.replace(b"K\x02K\x03K\x03\x87", b"K\xffK\xffK\x03\x87"))


MARK_FILE = "touched-by-a-pickle"
HARMFUL = {
    "posix.system": pickle.dumps(Calls(os.system, f"touch {MARK_FILE}")),
    "builtins.eval": pickle.dumps(Calls(eval, f"open({MARK_FILE!r}, 'w')")),
    "builtins.getattr": b"\x8c\x08builtins\x8c\x07getattr\x93\x8c\x02os\x8c\x06system\x86R.",
    "builtins.__import__": pickle.dumps(Calls(__import__, "os")),
    "copyreg._reconstructor": b"ccopyreg\n_reconstructor\n(cbuiltins\nobject\nN\x87R.",
    "os.system": b"cos\nsystem\n\x8c\x02id\x85R.",
    "io.open": pickle.dumps(Calls(io.open, MARK_FILE, "w")),
    # A name in the list's own module, reached by a path through an admitted class.
    "datetime.datetime.__init__": b"\x80\x04\x8c\x08datetime\x8c\x11datetime.__init__\x93.",
    "datetime.sys.modules": b"\x80\x04\x8c\x08datetime\x8c\x0bsys.modules\x93.",
    "Datetime.datetime": b"cDatetime\ndatetime\n.",
    "datetime.": b"cdatetime\n\n.",
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_name_that_is_not_on_the_list_is_refused_by_that_name(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = refusal(HARMFUL[name])
    assert f" {name}: not on the list of what a recording may hold; export the run as JSON" in said
    assert not (tmp_path / MARK_FILE).exists()


def test_extension_codes_are_refused_even_where_they_are_registered() -> None:
    copyreg.add_extension("os", "system", 240)
    try:
        assert "instruction" in refusal(b"\x80\x02\x82\xf0\x8c\x02id\x85R.")
    finally:
        copyreg.remove_extension("os", "system", 240)


READ = {code.to_bytes(1) for code in pickle_machine._STEPS} | {b"."}
UNREAD = [code for code in pickletools.opcodes if code.code.encode("latin1") not in READ]


def test_the_instructions_that_are_not_read_are_these() -> None:
    assert {code.name for code in UNREAD} == {
        *("INT", "LONG", "FLOAT", "STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE"),
        *("PUT", "GET", "DUP", "EXT1", "EXT2", "EXT4", "OBJ", "INST", "PERSID", "BINPERSID"),
        *("NEXT_BUFFER", "READONLY_BUFFER"),
    }


@pytest.mark.parametrize("code", UNREAD, ids=lambda code: code.name)
def test_any_other_instruction_is_refused(code: pickletools.OpcodeInfo) -> None:
    content = code.code.encode("latin1") + b"\x01\0\0\0\n."
    assert "is not one of plain data" in refusal(content)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"\x8c\x01aK\x01\x85R.", "calls what is no name", id="calls text"),
        pytest.param(b"]}b.", "gives a state to a list", id="state of a list"),
        pytest.param(b"\x8c\x01a}b.", "gives a state to a str", id="state of text"),
        pytest.param(b"cdatetime\ndatetime\n}b.", "gives a state", id="state of a class"),
        pytest.param(b"cdatetime\ndatetime\n.", "holds a class", id="a class alone"),
        pytest.param(b"cdatetime\ndatetime\n)R.", "datetime", id="a time of nothing"),
        pytest.param(b"})\x8c\x01as.", "a dict's key is a tuple", id="tuple as a key"),
        pytest.param(b"}K\x01Ns\x8c\x011Ns.", "stands twice", id="one key twice"),
        pytest.param(b"h\x07.", "never kept", id="memo"),
        pytest.param(b"t.", "never set", id="mark"),
        pytest.param(b".", "never put there", id="empty"),
        pytest.param(b"N.N.", "goes on after its end", id="two pickles"),
        pytest.param(b"K\x01K\x02a.", "no list", id="append to a number"),
        pytest.param(b"\x8b\xff\xff\xff\x7f" + b"\x01" * 99, "a number of", id="huge number"),
        pytest.param(b"\x8e" + b"\xff" * 8, "over", id="huge bytes"),
        pytest.param(b"\x8d" + struct.pack("<Q", 10**6) + b"a.", "middle", id="lying length"),
        pytest.param(b"]\x94h\x00a.", "nested", id="a list in itself"),
        pytest.param(b"]" * 500 + b"a" * 499 + b".", "nested", id="deep"),
        pytest.param(b"\x85" * 3 + b".", "never put there", id="tuple of nothing"),
        pytest.param(b"c" + b"a" * 10_000, "does not end", id="endless name"),
    ],
)
def test_what_is_malformed_is_refused_with_a_reason(content: bytes, why: str) -> None:
    assert why in refusal(b"\x80\x04" + content)


def test_few_bytes_that_unfold_to_millions_of_values_are_refused() -> None:
    built: object = []
    for _ in range(40):
        built = [built, built]
    content = pickle.dumps(built)
    assert len(content) < 1000
    assert "unfolds to more than" in refusal(content)


def test_one_text_referred_to_a_million_times_is_refused() -> None:
    text = "x" * 100_000
    assert "letters" in refusal(pickle.dumps([text] * 100_000))


def test_a_gzip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickles, "MAX_PICKLE", 10_000)
    content = gzip.compress(pickle.dumps(b"\0" * 1_000_000))
    assert "over 10000 bytes when unpacked" in refusal(content)


def test_too_many_instructions_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickle_machine, "MAX_PICKLE_CODES", 100)
    assert "more than 100 instructions" in refusal(pickle.dumps(list(range(200))))


@pytest.mark.parametrize("cut", [1, 5, 12, 20])
def test_a_broken_gzip_is_refused(cut: int) -> None:
    content = gzip.compress(pickle.dumps(list(range(50))))
    refusal(content[:-cut])
    refusal(content[:15] + b"\xff\xff\xff" + content[18:])


def test_lone_surrogates_and_nul_are_replaced() -> None:
    assert load(pickle.dumps("a\0\ud800")) == "a\ufffd\ufffd"


def test_the_bounds_hold_real_recordings() -> None:
    assert bounds.MAX_PICKLE_CODES > 10_000 * 131
    assert bounds.MAX_PICKLE_ITEM > 1440 * 3200 * 4
