"""How far judges can be trusted: what was measured, on which labels, and what waits to be."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from themis.accounts.models import Team, User
from themis.trajectories.models import Platform


class Status(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Measuring"
    DONE = "done", "Measured"
    BROKEN = "broken", "Broken"


class Brought(models.Model):
    """A table of verdicts of judges that were asked elsewhere, as it was brought in."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="brought_tables")
    name = models.CharField(max_length=200)  # of the file
    digest = models.CharField(max_length=64)  # of its rows
    n_labels = models.PositiveIntegerField()
    n_tasks = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField()  # runs without a usable label
    tasks_known = models.BooleanField()
    judges = models.JSONField()  # their names
    content = models.TextField()  # themis/verdicts/1
    brought_at = models.DateTimeField()
    brought_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)

    class Meta:
        ordering = ["-brought_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name}: {self.n_labels} labels"


class Measuring(models.Model):
    """Work on measurements. The row is the queue, as with runs and uploads.

    Of a table that was brought in; of judges together; else of each judge that has labels.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="measurings")
    brought = models.ForeignKey(
        Brought, on_delete=models.CASCADE, null=True, related_name="measurings"
    )
    critic = models.CharField(max_length=40, blank=True)  # only its judges; empty: all
    together = models.JSONField(default=list)  # judges, each as its four columns
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    done = models.PositiveIntegerField(default=0)  # stages
    total = models.PositiveIntegerField(null=True)  # stages, once they are counted
    now = models.CharField(max_length=600, blank=True)  # what it is at
    cause = models.TextField(blank=True)  # why it broke
    attempts = models.PositiveIntegerField(default=0)  # processes that began it
    owner = models.CharField(max_length=120, blank=True)  # the process at work
    beat_at = models.DateTimeField(null=True)  # that process was last seen alive
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["status", "asked_at"], name="next_to_measure")]

    def __str__(self) -> str:
        return f"measuring {self.pk}: {self.status}"

    @property
    def is_active(self) -> bool:
        """Whether something is still to be expected of it."""
        return self.status in {Status.WAITING, Status.RUNNING}


class Measurement(models.Model):
    """What one judge, or several together, were worth on labels at one time. It never changes.

    A judge is a critic at one version, with one set of settings and one model; `name` is what a
    table calls it. `report` is a section of themis/trust/1.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="measurements")
    measuring = models.ForeignKey(
        Measuring, on_delete=models.SET_NULL, null=True, related_name="measurements"
    )
    brought = models.ForeignKey(
        Brought, on_delete=models.CASCADE, null=True, related_name="measurements"
    )
    critic = models.CharField(max_length=40, blank=True)  # empty: brought in, or several together
    critic_version = models.CharField(max_length=20, blank=True)
    settings_hash = models.CharField(max_length=64, blank=True)
    model = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=600)
    judges = models.JSONField(default=list)  # of several together: names
    platform = models.CharField(max_length=10, choices=Platform.choices, blank=True)  # empty: all
    measured_at = models.DateTimeField()
    n_labels = models.PositiveIntegerField()
    n_tasks = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # of the table it was measured on
    report = models.JSONField()

    class Meta:
        ordering = ["-measured_at", "-id"]
        indexes = [
            models.Index(
                fields=["team", "critic", "critic_version", "platform", "-measured_at", "-id"],
                name="newest_of_a_judge",
                condition=~Q(critic=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.n_labels} labels"
