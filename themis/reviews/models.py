"""Queues, who holds which item, what was decided, what was said about it."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import models
from django.db.models import F, Q

from themis.accounts.models import Team, User
from themis.domain import opinion, wire
from themis.domain.opinion import Opinion
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Turn, Verdict

LEASE = 120  # seconds an item is held without a sign of its reviewer
ASIDE = 12 * 3600  # seconds that what was put off waits for its reviewer
GOLD_FROM = 10**9  # position of the first gold item
GOLD_WANTED = 10_000  # decisions, which is everybody


def new_token() -> str:
    """What proves a lease: whoever took the item over since has another one."""
    return secrets.token_urlsafe(12)


class Ruling(models.TextChoices):
    PASSED = "passed", "Passed"
    FAILED = "failed", "Failed"
    UNDECIDED = "undecided", "Cannot tell"
    NOT_EXECUTABLE = "not_executable", "Not executable"
    UNUSABLE = "unusable", "Recording unusable"


class QueueState(models.TextChoices):
    FILLING = "filling", "Being filled"
    OPEN = "open", "Open"
    PAUSED = "paused", "Paused"
    CLOSED = "closed", "Closed"


class Queue(models.Model):
    """Runs that people are to decide on, and how.

    `n_items`, `n_done` and `n_decisions` are counted as they change, so that a queue of 100,000
    opens as fast as one of 100.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="queues")
    name = models.CharField(max_length=120)
    guidance = models.TextField(blank=True)  # what reviewers should know; plain text
    made_from = models.JSONField(default=dict)  # source and filters, for people to read
    state = models.CharField(max_length=8, choices=QueueState.choices, default=QueueState.FILLING)
    trouble = models.CharField(max_length=300, blank=True)  # why filling broke off
    is_blind = models.BooleanField(default=True)
    is_named = models.BooleanField(default=False)  # only who has a seat may take items
    reviewers = models.PositiveSmallIntegerField(default=1)  # decisions an item needs
    overlap = models.PositiveSmallIntegerField(default=100)  # percent of items that need as many
    gold_percent = models.PositiveSmallIntegerField(default=0)  # of what a reviewer gets
    priority = models.SmallIntegerField(default=0)  # the higher, the earlier
    due_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)  # of guidance
    n_items = models.PositiveIntegerField(default=0)
    n_done = models.PositiveIntegerField(default=0)  # decided or resolved
    n_disputed = models.PositiveIntegerField(default=0)
    n_decisions = models.PositiveIntegerField(default=0)
    n_wanted = models.PositiveIntegerField(default=0)  # decisions, over all items
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-priority", F("due_at").asc(nulls_last=True), "-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(overlap__lte=100, gold_percent__lte=100, reviewers__gte=1),
                name="shares_of_a_queue",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """A person who reviews in a queue: appointed, or sat down by taking an item."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="seats")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="seats")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)  # has stopped, and may not come back by themselves
    reached = models.PositiveIntegerField(default=0)  # position from which to look for more
    n_decided = models.PositiveIntegerField(default=0)  # items; gold does not count
    n_skipped = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["queue", "user"], name="one_seat_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.queue_id}"


class ItemState(models.TextChoices):
    OPEN = "open", "To be decided"
    DISPUTED = "disputed", "Disagreement"
    DECIDED = "decided", "Decided"  # all who were asked agree
    RESOLVED = "resolved", "Settled"  # by an adjudicator
    WITHDRAWN = "withdrawn", "Withdrawn"  # nobody is to decide it any more


class QueueItem(models.Model):
    """One run in a queue. `n_taken` counts who holds it, has put it off or has decided.

    Gold items stand behind all others, from GOLD_FROM on, may be taken by everybody, stay open,
    and do not count in the queue: they measure reviewers, not runs.
    """

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="items")
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.CASCADE, related_name="review_items"
    )
    position = models.PositiveIntegerField()  # in the queue, from 0
    wanted = models.PositiveSmallIntegerField(default=1)  # decisions
    n_taken = models.PositiveSmallIntegerField(default=0)
    n_decided = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=9, choices=ItemState.choices, default=ItemState.OPEN)
    verdict = models.ForeignKey(
        Verdict, on_delete=models.SET_NULL, null=True, related_name="review_items"
    )  # the machine's, as reviewers of an open queue see it
    ruling = models.CharField(max_length=14, choices=Ruling.choices, blank=True)  # the final one
    gold = models.CharField(max_length=14, choices=Ruling.choices, blank=True)  # known beforehand
    is_flagged = models.BooleanField(default=False)  # a second opinion was asked for
    version = models.PositiveIntegerField(default=1)  # of what reviewers are shown
    changed = models.CharField(max_length=300, blank=True)  # what the last version changed
    settled_at = models.DateTimeField(null=True)  # decided or resolved

    class Meta:
        ordering = ["position"]
        indexes = [
            models.Index(
                fields=["queue", "position"],
                condition=Q(state="open", n_taken__lt=F("wanted")),
                name="free_items_in_order",
            ),
            models.Index(fields=["queue", "state", "position"], name="items_by_state"),
            # The open ones again: whoever goes through a queue leaves them behind a heap of decided
            # ones, which an index of all would be walked through for.
            models.Index(
                fields=["queue", "position"], condition=Q(state="open"), name="open_items_in_order"
            ),
            models.Index(
                fields=["id"],
                condition=Q(state="disputed") | Q(is_flagged=True, state="open"),
                name="items_to_be_settled",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["queue", "trajectory"], name="one_item_a_trajectory"),
            models.UniqueConstraint(fields=["queue", "position"], name="one_item_a_position"),
            models.CheckConstraint(
                condition=Q(n_taken__lte=F("wanted"), n_decided__lte=F("n_taken")),
                name="never_taken_more_than_wanted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trajectory_id} in {self.queue_id}"


class HoldState(models.TextChoices):
    HELD = "held", "Open"  # leased, until `expires_at`
    ASIDE = "aside", "Put off"  # kept for its reviewer, at the end of their queue
    SKIPPED = "skipped", "Skipped"  # somebody else's, from now on
    RELEASED = "released", "Given back"  # its draft is kept
    SUBMITTED = "submitted", "Decided"


class Hold(models.Model):
    """What one person has to do with one item: the lease, and the draft, which outlives it."""

    item = models.ForeignKey(QueueItem, on_delete=models.CASCADE, related_name="holds")
    # The item's, for what people hold in a queue is counted without looking at its items.
    queue = models.ForeignKey(
        Queue, on_delete=models.CASCADE, related_name="holds", db_index=False, editable=False
    )
    is_gold = models.BooleanField(default=False, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="holds")
    state = models.CharField(max_length=9, choices=HoldState.choices, default=HoldState.HELD)
    token = models.CharField(max_length=24, default=new_token)
    taken_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    turn = models.PositiveIntegerField(default=0)  # of what was put off: the order it comes back in
    draft = models.JSONField(null=True)  # domain.Opinion as wire writes it
    draft_number = models.PositiveIntegerField(default=0)  # drafts come in order, or not at all
    drafted_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # of a skip or a flag

    class Meta:
        indexes = [
            models.Index(fields=["user", "state"], name="holds_of_a_person"),
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=("held", "aside")),
                name="leases_that_end_first",
            ),
            models.Index(
                fields=["queue", "user"],
                condition=Q(state__in=("held", "aside")),
                name="places_taken_in_a_queue",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "user"], name="one_hold_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.item_id}: {self.state}"

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        """Kept with what it repeats of its item."""
        if self._state.adding:
            self.queue_id, self.is_gold = self.item.queue_id, bool(self.item.gold)
        super().save(*args, **kwargs)


class Decision(models.Model):
    """What one person decided, once submitted. It is never changed: a new one takes its place."""

    item = models.ForeignKey(QueueItem, on_delete=models.CASCADE, related_name="decisions")
    queue = models.ForeignKey(
        Queue, on_delete=models.CASCADE, related_name="decisions", db_index=False, editable=False
    )  # the item's: decisions of a queue are read in order
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="decisions")
    is_final = models.BooleanField(default=False)  # an adjudicator's
    is_current = models.BooleanField(default=True)  # no later one of the same person replaced it
    ruling = models.CharField(max_length=14, choices=Ruling.choices)
    confidence = models.FloatField(null=True)  # 0 to 1
    error_class = models.CharField(max_length=20, blank=True)
    own_class = models.CharField(max_length=80, blank=True)
    failing_step = models.PositiveIntegerField(null=True)  # position, from 0
    payload = models.JSONField()  # domain.Opinion as wire writes it
    verdict = models.ForeignKey(
        Verdict, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # the machine's, as it stood
    seen_version = models.PositiveIntegerField()
    seconds = models.FloatField(default=0)  # the item was before the reviewer's eyes
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["user", "-at"], name="newest_of_a_reviewer"),
            models.Index(fields=["item", "is_current"], name="current_of_an_item"),
            models.Index(fields=["queue", "id"], name="decisions_of_a_queue"),
            models.Index(fields=["queue", "at"], name="pace_of_a_queue"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "user", "is_final"],
                condition=Q(is_current=True),
                name="one_current_decision_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.item_id}: {self.ruling}"

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        """Kept with the queue of its item."""
        if self._state.adding:
            self.queue_id = self.item.queue_id
        super().save(*args, **kwargs)

    @property
    def opinion(self) -> Opinion:
        """All that was said."""
        return wire.load(Opinion, self.payload, at=f"decision {self.pk}")

    @property
    def outcome(self) -> str:
        """What the ruling stands for: passed, failed or undecided."""
        return opinion.Ruling(self.ruling).outcome.value


class Override(models.Model):
    """A final ruling that took the place of another: who, when, why, and the value before."""

    item = models.ForeignKey(QueueItem, on_delete=models.CASCADE, related_name="overrides")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    why = models.TextField()
    before = models.JSONField()  # {"state": ..., "ruling": ..., "decision": pk or null, ...}
    after = models.JSONField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.item_id} at {self.at:%Y-%m-%d %H:%M}"


class Comment(models.Model):
    """Words of a person on a run, one of its steps, a region of a screen, or a critic's turn."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="comments")
    trajectory = models.ForeignKey(Trajectory, on_delete=models.CASCADE, related_name="comments")
    item = models.ForeignKey(
        QueueItem, on_delete=models.CASCADE, null=True, related_name="comments"
    )
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="comments")
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    text = models.TextField()
    step = models.PositiveIntegerField(null=True)  # position, from 0
    region = models.JSONField(null=True)  # domain.Region as wire encodes it
    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, null=True, related_name="comments")
    mentions = models.ManyToManyField(User, related_name="+")
    key = models.CharField(max_length=40, null=True)  # of whoever sends it: sent twice, kept once

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["trajectory", "at"], name="comments_in_order")]
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], name="a_comment_is_kept_once")
        ]

    def __str__(self) -> str:
        return f"{self.author_id} on {self.trajectory_id}: {self.text[:60]}"


class AgreementState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Counting"
    DONE = "done", "Counted"
    BROKEN = "broken", "Broken"


class Agreement(models.Model):
    """How far people, and critics, agreed at a time: the work on it, and then its report.

    Of all queues of a team, or of one. The row is the queue of the work, as with measurings; its
    report is what `themis.agreement` tells and never changes.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="agreements")
    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, null=True, related_name="agreements")
    state = models.CharField(
        max_length=8, choices=AgreementState.choices, default=AgreementState.WAITING
    )
    as_of = models.DateTimeField(null=True)  # later decisions are not in it
    n_decisions = models.PositiveIntegerField(default=0)  # there were, as queues count them
    judges = models.JSONField(default=list)  # four columns each, in the order of the report
    report = models.JSONField(null=True)
    done = models.PositiveIntegerField(default=0)  # lines of the report
    total = models.PositiveIntegerField(null=True)
    now = models.CharField(max_length=80, blank=True)  # what it is at
    cause = models.TextField(blank=True)  # why it broke
    attempts = models.PositiveIntegerField(default=0)  # processes that began it
    owner = models.CharField(max_length=120, blank=True)  # the process at work
    beat_at = models.DateTimeField(null=True)  # that process was last seen alive
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["state", "asked_at"], name="next_to_count"),
            models.Index(fields=["team", "queue", "-asked_at"], name="newest_agreement"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", report__isnull=False)
                | (~Q(state="done") & Q(report__isnull=True)),
                name="a_report_only_when_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"agreement {self.pk}: {self.state}"

    @property
    def is_active(self) -> bool:
        """Whether something is still to be expected of it."""
        return self.state in {AgreementState.WAITING, AgreementState.RUNNING}
