"""Charts of what is said: classes of error, outcomes by what a run is, drift from week to week."""

from __future__ import annotations

from collections import Counter

from themis.domain.jsontypes import Json
from themis.domain.verdict import ErrorClass
from themis.pipeline.figures.asked import LENGTH_NAMES, Asked, Pick
from themis.pipeline.figures.counted import Figures
from themis.trajectories.models import Platform
from themis.web.plots.addresses import runs_of, spoken
from themis.web.plots.right import NOBODY
from themis.web.plots.sheet import OUTCOMES, Cell, Column, Sheet, labels, point, ranged

CLASSES = (*(each.value for each in ErrorClass), "own", "")
DRAWN = 15  # rows; the table has all of them
TABLED = 500
TITLES = {
    "platform": "Outcomes by platform",
    "app": "Outcomes by app or site",
    "agent": "Outcomes by agent",
    "length": "Outcomes by length",
}
HEADS = {"platform": "Platform", "app": "App", "agent": "Agent", "length": "Steps"}


def classes(found: Figures, asked: Asked) -> Sheet:
    """What went wrong, as critics name it and as people do."""
    names = labels(each.judge for each in found.judges)
    told = [(names[each.judge], each.classes, each.judge) for each in found.judges]
    bars = [each for each in told if each[1]]
    present = [name for name in CLASSES if any(counts[name] for _, counts, _ in bars)]
    present += [name for name in CLASSES if found.people_classes[name] and name not in present]
    table: list[tuple[str, dict[str, tuple[int, str]]]] = [
        (
            title,
            {c: (n[c], runs_of(asked, Pick(judge=judge, error_class=c))) for c in present},
        )
        for title, n, judge in bars
    ]
    if found.people_classes:
        counts = found.people_classes
        people = {c: (counts[c], runs_of(asked, Pick(people_class=c))) for c in present}
        table.append(("People", people))
    heads = [spoken(name) or "none named" for name in present]
    return Sheet(
        name="classes",
        title="What went wrong",
        says="Failed verdicts of each critic by class of error, and what stricter critics stumble "
        "over in passed ones. People are those whose ruling stands, on runs with a verdict.",
        columns=(Column(title="Critic", kind="text"), *(Column(title=head) for head in heads)),
        rows=tuple(
            (Cell(value=title), *(Cell(value=n, href=href) for n, href in held.values()))
            for title, held in table
        ),
        plot={
            "kind": "bars",
            "rows": [title for title, _ in table],
            "series": [
                {
                    "name": head,
                    "at": CLASSES.index(name),
                    "values": [_value(*held[name]) for _, held in table],
                }
                for name, head in zip(present, heads, strict=True)
            ],
        },
        missing="No failed verdict here yet.",
    )


def outcomes(dimension: str, found: Figures, asked: Asked) -> Sheet:
    """How runs came out, by their newest verdict."""
    counted = found.outcomes[dimension]
    ordered = sorted(counted, key=lambda value: _order(dimension, value, counted[value]))
    shown = ordered[:DRAWN]
    notes = []
    if len(ordered) > DRAWN:
        notes.append(f"The {DRAWN} with most runs are drawn, of {len(ordered)}; the table has all.")
    if dimension in {"app", "agent"} and "" in counted and len(counted) > 1:
        notes.append(f"{counted[''].total():,} runs do not say: sources name it or they do not.")
    return Sheet(
        name=f"outcomes-{dimension}",
        title=TITLES[dimension],
        says="Each run once, by its newest verdict of the critics chosen.",
        columns=(
            Column(title=HEADS[dimension], kind="text"),
            *(Column(title=said) for said in OUTCOMES),
            Column(title="passed of decided", kind="share"),
        ),
        rows=tuple(_outcome_row(dimension, value, counted, asked) for value in ordered[:TABLED]),
        plot={
            "kind": "bars",
            "share": True,
            "rows": [_shown(dimension, value) for value in shown],
            "series": [
                {
                    "name": said,
                    "tone": said,
                    "values": [
                        _value(counted[value][said], _outcome_runs(dimension, value, said, asked))
                        for value in shown
                    ],
                }
                for said in OUTCOMES
            ],
        },
        notes=tuple(notes),
        missing="No verdict here yet.",
    )


def agreement(found: Figures, asked: Asked) -> Sheet:
    """Whether critics drift from people, week by week."""
    names = labels(each.judge for each in found.judges)
    weeks = sorted({week for each in found.judges for week in each.weeks})
    series: list[Json] = []
    rows = []
    for at, each in enumerate(found.judges):
        points: list[Json] = []
        for week in weeks:
            share = each.agreement(week) if week in each.weeks else None
            if share is None:
                points.append(None)
                continue
            href = runs_of(asked, Pick(judge=each.judge, week=week, is_right=False))
            says: list[Json] = [f"week of {week}", f"agrees {ranged(share)}"]
            points.append({**point(share), "href": href, "says": says})
            whole = runs_of(asked, Pick(judge=each.judge, week=week, is_right=True))
            rows.append(
                (
                    Cell(value=week),
                    Cell(value=names[each.judge]),
                    *(Cell(value=value) for value in (share.value, *share.interval)),
                    Cell(value=share.part, href=whole),
                    Cell(value=share.whole - share.part, href=href),
                )
            )
        if any(points):
            series.append({"name": names[each.judge], "at": at, "points": points})
    return Sheet(
        name="agreement",
        title="Drift: agreement with people by week",
        says="Of the runs that both decide, the share on which critic and people agree, by week of "
        "the verdict (from Monday, UTC), with 95 % intervals. Points open the disagreements.",
        columns=(
            Column(title="Week of", kind="text"),
            Column(title="Critic", kind="text"),
            *(Column(title=title, kind="share") for title in ("Agrees", "from", "to")),
            Column(title="Agreed"),
            Column(title="Disagreed"),
        ),
        rows=tuple(sorted(rows, key=lambda row: str(row[0].value))),
        plot={"kind": "lines", "columns": list[Json](weeks), "series": series},
        missing=NOBODY,
        is_wide=True,
    )


def weeks(found: Figures, asked: Asked) -> Sheet:
    """How outcomes shift, week by week."""
    ordered = sorted(found.weeks)
    return Sheet(
        name="weeks",
        title="Drift: outcomes by week",
        says="Each run once, by its newest verdict, in the week of that verdict. A shift without a "
        "new agent or new tasks is the critic's own.",
        columns=(
            Column(title="Week of", kind="text"),
            *(Column(title=said) for said in OUTCOMES),
        ),
        rows=tuple(
            (
                Cell(value=week),
                *(
                    Cell(
                        value=found.weeks[week][said],
                        href=runs_of(asked, Pick(week=week, said=said)),
                    )
                    for said in OUTCOMES
                ),
            )
            for week in ordered
        ),
        plot={
            "kind": "bars",
            "share": True,
            "upright": True,
            "rows": list[Json](ordered),
            "series": [
                {
                    "name": said,
                    "tone": said,
                    "values": [
                        _value(found.weeks[week][said], runs_of(asked, Pick(week=week, said=said)))
                        for week in ordered
                    ],
                }
                for said in OUTCOMES
            ],
        },
        missing="No verdict here yet.",
        is_wide=True,
    )


def _value(n: int, href: str) -> dict[str, Json]:
    return {"n": n, "href": href}


def _order(dimension: str, value: str, counts: Counter[str]) -> tuple[int, str]:
    if dimension == "length":
        return LENGTH_NAMES.index(value), value
    return -counts.total(), value


def _shown(dimension: str, value: str) -> str:
    if dimension == "platform":
        return str(Platform(value).label) if value in Platform.values else value
    if dimension == "length":
        return value.replace("-", "–") if not value.endswith("-") else f"over {int(value[:-1]) - 1}"
    return value or "unknown"


def _outcome_runs(dimension: str, value: str, said: str, asked: Asked) -> str:
    if dimension == "platform":
        return runs_of(asked, Pick(said=said), platform=value)
    picks = {
        "app": Pick(app=value, said=said),
        "agent": Pick(agent=value, said=said),
        "length": Pick(length=value, said=said),
    }
    return runs_of(asked, picks[dimension])


def _outcome_row(
    dimension: str, value: str, counted: dict[str, Counter[str]], asked: Asked
) -> tuple[Cell, ...]:
    counts = counted[value]
    decided = counts["passed"] + counts["failed"]
    return (
        Cell(value=_shown(dimension, value)),
        *(
            Cell(value=counts[said], href=_outcome_runs(dimension, value, said, asked))
            for said in OUTCOMES
        ),
        Cell(value=counts["passed"] / decided if decided else None),
    )
