"""How static files are served: under names that change with what is in them."""

from __future__ import annotations

from servestatic.storage import CompressedManifestStaticFilesStorage

_IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Imports between our modules carry those names too: a module is loaded once, and kept."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", _IMPORTS))
