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

    DECISION = "decision.submitted", "A decision was submitted"
    DISPUTE = "item.disputed", "Reviewers disagree"
    SETTLED = "item.settled", "An item was settled, or its ruling overridden"
    QUEUE_DONE = "queue.finished", "A queue is finished"
    COMMENT = "comment.written", "A comment was written"
    MENTION = "person.mentioned", "Somebody was mentioned"


PING = "ping"  # the event of a test


class Webhook(models.Model):
    """An address of a team's that is told what happens."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="webhooks")
    url = models.URLField(max_length=500)
    sealed_secret = models.TextField()  # what deliveries are signed with
    events = models.JSONField(default=list)  # kinds; empty: all
    is_on = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0)  # tries in a row
    trouble = models.CharField(max_length=300, blank=True)  # why messages were given up lately
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One message to a webhook: waiting, delivered, or given up.

    A try moves `due_at` to when its lease ends, so that a killed one is made again.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # the same at each try

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=20)
    body = models.JSONField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # of the next try; null: no more
    tries = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    status = models.PositiveIntegerField(null=True)  # of the last answer
    trouble = models.CharField(max_length=300, blank=True)  # of the last try

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="due_first")
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.webhook_id}"
