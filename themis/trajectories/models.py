"""Recordings as kept: columns for what is filtered, one JSON payload for the rest."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.functional import cached_property

from themis.accounts.models import Team, User
from themis.domain import trajectory, wire

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o, u: ids get read aloud


def new_id() -> str:
    """A short random name: 12 of 32 letters, 60 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


class Platform(models.TextChoices):
    WEB = "web", "Web"
    LINUX = "linux", "Linux"
    WINDOWS = "windows", "Windows"
    MACOS = "macos", "macOS"
    ANDROID = "android", "Android"
    IOS = "ios", "iOS"
    UNKNOWN = "unknown", "Unknown"


class Label(models.TextChoices):
    PASSED = "passed", "Passed"
    FAILED = "failed", "Failed"
    NONE = "", "No label"


class Trajectory(models.Model):
    """One recorded run. `payload` is a domain.Trajectory as `wire` writes it."""

    id = models.CharField(primary_key=True, max_length=12, default=new_id, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="trajectories")
    digest = models.CharField(max_length=64)  # sha256 over everything that was read
    source = models.CharField(max_length=1000)
    format = models.CharField(max_length=40)
    platform = models.CharField(max_length=10, choices=Platform.choices)
    instruction = models.TextField()
    label = models.CharField(max_length=10, choices=Label.choices, blank=True, default="")
    n_steps = models.PositiveIntegerField()
    n_actions = models.PositiveIntegerField()
    n_screens = models.PositiveIntegerField()
    warnings = models.JSONField(default=list)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["team", "-created_at", "-id"], name="newest_of_a_team")]
        constraints = [
            models.UniqueConstraint(fields=["team", "digest"], name="one_row_a_recording"),
        ]
        verbose_name_plural = "trajectories"

    def __str__(self) -> str:
        return f"{self.id}: {self.instruction[:60]}"

    @cached_property
    def recording(self) -> trajectory.Trajectory:
        """The domain value in `payload`."""
        return wire.load(trajectory.Trajectory, self.payload, at=f"trajectory {self.id}")


class Screen(models.Model):
    """One picture of a run, in order. Equal pictures share the file that `digest` names."""

    trajectory = models.ForeignKey(Trajectory, on_delete=models.CASCADE, related_name="screens")
    position = models.PositiveIntegerField()  # from 0, as steps refer to it
    digest = models.CharField(max_length=64, db_index=True)
    media_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()  # pixels
    height = models.PositiveIntegerField()  # pixels

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["trajectory", "position"], name="one_screen_a_position"
            ),
        ]

    def __str__(self) -> str:
        return f"screen {self.position} of {self.trajectory_id}"


class WatchedItem(models.Model):
    """What was last taken in from a watched place, so that it is not read again unchanged."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="watched_items")
    place = models.CharField(max_length=500)  # its address
    name = models.CharField(max_length=1000)
    fingerprint = models.CharField(max_length=64)  # of the item's files when they were read
    n_stored = models.PositiveIntegerField()
    n_refused = models.PositiveIntegerField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "place", "name"], name="one_row_an_item"),
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.place}"
