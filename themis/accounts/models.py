"""Who may see what: users belong to teams, and everything else belongs to one team."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import AbstractUser
from django.db import models


class Right(StrEnum):
    """What somebody may do in a team."""

    REVIEW = "review"  # decide on runs in queues that are open to them
    SEE = "see"  # trajectories with their verdicts, trust, charts
    BRING = "bring"  # upload, have runs judged, measure
    ADJUDICATE = "adjudicate"  # settle what reviewers disagree on
    MANAGE = "manage"  # make queues, appoint reviewers
    CONFIGURE = "configure"  # models, critics, webhooks
    KEYS = "keys"  # API keys, RL jobs
    PEOPLE = "people"  # who is in the team, as what


class Role(models.TextChoices):
    ANNOTATOR = "annotator", "Annotator"
    ADJUDICATOR = "adjudicator", "Adjudicator"
    MANAGER = "manager", "Manager"
    ENGINEER = "engineer", "Engineer"
    ADMIN = "admin", "Admin"

    @property
    def rights(self) -> frozenset[Right]:
        """What people in this role may do."""
        return _RIGHTS[self]


_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ANNOTATOR: frozenset({Right.REVIEW}),
    Role.ADJUDICATOR: frozenset({Right.REVIEW, Right.SEE, Right.ADJUDICATE}),
    Role.MANAGER: frozenset({Right.REVIEW, Right.SEE, Right.BRING, Right.ADJUDICATE, Right.MANAGE}),
    Role.ENGINEER: frozenset({Right.REVIEW, Right.SEE, Right.BRING, Right.CONFIGURE, Right.KEYS}),
    Role.ADMIN: frozenset(Right),
}


class User(AbstractUser):
    """A person who signs in. `keys` names what they have put on other keys than by default."""

    keys = models.JSONField(default=dict, blank=True)  # name of a command -> key


class Team(models.Model):
    """The people who share trajectories, verdicts and settings."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    members = models.ManyToManyField(User, through="Membership", related_name="teams")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person in one team."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.ANNOTATOR)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "team"], name="one_membership_a_team"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team} as {self.role}"

    @property
    def rights(self) -> frozenset[Right]:
        """What this person may do in the team."""
        return Role(self.role).rights


class KeyScope(models.TextChoices):
    """What a key may be used for; each includes the ones before."""

    READ = "read", "Read"  # what there is
    SUBMIT = "submit", "Submit"  # bring runs, have them judged, ask for their rewards
    ADMIN = "admin", "Admin"  # set up: queues, measurements, jobs, webhooks

    def includes(self, other: KeyScope) -> bool:
        """Whether a key of this scope may do what needs the other."""
        ranks = list(KeyScope)
        return ranks.index(self) >= ranks.index(other)


class ApiKey(models.Model):
    """A team's key for programs. Only a hash is kept; `prefix` lets people tell keys apart.

    From which addresses a key is used is not kept: they tell of people, and behind a proxy of
    nobody.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64, unique=True)  # sha256 of the whole key
    scope = models.CharField(max_length=6, choices=KeyScope.choices)
    rate = models.PositiveIntegerField(null=True)  # requests a minute; null: THEMIS_KEY_RATE
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # null: never
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rate=None) | models.Q(rate__gte=1), name="some_requests_a_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"

    def has_expired(self, at: datetime) -> bool:
        """Whether its time was over at a moment."""
        return self.expires_at is not None and self.expires_at <= at
