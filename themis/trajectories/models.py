"""Recordings as kept: columns for what is filtered, one JSON payload for the rest."""

from __future__ import annotations

import dataclasses
import secrets

from django.db import models
from django.utils.functional import cached_property

from themis.accounts.models import Team, User
from themis.domain import trajectory, wire
from themis.domain.trajectory import Screen as Shown

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


class State(models.TextChoices):
    OPEN = "open", "Recording"
    CLOSED = "closed", "Recorded"


class Trajectory(models.Model):
    """One recorded run. `payload` is a domain.Trajectory as `wire` writes it.

    While a run is open its payload is the beginning alone, its steps are rows of OpenStep, and
    its digest only says that it is still unknown.
    """

    id = models.CharField(primary_key=True, max_length=12, default=new_id, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="trajectories")
    state = models.CharField(max_length=6, choices=State.choices, default=State.CLOSED)
    digest = models.CharField(max_length=64)  # sha256 over everything that was read
    source = models.CharField(max_length=1000)
    format = models.CharField(max_length=40)
    platform = models.CharField(max_length=10, choices=Platform.choices)
    instruction = models.TextField()
    label = models.CharField(max_length=10, choices=Label.choices, blank=True, default="")
    app = models.CharField(max_length=80, blank=True, default="", db_default="")  # empty: unknown
    agent = models.CharField(max_length=80, blank=True, default="", db_default="")
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
        """The domain value; of an open run, the steps that this row counts."""
        whole = wire.load(trajectory.Trajectory, self.payload, at=f"trajectory {self.id}")
        return self._so_far(whole) if self.is_open else whole

    @property
    def is_open(self) -> bool:
        """Whether steps are still to come."""
        return self.state == State.OPEN

    def _so_far(self, beginning: trajectory.Trajectory) -> trajectory.Trajectory:
        steps = self.open_steps.filter(position__lt=self.n_steps)
        rows = list(steps.values_list("payload", flat=True))
        if len(rows) < self.n_steps:  # it was closed since this row was read
            self.refresh_from_db()
            return wire.load(trajectory.Trajectory, self.payload, at=f"trajectory {self.id}")
        at = f"trajectory {self.id}: step"
        return dataclasses.replace(
            beginning,
            steps=tuple(wire.load(trajectory.Step, row, at=at) for row in rows),
            screens=tuple(
                screen.value for screen in self.screens.filter(position__lt=self.n_screens)
            ),
        )


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

    @property
    def value(self) -> Shown:
        """The domain value."""
        return Shown(
            digest=self.digest, width=self.width, height=self.height, media_type=self.media_type
        )


class OpenStep(models.Model):
    """One step of an open run, as it came; closing puts all of them into the payload."""

    trajectory = models.ForeignKey(Trajectory, on_delete=models.CASCADE, related_name="open_steps")
    position = models.PositiveIntegerField()  # from 0
    came_at = models.PositiveIntegerField()  # position of the first step that came with it
    screens_at = models.PositiveIntegerField()  # how many screens there were before they came
    payload = models.JSONField()  # domain.Step, as wire writes it

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["trajectory", "position"], name="one_step_a_position"),
        ]

    def __str__(self) -> str:
        return f"step {self.position} of {self.trajectory_id}"


class OpenRun(models.Model):
    """What is known of an open run while it is open."""

    trajectory = models.OneToOneField(
        Trajectory, on_delete=models.CASCADE, related_name="open_run", primary_key=True
    )
    n_bytes = models.PositiveBigIntegerField(default=0)  # of JSON in its steps
    touched_at = models.DateTimeField(db_index=True)  # something came last

    def __str__(self) -> str:
        return f"open run {self.trajectory_id}"


class ScreenText(models.Model):
    """The words read off one distinct picture. Whoever may see the picture may see them."""

    digest = models.CharField(primary_key=True, max_length=64)
    lines = models.JSONField(default=list)  # lists of words: text, x, y, width, height
    is_legible = models.BooleanField()  # False: nothing could be read off it
    read_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"text of {self.digest[:12]}"


class TextWish(models.Model):
    """Somebody searches a run whose pictures have not all been read. Gone once they have."""

    trajectory = models.OneToOneField(
        Trajectory, on_delete=models.CASCADE, related_name="text_wish", primary_key=True
    )
    wished_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"wish to search {self.trajectory_id}"


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
