"""How webhooks are, by what comes of the tries: well, failing, throttled, turned off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from themis.notices.models import Webhook
from themis.notices.services import bounded

PATIENCE = timedelta(days=5)  # of failure without a message taken, until a webhook is turned off
# Two failures further apart than this are not one time of failure: nothing was tried in between.
AFRESH = timedelta(hours=30)
GONE = "It answered 410: it wants no more messages."
FIELDS = ["failures", "failing_since", "failed_at", "quiet_until", "trouble", "is_on", "off_cause"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What one try says of a webhook."""

    is_taken: bool
    trouble: str
    given_up: str | None  # the event that is not tried again
    quiet_until: datetime | None
    is_gone: bool


def take(signs: Mapping[int, Sequence[Sign]], at: datetime) -> list[Webhook]:
    """Write down how webhooks are, within a transaction; those that are turned off by it.

    What tests say of a webhook that is off changes nothing.
    """
    rows = Webhook.objects.select_for_update(of=("self",), no_key=True).select_related("team")
    found = list(rows.filter(pk__in=signs, is_on=True).order_by("pk"))
    well = [hook.pk for hook in found if any(each.is_taken for each in signs[hook.pk])]
    Webhook.objects.filter(pk__in=well).update(
        failures=0, failing_since=None, failed_at=None, quiet_until=None, trouble="", answered_at=at
    )
    failing = []
    for hook in found:
        if bad := _since_the_last_taken(signs[hook.pk]):
            if hook.pk in well:
                hook.failures, hook.failing_since, hook.trouble = 0, None, ""
            _fail(hook, bad, at)
            failing.append(hook)
    if failing:
        Webhook.objects.bulk_update(failing, FIELDS)
    return [hook for hook in failing if not hook.is_on]


def _since_the_last_taken(signs: Sequence[Sign]) -> list[Sign]:
    bad: list[Sign] = []
    for sign in signs:
        bad = [] if sign.is_taken else [*bad, sign]
    return bad


def _fail(hook: Webhook, bad: Sequence[Sign], at: datetime) -> None:
    if hook.failing_since is None or hook.failed_at is None or hook.failed_at < at - AFRESH:
        hook.failing_since = at
    hook.failures, hook.failed_at = hook.failures + len(bad), at
    pauses = [each.quiet_until for each in bad if each.quiet_until]
    hook.quiet_until = max(pauses, default=hook.quiet_until)
    for each in bad:
        if each.given_up:
            hook.trouble = bounded(f"{each.given_up} was given up: {each.trouble}")
    if any(each.is_gone for each in bad):
        hook.is_on, hook.off_cause = False, GONE
    elif at - hook.failing_since >= PATIENCE:
        hook.is_on = False
        hook.off_cause = bounded(f"It took nothing for five days; at last: {bad[-1].trouble}")
