"""An OpenAI-compatible judge: `/v1/chat/completions`, where a judge's `base_url` can point.

The model's name says for which job: `themis`, or `themis/<job>`. A judge that can set nothing else
says with it how it reads replies, too: `themis/<job>:score`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from themis.api import reach
from themis.api.compat import judge_forms, pulling
from themis.api.compat.judge_forms import FORMS
from themis.api.compat.pulling import Answer, patience_of
from themis.api.replies import Refused
from themis.domain.jsontypes import Json
from themis.domain.wire import clean

PATIENCE = 100  # seconds
MODEL = "themis"
MOST_CHOICES = 16
MOST_MODELS = 1_000
WHERE = "metadata or a message"
USAGE: dict[str, Json] = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}

router = Router(tags=["judge"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request says beside whose reward it is about."""

    model: str
    job: str
    form: str
    n_choices: int
    is_streamed: bool
    is_counted: bool  # tokens, at the end of a stream


@router.get("/models", operation_id="list_models")
def list_models(request: HttpRequest) -> JsonResponse:
    """`themis`, and one for each job."""
    names = [MODEL, *(f"{MODEL}/{name}" for name in _jobs(request))]
    return JsonResponse({"object": "list", "data": [_model(name) for name in names]})


@router.get("/models/{path:name}", operation_id="get_model")
def get_model(request: HttpRequest, name: str) -> JsonResponse:
    """One of them."""
    _parsed(request, name)
    return JsonResponse(_model(name))


@router.post("/chat/completions", operation_id="judge")
def complete(request: HttpRequest) -> HttpResponse:
    """The verdict on the run that the messages name, as a judge's reply."""
    data = pulling.read(request)
    asked = _asked(request, data)
    pk = pulling.trajectory_of(*_texts(data), where=WHERE, field="messages")
    (row,) = pulling.ask(request, [pk], asked.job)
    (answer,) = pulling.answers([row], patience_of(request, PATIENCE))
    content = judge_forms.content(answer, asked.form, data)
    if asked.is_streamed:
        stream = "".join(_events(asked, answer, content))
        return HttpResponse(stream, content_type="text/event-stream; charset=utf-8")
    return JsonResponse(_completion(asked, answer, content))


def _asked(request: HttpRequest, data: dict[str, Json]) -> Asked:
    model = data.get("model", MODEL)
    if not isinstance(model, str):
        raise Refused(422, "invalid", "model: expected a text", field="model")
    job, form = _parsed(request, model)
    form = str(request.GET.get("form", "")) or form or FORMS[0]
    if form not in FORMS:
        said = f"form: no form {form[:20]!r}; take one of {', '.join(FORMS)}"
        raise Refused(422, "invalid", said, field="form")
    n_choices = data.get("n", 1) or 1
    if not isinstance(n_choices, int) or not 1 <= n_choices <= MOST_CHOICES:
        raise Refused(422, "invalid", f"n: expected a number up to {MOST_CHOICES}", field="n")
    options = data.get("stream_options")
    return Asked(
        model=model,
        job=job,
        form=form,
        n_choices=n_choices,
        is_streamed=data.get("stream") is True,
        is_counted=isinstance(options, dict) and options.get("include_usage") is True,
    )


def _parsed(request: HttpRequest, model: str) -> tuple[str, str]:
    """The job and the form that a model's name says; raises Refused (404)."""
    name, _, form = clean(model).partition(":")
    own, slash, job = name.partition("/")
    if own != MODEL or (slash and not reach.jobs(request).filter(name=job).exists()):
        said = f"model: no model {model[:60]!r}; GET /v1/models lists what there is"
        raise Refused(404, "model_not_found", said, field="model")
    return job, form


def _texts(data: dict[str, Json]) -> list[Json]:
    """Metadata, then what the system says, then the rest: what a model wrote stands there."""
    messages = data.get("messages")
    if not isinstance(messages, list) or not all(isinstance(each, dict) for each in messages):
        raise Refused(422, "invalid", "messages: expected a list of objects", field="messages")
    told = cast("list[dict[str, Json]]", messages)
    told = sorted(told, key=lambda each: each.get("role") not in ("system", "developer"))
    return [data.get("metadata"), *(_text(each.get("content")) for each in told)]


def _text(content: Json) -> Json:
    """What is written, not what is shown."""
    if isinstance(content, list):
        return [part.get("text") if isinstance(part, dict) else part for part in content]
    return content


def _completion(asked: Asked, answer: Answer, content: str) -> dict[str, Json]:
    message: Json = {"role": "assistant", "content": content, "refusal": None}
    return {
        **_head(asked, answer, "chat.completion"),
        "choices": [
            {"index": index, "message": message, "logprobs": None, "finish_reason": "stop"}
            for index in range(asked.n_choices)
        ],
        "usage": USAGE,
    }


def _events(asked: Asked, answer: Answer, content: str) -> list[str]:
    """The same in pieces."""
    head = _head(asked, answer, "chat.completion.chunk")
    deltas: list[tuple[Json, str | None]] = [
        ({"role": "assistant", "content": content}, None),
        ({}, "stop"),
    ]
    chunks: list[dict[str, Json]] = [
        {
            **head,
            "choices": [
                {"index": index, "delta": delta, "logprobs": None, "finish_reason": ending}
                for index in range(asked.n_choices)
            ],
        }
        for delta, ending in deltas
    ]
    if asked.is_counted:
        chunks.append({**head, "choices": [], "usage": USAGE})
    return [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks] + ["data: [DONE]\n\n"]


def _head(asked: Asked, answer: Answer, kind: str) -> dict[str, Json]:
    at = answer.row.settled_at or answer.row.asked_at
    return {
        "id": f"chatcmpl-{answer.row.pk}",
        "object": kind,
        "created": int(at.timestamp()),
        "model": asked.model,
        "system_fingerprint": None,
    }


def _model(name: str) -> dict[str, Json]:
    return {"id": name, "object": "model", "created": 0, "owned_by": MODEL}


def _jobs(request: HttpRequest) -> list[str]:
    rows = reach.jobs(request).filter(ended_at=None).order_by("name")
    return list(rows.values_list("name", flat=True)[:MOST_MODELS])
