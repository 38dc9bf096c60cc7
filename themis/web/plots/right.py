"""Charts of how far critics are right: confusion, strict or lenient, cost, reliability."""

from __future__ import annotations

from themis.domain.jsontypes import Json
from themis.pipeline.figures.asked import BINS, Asked, Pick
from themis.pipeline.figures.counted import Figures, JudgeFigures
from themis.rewards.judges import Judge
from themis.web.plots.addresses import runs_of
from themis.web.plots.sheet import OUTCOMES, Cell, Column, Sheet, labels, percent, point, ranged

NOBODY = "No run here has both a verdict and a word of people. Decide some in a review queue."
UNPRICED = "No price is known of {}: give its model prices under Settings, Model."
ISO = (0.6, 0.7, 0.8, 0.9)  # balanced accuracies that have a line


def confusion(found: Figures, asked: Asked) -> Sheet:
    """Verdicts against what people say: one block of rows a judge."""
    names = labels(each.judge for each in found.judges)
    rows = []
    heads: list[Json] = []
    cells: list[Json] = []
    for each in _with_truth(found):
        for truth in OUTCOMES:
            total = sum(each.matrix[truth, said] for said in OUTCOMES)
            if not total and truth == "undecided":
                continue
            hrefs = [_cell(asked, each.judge, truth, said) for said in OUTCOMES]
            counts = [each.matrix[truth, said] for said in OUTCOMES]
            rows.append(
                (
                    Cell(value=names[each.judge]),
                    Cell(value=truth),
                    *(Cell(value=n, href=at) for n, at in zip(counts, hrefs, strict=True)),
                )
            )
            heads.append([names[each.judge], f"people: {_people(truth)}"])
            cells.append(
                [
                    _square(names[each.judge], truth, said, n, total, at)
                    for said, n, at in zip(OUTCOMES, counts, hrefs, strict=True)
                ]
            )
    return Sheet(
        name="confusion",
        title="Where critics and people part",
        says="Each row is what people say of a run, each column what the critic says. Dashed cells "
        "are mistakes: too lenient where a failed run passes, too strict where a good one fails.",
        columns=(
            Column(title="Critic", kind="text"),
            Column(title="People say", kind="text"),
            *(Column(title=f"Critic says {said}") for said in OUTCOMES),
        ),
        rows=tuple(rows),
        plot={
            "kind": "cells",
            "rows": heads,
            "columns": [f"critic: {said}" for said in OUTCOMES],
            "cells": cells,
        },
        missing=NOBODY,
    )


def plane(found: Figures, asked: Asked) -> Sheet:
    """How strict against how lenient: one point a judge."""
    judges = [each for each in _with_truth(found) if each.accuracy.whole]
    names = labels(each.judge for each in found.judges)
    series: list[Json] = []
    rows = []
    for at, each in enumerate(judges):
        passed, failed = each.recall("passed"), each.recall("failed")
        href = runs_of(asked, Pick(judge=each.judge, is_right=False))
        says = [
            f"recall on successes {ranged(passed)}",
            f"recall on failures {ranged(failed)}",
            f"balanced accuracy {percent(each.balanced)}; opens the disagreements",
        ]
        if each.balanced is not None:
            dot = {**point(passed, "x"), **point(failed), "href": href, "says": list[Json](says)}
            series.append({"name": names[each.judge], "at": at, "points": [dot]})
        (low, high), (least, most) = passed.interval, failed.interval
        rows.append(
            (
                Cell(value=names[each.judge], href=href),
                *(Cell(value=v) for v in (passed.value, low, high, failed.value, least, most)),
                Cell(value=each.balanced),
                Cell(value=each.decides.value),
                Cell(value=each.accuracy.whole),
            )
        )
    shares = ("Recall on successes", "from", "to", "Recall on failures", "from", "to")
    return Sheet(
        name="strictness",
        title="Strict or lenient",
        says="Up is strict: failures are caught. Right is lenient: good runs pass. A judge without "
        "a clue lies on the falling diagonal, 50 % balanced; each line beyond it is one balanced "
        "accuracy, the mean of both recalls, and the upper right corner is always right. Bars are "
        "95 % intervals; what a judge leaves undecided is not counted.",
        columns=(
            Column(title="Critic", kind="text"),
            *(Column(title=title, kind="share") for title in shares),
            Column(title="Balanced accuracy", kind="share"),
            Column(title="Decides", kind="share"),
            Column(title="Runs"),
        ),
        rows=tuple(rows),
        plot={
            "kind": "scatter",
            "x": {"title": "recall on successes →", "percent": True, "min": 0, "max": 1},
            "y": {"title": "recall on failures →", "percent": True, "min": 0, "max": 1},
            "series": series,
            "guides": _iso_lines(),
        },
        missing=NOBODY,
    )


def cost(found: Figures, asked: Asked) -> Sheet:
    """What a verdict costs against how often it is right; tokens where no price is known at all."""
    judges = [each for each in _with_truth(found) if each.accuracy.whole]
    names = labels(each.judge for each in found.judges)
    by_price = any(each.cost.price_each for each in judges)
    series: list[Json] = []
    unknown = []
    for at, each in enumerate(judges):
        x = each.cost.price_each if by_price else each.cost.tokens_each
        if x is None:
            unknown.append(names[each.judge])
            continue
        says = [f"accuracy {ranged(each.accuracy)}", _bill(each)]
        href = runs_of(asked, Pick(judge=each.judge, is_right=False))
        dot = {"x": x, **point(each.accuracy), "href": href, "says": list[Json](says)}
        series.append({"name": names[each.judge], "at": at, "points": [dot]})
    what = "price of a verdict" if by_price else "tokens of a verdict"
    notes = [UNPRICED.format(", ".join(unknown))] if unknown else []
    if not by_price and judges:
        notes.append("No critic here has a known price: tokens, read and written, stand for it.")
    return Sheet(
        name="cost",
        title="What being right costs",
        says=f"Up is right more often, left is cheaper. The {what} grows tenfold from one line to "
        "the next; a critic that asks no model stands at 0. Points open the disagreements.",
        columns=(
            Column(title="Critic", kind="text"),
            Column(title="Accuracy", kind="share"),
            Column(title="from", kind="share"),
            Column(title="to", kind="share"),
            Column(title="Price of a verdict", kind="price"),
            Column(title="Tokens", kind="number"),
            Column(title="Seconds", kind="number"),
            Column(title="Verdicts"),
        ),
        rows=tuple(_cost_row(each, names, asked) for each in judges),
        plot={
            "kind": "scatter",
            "x": {"title": f"{what} →", "log": True},
            "y": {"title": "accuracy →", "percent": True, "max": 1},
            "series": series,
        },
        notes=tuple(notes),
        missing=NOBODY,
    )


def reliability(found: Figures, asked: Asked) -> Sheet:
    """Scores against the share that truly passed."""
    names = labels(each.judge for each in found.judges)
    series: list[Json] = []
    rows = []
    for at, each in enumerate(found.judges):
        points: list[Json] = []
        for number, held in sorted(each.bins.items()):
            href = runs_of(asked, Pick(judge=each.judge, bin=number))
            low, high = held.share.interval
            says = [f"{held.n} runs, score {held.score:.2f}", f"truly passed {ranged(held.share)}"]
            dot: dict[str, Json] = {"x": held.score, "href": href, "says": list[Json](says)}
            points.append({**dot, **point(held.share)})
            span = f"{number / BINS:g}–{(number + 1) / BINS:g}"
            rows.append(
                (
                    Cell(value=names[each.judge]),
                    Cell(value=span, href=href),
                    Cell(value=round(held.score, 4)),
                    *(Cell(value=v) for v in (held.share.value, low, high)),
                    Cell(value=held.n),
                )
            )
        if points:
            series.append({"name": names[each.judge], "at": at, "points": points, "line": True})
    return Sheet(
        name="reliability",
        title="Does a score mean what it says?",
        says="Score for “passed” across, share that truly passed upwards: on the diagonal a score "
        "is right as often as it says. Under it a judge is too sure that runs passed. Trust has "
        "the same with calibration, on a judge's page.",
        columns=(
            Column(title="Critic", kind="text"),
            Column(title="Scores", kind="text"),
            Column(title="Mean score", kind="number"),
            Column(title="Truly passed", kind="share"),
            Column(title="from", kind="share"),
            Column(title="to", kind="share"),
            Column(title="Runs"),
        ),
        rows=tuple(rows),
        plot={
            "kind": "scatter",
            "x": {"title": "score for “passed” →", "min": 0, "max": 1},
            "y": {"title": "truly passed →", "percent": True, "min": 0, "max": 1},
            "series": series,
            "guides": [{"from": [0, 0], "to": [1, 1], "label": ""}],
        },
        missing=NOBODY,
    )


def _with_truth(found: Figures) -> list[JudgeFigures]:
    return [
        each for each in found.judges if any(n for (truth, _), n in each.matrix.items() if truth)
    ]


def _people(truth: str) -> str:
    return "cannot tell" if truth == "undecided" else truth


def _cell(asked: Asked, judge: Judge, truth: str, said: str) -> str:
    return runs_of(asked, Pick(judge=judge, truth=truth, said=said))


def _square(name: str, truth: str, said: str, n: int, total: int, href: str) -> dict[str, Json]:
    wrong = {("failed", "passed"): "too lenient", ("passed", "failed"): "too strict"}
    word = wrong.get((truth, said), "")
    tone = "wrong" if word else "right" if truth == said else "open"
    share = n / total if total else 0.0
    says: list[Json] = [f"people: {_people(truth)}, critic: {said}", f"{n} of {total} runs"]
    shown: dict[str, Json] = {"n": n, "share": share, "tone": tone, "word": word}
    return {**shown, "href": href, "says": says, "name": name}


def _iso_lines() -> list[Json]:
    lines: list[Json] = [{"from": [0, 1], "to": [1, 0], "label": "50 %: no clue"}]
    for value in ISO:
        edge = 2 * value - 1  # where x + y = 2 * value meets the far sides
        lines.append({"from": [edge, 1], "to": [1, edge], "label": percent(value)})
    return lines


def _bill(each: JudgeFigures) -> str:
    price = each.cost.price_each
    told = "no price known" if price is None else f"{price:.4g} a verdict"
    return f"{told}, {each.cost.tokens_each:,.0f} tokens, {each.cost.seconds_each:.1f} s"


def _cost_row(each: JudgeFigures, names: dict[Judge, str], asked: Asked) -> tuple[Cell, ...]:
    low, high = each.accuracy.interval
    return (
        Cell(
            value=names[each.judge],
            href=runs_of(asked, Pick(judge=each.judge, is_right=False)),
        ),
        *(Cell(value=value) for value in (each.accuracy.value, low, high)),
        Cell(value=each.cost.price_each),
        Cell(value=round(each.cost.tokens_each, 1)),
        Cell(value=round(each.cost.seconds_each, 2)),
        Cell(value=each.cost.n, href=runs_of(asked, Pick(judge=each.judge))),
    )
