"""Trust: judges with their figures, floors by address, tables brought in and refused by line."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import stories
from tests.critic.trust.tables import NO_DATA, WEBJUDGE
from tests.rewards import labels
from tests.rewards.labels import JUDGE, OTHER, Told, told
from tests.web.walk import scan
from themis.accounts.models import Team
from themis.critic.trust import reading
from themis.domain.verdict import Outcome
from themis.pipeline import bringing, hints, tasks
from themis.rewards.judges import Judge
from themis.rewards.models import Brought, Measurement, Measuring
from themis.trajectories.models import Trajectory
from themis.web.templatetags.trust import judge_query

pytestmark = pytest.mark.django_db

RUNS = told(15, 2, 3, 15, 4)
CSV = "id,task,label,a,b\n" + "".join(
    f"{n},t{n},{n % 2},{n % 2},{int(n % 3 > 0)}\n" for n in range(24)
)


def words(client: Client, url: str) -> str:
    """The text of a page, spaces evened out."""
    response = client.get(url)
    assert response.status_code == 200, url
    return " ".join("".join(scan(response).texts).split())


def page_of(row: Measurement, query: str = "") -> str:
    return reverse("trust:measurement", args=[row.pk]) + query


def of_judge(judge: Judge, more: str = "") -> str:
    return f"{reverse('trust:judge')}?{judge_query(judge)}{more}"


def bring(client: Client, text: str | bytes = CSV, name: str = "table.csv") -> object:
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(
        reverse("trust:tables"), {"files": SimpleUploadedFile(name, content)}, follow=True
    )


def test_without_labels_the_page_teaches(as_mate: Client) -> None:
    said = words(as_mate, reverse("trust:index"))
    assert "No labels yet" in said
    assert "manage.py measure" in said
    assert "bring a table" in said


def test_with_labels_alone_it_says_what_is_next(as_mate: Client, team: Team) -> None:
    labels.runs(team, told(2, 0, 0, 0))
    said = words(as_mate, reverse("trust:index"))
    assert "No verdict on a labelled run yet" in said
    assert "2 runs have a label" in said


def test_judges_stand_with_their_figures_and_what_came_since(as_mate: Client, team: Team) -> None:
    labels.judged(team, RUNS)
    assert "not measured yet" in words(as_mate, reverse("trust:index"))
    labels.measured(team)
    said = words(as_mate, reverse("trust:index"))
    assert "themis 1" in said
    assert "a-model" in said
    assert "since" not in said
    assert f"{15 / 17:.3f}" in said  # precision
    assert f"{30 / 35:.3f}" in said  # accuracy where it decides
    assert "90 %" in said  # it decides 35 of 39
    assert "3.0 calls" in said
    labels.judged(team, told(2, 0, 0, 1))
    assert "3 labels since: measure again" in words(as_mate, reverse("trust:index"))


def test_the_button_has_all_judges_measured(
    as_mate: Client, team: Team, django_capture_on_commit_callbacks: object
) -> None:
    labels.judged(team, RUNS)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        as_mate.post(reverse("trust:measure"))
    said = words(as_mate, reverse("trust:index"))
    assert "waits for a worker" in said
    row = Measuring.objects.get()
    Measuring.objects.filter(pk=row.pk).update(status="running", done=3, total=8, now="x: floors")
    assert "3 of 8 stages · x: floors" in words(as_mate, reverse("trust:index"))
    Measuring.objects.filter(pk=row.pk).update(
        status="broken", cause="no memory", ended_at=row.asked_at
    )
    assert "no memory" in words(as_mate, reverse("trust:index"))
    hints.to_measure.clear()


def test_nothing_to_measure_is_said(as_mate: Client) -> None:
    response = as_mate.post(reverse("trust:measure"), follow=True)
    assert "no verdict on a labelled run" in response.content.decode()
    assert not Measuring.objects.exists()


def test_the_address_of_a_judge_holds_everything(as_mate: Client, team: Team) -> None:
    labels.judged(team, RUNS)
    assert "Not measured yet" in words(as_mate, of_judge(JUDGE))
    labels.measured(team)
    said = words(as_mate, of_judge(JUDGE, "&floor=0.62&alpha=0.2"))
    assert "39 labels of 39 tasks" in said
    assert "0.620" in said
    assert "floor=0.62&alpha=0.2" in said
    assert "too lenient, 11 %" in said
    assert as_mate.get(of_judge(OTHER)).status_code == 404


def test_floors_are_told_with_the_labels_they_take(as_mate: Client, team: Team) -> None:
    labels.judged(team, told(90, 10, 10, 90))
    (row,) = labels.measured(team)
    said = words(as_mate, page_of(row))
    for promise in row.report["floors"]:
        assert f"{promise['floor']:.3f}" in said
    kept = [each for each in row.report["floors"] if each["promised"]]
    needed = [each["labels_needed"] for each in row.report["floors"] if each["labels_needed"]]
    assert kept
    assert all(f"takes about {number:,} labels" in said for number in needed)


@pytest.mark.parametrize(
    "query",
    ["floor=x", "floor=-1", "floor=nan", "alpha=9", "cell=x:y", "from=1e999&to=z", "from=2&to=3",
     "platform=moon", "cell=%00", "floor=1e-400"],
)  # fmt: skip
def test_nonsense_in_the_address_is_let_be(as_mate: Client, team: Team, query: str) -> None:
    labels.judged(team, RUNS)
    labels.measured(team)
    assert "Right and wrong" in words(as_mate, of_judge(JUDGE, f"&{query}"))


def test_each_cell_opens_its_runs(as_mate: Client, team: Team) -> None:
    runs = labels.judged(team, RUNS)
    (row,) = labels.measured(team)
    body = as_mate.get(page_of(row)).content.decode()
    cells = re.findall(r'href="(\?cell=[^"#]+)#runs"', body)
    assert len(cells) == 6
    shown = {}
    for cell in cells:
        listed = as_mate.get(page_of(row, cell.replace("&amp;", "&"))).content.decode()
        part = listed.split('id="runs"')[1]
        shown[cell] = set(re.findall(r"/trajectories/(\w{12})/", part))
    assert shown["?cell=passed%3Afailed"] == {run.pk for run in runs[15:17]}
    assert sorted(len(each) for each in shown.values()) == [2, 2, 2, 3, 15, 15]
    assert set.union(*shown.values()) == {run.pk for run in runs}


def test_each_bin_opens_its_runs(as_mate: Client, team: Team) -> None:
    labels.judged(team, RUNS)
    (row,) = labels.measured(team)
    body = as_mate.get(page_of(row)).content.decode()
    bins = set(re.findall(r'href="(\?from=[^"#]+)#runs"', body))
    counts = []
    for each in bins:
        listed = as_mate.get(page_of(row, each.replace("&amp;", "&"))).content.decode()
        counts.append(
            len(set(re.findall(r"/trajectories/(\w{12})/", listed.split('id="runs"')[1])))
        )
    assert sorted(counts) == sorted(each["count"] for each in row.report["reliability"]["bins"])


def test_a_later_measurement_is_pointed_to(as_mate: Client, team: Team) -> None:
    labels.judged(team, RUNS)
    (first,) = labels.measured(team)
    (second,) = labels.measured(team, at=stories.NOW + timedelta(hours=5))
    assert "A later measurement" in words(as_mate, page_of(first))
    assert "A later measurement" not in words(as_mate, page_of(second))
    assert f"measurement {second.pk}" in words(as_mate, of_judge(JUDGE))


def test_a_platform_with_too_few_labels_is_said(as_mate: Client, team: Team) -> None:
    labels.judged(team, RUNS)
    labels.measured(team)
    said = words(as_mate, of_judge(JUDGE, "&platform=android"))
    assert "Android has too few labels of its own" in said


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_table_can_be_downloaded_and_brought_again(
    as_mate: Client, team: Team, kind: str
) -> None:
    labels.judged(team, RUNS)
    (row,) = labels.measured(team)
    response = as_mate.get(reverse("trust:verdicts", args=[row.pk, kind]))
    assert response["Content-Disposition"] == f'attachment; filename="verdicts-{row.pk}.{kind}"'
    assert reading.parse(response.content.decode(), at="t").digest == row.digest
    assert as_mate.get(reverse("trust:verdicts", args=[row.pk, "exe"])).status_code == 404


def test_judges_are_measured_together(as_mate: Client, team: Team) -> None:
    for run in labels.judged(team, RUNS):
        labels.verdict(run, Outcome.PASSED, judge=OTHER).save()
    as_mate.post(reverse("trust:together"), {"judge": [JUDGE.name, OTHER.name]})
    assert Measuring.objects.get().together == [JUDGE.columns, OTHER.columns]
    labels.measured(team, together=[JUDGE, OTHER])
    said = words(as_mate, reverse("trust:index"))
    assert "both" in said
    assert "either" in said
    (both, _) = Measurement.objects.order_by("pk")
    assert "not passed" in words(as_mate, page_of(both))
    listed = words(as_mate, page_of(both, "?cell=not-passed:failed"))
    assert listed.count("0.10 · 0.90") == 15


def test_one_judge_is_none_together(as_mate: Client, team: Team) -> None:
    labels.judged(team, RUNS)
    response = as_mate.post(reverse("trust:together"), {"judge": [JUDGE.name]}, follow=True)
    assert "two judges or more" in response.content.decode()
    assert not Measuring.objects.exists()


def test_a_table_is_brought_measured_and_deleted(as_mate: Client) -> None:
    bring(as_mate)
    table = Brought.objects.get()
    assert (table.name, table.judges, table.n_labels) == ("table.csv", ["a", "b"], 24)
    tasks.measure_waiting()
    said = words(as_mate, reverse("trust:table", args=[table.pk]))
    for name in ("a", "b", "both", "either", "1.000"):
        assert name in said
    (first, *_) = Measurement.objects.order_by("pk")
    assert "t1" in words(as_mate, page_of(first, "?cell=passed:passed"))
    as_mate.post(reverse("trust:delete", args=[table.pk]), {"digest": "another"})
    assert Brought.objects.exists()
    as_mate.post(reverse("trust:delete", args=[table.pk]), {"digest": table.digest})
    assert not Measurement.objects.exists()
    hints.to_measure.clear()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("id,task,label,a\n1,t,passed,good\n", "table.csv: line 2: a:"),
        ("id,task,label,a\n1,t,passed,1\n2,t,maybe,1\n", "line 3: label:"),
        ("id,task,label,a\n1,t,unknown,1\n", "no run has a usable label"),
        ("id,task,label,<b>\u202ex\n1,t,passed,1\n", "is no name a page can show"),
        ("PK\x03\x04garbage", "table.csv"),
        ("", "line 1: no column id, task, label"),
        (b"\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_a_hostile_table_is_refused_with_its_line(
    as_mate: Client, text: str | bytes, complaint: str
) -> None:
    response = bring(as_mate, text)
    assert response.status_code == 422  # type: ignore[attr-defined]
    found = scan(response)  # type: ignore[arg-type]
    assert complaint in " ".join("".join(found.texts).split())
    assert found.forbidden == []
    assert "/incoming/" not in "".join(found.texts)
    assert not Brought.objects.exists()


def test_a_table_that_is_too_large_is_refused(
    as_mate: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "MAX_BYTES", 10)
    assert bring(as_mate).status_code == 422  # type: ignore[attr-defined]
    assert not Brought.objects.exists()


def test_the_number_of_tables_is_bounded(as_mate: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "MOST_TABLES", 1)
    bring(as_mate)
    assert bring(as_mate).status_code == 422  # type: ignore[attr-defined]
    assert Brought.objects.count() == 1
    hints.to_measure.clear()


def packed() -> bytes:
    """A zip of recorded judges, as WebJudge leaves them."""
    out = BytesIO()
    pairs = {"y_human": [1, 0, 1, 0], "y_judge": [1, 1, 0, 0]}
    document = {"webjudge": {"all": {"all": {"trajectory_success": pairs}}}}
    with zipfile.ZipFile(out, "w") as archive:
        for judge in ("first", "second"):
            archive.writestr(f"recorded/{judge}/results/results.json", json.dumps(document))
    return out.getvalue()


def test_recorded_judges_come_as_a_zip_of_their_folders(as_mate: Client) -> None:
    response = bring(as_mate, packed(), "webjudge.zip")
    assert response.status_code == 200  # type: ignore[attr-defined]
    table = Brought.objects.get()
    assert (table.judges, table.tasks_known) == (["first", "second"], False)
    said = words(as_mate, reverse("trust:table", args=[table.pk]))
    assert "The tasks are not known" in said
    hints.to_measure.clear()


@pytest.mark.data
@pytest.mark.skipif(not WEBJUDGE.is_dir(), reason=NO_DATA)
def test_the_published_figures_stand_on_the_page(as_mate: Client) -> None:
    names = [f"webjudge/{judge}/results/results.json" for judge in ("gpt4o", "o4_mini")]
    files = [
        SimpleUploadedFile("results.json", (WEBJUDGE.parent / name).read_bytes()) for name in names
    ]
    as_mate.post(reverse("trust:tables"), {"files": files, "paths": names})
    table = Brought.objects.get()
    assert table.tasks_known
    tasks.measure_waiting()
    said = words(as_mate, reverse("trust:table", args=[table.pk]))
    assert "o4_mini 1,106 100 % 0.820 0.478 0.604" in said
    assert "gpt4o 1,106 100 % 0.737 0.712 0.724" in said
    assert "0.75, 14% pass" in said
    hints.to_measure.clear()


def test_a_trajectory_says_what_its_verdict_is_worth(as_mate: Client, team: Team) -> None:
    labels.judged(team, told(20, 2, 3, 20))
    labels.measured(team)
    run = stories.stored(team)
    labels.verdict(run, Outcome.PASSED, at=stories.NOW).save()
    body = words(as_mate, reverse("trajectories:detail", args=[run.pk]))
    assert re.search(r"Truly passed ?\d\d % calibrated on 45 labels", body)
    assert "90 %" in body  # the raw confidence stays


def test_a_strangers_team_is_closed(as_stranger: Client, team: Team) -> None:
    labels.judged(team, RUNS)
    (row,) = labels.measured(team)
    assert as_stranger.get(page_of(row)).status_code == 404
    assert as_stranger.get(reverse("trust:verdicts", args=[row.pk, "csv"])).status_code == 404
    assert as_stranger.get(of_judge(JUDGE)).status_code == 404
    assert "themis" not in words(as_stranger, reverse("trust:index")).replace("Themis", "")


def test_hostile_words_are_shown_and_never_markup(as_mate: Client, team: Team) -> None:
    evil = "<script>alert(1)</script>"
    judge = Judge("<b>themis", "1", "0" * 64, evil)
    labels.judged(team, [Told(label="failed", outcome=Outcome.PASSED, task=evil)] * 3, judge)
    (row,) = labels.measured(team, judge)
    for url in (reverse("trust:index"), page_of(row, "?cell=passed:failed"), of_judge(judge)):
        response = as_mate.get(url)
        assert evil not in response.content.decode()
        assert scan(response).forbidden == []
    assert "alert(1)" in words(as_mate, page_of(row, "?cell=passed:failed"))
    assert Trajectory.objects.count() == 3
