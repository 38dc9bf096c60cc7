"""The class of error stands in a column: of new verdicts, and of those that were there before."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.db import connection

from tests import stories
from themis.domain.verdict import ErrorClass, Finding, Outcome
from themis.trajectories.models import Trajectory
from themis.verdicts import services
from themis.verdicts.models import Verdict


def given(trajectory: Trajectory, named: ErrorClass | None) -> Verdict:
    verdict = stories.opened(trajectory)
    finding = Finding(outcome=Outcome.FAILED, confidence=0.8, reason="No.", error_class=named)
    services.give(verdict=verdict, finding=finding, seconds=1.0, at=stories.NOW)
    verdict.refresh_from_db()
    return verdict


def test_a_verdict_is_given_with_its_class(trajectory: Trajectory) -> None:
    assert given(trajectory, ErrorClass.WRONG_ACTION).error_class == "wrong_action"
    assert given(trajectory, None).error_class == ""


def test_verdicts_from_before_get_theirs_from_the_finding(trajectory: Trajectory) -> None:
    named, silent = given(trajectory, ErrorClass.AMBIGUOUS), given(trajectory, None)
    broken = stories.broken(trajectory)
    Verdict.objects.update(error_class="")
    fill = import_module("themis.verdicts.migrations.0005_class_of_error").fill
    fill(apps, SimpleNamespace(connection=connection))
    found = dict(Verdict.objects.values_list("pk", "error_class"))
    assert found == {named.pk: "ambiguous", silent.pk: "", broken.pk: ""}
