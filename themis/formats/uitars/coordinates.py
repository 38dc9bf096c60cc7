"""What the numbers of one run count in, from what its file says, else from the numbers.

In this order: what is declared (`coordinates`, `model_type` of the published parser, `factor`,
`uiTarsVersion`), the name of the model, and last the numbers: thousandths never exceed 1000.
"""

from __future__ import annotations

import re

from themis.domain.action import SpaceKind
from themis.domain.jsontypes import Json
from themis.formats.actions.uitars import Grid, largest
from themis.formats.actions.uitars_size import MAX_PIXELS, MIN_PIXELS
from themis.formats.fields import number, record, text
from themis.formats.uitars.run import Run

_DECLARED = ("coordinates", "coordinate", "coordinate_space", "coord_space", "model_type")
_VERSIONS = ("uiTarsVersion", "modelVersion", "modelVer")
_NAMES = ("modelName", "model", "model_name")
_KINDS = {
    **dict.fromkeys(("absolute", "resized", "smart_resize", "qwen25vl"), SpaceKind.RESIZED),
    **dict.fromkeys(("relative", "norm1000", "0-1000", "qwen2vl", "doubao"), SpaceKind.NORM1000),
}
# Not doubao-1.5-ui-tars, which counts in thousandths.
_RESIZING = re.compile(r"tars[-_. v]{0,2}1[-_.]5")
_MOST_PIXELS = 10**9


def grid_of(run: Run) -> tuple[Grid, str]:
    """The grid, and a warning where it was guessed."""
    about = {**record(run.about.get("modelDetail")), **run.about}
    kind = _declared(about) or _by_name(about)
    warning = ""
    if kind is None:
        highest = largest(call for reply in run.replies for call in reply.calls)
        kind = SpaceKind.RESIZED if highest > 1000 else SpaceKind.NORM1000
        if highest and kind is SpaceKind.NORM1000:
            warning = (
                "nothing says what coordinates count in: read as thousandths of the screen;"
                ' UI-TARS 1.5 counts in pixels: say so by "coordinates": "absolute"'
            )
    least = _pixels(about.get("min_pixels"), MIN_PIXELS)
    most = _pixels(about.get("max_pixels"), MAX_PIXELS)
    return Grid(kind, min(least, most), most), warning


def _declared(about: dict[str, Json]) -> SpaceKind | None:
    for name in _DECLARED:
        if found := _KINDS.get(text(about.get(name)).lower()):
            return found
    if number(about.get("factor")) == 1000:
        return SpaceKind.NORM1000
    version = next((text(about[name]) for name in _VERSIONS if text(about.get(name))), "")
    if not version:
        return None
    return SpaceKind.RESIZED if version == "1.5" else SpaceKind.NORM1000


def _by_name(about: dict[str, Json]) -> SpaceKind | None:
    named = next((text(about[name]) for name in (*_NAMES, "name") if text(about.get(name))), "")
    model = named.lower()
    if "tars" not in model:
        return None
    return SpaceKind.RESIZED if _RESIZING.search(model) else SpaceKind.NORM1000


def _pixels(value: Json, default: int) -> int:
    found = number(value)
    return int(found) if found is not None and 1 <= found <= _MOST_PIXELS else default
