"""Requests that were answered once, so that asking again gives the same answer."""

from __future__ import annotations

from django.db import models

from themis.accounts.models import Team


class Exchange(models.Model):
    """One request under an Idempotency-Key, and its answer once there is one."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # sha256 of what was asked
    owner = models.CharField(max_length=120)  # the process at work, see pipeline/owner.py
    attempt = models.CharField(max_length=32)  # which try of that process
    claimed_at = models.DateTimeField()  # by that try
    status = models.PositiveSmallIntegerField(null=True)  # of the answer; null: at work
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "method", "path", "key"], name="one_exchange_a_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.status or 'at work'}"
