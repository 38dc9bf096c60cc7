"""What RL jobs ask for and are paid, and how far judges can be trusted: what was measured on which
labels.
"""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q

from themis.accounts.models import ApiKey, Team, User
from themis.reviews.models import Queue
from themis.rewards.policy import Policy, read_policy
from themis.trajectories.models import ALPHABET, Platform, Trajectory


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


def new_id() -> str:
    """A name of a reward request that cannot be guessed: 20 of 32 letters, 100 bits."""
    return "rw_" + "".join(secrets.choice(ALPHABET) for _ in range(20))


class Job(models.Model):
    """An RL job of a team: the policy it is paid by, and what it may spend on models.

    What is spent is counted as runs end, once each; what runs already is judged to its end.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="jobs")
    name = models.SlugField(max_length=60)
    policy = models.JSONField(default=dict)  # rewards.policy.Policy, what is not as by default
    weight = models.PositiveSmallIntegerField(default=1)  # its share where models are scarce
    budget_calls = models.PositiveBigIntegerField(null=True)  # of models; null: as many as it takes
    budget_tokens = models.PositiveBigIntegerField(null=True)  # read and written
    budget_money = models.FloatField(null=True)  # in the currency of the models' prices
    spent_calls = models.PositiveBigIntegerField(default=0)
    spent_tokens = models.PositiveBigIntegerField(default=0)
    spent_money = models.FloatField(default=0)
    n_events = models.PositiveBigIntegerField(default=0)  # the number of the newest event
    # Where its undecided runs go, once one has; null: none has.
    queue = models.ForeignKey(Queue, on_delete=models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # takes no request any more

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["team", "name"], name="one_job_of_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def terms(self) -> Policy:
        """The policy; raises UnfitPolicy for one of another time."""
        return read_policy(self.policy)

    @property
    def overspent(self) -> str:
        """What of its budget is spent: calls, tokens or money; empty where all is left."""
        for name in ("calls", "tokens", "money"):
            most = getattr(self, f"budget_{name}")
            if most is not None and getattr(self, f"spent_{name}") >= most:
                return name
        return ""


class JobKey(models.Model):
    """An API key that belongs to one job: whoever sends it asks for that job."""

    key = models.OneToOneField(ApiKey, on_delete=models.CASCADE, related_name="of_job")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="keys")

    def __str__(self) -> str:
        return f"{self.key_id} for {self.job_id}"


class RequestStatus(models.TextChoices):
    RUNNING = "running", "Running"  # until its verdicts are there
    REVIEW = "review", "Before people"  # until a person has ruled
    FINAL = "final", "Final"
    UNDECIDED = "undecided", "Undecided"
    BROKEN = "broken", "Broken"


class Source(models.TextChoices):
    """What an answer rests on."""

    VERDICT = "verdict", "Verdict"
    PERSON = "person", "Person"
    POLICY = "policy", "Policy"  # what the policy makes of an undecided run
    DEADLINE = "deadline", "Deadline"  # what it makes of one that was not judged in time


class RewardRequest(models.Model):
    """One trajectory's reward asked for under one policy, and the one answer there is.

    Asking again is the same row: it waits with whoever waits, and is told what they were told. A
    broken one is begun anew by asking again.
    """

    id = models.CharField(primary_key=True, max_length=23, default=new_id, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="reward_requests")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, null=True, related_name="requests")
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.CASCADE, related_name="reward_requests"
    )
    scope = models.CharField(max_length=64)  # the digest of job and policy
    policy = models.JSONField(default=dict)
    status = models.CharField(
        max_length=9, choices=RequestStatus.choices, default=RequestStatus.RUNNING
    )
    outcome = models.CharField(max_length=10, blank=True)  # of a settled one
    reward = models.FloatField(null=True)
    source = models.CharField(max_length=8, choices=Source.choices, blank=True)
    code = models.CharField(max_length=30, blank=True)  # what broke, for programs
    cause = models.TextField(blank=True)  # the same in words
    answer = models.TextField(blank=True)  # of a settled one: JSON, as it is served
    version = models.PositiveIntegerField(default=0)  # of the answer: more than 1 when amended
    meta = models.JSONField(default=dict)  # of whoever asked first, sent back with the answer
    origin = models.CharField(max_length=300, blank=True)  # scheme and host they asked at
    asked_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["job", "-asked_at", "-id"], name="newest_of_a_job"),
            models.Index(
                fields=["job", "status", "-asked_at", "-id"], name="newest_of_a_job_by_status"
            ),
            models.Index(
                fields=["trajectory"],
                condition=Q(status__in=["running", "review"]),
                name="waiting_for_a_verdict",
            ),
            models.Index(
                fields=["deadline_at"],
                condition=Q(status__in=["running", "review"], deadline_at__isnull=False),
                name="next_deadline",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["trajectory", "scope"], name="one_request_a_policy"),
            models.CheckConstraint(
                condition=~Q(status="final") | Q(reward__isnull=False), name="final_has_a_reward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id}: {self.status}"

    @property
    def is_settled(self) -> bool:
        """Whether there is an answer to train on, or a mask."""
        return self.status in {RequestStatus.FINAL, RequestStatus.UNDECIDED}

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be waited for."""
        return self.is_settled or self.status == RequestStatus.BROKEN


class EventKind(models.TextChoices):
    FINAL = "final", "Final"
    UNDECIDED = "undecided", "Undecided"
    BROKEN = "broken", "Broken"
    AMENDED = "amended", "Amended"


class RewardEvent(models.Model):
    """What a job's stream tells, in the order of its numbers, which have no gap."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="events")
    number = models.PositiveBigIntegerField()  # from 1
    request = models.ForeignKey(RewardRequest, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=9, choices=EventKind.choices)
    answer = models.TextField()  # JSON, as it was then
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="events_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.job_id}: {self.kind}"
