"""Columns of critics and reviewers aligned by step: one row a step, differences marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themis.domain.trajectory import Trajectory
from themis.web.columns import Area, Column, Saying, differing
from themis.web.frames import Frame, Shot, frames

LETTER = 26  # a letter beside a region is the screen's longer side over this


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A region as it is drawn: with its letter inside the upper left corner."""

    area: Area
    size: float

    @property
    def across(self) -> float:
        """Where the letter stands."""
        return round(self.area.region.box.x + self.size * 0.5, 1)

    @property
    def down(self) -> float:
        """The base line of the letter."""
        return round(self.area.region.box.y + self.size * 0.88, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A screen of a step with what each column points at."""

    shot: Shot
    side: str
    drawn: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One saying in a row; whether others say something else of the same milestone."""

    saying: Saying
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one column says of one step."""

    column: Column
    lines: tuple[Line, ...]
    is_failing: bool  # the first step that went wrong, to this column
    n_areas: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One step, across all columns."""

    frame: Frame
    views: tuple[View, ...]
    cells: tuple[Cell, ...]

    @property
    def is_said(self) -> bool:
        """Whether anybody says anything of the step."""
        return any(cell.lines or cell.is_failing or cell.n_areas for cell in self.cells)

    @property
    def differs(self) -> bool:
        """Whether columns disagree on it: over a milestone, or over where it went wrong."""
        over = {cell.is_failing for cell in self.cells}
        return len(over) > 1 or any(line.differs for cell in self.cells for line in cell.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """The whole table."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    loose: tuple[Cell, ...]  # what is said of no step in particular

    @property
    def has_loose(self) -> bool:
        """Whether there is any of that."""
        return any(cell.lines for cell in self.loose)

    @property
    def n_differing(self) -> int:
        """Steps on which columns disagree."""
        return sum(row.differs for row in self.rows)

    @property
    def n_said(self) -> int:
        """Steps of which anybody says anything."""
        return sum(row.is_said for row in self.rows)

    @property
    def outcomes_differ(self) -> bool:
        """Whether the columns come to different outcomes."""
        return len({column.outcome for column in self.columns}) > 1


def align(recording: Trajectory, columns: Sequence[Column]) -> Alignment:
    """One row a step, and a cell in it for each column."""
    apart = differing(columns)
    return Alignment(
        columns=tuple(columns),
        rows=tuple(_row(frame, columns, apart) for frame in frames(recording)),
        loose=tuple(
            Cell(
                column=column,
                lines=_lines(
                    [each for each in column.sayings if not _is_within(each.step, recording)],
                    apart,
                ),
                is_failing=False,
                n_areas=0,
            )
            for column in columns
        ),
    )


def _row(frame: Frame, columns: Sequence[Column], apart: frozenset[tuple[str, str]]) -> Row:
    sides = (("before", frame.before), ("after", frame.after))
    views = [_view(shot, side, columns) for side, shot in sides if shot]
    # The screen after a step is shown by the next one as well: here only where it proves something.
    shown = tuple(view for at, view in enumerate(views) if at == 0 or view.drawn)
    return Row(
        frame=frame,
        views=shown,
        cells=tuple(
            Cell(
                column=column,
                lines=_lines(column.at_step(frame.number), apart),
                is_failing=column.failing == frame.number,
                n_areas=sum(
                    drawn.area.mark == column.mark for view in shown for drawn in view.drawn
                ),
            )
            for column in columns
        ),
    )


def _view(shot: Shot, side: str, columns: Sequence[Column]) -> View:
    size = max(shot.width, shot.height) / LETTER
    areas = [area for column in columns for area in column.areas]
    return View(
        shot=shot,
        side=side,
        drawn=tuple(
            Drawn(area=area, size=size) for area in areas if area.region.screen == shot.position
        ),
    )


def _lines(sayings: Sequence[Saying], apart: frozenset[tuple[str, str]]) -> tuple[Line, ...]:
    return tuple(Line(saying=each, differs=each.key in apart) for each in sayings)


def _is_within(step: int | None, recording: Trajectory) -> bool:
    return step is not None and 1 <= step <= len(recording.steps)
