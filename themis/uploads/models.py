"""Uploads: what was announced, how much of it is here, and what became of each item."""

from __future__ import annotations

from django.db import models

from themis.accounts.models import Team, User
from themis.trajectories.models import Trajectory, new_id


class Status(models.TextChoices):
    RECEIVING = "receiving", "Receiving"
    WAITING = "waiting", "Waiting to be read"
    READING = "reading", "Reading"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired"


UNDER_WAY = (Status.RECEIVING, Status.WAITING, Status.READING)


class Upload(models.Model):
    """One drop or choice of files. The row is the queue, as with runs; its files lie on disk."""

    id = models.CharField(primary_key=True, max_length=12, default=new_id, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="uploads")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVING)
    n_files = models.PositiveIntegerField()  # announced
    n_bytes = models.PositiveBigIntegerField()  # announced
    n_unsafe = models.PositiveIntegerField(default=0)  # refused by name; their items come first
    n_found = models.PositiveIntegerField(null=True)  # items, once they are counted
    n_read = models.PositiveIntegerField(default=0)
    current = models.CharField(max_length=1000, blank=True)  # the item being read
    cause = models.TextField(blank=True)  # why it ended before its end
    attempts = models.PositiveIntegerField(default=0)  # processes that began to read it
    owner = models.CharField(max_length=120, blank=True)  # the process that reads it
    beat_at = models.DateTimeField(null=True)  # that process was last seen alive
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()  # the last byte came
    closed_at = models.DateTimeField(null=True)  # it was whole
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["team", "-created_at", "-id"], name="newest_uploads_of_a_team"),
            models.Index(fields=["status", "closed_at"], name="next_to_read"),
        ]

    def __str__(self) -> str:
        return f"upload {self.id}: {self.name}"

    @property
    def is_under_way(self) -> bool:
        """Whether something is still to be expected of it."""
        return self.status in UNDER_WAY


class Part(models.Model):
    """One announced file, until the upload has been read."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()  # from 0
    name = models.CharField(max_length=1000)  # with its folders
    size = models.PositiveBigIntegerField()  # bytes
    stamp = models.BigIntegerField(default=0)  # when the browser says it changed, milliseconds
    received = models.PositiveBigIntegerField(default=0)  # bytes
    is_whole = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="one_part_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.received} of {self.size}"


class Kind(models.TextChoices):
    STORED = "stored", "Stored"
    KNOWN = "known", "Known before"
    REFUSED = "refused", "Refused"
    PASSED_OVER = "passed_over", "Passed over"


class Item(models.Model):
    """What became of one recording, or of one file that could not be taken."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveIntegerField()  # from 0, in the order of reading
    kind = models.CharField(max_length=16, choices=Kind.choices)
    source = models.CharField(max_length=1000)
    trajectory = models.ForeignKey(Trajectory, on_delete=models.SET_NULL, null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="one_item_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.kind}"

    @property
    def is_kept(self) -> bool:
        """Whether a recording came of it, now or before."""
        return self.kind in (Kind.STORED, Kind.KNOWN)

    @property
    def why(self) -> str:
        """The error, without the name that stands above it."""
        return self.error.removeprefix(f"{self.source}: ")
