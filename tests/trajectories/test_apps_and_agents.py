"""A run knows its app and agent: stored, closed, or stored long before."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

from django.apps import apps

from tests import stories
from themis.accounts.models import Team
from themis.domain import wire
from themis.domain.action import Action, ActionType
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform, Step
from themis.formats.embedded import Close
from themis.trajectories import growing, services
from themis.trajectories.growing import Addition
from themis.trajectories.models import Trajectory

OPENED = Step(actions=(Action(type=ActionType.OPEN_APP, text="Markor", name="open_app"),))
META: Json = {"agent": "scripted", "program": "Chromium 156.0"}


def test_a_stored_run_has_both(team: Team) -> None:
    whole = stories.recording()
    told = replace(whole, trajectory=replace(whole.trajectory, meta=META))
    row, _ = services.ingest(recording=told, source="runs/1", team=team, by=None, at=stories.NOW)
    row.refresh_from_db()
    assert (row.app, row.agent) == ("Chromium", "scripted")


def test_an_open_run_knows_its_first_app_once_it_is_closed(team: Team) -> None:
    beginning = replace(stories.recording().trajectory, steps=(), label=None, meta={"agent": "t3a"})
    row = growing.begin(trajectory=beginning, source="runs/2", team=team, at=stories.NOW)
    assert (row.app, row.agent) == ("", "t3a")
    step = Addition(at=0, steps=(OPENED,), screens=())
    growing.append(trajectory_id=row.pk, addition=step, at=stories.NOW)
    closed, _ = growing.close(trajectory_id=row.pk, said=Close(at=1))
    assert (closed.app, closed.agent) == ("Markor", "t3a")


def test_what_was_stored_before_is_looked_through(team: Team) -> None:
    told, phone, silent = (stories.stored(team, instruction=name) for name in ("a", "b", "c"))
    with_meta = replace(told.recording, meta=META)
    Trajectory.objects.filter(pk=told.pk).update(payload=wire.dump(with_meta))
    on_phone = replace(phone.recording, steps=(OPENED,))
    Trajectory.objects.filter(pk=phone.pk).update(
        payload=wire.dump(on_phone), platform=Platform.ANDROID
    )
    import_module("themis.trajectories.migrations.0005_apps_and_agents").fill(apps, None)
    found = {row.pk: (row.app, row.agent) for row in Trajectory.objects.all()}
    assert found == {
        told.pk: ("Chromium", "scripted"),
        phone.pk: ("Markor", ""),
        silent.pk: ("", ""),
    }
