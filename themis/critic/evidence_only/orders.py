"""Words on a picture that address whoever judges: reported where pictures are read at all."""

from __future__ import annotations

from themis.critic.evidence_only.facts import Run
from themis.critic.injection.detector import merged
from themis.critic.injection.search import addressed
from themis.domain.evidence import Injection, InjectionSource

READER = "tesseract"


def orders_in_pictures(run: Run) -> tuple[Injection, ...]:
    """What the words read off pictures try to tell a judge."""
    return merged(
        Injection(source=InjectionSource.SCREEN, quote=quote, found_by=READER, screens=(position,))
        for position, tree in sorted(run.recognised.items())
        for quote in addressed("\n".join(element.name for element in tree.elements))
    )
