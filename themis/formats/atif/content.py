"""ATIF content: text, or a list of parts that are text or a picture beside the file."""

from __future__ import annotations

from themis.domain.jsontypes import Json
from themis.formats.fields import items, record, text, words


def paths_of(content: Json) -> list[str]:
    """Where each picture of a message or result lies, as the file says."""
    parts = (record(part) for part in items(content))
    found = (record(part.get("source")) for part in parts if part.get("type") == "image")
    return [text(source.get("path")) for source in found]


def results_of(step: dict[str, Json]) -> list[dict[str, Json]]:
    """What came back after the actions of a step."""
    return [record(each) for each in items(record(step.get("observation")).get("results"))]


def seen(step: dict[str, Json]) -> str | None:
    """What came back in words, save what was an error."""
    said = (words(each.get("content")) for each in results_of(step) if not _is_error(each))
    return "\n".join(filter(None, said)) or None


def complaint(step: dict[str, Json]) -> str | None:
    """What came back as an error: ATIF has no field for it, writers say so in `extra`."""
    said = (words(each.get("content")) for each in results_of(step) if _is_error(each))
    return "\n".join(filter(None, said)) or None


def _is_error(result: dict[str, Json]) -> bool:
    return record(result.get("extra")).get("is_error") is True
