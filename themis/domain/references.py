"""Which trajectory something speaks of: `themis://trajectory/<id>`, wherever it stands.

RL frameworks hand a reward function what their data set holds (a label, a ground truth, metadata)
and what the model wrote. The reference is looked for in all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from themis.domain.errors import AmbiguousReference
from themis.domain.jsontypes import Json

SCHEME = "themis://trajectory/"
MOST_VALUES = 100_000  # looked at in one nested value
MOST_TEXT = 16 * 2**20  # characters, of all together
_REFERENCE = re.compile(r"themis://trajectory/([0-9a-z]{12})(?![0-9a-zA-Z_-])")


def reference_to(trajectory_id: str) -> str:
    """The reference to a trajectory."""
    return SCHEME + trajectory_id


def trajectory_in(*values: Json) -> str | None:
    """The id of the one trajectory that values speak of, the first value that names one; or None.

    Values are searched in order, as text or as nested JSON, keys included; what a model wrote
    belongs at the end. Raises AmbiguousReference where one value names several trajectories.
    """
    for value in values:
        found = {str(name) for text in _texts(value) for name in _REFERENCE.findall(text)}
        if len(found) > 1:
            named = ", ".join(sorted(found)[:3])
            raise AmbiguousReference(f"several trajectories are named ({named}); name one")
        if found:
            return found.pop()
    return None


def _texts(value: Json) -> Iterator[str]:
    left, n_values, n_letters = [value], 0, 0
    while left and n_values < MOST_VALUES and n_letters < MOST_TEXT:
        each = left.pop()
        n_values += 1
        if isinstance(each, str):
            n_letters += len(each)
            yield each[:MOST_TEXT]
        elif isinstance(each, dict):
            left += each.values()
            yield from each
        elif isinstance(each, list):
            left += each
