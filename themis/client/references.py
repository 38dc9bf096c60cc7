"""Which trajectory a row of a data set, or a completion, speaks of: `themis://trajectory/<id>`.

The same rule as the server's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from themis.client.errors import Invalid

SCHEME = "themis://trajectory/"
MOST_VALUES = 100_000  # looked at in one nested value
MOST_TEXT = 16 * 2**20  # characters, of all together
TEXTUAL = ("O", "U")  # kinds of arrays that hold text; data sets in columns are read into arrays
_REFERENCE = re.compile(r"themis://trajectory/([0-9a-z]{12})(?![0-9a-zA-Z_-])")


def trajectory_in(*values: object) -> str | None:
    """The id of the one trajectory that values speak of, the first value that names one; or None.

    Values are searched in order, as text or as what text is nested in, keys included; what a
    model wrote belongs at the end. Raises Invalid where one value names several trajectories.
    """
    for value in values:
        found = {str(name) for text in _texts(value) for name in _REFERENCE.findall(text)}
        if len(found) > 1:
            named = ", ".join(sorted(found)[:3])
            raise Invalid(f"several trajectories are named ({named}); name one", code="ambiguous")
        if found:
            return found.pop()
    return None


def trajectory_of(*values: object, where: str) -> str:
    """As `trajectory_in`; raises Invalid where none is named, with the places that were looked at.

    Which reward belongs to a completion is never guessed.
    """
    found = trajectory_in(*values)
    if found is None:
        raise Invalid(f"no {SCHEME}<id> in {where}", code="no_trajectory", field=where)
    return found


def _texts(value: object) -> Iterator[str]:
    left: list[Any] = [value]
    n_values = n_letters = 0
    while left and n_values < MOST_VALUES and n_letters < MOST_TEXT:
        each = left.pop()
        n_values += 1
        if isinstance(each, str):
            n_letters += len(each)
            yield each[:MOST_TEXT]
        elif isinstance(each, Mapping):
            left += each.values()
            left += each.keys()
        elif isinstance(each, Sequence) and not isinstance(each, (bytes, bytearray)):
            left += each
        elif getattr(getattr(each, "dtype", None), "kind", "") in TEXTUAL:
            left += each.tolist()
