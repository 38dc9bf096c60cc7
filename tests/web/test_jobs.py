"""Pages of RL jobs: made and changed by who may, seen by all who see, and true in every state."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests import stories
from tests.conftest import client_of
from tests.reviews import scenes
from tests.web.jobs import FAILED, MASKED, NOW, OVERRULED, asked, broken, made, settled
from themis.accounts.models import Role, Team
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome
from themis.rewards import job_figures, job_queries, jobs, requests
from themis.rewards.job_queries import Wanted
from themis.rewards.models import Job, RewardRequest
from themis.rewards.policy import Policy
from themis.rewards.requests import Settlement

pytestmark = [pytest.mark.django_db, pytest.mark.once]

HTMX = {"HX-Request": "true"}
FORM = {
    "undecided": "null",
    "at_deadline": "null",
    "deadline_unit": "60",
    "weight": "1",
    "alpha": "0.05",
    "redeliver": "on",
}


def text(response: object) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def address(name: str, *args: object) -> str:
    return reverse(f"jobs:{name}", args=args)


def test_without_jobs_the_list_teaches_how_to_get_a_first_reward(as_mate: Client) -> None:
    page = text(as_mate.get(address("index")))
    assert "No jobs yet" in page
    assert "/api/v1/rewards" in page


def test_a_job_that_is_made_is_led_to_how_it_connects(as_owner: Client, team: Team) -> None:
    typed = {**FORM, "name": "grpo-7", "undecided": "value", "undecided_value": "0.5"}
    typed |= {"deadline": "10", "budget_calls": "500", "critics": "evidence-only"}
    response = as_owner.post(address("new"), typed)
    assert response["Location"] == address("connect", "grpo-7")
    job = Job.objects.get()
    assert job.terms == Policy(
        critics=("evidence-only",), undecided="value", undecided_value=0.5, deadline=600
    )
    assert (job.budget_calls, job.budget_money) == (500, None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "Grpo 7"}, "Lower-case letters"),
        ({"name": "new"}, "the name of a page"),
        ({"undecided": "value"}, "Goes with undecided"),
        ({"critics": "themis"}, "themis asks a model, and the team has none"),
        ({"floor": "0.9", "corrected": "on"}, "A floor pays 1 or nothing"),
        ({"weight": "5000"}, "less than or equal to 1000"),
        ({"budget_calls": str(2**60)}, "At least 0"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    as_owner: Client, team: Team, typed: dict[str, str], said: str
) -> None:
    response = as_owner.post(address("new"), {**FORM, "name": "grpo", **typed})
    assert response.status_code == 422
    assert said in text(response)
    assert not Job.objects.exists()


def test_what_the_form_hides_is_let_be(as_owner: Client, team: Team) -> None:
    stale = {"undecided_value": "3", "deadline_value": "4", "quorum": "2"}
    as_owner.post(address("new"), {**FORM, "name": "grpo", **stale})
    assert Job.objects.get().terms == Policy()


def test_a_policy_is_shown_in_words_while_it_is_typed(as_owner: Client, team: Team) -> None:
    page = text(as_owner.post(address("preview"), {**FORM, "undecided": "review"}))
    assert "A passed run pays 1, a failed one 0." in page
    assert "goes before a person first" in page


def test_a_floor_of_a_judge_that_was_never_measured_is_told_so(
    as_owner: Client, team: Team
) -> None:
    page = text(as_owner.post(address("preview"), {**FORM, "floor": "0.9"}))
    assert "evidence-only</strong> was never measured" in page


def test_settings_show_what_was_set_and_change_it(as_owner: Client, team: Team) -> None:
    job = made(team, policy=Policy(deadline=7200, dense=True), calls=9)
    page = text(as_owner.get(address("settings", job.name)))
    assert 'name="deadline" value="2"' in page
    as_owner.post(address("settings", job.name), {**FORM, "floor": "0.8"})
    job.refresh_from_db()
    assert job.terms == Policy(floor=0.8)
    assert job.budget_calls is None


@pytest.mark.parametrize("role", [Role.ADJUDICATOR, Role.MANAGER])
def test_who_sees_looks_and_changes_nothing(team: Team, role: Role) -> None:
    row = settled(made(team))
    client = client_of(scenes.person(team, "somebody", role))
    for name in ("job", "progress", "figures", "connect"):
        assert client.get(address(name, "grpo")).status_code == 200, name
    assert client.get(address("request", "grpo", row.pk)).status_code == 200
    for name in ("settings", "ending", "resumption"):
        assert client.post(address(name, "grpo"), FORM).status_code == 403, name
    assert client.post(address("new"), FORM).status_code == 403
    assert address("settings", "grpo") not in text(client.get(address("job", "grpo")))


def test_a_stranger_finds_no_job(as_stranger: Client, team: Team) -> None:
    row = settled(made(team))
    assert as_stranger.get(address("job", "grpo")).status_code == 404
    assert as_stranger.get(address("request", "grpo", row.pk)).status_code == 404
    assert as_stranger.post(address("ending", "grpo")).status_code == 404
    assert "grpo" not in text(as_stranger.get(address("index"))).replace("grpo-7", "")


def test_a_job_is_ended_and_taken_up_again(as_owner: Client, team: Team) -> None:
    job = made(team)
    as_owner.post(address("ending", "grpo"))
    job.refresh_from_db()
    assert job.ended_at
    assert "ended" in text(as_owner.get(address("index")))
    as_owner.post(address("resumption", "grpo"))
    job.refresh_from_db()
    assert job.ended_at is None


def test_counts_follow_what_requests_come_to(team: Team) -> None:
    job = made(team)
    row, lost = settled(job, "a"), broken(job, "b")
    settled(job, "c", MASKED)
    asked(job, "d")
    requests.put_before_people(row=asked(job, "e"))
    requests.amend(row=row, to=MASKED, at=NOW)
    requests.open_request(
        wish=requests.Wish(
            team=team, job=job, policy=Policy(), trajectory=lost.trajectory, meta={}
        ),
        at=NOW + timedelta(seconds=1),
    )
    job.refresh_from_db()
    found = job_queries.counts(job)
    assert (found.running, found.review, found.final) == (2, 1, 0)
    assert (found.undecided, found.broken) == (2, 0)


def test_a_spent_budget_is_said_in_words(as_mate: Client, team: Team) -> None:
    job = made(team, calls=10)
    jobs.charge(job_id=job.pk, calls=12, tokens=0, money=0)
    page = text(as_mate.get(address("job", "grpo")))
    assert "budget of calls spent" in page
    assert "of 10 calls: spent" in page


def test_requests_are_listed_with_what_they_came_to(as_mate: Client, team: Team) -> None:
    job = made(team)
    row = settled(job, "Pay the bill")
    requests.amend(row=row, to=OVERRULED, at=NOW + timedelta(hours=2))
    settled(job, "Unclear", MASKED)
    page = text(as_mate.get(address("job", "grpo"), headers=HTMX))
    for words in ("Pay the bill", "amended, v2", "person", "masked", "10 s"):
        assert words in page, words


def test_filters_pick_by_status_and_outcome(team: Team) -> None:
    job = made(team)
    passed, failed = settled(job, "a"), settled(job, "b", FAILED)
    settled(job, "c", MASKED)
    lost = broken(job, "d")

    def rows(**wanted: str) -> set[str]:
        return {row.pk for row in job_queries.page(job, Wanted(**wanted)).rows}

    assert rows(status="final") == {passed.pk, failed.pk}
    assert rows(status="final", outcome="failed") == {failed.pk}
    assert rows(outcome="passed") == {passed.pk}
    assert rows(status="broken") == {lost.pk}
    assert rows(text=lost.pk) == {lost.pk}
    assert rows(text=f"themis://trajectory/{passed.trajectory_id}") == {passed.pk}


@pytest.mark.parametrize("status", ["", "final"])
def test_pages_walk_through_all_requests_and_back(team: Team, status: str) -> None:
    job = made(team)
    rows = [settled(job, str(n), at=NOW + timedelta(seconds=n // 2)) for n in range(7)]
    wanted, at, seen = Wanted(status=status), None, []
    for _ in range(3):
        page = job_queries.page(job, wanted, at=at, size=3)
        seen += [row.pk for row in page.rows]
        last, at = page, page.older or at
    ordered = sorted(rows, key=lambda row: (row.asked_at, row.pk), reverse=True)
    assert seen == [row.pk for row in ordered]
    assert last.older is None
    back = job_queries.page(job, wanted, at=last.newer, size=3)
    assert [row.pk for row in back.rows] == [row.pk for row in ordered[3:6]]


def test_figures_tell_hours_and_rewards(as_mate: Client, team: Team) -> None:
    job = made(team)
    for n, to in enumerate((FAILED, MASKED)):
        settled(job, str(n), to)
    settled(job, "old", at=NOW - timedelta(hours=30))
    asked(job, "open", NOW - timedelta(hours=1))
    hours = job_figures.by_hour(job, NOW + timedelta(minutes=30))
    assert [(each.asked, each.settled) for each in hours[-2:]] == [(1, 0), (2, 2)]
    assert sum(each.asked for each in hours) == 3
    lately = job_figures.lately(job)
    assert (lately.n, lately.mean, lately.median_seconds) == (3, 0.5, 10.0)
    assert [(each.low, each.n) for each in lately.bins] == [(0.0, 1), (1.0, 1), (None, 1)]
    assert "What was paid lately" in text(as_mate.get(address("figures", "grpo")))


def test_many_values_are_put_into_bins(team: Team) -> None:
    job = made(team)
    for n in range(9):
        settled(job, str(n), Settlement(outcome="passed", reward=n / 8, source="verdict", told={}))
    bins = job_figures.lately(job).bins
    assert (bins[0].low, bins[-1].high, len(bins)) == (0.0, 1.0, job_figures.BINS)
    assert sum(each.n for each in bins) == 9


def test_a_request_shows_its_answer_and_what_it_rests_on(as_mate: Client, team: Team) -> None:
    run = stories.stored(team, instruction="Pay the bill")
    verdict = stories.given(run, Outcome.PASSED)
    said: dict[str, Json] = {
        "critic": "themis",
        "verdict": verdict.pk,
        "outcome": "passed",
        "confidence": 0.8,
    }
    job = made(team)
    row = asked(job, "Pay the bill")
    requests.settle(
        row=row,
        to=Settlement(outcome="passed", reward=1.0, source="verdict", told={"verdicts": [said]}),
        at=NOW,
    )
    page = text(as_mate.get(address("request", "grpo", row.pk)))
    for words in (
        "&quot;reward&quot;: 1.0",
        f"?verdict={verdict.pk}",
        "event 1",
        "&quot;step&quot;",
    ):
        assert words in page, words
    run_page = text(as_mate.get(reverse("trajectories:detail", args=[row.trajectory_id])))
    assert address("request", "grpo", row.pk) in run_page


def test_an_open_request_says_what_it_waits_for(as_mate: Client, team: Team) -> None:
    row = asked(made(team))
    url = address("request", "grpo", row.pk)
    assert "Waits for the judge" in text(as_mate.get(url))
    requests.put_before_people(row=row)
    assert "Waits for people" in text(as_mate.get(url, headers=HTMX))


def test_a_broken_request_is_told_escaped_and_asked_again(as_mate: Client, team: Team) -> None:
    row = broken(made(team))
    page = text(as_mate.get(address("request", "grpo", row.pk)))
    assert "no &lt;answer&gt;" in page
    as_mate.post(address("asking", "grpo", row.pk))
    assert RewardRequest.objects.get().status == "running"
    assert row.trajectory.runs.count() == 1


def test_connect_names_every_framework_with_the_jobs_own_address(
    as_mate: Client, team: Team
) -> None:
    made(team)
    page = text(as_mate.get(address("connect", "grpo")))
    for path in ("openrlhf/get_reward", "slime/rm", "roll/submit_task", "openenv"):
        assert f"http://testserver/k/thk_YOUR_KEY/compat/{path}" in page
    assert "gym --job grpo" in page
    assert page.count("data-copy=") == 17


def test_a_policy_of_another_time_is_said_and_can_be_set_anew(as_owner: Client, team: Team) -> None:
    job = made(team)
    Job.objects.filter(pk=job.pk).update(policy={"gone": True})
    for name in ("job", "settings"):
        assert as_owner.get(address(name, "grpo")).status_code == 200
    assert "save it anew" in text(as_owner.get(address("index")))
