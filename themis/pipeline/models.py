"""Runs: what waits to be judged, what is being judged, and by which process."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from themis.accounts.models import Team
from themis.rewards.models import Job, RewardRequest
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict


class Status(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Judging"
    DONE = "done", "Judged"
    BROKEN = "broken", "Broken"


class Run(models.Model):
    """One passage of a trajectory through the court: the row is the queue, the broker a hint."""

    trajectory = models.ForeignKey(Trajectory, on_delete=models.CASCADE, related_name="runs")
    critic = models.CharField(max_length=40, blank=True)  # empty: the default when it starts
    # The RL job it was queued for first, whose share and budget it takes; null: people's.
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="runs")
    is_billed = models.BooleanField(
        default=False, db_default=False
    )  # what it cost is on the job's bill
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    verdict = models.OneToOneField(
        Verdict, on_delete=models.SET_NULL, null=True, related_name="run"
    )
    cause = models.TextField(blank=True)  # why it broke
    again = models.BooleanField(default=False)  # the run before it ended meanwhile: judge the whole
    owner = models.CharField(max_length=120, blank=True)  # the process at work, see owner.py
    beat_at = models.DateTimeField(null=True)  # that process was last seen alive
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["status", "created_at"], name="next_to_judge"),
            models.Index(
                fields=["job", "created_at"],
                condition=Q(status__in=["waiting", "running"]),
                name="active_runs_of_a_job",
            ),
            models.Index(
                fields=["id"],
                condition=Q(job__isnull=False, is_billed=False),
                name="runs_to_be_billed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["trajectory", "critic"],
                condition=Q(status__in=["waiting", "running"]),
                name="one_active_run_a_critic",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.trajectory_id}: {self.status}"

    @property
    def is_active(self) -> bool:
        """Whether a verdict is still to be expected of it."""
        return self.status in {Status.WAITING, Status.RUNNING}


class Share(models.Model):
    """How much of the judging a job has had, and people have, so that scarce models are shared.

    `had` is where a job's next run may start: each that starts adds the tokens that one is likely
    to take, divided by the job's weight, and whoever may start earliest is next (start-time fair
    queueing, Goyal, Vin & Cheng 1996).
    """

    job = models.OneToOneField(Job, on_delete=models.CASCADE, null=True, related_name="share")
    is_of_people = models.BooleanField(default=False)  # of all runs that no job asked for
    had = models.FloatField(default=0)
    started = models.FloatField(default=0, db_default=0)  # where its newest run did
    a_run = models.FloatField(null=True)  # tokens that one took lately; null: none has ended yet

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_of_people"], condition=Q(is_of_people=True), name="one_share_of_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{'people' if self.is_of_people else self.job_id}: {self.had}"


class Awaited(models.Model):
    """The run that a reward request waits for, one a critic; several requests may share it."""

    request = models.ForeignKey(RewardRequest, on_delete=models.CASCADE, related_name="awaited")
    critic = models.CharField(max_length=40)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="awaited")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "critic"], name="one_run_a_critic"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} waits for {self.run_id}"


class RulingToPay(models.Model):
    """A trajectory on which people ruled, until whoever waits for that or was paid is answered.

    Written in the transaction of the ruling, so that a killed process loses none.
    """

    trajectory = models.OneToOneField(
        Trajectory, on_delete=models.CASCADE, related_name="ruling_to_pay"
    )
    ruled_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"ruling on {self.trajectory_id}"


class Shelf(models.Model):
    """What lists are narrowed by: no filter tells apart what stands on one shelf.

    A team has a few hundred at most, so that any filter is a choice of shelves. They stay when
    nothing stands on them any more.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="shelves")
    critic = models.CharField(max_length=40, blank=True)  # whose verdict; empty: the newest of all
    platform = models.CharField(max_length=10)
    label = models.CharField(max_length=10, blank=True)
    outcome = models.CharField(max_length=10, blank=True)  # of the newest verdict given
    status = models.CharField(max_length=10, blank=True)  # of the run at work, else the newest

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "critic", "platform", "label", "outcome", "status"],
                name="one_shelf_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        kept = (self.critic, self.platform, self.label, self.outcome, self.status)
        return ", ".join(filter(None, kept))


class Standing(models.Model):
    """Where a trajectory stands in lists: once for the newest verdict of all, once a critic.

    Derived, and kept current by `standings` in the transaction of whatever changes it.
    """

    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.CASCADE, related_name="standings", db_index=False
    )
    critic = models.CharField(max_length=40, blank=True)
    shelf = models.ForeignKey(
        Shelf, on_delete=models.CASCADE, related_name="standings", db_index=False
    )
    created_at = models.DateTimeField()  # the trajectory's
    judged_by = models.CharField(max_length=40, blank=True)
    confidence = models.FloatField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["shelf", "created_at", "trajectory"], name="newest_of_a_shelf")
        ]
        constraints = [
            models.UniqueConstraint(fields=["trajectory", "critic"], name="one_standing_a_critic"),
        ]

    def __str__(self) -> str:
        return f"{self.trajectory_id} on {self.shelf_id}"


class ModelEndpoint(models.Model):
    """A model server of a team's own. Those of one name stand in for each other, in their order.

    Without a row for a name, file and environment decide.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="endpoints")
    name = models.CharField(max_length=40, blank=True)  # of the model; empty: asked by default
    position = models.PositiveIntegerField(default=0)  # among those of that name
    url = models.URLField(max_length=500)
    model = models.CharField(max_length=200)  # as the server calls it
    sealed_key = models.TextField(blank=True)  # encrypted with the installation's secret
    concurrency = models.PositiveIntegerField()  # calls in flight at a time
    timeout = models.PositiveIntegerField()  # seconds a call
    price_read = models.FloatField(null=True)  # of a million tokens; null: not known
    price_cached = models.FloatField(null=True)  # null: as others that are read
    price_written = models.FloatField(null=True)
    image_ids = models.BooleanField(null=True)  # pictures are named; null: if it is vLLM
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(price_read__isnull=True, price_written__isnull=True)
                | Q(price_read__isnull=False, price_read__gte=0)
                & Q(price_written__isnull=False, price_written__gte=0),
                name="both_prices_or_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} at {self.url}"


class CriticOptions(models.Model):
    """What a team has set of one critic; without a row, all of it is as by default."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="critic_options")
    critic = models.CharField(max_length=40)
    options = models.JSONField(default=dict)  # only what differs from the default
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "critic"], name="one_set_of_options_a_critic"),
        ]

    def __str__(self) -> str:
        return f"options of {self.critic} for {self.team_id}"
