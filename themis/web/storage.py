"""How static files are served: under names that change with what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.contrib.staticfiles.finders import find
from django.core.files.base import ContentFile
from servestatic.storage import CompressedManifestStaticFilesStorage

_IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]

_CHROME = ("tokens", "base", "controls", "chrome")
_RUN = ("case", "stage", "marks", "film", "court", "steps", "screen", "talk")

# Style sheets that pages of evidence need, each set as one file: nothing is drawn before the last
# of them has come, and each costs the browser several milliseconds, from its own cache as well.
SHEETS = {
    "css/all-of-a-run.css": (*_CHROME, *_RUN, "turns"),
    "css/all-of-the-room.css": (*_CHROME, *_RUN, "review-room", "review-opinion"),
}


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Imports between our modules carry those names too: a module is loaded once, and kept."""

    def post_process(
        self, paths: dict[str, object], dry_run: bool = False, **options: object
    ) -> Iterator[tuple[str, str, bool]]:
        """Django's own, with the sets of style sheets among the files."""
        if not dry_run:
            for name, parts in SHEETS.items():
                self.delete(name)
                self._save(name, ContentFile(_joined(parts)))
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", _IMPORTS))


def _joined(parts: tuple[str, ...]) -> bytes:
    found = [find(f"css/{part}.css") for part in parts]
    return b"\n".join(Path(str(each)).read_bytes() for each in found)
