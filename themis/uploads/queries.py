"""Reads of uploads."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from themis.accounts.models import Team
from themis.uploads.models import Item, Kind, Part, Status, Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an upload is, in bytes and items."""

    received: int  # bytes
    n_whole: int  # files that are here
    stored: int
    known: int
    refused: int
    passed_over: int

    @property
    def n_items(self) -> int:
        """Results so far."""
        return self.stored + self.known + self.refused + self.passed_over


def of_team(team: Team) -> QuerySet[Upload]:
    """A team's uploads, the newest first."""
    return Upload.objects.filter(team=team).select_related("created_by")


def listed(team: Team, limit: int) -> list[Upload]:
    """The newest uploads, each with `n_stored`, `n_known`, `n_refused`, `n_passed_over`."""
    counts = {f"n_{kind.value}": Count("items", filter=Q(items__kind=kind)) for kind in Kind}
    # Counting groups rows, and grouped rows lose the order of the table.
    return list(of_team(team).annotate(**counts).order_by("-created_at", "-pk")[:limit])


def progress_of(upload: Upload) -> Progress:
    """How far it is."""
    here = Part.objects.filter(upload=upload).aggregate(
        received=Sum("received", default=0), n_whole=Count("pk", filter=Q(is_whole=True))
    )
    kinds = dict(
        Item.objects.filter(upload=upload)
        .order_by()
        .values_list("kind")
        .annotate(n=Count("pk"))
        .values_list("kind", "n")
    )
    is_here = upload.status != Status.RECEIVING
    return Progress(
        received=upload.n_bytes if is_here else here["received"],
        n_whole=upload.n_files if is_here else here["n_whole"],
        stored=kinds.get(Kind.STORED, 0),
        known=kinds.get(Kind.KNOWN, 0),
        refused=kinds.get(Kind.REFUSED, 0),
        passed_over=kinds.get(Kind.PASSED_OVER, 0),
    )


def items_of(upload: Upload, kind: Kind, limit: int) -> list[Item]:
    """Results of one kind, in the order of reading."""
    found = Item.objects.filter(upload=upload, kind=kind).select_related("trajectory")
    return list(found.defer("trajectory__payload")[:limit])


def missing(upload: Upload) -> list[Part]:
    """The files that are still to come, wholly or in part."""
    return list(Part.objects.filter(upload=upload, is_whole=False))


def part(team: Team, upload_id: str, number: int) -> Part | None:
    """One announced file of one of the team's uploads."""
    found = Part.objects.filter(upload_id=upload_id, upload__team=team, number=number)
    return found.select_related("upload").first()


def next_to_read() -> Upload | None:
    """The upload that has waited longest."""
    waiting = Upload.objects.filter(status=Status.WAITING).order_by("closed_at")
    return waiting.select_related("team", "created_by").first()
