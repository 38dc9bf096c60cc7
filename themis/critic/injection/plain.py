"""Text as a reader takes it in: invisible signs gone, look-alikes Latin, spaced letters joined."""

from __future__ import annotations

import re
import unicodedata

# A few letters of other scripts that a font draws as Latin ones, and ASCII hidden in tags.
_ALIKE = dict(
    zip(
        "АВЕКМНОРСТХУІЈЅаеорсухіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαıɡ",
        "ABEKMHOPCTXYIJSaeopcyxijshdqwABEZHIKMNOPTYXoaig",
        strict=True,
    )
)
_TAGS = {code: chr(code - 0xE0000) for code in range(0xE0020, 0xE007F)}
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'}
_SEEN = {**_TAGS, **{ord(one): other for one, other in {**_ALIKE, **_QUOTES}.items()}}

_ESCAPED = re.compile(r"\\(?:[nrt]|u00[01][0-9a-f]|([\"'/\\]))", re.IGNORECASE)
_LINES = re.compile(r"\s*\n\s*")
_SPACES = re.compile(r"[^\S\n]+")
# "i g n o r e", "I.G.N.O.R.E", "i - g - n": single letters with signs between them
_SPREAD = re.compile(r"(?<!\w)\w(?:[ ._*|-]{1,3}\w(?!\w)){5,}")
_BETWEEN = re.compile(r"[ ._*|-]")


def plain(text: str) -> str:
    """The text without tricks, single spaces in it and its lines kept."""
    if not text.isascii():
        text = _without_tricks(text)
    if "\\" in text:
        text = _ESCAPED.sub(lambda found: found[1] or "\n", text)
    return _SPACES.sub(" ", _LINES.sub("\n", text))


def _without_tricks(text: str) -> str:
    # Accents are signs of their own then, and no letter hides behind one.
    apart = unicodedata.normalize("NFKD", text)
    invisible = {
        ord(sign): None for sign in set(apart) if unicodedata.category(sign) in ("Cf", "Mn", "Me")
    }
    return apart.translate({**invisible, **_SEEN})


def spread_words(text: str) -> str:
    """What letters with signs between them spell, each run on a line; empty where there is none."""
    return "\n".join(_BETWEEN.sub("", each[0]) for each in _SPREAD.finditer(text))
