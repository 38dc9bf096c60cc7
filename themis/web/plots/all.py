"""Every chart there is, in the order of the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from themis.pipeline.figures.asked import Asked
from themis.pipeline.figures.counted import Figures
from themis.web.plots import right, said
from themis.web.plots.sheet import Sheet

CHARTS: dict[str, Callable[[Figures, Asked], Sheet]] = {
    "confusion": right.confusion,
    "strictness": right.plane,
    "cost": right.cost,
    "reliability": right.reliability,
    "classes": said.classes,
    "outcomes-platform": partial(said.outcomes, "platform"),
    "outcomes-length": partial(said.outcomes, "length"),
    "outcomes-app": partial(said.outcomes, "app"),
    "outcomes-agent": partial(said.outcomes, "agent"),
    "agreement": said.agreement,
    "weeks": said.weeks,
}
