"""An installation with a day's work in it: judged runs, and people of every kind to do it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.recorder.web import chromium
from tests import stories
from tests.e2e.shell import Installation
from themis.formats import native

PASSWORD = "a-day-of-ones-own"

FILL = """
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from tests import stories
from tests.pipeline import hooks
from tests.reviews import scenes
from tests.web import jobs
from themis.accounts import services as accounts
from themis.accounts.models import Membership, Role, User
from themis.notices.models import Attempt, Delivery, Webhook
from themis.reviews.models import Queue
from themis.trajectories.models import Trajectory
team = accounts.found_team(slug="default", name="Default")
Trajectory.objects.update(team=team)
secret = make_password("%s")
people = {}
for name, role in (("ann", "annotator"), ("bea", "annotator"), ("ada", "adjudicator"),
                   ("abe", "adjudicator"), ("mia", "manager"), ("root", "admin")):
    people[name] = User.objects.create(username=name, password=secret)
    Membership.objects.create(user=people[name], team=team, role=role)
runs = list(Trajectory.objects.order_by("source"))
verdicts = {run.pk: stories.given(run) for run in runs}
job = jobs.made(team)
for run in runs:
    jobs.paid(jobs.asked_of(job, run, timezone.now()))
hook = hooks.hook(team, "https://hook.example/")
(message,) = hooks.announced(team)
refused = {"status": 410, "trouble": "it answered 410"}
Delivery.objects.filter(pk=message.pk).update(due_at=None, tries=1, attempts_made=1, **refused)
Attempt.objects.create(
    delivery=message, number=1, at=timezone.now(), seconds=0.2, answer="gone", **refused
)
Webhook.objects.filter(pk=hook.pk).update(is_on=False, off_cause="It answered 410.")
if %d:
    queue = scenes.queue(team, name="Morning")
    for run in runs:
        item = scenes.item(queue, run, verdict=verdicts[run.pk])
        scenes.decided(item, people["ann"], scenes.opinion())
        scenes.decided(item, people["bea"], scenes.opinion(scenes.Ruling.FAILED, "Never saved."))
print("made")
"""


@contextlib.contextmanager
def office(folder: Path, n_runs: int, *, disputed: bool = False) -> Iterator[str]:
    """The address of a served installation with so many judged runs; all disputed, on request."""
    if chromium() is None:
        pytest.skip("no Chromium here; install the package chromium")
    themis = Installation.ready(folder / "var", patience=240)
    for number in range(n_runs):
        recording = stories.recording(instruction=f"Save note {number}")
        native.write(recording, folder / "runs" / f"run-{number}")
    done = themis.run("ingest", str(folder / "runs"), "--json", "--no-judge")
    assert done.status == 0, done.err
    filled = themis.run("shell", "-v", "0", "-c", FILL % (PASSWORD, disputed))
    assert "made" in filled.out, filled.err
    with themis.served() as address:
        yield address


@contextlib.contextmanager
def somebody(browser: Browser, address: str, name: str) -> Iterator[Page]:
    """A page of a person who has signed in, in a browser of their own."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, base_url=address)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/login/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#main")).to_be_visible()
    try:
        yield page
        assert complaints == []
    finally:
        context.close()
