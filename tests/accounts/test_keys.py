"""API keys open one team until they are revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from tests.stories import NOW
from themis.accounts import queries, services
from themis.accounts.models import ApiKey, KeyScope, Team
from themis.accounts.services import KeyTerms


def test_a_key_opens_its_team(team: Team) -> None:
    _, plain = services.issue_key(team=team, name="trainer", by=None, at=NOW)
    found = queries.live_key(plain)
    assert found is not None
    assert found.team == team


def test_only_a_hash_is_kept(team: Team) -> None:
    key, plain = services.issue_key(team=team, name="trainer", by=None, at=NOW)
    row = ApiKey.objects.values().get(pk=key.pk)
    assert plain not in str(row)


def test_a_revoked_key_opens_nothing(team: Team) -> None:
    key, plain = services.issue_key(team=team, name="trainer", by=None, at=NOW)
    assert services.revoke_key(key=key, at=NOW)
    assert queries.live_key(plain) is None
    assert not services.revoke_key(key=key, at=NOW)


def test_a_key_that_expired_opens_nothing(team: Team) -> None:
    terms = KeyTerms(expires_at=NOW)
    _, plain = services.issue_key(team=team, name="trainer", by=None, at=NOW, terms=terms)
    assert queries.live_key(plain) is None


def test_each_scope_includes_the_ones_before() -> None:
    found = [[scope.includes(other) for other in KeyScope] for scope in KeyScope]
    assert found == [[True, False, False], [True, True, False], [True, True, True]]


def test_a_key_lets_in_at_least_one_request(team: Team) -> None:
    with pytest.raises(IntegrityError):
        services.issue_key(team=team, name="trainer", by=None, at=NOW, terms=KeyTerms(rate=0))


def test_use_is_noted_once_a_minute(team: Team) -> None:
    key, _ = services.issue_key(team=team, name="trainer", by=None, at=NOW)
    services.note_use(key=key, at=NOW)
    key.refresh_from_db()
    services.note_use(key=key, at=NOW + timedelta(seconds=30))
    key.refresh_from_db()
    assert key.last_used_at == NOW
