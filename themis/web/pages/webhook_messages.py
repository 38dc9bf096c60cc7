"""Settings, Webhooks: the messages of one, each with its tries, and what is sent again."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import replace_url

from themis.accounts.models import Right
from themis.notices import announcing, queries
from themis.notices.models import PING, Delivery, Event, Webhook
from themis.pipeline import hints, pauses
from themis.pipeline.examples import EXAMPLES
from themis.web.access import MemberRequest, for_right
from themis.web.webhookforms import SearchForm, SinceForm

PER_PAGE = 50
TRIES = 50  # of one message, the newest
MOST_AGAIN = 10_000  # messages that are sent again in one go
AN_HOUR = timedelta(hours=1)


@require_GET
@for_right(Right.CONFIGURE)
def index(request: MemberRequest, pk: int) -> HttpResponse:
    """The messages of a webhook that are looked for: a part of its page, at its own address."""
    webhook = find(request, pk)
    given = urlencode([each for each in request.GET.items() if each[1]])
    here = reverse("settings:webhook", args=[webhook.pk]) + (f"?{given}" if given else "")
    if not request.htmx:
        return redirect(here)
    part = render(request, "settings/messages.html", page_of(request, webhook))
    return replace_url(part, here)


@require_GET
@for_right(Right.CONFIGURE)
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One message: what is sent, and what came of each try."""
    row = _message(request, pk)
    page = {
        "message": row,
        "webhook": row.webhook,
        "body": json.dumps(json.loads(row.body), indent=2, ensure_ascii=False),
        "n_bytes": len(row.body.encode()),
        "attempts": queries.attempts_of(row, TRIES),
        "most_tries": pauses.MAX_TRIES,
        "now": timezone.now(),
    }
    part = "#state" if request.htmx else ""
    return render(request, f"settings/message.html{part}", page)


@require_POST
@for_right(Right.CONFIGURE)
def resend(request: MemberRequest, pk: int) -> HttpResponse:
    """Send one message again, under the same id."""
    row = _message(request, pk)
    announcing.resend(delivery=row, at=timezone.now())
    return _sent(request, row.webhook)


@require_POST
@for_right(Right.CONFIGURE)
def resend_since(request: MemberRequest, pk: int) -> HttpResponse:
    """Send everything again that was put down since a time."""
    webhook, form = find(request, pk), SinceForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give a day and a time, in UTC.")
        return redirect("settings:webhook", webhook.pk)
    since = form.cleaned_data["since"]
    count = announcing.resend_since(
        webhook=webhook, since=since, at=timezone.now(), most=MOST_AGAIN
    )
    hints.queue_messages()
    noun = "message is" if count == 1 else "messages are"
    messages.success(request, f"{count:,} {noun} sent again, the oldest first, under their ids.")
    return redirect("settings:webhook", webhook.pk)


@require_POST
@for_right(Right.CONFIGURE)
def example(request: MemberRequest, pk: int) -> HttpResponse:
    """Send a test that says nothing, or an example of an event."""
    webhook, event = find(request, pk), request.POST.get("event", PING)
    if webhook.is_push:
        raise Http404("a reward cannot be tried: it needs the ids of a rollout")
    if event == PING:
        announcing.ping(webhook=webhook, at=timezone.now())
    elif event in Event.values:
        data = EXAMPLES[Event(event)]
        announcing.example(webhook=webhook, event=event, data=data, at=timezone.now())
    else:
        raise Http404("no such event")
    return _sent(request, webhook)


def page_of(request: MemberRequest, webhook: Webhook) -> dict[str, object]:
    """What the list of messages needs. A page goes on before an id: the list grows at its top."""
    form = SearchForm(request.GET)
    rows = queries.messages_of(webhook, form.search)
    before = _number(request.GET.get("before", ""))
    if before:
        rows = rows.filter(pk__lt=before)
    shown = list(rows[: PER_PAGE + 1])
    return {
        "webhook": webhook,
        "search": form,
        "is_any": form.search.is_any,
        "deliveries": shown[:PER_PAGE],
        "older": shown[PER_PAGE - 1].pk if len(shown) > PER_PAGE else None,
        "before": before,
        "now": timezone.now(),
        "most_tries": pauses.MAX_TRIES,
        "events": [PING, *Event.values],
        "since": SinceForm(initial={"since": timezone.now() - AN_HOUR}),
        "n_waiting": queries.n_waiting(webhook),
    }


def find(request: MemberRequest, pk: int) -> Webhook:
    """One of the team's webhooks; Http404 for anybody else's."""
    found = queries.webhooks_of(request.team).filter(pk=pk).first()
    if found is None:
        raise Http404("no such webhook")
    return found


def _message(request: MemberRequest, pk: int) -> Delivery:
    found = queries.delivery(request.team, pk)
    if found is None:
        raise Http404("no such message")
    return found


def _sent(request: MemberRequest, webhook: Webhook) -> HttpResponse:
    """A page with scripts looks at its list again; without, the whole page is shown anew."""
    hints.queue_messages()
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": "changed"})
    return redirect("settings:webhook", webhook.pk)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
