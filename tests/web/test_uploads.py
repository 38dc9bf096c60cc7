"""Bringing files in by a page: announced, sent, read off the request, told item by item."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from pytest_django.fixtures import Settings

from tests import stories
from tests.web.uploading import FILES, announce, announce_raw, brought, opened, send, tus
from themis.accounts.models import Team
from themis.pipeline import tasks
from themis.pipeline.models import Run
from themis.trajectories.models import Trajectory
from themis.uploads import services
from themis.uploads.models import Item, Status, Upload

pytestmark = pytest.mark.django_db

TABLE = b"ID,Task,Human Label\n1,x,yes\n"  # of labels: no recording


def page_of(client: Client, upload: Upload) -> str:
    return client.get(reverse("uploads:detail", args=[upload.pk])).content.decode()


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return out.getvalue()


def test_a_folder_is_stored_and_waits_to_be_judged(as_mate: Client, team: Team) -> None:
    upload = brought(as_mate, FILES)
    row = Trajectory.objects.get(team=team)
    assert upload.status == Status.DONE
    assert Run.objects.filter(trajectory=row).exists()
    page = page_of(as_mate, upload)
    assert f"/trajectories/{row.pk}/" in page
    assert "Open the &lt;b&gt;settings" in page


def test_nothing_is_read_before_the_last_byte(as_mate: Client) -> None:
    upload = opened(as_mate, FILES)
    send(as_mate, upload, {0: FILES["run/trajectory.json"]})
    tasks.read_waiting()
    upload.refresh_from_db()
    assert upload.status == Status.RECEIVING
    assert "1 of 2 files" in page_of(as_mate, upload)


def test_the_same_again_is_known(as_mate: Client) -> None:
    brought(as_mate, FILES)
    again = brought(as_mate, FILES)
    assert [item.kind for item in again.items.all()] == ["known"]
    assert Trajectory.objects.count() == 1
    assert Run.objects.count() == 1


def test_an_archive_is_unpacked(as_mate: Client) -> None:
    upload = brought(as_mate, {"runs.zip": zipped(FILES)})
    assert [(item.kind, item.source) for item in upload.items.all()] == [("stored", "runs/run")]


def test_one_bad_item_does_not_block_the_others(as_mate: Client) -> None:
    files = {
        **FILES,
        "bad/trajectory.json": b'{"themis": "trajectory/2", ',
        "broken.zip": b"PK\x03\x04 no",
        "a/../../up.json": b"{}",
    }
    upload = opened(as_mate, files)
    kept = [content for name, content in files.items() if ".." not in name]
    send(as_mate, upload, dict(enumerate(kept)))
    tasks.read_waiting()
    kinds = {item.source: item.kind for item in upload.items.all()}
    assert kinds == {
        "a/../../up.json": "refused",
        "broken.zip": "refused",
        "bad": "refused",
        "run": "stored",
    }
    said = page_of(as_mate, upload)
    assert "not valid JSON" in said
    assert "pack it again" in said


def test_a_table_beside_a_run_is_passed_over_and_not_refused(as_mate: Client) -> None:
    upload = brought(as_mate, {**FILES, "labels.csv": TABLE})
    assert [item.kind for item in upload.items.all()] == ["stored", "passed_over"]
    page = page_of(as_mate, upload)
    assert 'data-kind="passed_over"' in page
    assert "#i-over" in page
    assert "1 passed over" in page
    assert 'data-kind="refused"' not in page


def test_the_list_counts_what_was_passed_over(as_mate: Client) -> None:
    brought(as_mate, {**FILES, "labels.csv": TABLE})
    assert "1 passed over" in as_mate.get(reverse("uploads:index")).content.decode()


def test_warnings_of_a_stored_run_are_told_with_the_way_to_them(as_mate: Client) -> None:
    upload = brought(as_mate, {**FILES, "run/1.png": b"no <i>picture</i>"})
    (item,) = upload.items.all()
    assert item.trajectory is not None
    (warning,) = item.trajectory.warnings
    page = page_of(as_mate, upload)
    assert f'/trajectories/{item.trajectory.pk}/#warnings">1 warning</a>' in page
    assert escape(warning) in page


def test_a_run_without_warnings_has_none_told(as_mate: Client) -> None:
    assert "#warnings" not in page_of(as_mate, brought(as_mate, FILES))


def test_what_arrived_is_not_asked_for_again(as_mate: Client) -> None:
    upload = opened(as_mate, FILES)
    send(as_mate, upload, {1: FILES["run/1.png"]})
    state = as_mate.get(reverse("uploads:files", args=[upload.pk])).json()
    assert [entry[:2] for entry in state["missing"]] == [[0, "run/trajectory.json"]]


def test_sending_a_file_twice_keeps_it_once(as_mate: Client) -> None:
    upload = opened(as_mate, FILES)
    send(as_mate, upload, {1: FILES["run/1.png"]})
    assert send(as_mate, upload, {1: FILES["run/1.png"]}).status == 200
    send(as_mate, upload, {0: FILES["run/trajectory.json"]})
    tasks.read_waiting()
    assert Trajectory.objects.count() == 1


def test_files_that_were_not_announced_are_refused(as_mate: Client) -> None:
    upload = opened(as_mate, FILES)
    assert send(as_mate, upload, {7: b"x"}).status == 400
    assert send(as_mate, upload, {1: b"another size"}).status == 400
    assert send(as_mate, upload, {10**30: b"x"}).status == 400


def test_an_empty_file_needs_no_sending(as_mate: Client) -> None:
    upload = opened(as_mate, {"empty.txt": b""})
    assert upload.status == Status.WAITING
    tasks.read_waiting()
    assert "no recording found" in upload.items.get().error


def test_archives_within_an_archive_are_named_where_nothing_else_is_found(as_mate: Client) -> None:
    upload = brought(as_mate, {"all.zip": zipped({"one.zip": zipped(FILES)})})
    assert "all/one.zip stayed packed" in upload.items.get().error


def test_our_own_paths_are_not_told(as_mate: Client, settings: Settings) -> None:
    upload = brought(as_mate, {"notes.txt": b"hello"})
    item = upload.items.get()
    assert str(settings.HOME) not in item.source + item.error


def test_nothing_of_an_upload_stays_on_disk(as_mate: Client, settings: Settings) -> None:
    brought(as_mate, {"runs.zip": zipped(FILES), "notes.txt": b"hello"})
    assert [path for path in (settings.HOME / "incoming").rglob("*") if path.is_file()] == []


def test_cancelling_deletes_what_arrived(as_mate: Client, settings: Settings) -> None:
    upload = opened(as_mate, FILES)
    send(as_mate, upload, {1: FILES["run/1.png"]})
    as_mate.post(reverse("uploads:cancel", args=[upload.pk]))
    upload.refresh_from_db()
    assert upload.status == Status.CANCELLED
    assert not list((settings.HOME / "incoming" / "uploads").iterdir())
    assert send(as_mate, upload, {0: FILES["run/trajectory.json"]}).status == 409


def test_bytes_on_their_way_while_it_is_cancelled_stay_nowhere(
    as_mate: Client, settings: Settings
) -> None:
    upload = opened(as_mate, FILES)

    def pieces() -> Iterator[bytes]:
        yield FILES["run/1.png"]
        services.cancel(upload=Upload.objects.get(pk=upload.pk), at=timezone.now())

    with pytest.raises(services.TakesNoMore):
        services.receive_whole(
            upload=upload, files=[(1, len(FILES["run/1.png"]), pieces())], at=timezone.now()
        )
    assert not list((settings.HOME / "incoming" / "uploads").iterdir())


@pytest.mark.parametrize("brief", ["", "?brief"])
def test_a_part_of_the_page_is_enough_for_updates(as_mate: Client, brief: str) -> None:
    upload = opened(as_mate, FILES)
    url = reverse("uploads:detail", args=[upload.pk]) + brief
    part = as_mate.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Receive" in part


def test_a_plain_form_works_without_scripts(as_mate: Client) -> None:
    given = [SimpleUploadedFile("runs.zip", zipped(FILES)), SimpleUploadedFile("x.txt", b"")]
    response = as_mate.post(reverse("uploads:announce"), {"files": given})
    upload = Upload.objects.get()
    assert response["Location"] == reverse("uploads:detail", args=[upload.pk])
    tasks.read_waiting()
    assert upload.items.get().kind == "stored"


def test_a_form_without_files_says_so(as_mate: Client) -> None:
    response = as_mate.post(reverse("uploads:announce"), {})
    assert response.status_code == 409
    assert "nothing arrived" in response.content.decode()


def test_too_much_in_one_request_is_refused_before_it_is_read(
    as_mate: Client, settings: Settings
) -> None:
    upload = opened(as_mate, FILES)
    settings.UPLOAD_LIMIT = 100
    answer = send(as_mate, upload, {1: FILES["run/1.png"]})
    assert answer.status == 413
    assert "manage.py ingest" in answer.error


def test_too_much_altogether_is_refused_when_announced(as_mate: Client, settings: Settings) -> None:
    settings.UPLOAD_TOTAL = 2**20
    assert "1 MB are taken" in announce(as_mate, {"big": bytes(3 * 2**20)}).error
    settings.UPLOAD_FILES = 1
    assert "at most 1 are taken" in announce(as_mate, FILES).error
    settings.UPLOAD_FILES, settings.UPLOAD_OPEN = 9, 1
    opened(as_mate, FILES)
    assert "under way" in announce(as_mate, FILES).error


@pytest.mark.parametrize(
    "body",
    [
        " ",
        "[]",
        "{",
        '{"files": 3}',
        '{"files": [{"name": "x"}]}',
        '{"files": [{"name": "x", "size": -1}]}',
        '{"files": [{"name": "x", "size": true}]}',
        '{"files": [{"name": "x", "size": 1e99}]}',
        '{"files": [{"name": "x", "size": 99999999999999999999}]}',
        "[" * 100_000,
    ],
)
def test_a_list_of_files_that_is_none_is_refused(as_mate: Client, body: str) -> None:
    answer = announce_raw(as_mate, body)
    assert answer.status == 409
    assert answer.error
    assert not Upload.objects.exists()


def test_hostile_names_are_shown_and_never_stored(as_mate: Client) -> None:
    names = ["a\0b", "\ud800", "../up", "a\u202eb", "", "x" * 2000, "<script>alert(1)</script>"]
    listed = json.dumps({"files": [{"name": name, "size": 0} for name in names]})
    assert announce_raw(as_mate, listed).status == 201
    upload = Upload.objects.get()
    tasks.read_waiting()
    page = page_of(as_mate, upload)
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert Item.objects.filter(kind="refused").count() >= len(names) - 3


def test_another_team_learns_nothing(as_mate: Client, as_stranger: Client) -> None:
    upload = opened(as_mate, FILES)
    for name in ("detail", "files"):
        assert as_stranger.get(reverse(f"uploads:{name}", args=[upload.pk])).status_code == 404
    assert as_stranger.post(reverse("uploads:cancel", args=[upload.pk])).status_code == 404
    assert send(as_stranger, upload, {1: FILES["run/1.png"]}).status == 404
    assert tus(as_stranger, "HEAD", upload, 0).status == 404
    assert tus(as_stranger, "PATCH", upload, 0, b"x", Upload_Offset="0").status == 404
    for name in ("index", "unfinished"):
        assert upload.pk not in as_stranger.get(reverse(f"uploads:{name}")).content.decode()
    upload.refresh_from_db()
    assert upload.status == Status.RECEIVING


def test_what_is_not_whole_is_offered_to_go_on_with(as_mate: Client, as_owner: Client) -> None:
    upload = opened(as_mate, FILES)
    offered = as_mate.get(reverse("uploads:unfinished")).content.decode()
    assert reverse("uploads:detail", args=[upload.pk]) in offered
    assert upload.pk not in as_owner.get(reverse("uploads:unfinished")).content.decode()


def test_the_empty_list_teaches(as_mate: Client) -> None:
    page = as_mate.get(reverse("uploads:index")).content.decode()
    assert "Nothing was brought in yet" in page
    assert "tar.gz" in page


def test_the_list_counts_results(as_mate: Client) -> None:
    brought(as_mate, {**FILES, "broken.zip": b"PK\x03\x04"})
    page = as_mate.get(reverse("uploads:index")).content.decode()
    assert "1 stored" in page
    assert "1 refused" in page


def test_the_newest_upload_is_listed_first(as_mate: Client) -> None:
    for number in range(4):
        opened(as_mate, {f"drop-{number}.zip": b"x"})
    page = as_mate.get(reverse("uploads:index")).content.decode()
    places = [page.index(f"drop-{number}.zip") for number in range(4)]
    assert places == sorted(places, reverse=True)


def test_many_pictures_take_few_queries(
    as_mate: Client, django_assert_max_num_queries: object
) -> None:
    files = {f"run/{n}.png": stories.png(n) for n in range(60)}
    upload = opened(as_mate, files)
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        send(as_mate, upload, dict(enumerate(files.values())))
