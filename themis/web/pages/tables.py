"""Tables of verdicts that people bring: judges asked elsewhere, measured like the team's own."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from themis.accounts.models import Right
from themis.domain.errors import UnreadableTable
from themis.pipeline import bringing
from themis.rewards import queries, services
from themis.rewards.models import Brought
from themis.web import reports
from themis.web.access import MemberRequest, for_right, require
from themis.web.pages import posted


@require_http_methods(["GET", "POST"])
@for_right(Right.SEE)
def index(request: MemberRequest) -> HttpResponse:
    """The form and what was brought before; a table that cannot be read is told line by line."""
    error, status = "", 200
    if request.method == "POST":
        require(request, Right.BRING)
        try:
            return redirect("trust:table", pk=_bring(request).pk)
        except posted.Unusable as unusable:
            error, status = str(unusable), unusable.status
        except UnreadableTable as unreadable:
            error, status = str(unreadable), 422
    page = {
        "error": error,
        "tables": list(queries.brought_tables(request.team)),
        "most_bytes": bringing.MAX_BYTES,
    }
    return render(request, "trust/tables.html", page, status=status)


@require_GET
@for_right(Right.SEE)
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One table: its judges alone and together; on an htmx request only what changes."""
    table = find(request, pk)
    page = {
        "table": table,
        "briefs": [reports.brief(row) for row in queries.measurements_in(table)],
        "work": list(queries.measurings(request.team).filter(brought=table)[:1]),
    }
    template = "trust/table.html#board" if request.htmx else "trust/table.html"
    return render(request, template, page)


@require_POST
@for_right(Right.BRING)
def delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Delete a table with what was measured on it; the form says which, so that no other goes."""
    table = find(request, pk)
    if request.POST.get("digest") != table.digest:
        messages.error(request, "That was another table; nothing was deleted.")
        return redirect("trust:table", pk=pk)
    services.forget(brought=table)
    messages.success(request, f"{table.name} is deleted, with what was measured on it.")
    return redirect("trust:tables")


def find(request: MemberRequest, pk: int) -> Brought:
    """One of the team's tables; Http404 for anybody else's."""
    found = queries.brought_tables(request.team).filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404("no such table")
    return found


def _bring(request: MemberRequest) -> Brought:
    posted.check(request)
    files = request.FILES.getlist("files")
    paths = request.POST.getlist("paths")
    names = paths if len(paths) == len(files) else [str(file.name) for file in files]
    return bringing.bring(
        list(zip(names, files, strict=True)),
        team=request.team,
        by=request.user,
        at=timezone.now(),
    )
