"""Notices to people, and webhooks of teams with what was sent to them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from themis.accounts.models import Team, User


class Kind(models.TextChoices):
    MENTION = "mention", "Mention"
    COMMENT = "comment", "Comment"
    QUEUE = "queue", "Queue opened for you"
    DISPUTE = "dispute", "Disagreement to settle"
    FLAG = "flag", "Second opinion asked for"
    OVERRIDE = "override", "Your decision was overridden"
    QUEUE_DONE = "queue_done", "Queue finished"
    HOOK_OFF = "hook_off", "Webhook turned off"


class Notice(models.Model):
    """Something one person should know, and where it is seen."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="notices")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.CharField(max_length=300)
    href = models.CharField(max_length=300)  # a path of this installation
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["user", "team", "-at"], name="newest_notices_of_a_person"),
            models.Index(
                fields=["user", "team"], condition=Q(read_at=None), name="unread_of_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.user_id}: {self.text[:60]}"


class Event(models.TextChoices):
    """What a webhook can be told of."""

    INGESTED = "trajectory.ingested", "A run was recorded or brought in"
    JUDGED = "verdict.completed", "A critic gave a verdict"
    JUDGING_BROKE = "verdict.failed", "A critic could not judge"
    AMENDED = "verdict.amended", "A person ruled otherwise than what stood"
    REWARD = "reward.settled", "A reward that was asked for is settled"
    REVIEWED = "review.completed", "An item got its final ruling"
    DECISION = "decision.submitted", "A decision was submitted"
    DISPUTE = "item.disputed", "Reviewers disagree"
    SETTLED = "item.settled", "An item was settled, or its ruling overridden"
    QUEUE_DONE = "queue.finished", "A queue is finished"
    COMMENT = "comment.written", "A comment was written"
    MENTION = "person.mentioned", "Somebody was mentioned"
    HOOK_OFF = "endpoint.disabled", "Another webhook was turned off"
    REPLAYED = "replay.completed", "A replay ended"
    SCORED = "submission.scored", "A submission was scored"


UNSENT = frozenset({Event.REPLAYED, Event.SCORED})  # nothing happens yet that they tell of
PING = "ping"  # the event of a test


class HookKind(models.TextChoices):
    """In whose form a webhook is told."""

    STANDARD = "standard", "Standard Webhooks"
    AREAL = "areal", "AReaL: set_reward"
    AGENT_LIGHTNING = "agent-lightning", "Agent Lightning: reward events"

    @property
    def is_push(self) -> bool:
        """Whether it takes rewards and nothing else."""
        return self is not HookKind.STANDARD


class Webhook(models.Model):
    """An address of a team's that is told what happens."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="webhooks")
    kind = models.CharField(
        max_length=20, choices=HookKind.choices, default=HookKind.STANDARD, db_default="standard"
    )
    url = models.URLField(max_length=500)
    job = models.CharField(max_length=80, blank=True, default="", db_default="")  # empty: any
    sealed_secret = models.TextField()  # what messages are signed with; of a push: its bearer
    sealed_before = models.TextField(blank=True, default="", db_default="")  # the one before that
    before_until = models.DateTimeField(null=True)  # it is signed with, too, until then
    events = models.JSONField(default=list)  # kinds; empty: all
    is_on = models.BooleanField(default=True)
    off_cause = models.CharField(max_length=300, blank=True, default="", db_default="")
    failures = models.PositiveIntegerField(default=0)  # tries in a row
    failing_since = models.DateTimeField(null=True)  # the first of them
    failed_at = models.DateTimeField(null=True)  # the last
    answered_at = models.DateTimeField(null=True)  # it took a message last
    quiet_until = models.DateTimeField(null=True)  # nothing is tried before, but tests
    trouble = models.CharField(max_length=300, blank=True)  # why messages were given up lately
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.url

    @property
    def is_push(self) -> bool:
        """Whether it takes rewards and nothing else."""
        return HookKind(self.kind).is_push


class Delivery(models.Model):
    """One message to a webhook: waiting, delivered, or given up.

    A try moves `due_at` to when its lease ends, so that a killed one is made again. `body` is what
    is sent, byte by byte, at every try.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # the same at each try

    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    event = models.CharField(max_length=40)
    trajectory = models.CharField(max_length=40, blank=True, default="", db_default="")
    body = models.TextField()
    path = models.CharField(max_length=300, blank=True, default="", db_default="")  # after the url
    sealed_bearer = models.TextField(blank=True, default="", db_default="")  # of this message alone
    is_test = models.BooleanField(
        default=False, db_default=False
    )  # sent even if the webhook is off
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # of the next try; null: no more
    tries = models.PositiveIntegerField(default=0)  # since it was put down, or sent again by hand
    attempts_made = models.PositiveIntegerField(default=0, db_default=0)  # ever
    delivered_at = models.DateTimeField(null=True)
    status = models.PositiveIntegerField(null=True)  # of the last answer
    trouble = models.CharField(max_length=300, blank=True)  # of the last try

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["webhook", "due_at", "id"],
                condition=Q(due_at__isnull=False),
                name="due_of_a_webhook",
            ),
            models.Index(
                fields=["webhook"],
                condition=Q(due_at__isnull=False, is_test=True),
                name="tests_of_a_webhook",
            ),
            # Of one run the second message waits for the first.
            models.Index(
                fields=["webhook", "trajectory", "id"],
                condition=Q(trajectory__gt=""),
                name="messages_of_a_trajectory",
            ),
            models.Index(fields=["webhook", "id"], name="messages_in_order"),
            models.Index(fields=["webhook", "event", "id"], name="messages_of_an_event"),
            models.Index(
                fields=["webhook", "id"],
                condition=Q(due_at=None, delivered_at=None),
                name="messages_given_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.webhook_id}"

    @property
    def state(self) -> str:
        """`waiting`, `delivered` or `given-up`."""
        if self.due_at is not None:
            return "waiting"
        return "delivered" if self.delivered_at else "given-up"


class Attempt(models.Model):
    """One try of a message, and what came of it. A try that was killed leaves none."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()  # from 1
    at = models.DateTimeField()
    seconds = models.FloatField()
    status = models.PositiveIntegerField(null=True)  # null: there was no answer
    trouble = models.CharField(max_length=300, blank=True)
    answer = models.TextField(blank=True)  # its first 20 kB

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.number} of {self.delivery_id}: {self.status or self.trouble}"
