"""Files brought in by a form: folders, archives, several at once; one bad item stops no other."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from tests import stories
from tests.api.caller import TRAJECTORIES, Caller, told
from themis.domain.jsontypes import Json
from themis.formats import native
from themis.pipeline.models import Run
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db


def folder(path: Path, instruction: str = "Save the note") -> dict[str, bytes]:
    """A run as files by their relative names."""
    native.write(stories.recording(instruction), path / "run")
    files = sorted(found for found in path.rglob("*") if found.is_file())
    return {str(found.relative_to(path)): found.read_bytes() for found in files}


def form(files: dict[str, bytes]) -> dict[str, object]:
    """What a browser or curl would send: `files`, and a relative name each in `paths`."""
    parts = [SimpleUploadedFile(Path(name).name, content) for name, content in files.items()]
    return {"files": parts, "paths": list(files)}


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def items(answer: dict[str, Json]) -> list[dict[str, Json]]:
    found = answer["items"]
    assert isinstance(found, list)
    return [item for item in found if isinstance(item, dict)]


def test_a_folder_comes_in_and_is_queued(caller: Caller, tmp_path: Path) -> None:
    reply = caller.send(form(folder(tmp_path)))
    (item,) = items(told(reply))
    row = Trajectory.objects.get()
    assert (reply.status_code, item["trajectory"], item["is_new"]) == (201, row.pk, True)
    assert (item["source"], item["error"], item["warnings"]) == ("run", None, [])
    assert Run.objects.get().trajectory == row


def test_a_table_beside_it_is_passed_over(caller: Caller, tmp_path: Path) -> None:
    files = {**folder(tmp_path), "labels.csv": b"ID,Task,Human Label\n1,x,yes\n"}
    kept, table = items(told(caller.send(form(files))))
    assert (kept["passed_over"], table["passed_over"]) == (False, True)


def test_a_files_name_may_be_its_parts_name(caller: Caller, tmp_path: Path) -> None:
    files = {name: SimpleUploadedFile("x", content) for name, content in folder(tmp_path).items()}
    assert caller.send({**files}).status_code == 201


def test_an_archive_comes_in(caller: Caller, tmp_path: Path) -> None:
    archive = SimpleUploadedFile("runs.zip", packed(folder(tmp_path)))
    reply = caller.send({"files": [archive]})
    assert (reply.status_code, len(items(told(reply)))) == (201, 1)


def test_a_bad_item_blocks_no_other(caller: Caller, tmp_path: Path) -> None:
    good = folder(tmp_path)
    bad = {name.replace("run/", "bad/"): content for name, content in good.items()}
    bad["bad/trajectory.json"] = b'{"themis": "trajectory/2"'
    reply = caller.send(form({**good, **bad, "../out.png": b"x"}))
    found = items(told(reply))
    assert reply.status_code == 201
    assert sorted(bool(item["error"]) for item in found) == [False, True, True]
    assert "bad/trajectory.json" in str([item["error"] for item in found])


def test_what_was_there_is_a_200(caller: Caller, tmp_path: Path) -> None:
    files = folder(tmp_path)
    caller.send(form(files))
    again = caller.send(form(files))
    assert (again.status_code, items(told(again))[0]["is_new"]) == (200, False)
    assert Run.objects.count() == 1


def test_nothing_usable_is_a_422_with_the_reasons(caller: Caller) -> None:
    reply = caller.send(form({"notes.txt": b"hello", "evil.zip": b"PK no zip"}))
    assert (reply.status_code, told(reply)["code"]) == (422, "unusable")
    assert all(item["error"] for item in items(told(reply)))


def test_a_reader_can_be_chosen(caller: Caller, tmp_path: Path) -> None:
    files = form(folder(tmp_path))
    assert caller.send({**files, "format": "nothing"}).status_code == 422
    for file in files["files"]:  # type: ignore[attr-defined]
        file.seek(0)
    assert caller.send({**files, "format": "themis"}).status_code == 201


def test_an_instruction_may_stand_in_a_task_file(caller: Caller) -> None:
    line = {"step_num": 1, "action": "pyautogui.click(10, 20)", "screenshot_file": "step_1.png"}
    run = {
        "results/chrome/id-7/traj.jsonl": json.dumps(line).encode(),
        "results/chrome/id-7/step_1.png": stories.png(),
    }
    assert caller.send(form(run)).status_code == 422
    task = SimpleUploadedFile("id-7.json", json.dumps({"instruction": "Clear it"}).encode())
    reply = caller.send({**form(run), "tasks": [task]})
    assert reply.status_code == 201, reply.content
    assert Trajectory.objects.get().instruction == "Clear it"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"files": [SimpleUploadedFile("a", b"x")], "paths": ["a", "b"]},
        {"files": [SimpleUploadedFile("a", b"x")], "colour": "red"},
        {"files": [SimpleUploadedFile("a", b"x")], "paths": ["\0"]},
        {"files": [SimpleUploadedFile("a", b"x")], "paths": ["/etc/passwd"]},
    ],
)
def test_a_form_that_says_nothing_usable_is_a_422(caller: Caller, body: dict[str, object]) -> None:
    reply = caller.send(body)
    assert reply.status_code == 422, reply.content


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary="],
)
def test_a_broken_form_is_a_422(caller: Caller, kind: str) -> None:
    reply = caller.client.post(
        TRAJECTORIES, b"--x\r\nnonsense", content_type=kind, headers=caller.headers()
    )
    assert reply.status_code == 422, reply.content


def test_too_many_parts_are_a_413(caller: Caller, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    reply = caller.send(form({f"{number}.png": b"x" for number in range(3)}))
    assert (reply.status_code, told(reply)["code"]) == (413, "too_large")


def test_too_large_a_form_is_a_413(caller: Caller, settings: Settings) -> None:
    settings.UPLOAD_LIMIT = 100
    assert caller.send(form({"a.png": b"x" * 200})).status_code == 413
