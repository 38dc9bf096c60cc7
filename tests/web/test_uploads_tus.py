"""The tus protocol, as its specification has it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.web.test_uploads import zipped
from tests.web.uploading import BYTES, FILES, TUS, opened, tus
from themis.pipeline import tasks
from themis.trajectories.models import Trajectory
from themis.uploads import services, store
from themis.uploads.models import Part, Status, Upload

pytestmark = pytest.mark.django_db

CONTENT = bytes(range(256)) * 100


def checksum(content: bytes, algorithm: str = "sha1") -> str:
    digest = hashlib.new(algorithm, content).digest()
    return f"{algorithm} {base64.b64encode(digest).decode()}"


def test_the_server_says_what_it_can(as_mate: Client, settings: Settings) -> None:
    response = as_mate.options(reverse("uploads:tus"))
    assert response.status_code == 204
    assert response["Tus-Version"] == response["Tus-Resumable"] == "1.0.0"
    assert response["Tus-Extension"] == "creation,creation-with-upload,termination,checksum"
    assert response["Tus-Max-Size"] == str(settings.UPLOAD_TOTAL)


def test_a_file_arrives_in_pieces(as_mate: Client) -> None:
    content = zipped(FILES)
    upload = opened(as_mate, {"runs.zip": content})
    for at in range(0, len(content), 100):
        answer = tus(as_mate, "PATCH", upload, 0, content[at : at + 100], Upload_Offset=str(at))
        assert answer.status == 204
        assert answer.headers["Upload-Offset"] == str(min(at + 100, len(content)))
    tasks.read_waiting()
    assert Trajectory.objects.count() == 1


def test_head_tells_where_it_ends(as_mate: Client) -> None:
    upload = opened(as_mate, {"x.bin": CONTENT})
    tus(as_mate, "PATCH", upload, 0, CONTENT[:1000], Upload_Offset="0")
    head = tus(as_mate, "HEAD", upload, 0)
    assert head.status == 200
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == ("1000", "25600")
    assert head.headers["Cache-Control"] == "no-store"


def test_bytes_for_another_place_are_a_conflict(as_mate: Client) -> None:
    upload = opened(as_mate, {"x.bin": CONTENT})
    answer = tus(as_mate, "PATCH", upload, 0, b"x", Upload_Offset="5")
    assert (answer.status, answer.headers["Upload-Offset"]) == (409, "0")


def test_more_than_was_announced_is_refused(as_mate: Client) -> None:
    upload = opened(as_mate, {"x.bin": b"12345"})
    assert tus(as_mate, "PATCH", upload, 0, b"123456", Upload_Offset="0").status == 413
    assert upload.parts.get().received == 0


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_wrong_checksum_changes_nothing(as_mate: Client, algorithm: str) -> None:
    upload = opened(as_mate, {"x.bin": CONTENT})
    wrong = checksum(b"other bytes", algorithm)
    answer = tus(as_mate, "PATCH", upload, 0, CONTENT, Upload_Offset="0", Upload_Checksum=wrong)
    assert answer.status == 460
    assert upload.parts.get().received == 0
    right = checksum(CONTENT, algorithm)
    answer = tus(as_mate, "PATCH", upload, 0, CONTENT, Upload_Offset="0", Upload_Checksum=right)
    assert answer.status == 204


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2", "Upload-Offset": "0"}, 412),
        ({"Upload-Offset": "-1"}, 400),
        ({"Upload-Offset": "x"}, 400),
        ({}, 400),
        ({"Upload-Offset": "0", "Content-Type": "text/plain"}, 415),
        ({"Upload-Offset": "0", "Upload-Checksum": "md4 xxxx"}, 400),
    ],
)
def test_what_is_no_tus_is_refused(as_mate: Client, headers: dict[str, str], status: int) -> None:
    upload = opened(as_mate, {"x.bin": CONTENT})
    kind = headers.get("Content-Type", BYTES)
    response = as_mate.generic(
        "PATCH",
        reverse("uploads:part", args=[upload.pk, 0]),
        b"x",
        content_type=kind,
        headers={**TUS, **headers},
    )
    assert response.status_code == status
    assert upload.parts.get().received == 0


def create(client: Client, body: bytes = b"", **headers: str) -> tuple[int, str, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = client.generic(
        "POST",
        reverse("uploads:tus"),
        body,
        content_type=BYTES if body else "application/octet-stream",
        headers={**TUS, **named},
    )
    location = response.headers.get("Location", "").replace("http://testserver", "")
    return response.status_code, location, response.headers.get("Upload-Offset", "")


def test_a_client_of_the_protocol_alone_makes_an_upload_of_one_file(as_mate: Client) -> None:
    content = zipped(FILES)
    name = base64.b64encode(b"runs.zip").decode()
    status, location, offset = create(
        as_mate, content[:50], Upload_Length=str(len(content)), Upload_Metadata=f"filename {name}"
    )
    assert (status, offset) == (201, "50")
    response = as_mate.generic(
        "PATCH", location, content[50:], content_type=BYTES, headers={**TUS, "Upload-Offset": "50"}
    )
    assert response.status_code == 204
    tasks.read_waiting()
    assert Upload.objects.get().items.get().source == "runs/run"


@pytest.mark.parametrize("length", ["", "x", "-1", "9" * 30])
def test_a_length_that_is_none_makes_no_upload(as_mate: Client, length: str) -> None:
    assert create(as_mate, Upload_Length=length)[0] == 400
    assert not Upload.objects.exists()


def test_too_long_a_file_is_refused(as_mate: Client, settings: Settings) -> None:
    settings.UPLOAD_TOTAL = 1000
    assert create(as_mate, Upload_Length="1001")[0] == 413


def test_termination_takes_a_file_away(as_mate: Client) -> None:
    upload = opened(as_mate, {"x.bin": CONTENT, "y.txt": b"y"})
    assert tus(as_mate, "DELETE", upload, 0).status == 204
    assert tus(as_mate, "HEAD", upload, 0).status == 404
    assert tus(as_mate, "DELETE", upload, 1).status == 204
    upload.refresh_from_db()
    assert upload.status == Status.CANCELLED


def test_bytes_on_their_way_while_their_file_is_withdrawn_stay_nowhere(as_mate: Client) -> None:
    upload = opened(as_mate, {"a.bin": b"12345", "b.bin": b"12345"})
    part = Part.objects.select_related("upload").get(number=0)

    def pieces() -> Iterator[bytes]:
        yield b"12345"
        services.withdraw(part=Part.objects.get(pk=part.pk), at=timezone.now())

    with pytest.raises(services.TakesNoMore, match="withdrawn"):
        services.append(part=part, offset=0, pieces=pieces(), at=timezone.now())
    assert not store.path_of(upload.pk, 0).exists()


def test_networks_that_know_only_post_may_say_what_they_mean(as_mate: Client) -> None:
    upload = opened(as_mate, {"x.bin": CONTENT})
    how = {"X_HTTP_Method_Override": "PATCH", "Upload_Offset": "0"}
    assert tus(as_mate, "POST", upload, 0, CONTENT, **how).status == 204


def test_a_file_that_ended_takes_no_more(as_mate: Client) -> None:
    upload = opened(as_mate, {"x.bin": b"x", "y.bin": b"y"})
    as_mate.post(reverse("uploads:cancel", args=[upload.pk]))
    assert tus(as_mate, "PATCH", upload, 0, b"x", Upload_Offset="0").status == 404


def test_a_token_is_asked_for(as_mate: Client, mate: object) -> None:
    upload = opened(as_mate, {"x.bin": CONTENT})
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(mate)  # type: ignore[arg-type]
    assert tus(strict, "PATCH", upload, 0, CONTENT, Upload_Offset="0").status == 403
    assert tus(strict, "DELETE", upload, 0).status == 403
