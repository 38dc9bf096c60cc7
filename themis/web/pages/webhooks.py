"""Settings, Webhooks: who outside is told what happens, and with which secrets."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from themis.accounts.models import Right
from themis.notices import queries, webhooks
from themis.notices.models import HookKind, Webhook
from themis.pipeline import hints, sealing, signing
from themis.web.access import MemberRequest, for_right
from themis.web.pages.webhook_messages import find, page_of
from themis.web.webhookforms import WebhookForm

MOST = 20  # webhooks of a team


@never_cache
@require_http_methods(["GET", "POST"])
@for_right(Right.CONFIGURE)
def index(request: MemberRequest) -> HttpResponse:
    """The team's webhooks. A new one's secret is shown in the answer to the POST, never again."""
    form, fresh, plain = WebhookForm(request.POST or None, team=request.team), None, ""
    if form.is_valid() and queries.webhooks_of(request.team).count() >= MOST:
        form.add_error(None, f"A team has at most {MOST} webhooks; delete one first.")
    elif form.is_valid():
        fresh, plain = _added(request, form)
        form = WebhookForm(team=request.team)
    page = {
        "form": form,
        "fresh": fresh,
        "plain": plain,
        "webhooks": queries.with_waiting(queries.webhooks_of(request.team)),
    }
    return render(request, "settings/webhooks.html", page)


@never_cache
@require_http_methods(["GET", "POST"])
@for_right(Right.CONFIGURE)
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One webhook: how it is, its messages, its settings."""
    webhook = find(request, pk)
    form = WebhookForm(request.POST or None, team=request.team, of=webhook)
    if form.is_valid():
        webhooks.change(webhook=webhook, settings=form.settings)
        if token := form.cleaned_data.get("token"):
            webhooks.replace(webhook=webhook, sealed_secret=sealing.seal(token))
        messages.success(request, "Saved. What is still to be sent goes to this address.")
        return redirect("settings:webhook", webhook.pk)
    return render(request, "settings/webhook.html", page_of(request, webhook) | {"form": form})


@require_POST
@for_right(Right.CONFIGURE)
def switch(request: MemberRequest, pk: int) -> HttpResponse:
    """Turn it on or off."""
    webhook = find(request, pk)
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
    """Another secret, shown in this answer and never again; the one before stays for a day."""
    webhook, plain = find(request, pk), signing.new_secret()
    if webhook.is_push:
        raise Http404("it has a token of the receiver's, and no secret")
    webhooks.rotate(webhook=webhook, sealed_secret=sealing.seal(plain), at=timezone.now())
    form = WebhookForm(team=request.team, of=webhook)
    page = page_of(request, webhook) | {"form": form, "plain": plain}
    return render(request, "settings/webhook.html", page)


@require_POST
@for_right(Right.CONFIGURE)
def end_before(request: MemberRequest, pk: int) -> HttpResponse:
    """The secret before the newest ends now."""
    webhook = find(request, pk)
    if webhooks.end_before(webhook=webhook):
        messages.success(request, "Messages are signed with the newest secret alone.")
    return redirect("settings:webhook", webhook.pk)


@require_POST
@for_right(Right.CONFIGURE)
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Delete it with what waits; the form says which, so that none goes by mistake."""
    webhook = find(request, pk)
    if request.POST.get("url") != webhook.url:
        messages.error(request, "Its address has changed meanwhile; nothing was deleted.")
        return redirect("settings:webhook", webhook.pk)
    webhooks.remove(webhook=webhook)
    messages.success(request, f"{webhook.url} is told nothing from now on.")
    return redirect("settings:webhooks")


def _added(request: MemberRequest, form: WebhookForm) -> tuple[Webhook, str]:
    """The new webhook, and its secret if Themis made one."""
    settings = form.settings
    plain = signing.new_secret() if settings.kind == HookKind.STANDARD else ""
    added = webhooks.add(
        team=request.team,
        settings=settings,
        sealed_secret=sealing.seal(plain or form.cleaned_data["token"]),
        by=request.user,
        at=timezone.now(),
    )
    return added, plain
