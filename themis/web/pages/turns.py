"""What was said in court: every exchange of a verdict, each opened on demand."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.db.models.fields.json import KT
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from themis.accounts.models import Right
from themis.domain.jsontypes import Json
from themis.verdicts import models, queries
from themis.verdicts.models import Verdict
from themis.web.access import MemberRequest, for_right
from themis.web.places import Place, Places

MAX_TEXT = 100_000  # characters of one part of a prompt, or of a reply
MADE = {
    "crop": "a part of it",
    "marked": "with the action drawn on it",
    "scaled": "made smaller",
    "changes": "what changed",
}  # by the first word of a view's recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a prompt: words, or a screen that was sent."""

    speaker: str
    text: str = ""
    screen: int | None = None
    place: Place | None = None
    made: str = ""  # what was sent of the screen, if not the whole as recorded


@require_GET
@for_right(Right.SEE)
def index(request: MemberRequest, verdict_id: int) -> HttpResponse:
    """One line a turn."""
    verdict = _find(request, verdict_id)
    rows = models.Turn.objects.filter(verdict=verdict).defer("payload")
    rows = rows.annotate(price=KT("payload__price"))
    return render(request, "trajectory/turns.html", {"verdict": verdict, "turns": rows})


@require_GET
@for_right(Right.SEE)
def turn(request: MemberRequest, verdict_id: int, turn_id: int) -> HttpResponse:
    """One exchange in full."""
    verdict = _find(request, verdict_id)
    row = models.Turn.objects.filter(verdict=verdict, pk=turn_id).first()
    if row is None:
        raise Http404("no such turn")
    said = queries.turn_of(row)
    places = Places(verdict.trajectory, verdict.trajectory.recording, verdict.pk)
    page = {
        "verdict": verdict,
        "turn": said,
        "turn_id": row.pk,
        "parts": _parts(said.prompt, places),
        "looked_at": [(position, places.of_screen(position)) for position in said.screens],
        "reply": said.reply[:MAX_TEXT],
        "parsed": _pretty(said.parsed),
    }
    return render(request, "trajectory/turn.html", page)


def _find(request: MemberRequest, verdict_id: int) -> Verdict:
    verdict = (
        Verdict.objects.select_related("trajectory")
        .filter(pk=verdict_id, trajectory__team=request.team)
        .first()
    )
    if verdict is None:
        raise Http404("no such verdict")
    return verdict


def _parts(prompt: Json, places: Places) -> list[Part]:
    """Messages as they were kept; anything of another shape is shown as JSON."""
    if prompt is None:
        return []
    if not isinstance(prompt, list):
        return [Part(speaker="prompt", text=_pretty(prompt))]
    return [part for message in prompt for part in _said(message, places)]


def _said(message: Json, places: Places) -> list[Part]:
    if not isinstance(message, dict) or "content" not in message:
        return [Part(speaker="prompt", text=_pretty(message))]
    speaker, content = str(message.get("role", "prompt")), message["content"]
    pieces = content if isinstance(content, list) else [content]
    return [_piece(speaker, piece, places) for piece in pieces]


def _piece(speaker: str, piece: Json, places: Places) -> Part:
    if isinstance(piece, dict):
        screen = piece.get("screen")
        if isinstance(screen, int):
            made = _made(piece.get("view"))
            return Part(speaker=speaker, screen=screen, place=places.of_screen(screen), made=made)
        if isinstance(piece.get("text"), str):
            piece = piece["text"]
    text = piece if isinstance(piece, str) else _pretty(piece)
    return Part(speaker=speaker, text=text[:MAX_TEXT])


def _made(recipe: Json) -> str:
    """What a view shows, in words; the pictures themselves are made only to be sent."""
    if not isinstance(recipe, str) or not recipe:
        return ""
    return MADE.get(recipe.split()[0], "a picture made from it")


def _pretty(data: Json) -> str:
    return "" if data is None else json.dumps(data, indent=2, ensure_ascii=False)[:MAX_TEXT]
