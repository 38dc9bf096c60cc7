"""Every page, by name, and reading HTML as a browser would."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Protocol

from django.urls import reverse

from themis.verdicts.models import Turn, Verdict
from themis.web import pictures


def pages_of(verdict: Verdict) -> dict[str, str]:
    """The address of every page and part that a team mate may open, with one verdict's data."""
    pk = verdict.trajectory_id
    turn = Turn.objects.filter(verdict=verdict).first()
    assert turn is not None
    return {
        "home": reverse("home:index"),
        "list": reverse("trajectories:index"),
        "detail": reverse("trajectories:detail", args=[pk]),
        "detail of a verdict": reverse("trajectories:detail", args=[pk])
        + f"?verdict={verdict.pk}&step=2&view=both&tab=steps",
        "step": reverse("trajectories:step", args=[pk, 1]),
        "court": reverse("verdicts:court", args=[pk]),
        "turns": reverse("verdicts:turns", args=[verdict.pk]),
        "turn": reverse("verdicts:turn", args=[verdict.pk, turn.pk]),
        "screen": pictures.address_of(verdict.trajectory, 0),
        "thumbnail": pictures.address_of(verdict.trajectory, 0, pictures.THUMBNAIL),
        "uploads": reverse("uploads:index"),
        "trust": reverse("trust:index"),
        "tables": reverse("trust:tables"),
        "model": reverse("settings:model"),
        "critics": reverse("settings:critics"),
        "critic": reverse("settings:critic", args=["zerogui"]),
        "api": reverse("api-docs:index"),
    }


class Scan(HTMLParser):
    """Notes what a strict policy forbids, and every text and image."""

    def __init__(self) -> None:
        super().__init__()
        self.forbidden: list[str] = []
        self.texts: list[str] = []
        self.tags: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.tags.append(tag)
        self._in_script = tag == "script"
        if tag == "style" or "style" in names:
            self.forbidden.append(f"style on <{tag}>")
        if tag == "script" and not names.get("src"):
            self.forbidden.append("a script without src")
        self.forbidden += [
            f"{name} on <{tag}>" for name in names if name.startswith(("on", "hx-on"))
        ]
        if any((value or "").strip().lower().startswith("javascript:") for value in names.values()):
            self.forbidden.append(f"javascript: on <{tag}>")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


class Answered(Protocol):
    """A response, as far as it is read."""

    @property
    def content(self) -> bytes: ...


def scan(response: Answered) -> Scan:
    """The page, read."""
    found = Scan()
    found.feed(response.content.decode())
    return found
