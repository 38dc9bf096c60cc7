"""A recording on this machine as the parts of a form: a file, an archive, or a whole folder."""

from __future__ import annotations

from pathlib import Path

from themis.client.errors import Invalid

MOST_FILES = 20_000


def parts_of(source: Path) -> tuple[tuple[str, Path], ...]:
    """The name and the place of each file; raises Invalid where there is nothing to send.

    Files of a folder are named from the folder on, so that several runs stay apart. What begins
    with a dot is left out.
    """
    if source.is_file():
        return ((source.name, source),)
    if not source.is_dir():
        raise Invalid(f"there is nothing at {source}", field="trajectory")
    above = source.resolve().parent
    found = tuple(
        (file.relative_to(above).as_posix(), file)
        for file in sorted(source.resolve().rglob("*"))
        if file.is_file() and not any(part.startswith(".") for part in _below(file, above))
    )
    if not 0 < len(found) <= MOST_FILES:
        raise Invalid(
            f"{source} holds {len(found)} files; 1 to {MOST_FILES} can be sent, or an archive",
            field="trajectory",
        )
    return found


def _below(file: Path, above: Path) -> tuple[str, ...]:
    return file.relative_to(above).parts[1:]
