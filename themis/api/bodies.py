"""Request bodies: how large and of which kind, looked at before they are read."""

from __future__ import annotations

import errno
import hashlib
import json
from dataclasses import dataclass
from typing import TypeAlias

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from themis.api.replies import Refused
from themis.domain.jsontypes import Json
from themis.formats import jsonfile

JSON, MULTIPART = "application/json", "multipart/form-data"
Files: TypeAlias = "list[tuple[str, UploadedFile[bytes]]]"


def kind(request: HttpRequest) -> str:
    """The body's media type; raises Refused (415) for one that is not taken."""
    found = (request.content_type or "").lower()
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refused(415, "unsupported", "Content-Encoding: send the body as it is")
    if found not in {JSON, MULTIPART}:
        raise Refused(415, "unsupported", f"Content-Type: send {JSON} or {MULTIPART}")
    return found


def read_json(request: HttpRequest) -> tuple[dict[str, Json], bytes]:
    """The body as one JSON object, and its bytes; no body at all is an empty object.

    Raises Refused (413, 415), UnreadableTrajectory for what is no JSON that is taken.
    """
    if not request.content_type and request.META.get("CONTENT_LENGTH", "0") in {"", "0"}:
        return {}, b""
    if kind(request) != JSON:
        raise Refused(415, "unsupported", f"Content-Type: send {JSON}")
    _check_length(request, settings.JSON_LIMIT, "send the pictures as files instead")
    try:
        content = request.read(settings.JSON_LIMIT + 1)
    except UnreadablePostError:
        raise Refused(400, "invalid", "body: broken off; send it again") from None
    if len(content) > settings.JSON_LIMIT:
        raise _too_large(settings.JSON_LIMIT, "send the pictures as files instead")
    data = jsonfile.parse(content, at="body", strict=True)
    if not isinstance(data, dict):
        raise Refused(422, "invalid", "body: expected an object")
    return data, content


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Files by their relative names, task files beside them, and what else was said."""

    files: Files
    tasks: Files
    fields: dict[str, str]


def read_files(request: HttpRequest) -> Form:
    """The files of a form by their relative names, and its other fields.

    A file's name is its part's name; parts called `files` take theirs from `paths`, in order,
    or from the name they were sent with. Raises Refused (413, 422).
    """
    _check_length(request, settings.UPLOAD_LIMIT, "bring it in parts")
    try:
        files, fields = request.FILES, request.POST
    except (RequestDataTooBig, TooManyFilesSent, TooManyFieldsSent) as error:
        raise Refused(413, "too_large", f"body: {error} Bring it in parts, or packed") from None
    except (MultiPartParserError, SuspiciousOperation, BadRequest, ValueError) as error:
        raise Refused(422, "invalid", f"body: no whole form ({str(error)[:100]})") from None
    except UnreadablePostError:
        raise Refused(400, "invalid", "body: broken off; send it again") from None
    except OSError as error:
        if error.errno not in {errno.EMFILE, errno.ENFILE}:
            raise
        raise Refused(413, "too_large", "body: too many files at once; pack them") from None
    paths = fields.getlist("paths")
    listed = files.getlist("files")
    if paths and len(paths) != len(listed):
        raise Refused(422, "invalid", f"paths: {len(paths)} for {len(listed)} files; one each")
    found = list(zip(paths or [str(file.name) for file in listed], listed, strict=True))
    for name in files:
        if name not in {"files", "tasks"}:
            found += [(name, file) for file in files.getlist(name)]
    if not found:
        raise Refused(422, "invalid", "files: none; send at least one file")
    return Form(
        files=found,
        tasks=[(str(file.name), file) for file in files.getlist("tasks")],
        fields={name: str(fields[name]) for name in fields if name != "paths"},
    )


def print_of_json(request: HttpRequest, content: bytes) -> str:
    """What makes two requests the same."""
    return hashlib.sha256(_head(request) + content).hexdigest()


def print_of_form(request: HttpRequest, form: Form) -> str:
    """What makes two requests the same: names and contents, not how they were packed."""
    whole = hashlib.sha256(_head(request))
    for name, file in (*form.files, *((f"tasks {name}", file) for name, file in form.tasks)):
        digest = hashlib.sha256()
        for piece in file.chunks():
            digest.update(piece)
        whole.update(json.dumps([name, digest.hexdigest()]).encode())
    whole.update(json.dumps(form.fields, sort_keys=True).encode())
    return whole.hexdigest()


def _head(request: HttpRequest) -> bytes:
    return f"{request.content_type}\n{request.META.get('QUERY_STRING', '')}\n".encode(
        errors="backslashreplace"
    )


def _check_length(request: HttpRequest, limit: int, remedy: str) -> None:
    said = request.META.get("CONTENT_LENGTH") or "0"
    if not said.isascii() or not said.isdigit():
        raise Refused(400, "invalid", "Content-Length: expected a number of bytes")
    if len(said) > 18 or int(said) > limit:
        raise _too_large(limit, remedy)


def _too_large(limit: int, remedy: str) -> Refused:
    return Refused(413, "too_large", f"body: over {limit // 2**20} MB; {remedy}")
