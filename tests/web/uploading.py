"""Bringing files in as the browser's script does."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import stories
from themis.pipeline import tasks
from themis.uploads.models import Upload

RUN = {
    "themis": "trajectory/2",
    "instruction": "Open the <b>settings</b>",
    "platform": "web",
    "screens": ["1.png"],
    "steps": [{"before": 0, "actions": [{"type": "click", "point": {"x": 3, "y": 4}}]}],
}
FILES = {"run/trajectory.json": json.dumps(RUN).encode(), "run/1.png": stories.png()}
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = "application/offset+octet-stream"


@dataclass(frozen=True)
class Answer:
    """An answer, read."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def error(self) -> str:
        """The sentence of a refusal."""
        return str(json.loads(self.text)["error"])


def announce(client: Client, files: dict[str, bytes]) -> Answer:
    """The list of files that will follow."""
    listed = [{"name": name, "size": len(content)} for name, content in files.items()]
    return announce_raw(client, json.dumps({"files": listed}))


def announce_raw(client: Client, body: str) -> Answer:
    """Whatever is said to be a list of files."""
    return _read(client.post(reverse("uploads:announce"), body, content_type="application/json"))


def opened(client: Client, files: dict[str, bytes]) -> Upload:
    """An upload that waits for those files."""
    answer = announce(client, files)
    assert answer.status == 201, answer.text
    return Upload.objects.get(pk=json.loads(answer.text)["id"])


def send(client: Client, upload: Upload, files: dict[int, bytes]) -> Answer:
    """Whole files by number."""
    given = [SimpleUploadedFile("f", content) for content in files.values()]
    body = {"files": given, "numbers": list(files)}
    return _read(
        client.post(
            reverse("uploads:batch", args=[upload.pk]),
            body,
            headers={"Accept": "application/json"},
        )
    )


def tus(
    client: Client, method: str, upload: Upload, number: int, body: bytes = b"", **headers: str
) -> Answer:
    """One request of the tus protocol to one file; header names with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    address = reverse("uploads:part", args=[upload.pk, number])
    return _read(
        client.generic(method, address, body, content_type=BYTES, headers={**TUS, **named})
    )


def brought(client: Client, files: dict[str, bytes]) -> Upload:
    """An upload of those files, read to its end."""
    upload = opened(client, files)
    send(client, upload, dict(enumerate(files.values())))
    tasks.read_waiting()
    upload.refresh_from_db()
    return upload


def _read(response: object) -> Answer:
    return Answer(
        response.status_code,  # type: ignore[attr-defined]
        response.content.decode(),  # type: ignore[attr-defined]
        dict(response.headers),  # type: ignore[attr-defined]
    )
