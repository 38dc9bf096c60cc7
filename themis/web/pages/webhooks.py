"""Settings, Webhooks: who outside is told what happens, and how the telling went."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from themis.accounts.models import Right
from themis.notices import queries, webhooks
from themis.notices.models import Webhook
from themis.pipeline import deliveries, hints, sealing
from themis.web.access import MemberRequest, for_right
from themis.web.webhookforms import WebhookForm

MOST = 20  # webhooks of a team
SHOWN = 50  # deliveries on the page
SOON = timedelta(minutes=2)


@never_cache
@require_http_methods(["GET", "POST"])
@for_right(Right.CONFIGURE)
def index(request: MemberRequest) -> HttpResponse:
    """The team's webhooks. A new one's secret is shown in the answer to the POST, never again."""
    form, fresh, plain = WebhookForm(request.POST or None), None, ""
    if form.is_valid() and queries.webhooks_of(request.team).count() >= MOST:
        form.add_error(None, f"A team has at most {MOST} webhooks; delete one first.")
    elif form.is_valid():
        plain = _new_secret()
        fresh = webhooks.add(
            team=request.team,
            url=form.cleaned_data["url"],
            sealed_secret=sealing.seal(plain),
            events=form.cleaned_data["events"],
            by=request.user,
            at=timezone.now(),
        )
        form = WebhookForm()
    page = {
        "form": form,
        "fresh": fresh,
        "plain": plain,
        "webhooks": queries.webhooks_of(request.team),
    }
    return render(request, "settings/webhooks.html", page)


@never_cache
@require_http_methods(["GET", "POST"])
@for_right(Right.CONFIGURE)
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One webhook: its settings, and the messages it got last."""
    webhook = _find(request, pk)
    form = WebhookForm(request.POST) if request.method == "POST" else WebhookForm.of(webhook)
    if form.is_valid():
        typed = form.cleaned_data
        webhooks.change(webhook=webhook, url=typed["url"], events=typed["events"])
        messages.success(request, "Saved. What is still to be sent goes to this address.")
        return redirect("settings:webhook", webhook.pk)
    return render(request, "settings/webhook.html", _page(webhook) | {"form": form})


@require_GET
@for_right(Right.CONFIGURE)
def messages_of(request: MemberRequest, pk: int) -> HttpResponse:
    """The list of its messages, for the page to look at again."""
    return render(request, "settings/deliveries.html", _page(_find(request, pk)))


@require_POST
@for_right(Right.CONFIGURE)
def switch(request: MemberRequest, pk: int) -> HttpResponse:
    """Turn it on or off."""
    webhook = _find(request, pk)
    is_on = request.POST.get("is_on") == "yes"
    if webhooks.switch(webhook=webhook, is_on=is_on):
        said = "on: what waited is sent now." if is_on else "off: what waits is kept for later."
        messages.success(request, f"The webhook is {said}")
    hints.queue_messages()
    return redirect("settings:webhook", webhook.pk)


@never_cache
@require_POST
@for_right(Right.CONFIGURE)
def secret(request: MemberRequest, pk: int) -> HttpResponse:
    """Another secret, shown in this answer and never again."""
    webhook, plain = _find(request, pk), _new_secret()
    webhooks.reseal(webhook=webhook, sealed_secret=sealing.seal(plain))
    page = _page(webhook) | {"form": WebhookForm.of(webhook), "plain": plain}
    return render(request, "settings/webhook.html", page)


@require_POST
@for_right(Right.CONFIGURE)
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Delete it with what waits; the form says which, so that none goes by mistake."""
    webhook = _find(request, pk)
    if request.POST.get("url") != webhook.url:
        messages.error(request, "Its address has changed meanwhile; nothing was deleted.")
        return redirect("settings:webhook", webhook.pk)
    webhooks.remove(webhook=webhook)
    messages.success(request, f"{webhook.url} is told nothing from now on.")
    return redirect("settings:webhooks")


@require_POST
@for_right(Right.CONFIGURE)
def test(request: MemberRequest, pk: int) -> HttpResponse:
    """Send a message that says nothing."""
    webhook = _find(request, pk)
    webhooks.ping(webhook=webhook, at=timezone.now())
    return _sent(request, webhook)


@require_POST
@for_right(Right.CONFIGURE)
def redeliver(request: MemberRequest, pk: int) -> HttpResponse:
    """Send one message again."""
    delivery = queries.delivery(request.team, pk)
    if delivery is None:
        raise Http404("no such message")
    webhooks.redeliver(delivery=delivery, at=timezone.now())
    return _sent(request, delivery.webhook)


def _sent(request: MemberRequest, webhook: Webhook) -> HttpResponse:
    hints.queue_messages()
    if request.htmx:
        return render(request, "settings/deliveries.html", _page(webhook))
    return redirect("settings:webhook", webhook.pk)


def _page(webhook: Webhook) -> dict[str, object]:
    now = timezone.now()
    shown = queries.deliveries_of(webhook, SHOWN)
    return {
        "webhook": webhook,
        "deliveries": shown,
        "now": now,
        "most_tries": deliveries.MAX_TRIES,
        "is_waiting": any(each.due_at and each.due_at < now + SOON for each in shown),
    }


def _find(request: MemberRequest, pk: int) -> Webhook:
    found = queries.webhooks_of(request.team).filter(pk=pk).first()
    if found is None:
        raise Http404("no such webhook")
    return found


def _new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"
