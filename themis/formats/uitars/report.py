"""What the desktop program and its SDK record: `conversations` of a person and the model."""

from __future__ import annotations

from themis.domain.jsontypes import Json
from themis.formats.fields import items, record, text
from themis.formats.uitars.run import Run

_IMAGE = "<image>"
_TOLD = ("screenshotBase64", "screenshotBase64WithElementMarker", "predictionParsed", "value")


def is_report(value: Json) -> bool:
    """Whether a file is such a report."""
    return isinstance(record(value).get("conversations"), list)


def read_report(report: dict[str, Json], run: Run) -> None:
    """Fill the run. The screenshot of a person's entry is what the next reply was decided on.

    Copies of it with a mark on the target are left out: the mark is ours to draw.
    """
    run.instruction = text(report.get("instruction"))
    run.about.update({name: held for name, held in report.items() if name != "conversations"})
    for entry in map(record, items(report.get("conversations"))):
        said, shot = text(entry.get("value")), entry.get("screenshotBase64")
        if entry.get("from") == "human":
            run.show(shot)
            if not run.instruction and _IMAGE not in said:
                run.instruction = said
        elif entry.get("from") == "gpt":
            if not run.last:
                run.show(shot)
            beside = {name: held for name, held in entry.items() if name not in _TOLD}
            run.reply(said, items(entry.get("predictionParsed")), beside)
    failed = text(report.get("errMsg")) or text(record(report.get("error")).get("message"))
    if failed and run.replies:
        run.replies[-1].error = failed
