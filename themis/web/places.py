"""Where in a recording something is: addresses of steps and screens."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from themis.domain.trajectory import Trajectory
from themis.trajectories.models import Trajectory as Row
from themis.web import pictures

BEFORE, AFTER, BOTH = "before", "after", "both"
VIEWS = (BEFORE, AFTER, BOTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A link into the stage. `step` counts from 1; None for a screen that no step shows."""

    label: str
    href: str
    step: int | None
    view: str = BEFORE


class Places:
    """Addresses within one trajectory's page, with the same verdict kept open."""

    def __init__(self, row: Row, recording: Trajectory, verdict_id: int | None) -> None:
        self._row = row
        self._verdict = {} if verdict_id is None else {"verdict": verdict_id}
        self._n_steps = len(recording.steps)
        self._shown: dict[int, tuple[int, str]] = {}
        for view in (AFTER, BEFORE):  # before wins: it carries the marks
            for number, step in enumerate(recording.steps, 1):
                position = step.before if view == BEFORE else step.after
                if position is not None:
                    self._shown[position] = (number, view)

    def of_step(self, position: int, view: str = BEFORE) -> Place | None:
        """The place of a step as the domain counts, from 0; None outside the run."""
        if not 0 <= position < self._n_steps:
            return None
        number = position + 1
        return Place(label=f"step {number}", href=self._href(number, view), step=number, view=view)

    def of_screen(self, position: int) -> Place:
        """The place of a screen: a step that shows it, else the picture alone."""
        label = f"screen {position + 1}"
        if position not in self._shown:
            href = pictures.address_of(self._row, position)
            return Place(label=label, href=href, step=None)
        number, view = self._shown[position]
        return Place(label=label, href=self._href(number, view), step=number, view=view)

    def _href(self, number: int, view: str) -> str:
        return "?" + urlencode({**self._verdict, "step": number, "view": view})
