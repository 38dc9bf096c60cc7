"""Whose messages are tried now: a few of each webhook, and never so many of sick ones that others
wait for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from themis.notices.models import Webhook
from themis.notices.outbox import Place

AT_ONCE = 400  # messages under way in one process
EACH = 4  # of one webhook that takes what it is sent; of another, one
SLOW = 2.0  # seconds to an answer
OF_SLOW = AT_ONCE // 2  # under way to webhooks that fail, are slow, or have taken nothing yet


class Lanes:
    """What is under way, by webhook. Of one process; nothing of it is kept."""

    def __init__(self) -> None:
        self._flying: Counter[int] = Counter()
        self._slow_now: Counter[int] = Counter()  # of those, what counts as slow
        self._was_slow: set[int] = set()

    @property
    def flying(self) -> int:
        """How many messages are under way."""
        return self._flying.total()

    def full(self) -> set[int]:
        """Webhooks that may have no more under way, however well they are."""
        return {pk for pk, count in self._flying.items() if count >= EACH}

    def places(self, ready: Iterable[Webhook]) -> list[Place]:
        """How many messages of which webhooks may be tried now, those with the fewest first.

        Each gets one before any gets a second.
        """
        hooks = sorted(ready, key=lambda hook: (self._flying[hook.pk], hook.pk))
        free, slow_free = AT_ONCE - self.flying, OF_SLOW - self._slow_now.total()
        given: Counter[int] = Counter()
        for level in range(1, EACH + 1):
            for hook in hooks:
                has = self._flying[hook.pk] + given[hook.pk]
                if has >= min(level, self._most(hook)) or free <= 0:
                    continue
                if self._is_slow(hook):
                    if slow_free <= 0:
                        continue
                    slow_free -= 1
                given[hook.pk] += 1
                free -= 1
        return [Place(webhook=hook, most=given[hook.pk]) for hook in hooks if given[hook.pk]]

    def started(self, hook: Webhook) -> None:
        """A message of it is under way."""
        self._flying[hook.pk] += 1
        if self._is_slow(hook):
            self._slow_now[hook.pk] += 1

    def landed(self, hook: Webhook, seconds: float) -> None:
        """A try ended, after so many seconds."""
        self._flying[hook.pk] -= 1
        self._slow_now[hook.pk] = min(self._slow_now[hook.pk], self._flying[hook.pk])
        if not self._flying[hook.pk]:
            del self._flying[hook.pk]
        if seconds > SLOW:
            self._was_slow.add(hook.pk)
        else:
            self._was_slow.discard(hook.pk)

    def _most(self, hook: Webhook) -> int:
        return EACH if hook.answered_at is not None and not hook.failures else 1

    def _is_slow(self, hook: Webhook) -> bool:
        is_proven = hook.answered_at is not None and not hook.failures
        return not is_proven or hook.pk in self._was_slow
