"""What a judge writes, in the forms that those who ask judges look for in it."""

from __future__ import annotations

import json
import re
from typing import cast

from themis.api.compat import pulling
from themis.api.compat.pulling import Answer
from themis.api.replies import Refused
from themis.domain.jsontypes import Json

# json: an object. score: SkyRL's last line. rubric: Polar's whole numbers, one a trace. number.
FORMS = ("json", "score", "rubric", "number")
MOST_TRACES = 10_000
_TRACE = re.compile(r'<trace id="(trace_\d{1,5})">')


def content(answer: Answer, form: str, data: dict[str, Json]) -> str:
    """The reply; raises Refused (409) where the form cannot say what there is to be said."""
    match form:
        case "score":
            return f"{answer.reason}\n\n### Final Score: {_binary(answer)}"
        case "rubric":
            return json.dumps(_rubric(answer, data))
        case "number":
            return json.dumps(pulling.number(answer, "the form “number”"))
        case _:
            return json.dumps(_object(answer, data), ensure_ascii=False)


def _binary(answer: Answer) -> int:
    """Its reader takes the first digit it sees: half a point would be read as none."""
    reward = pulling.number(answer, "the form “score”")
    if reward not in {0.0, 1.0}:
        said = f"the reward is {reward}, and the form “score” can say 0 or 1; take “json”"
        raise Refused(409, "not_binary", said, field="form")
    return int(reward)


def _rubric(answer: Answer, data: dict[str, Json]) -> dict[str, Json]:
    """One verdict on the whole run, told of each trace: 5 for a reward of 1, -5 for one of 0."""
    reward = pulling.number(answer, "the form “rubric”")
    if not 0 <= reward <= 1:
        said = f"the reward is {reward}, and the form “rubric” can say 0 to 1; take “json”"
        raise Refused(409, "out_of_scale", said, field="form")
    found = dict.fromkeys(_TRACE.findall(json.dumps(data.get("messages")).replace('\\"', '"')))
    if len(found) > MOST_TRACES:
        said = f"messages: {len(found)} traces; send {MOST_TRACES} at most"
        raise Refused(422, "invalid", said, field="messages")
    score = round(10 * reward - 5)
    return {name: {"score": score, "rationale": answer.reason} for name in found or ["trace_0"]}


def _object(answer: Answer, data: dict[str, Json]) -> dict[str, Json]:
    """All there is; where a schema is asked for, what that has room for."""
    told: dict[str, Json] = {
        "reward": answer.reward,
        "score": answer.reward,
        "outcome": answer.row.outcome,
        "passed": None if answer.row.outcome == "undecided" else bool(answer.passed),
        "confidence": answer.confidence,
        "reason": answer.reason,
        "reasoning": answer.reason,
        "evidence": answer.evidence,
        "trajectory": answer.row.trajectory_id,
        "id": answer.row.pk,
    }
    schema = _schema(data)
    if schema is None:
        return told
    needed = schema.get("required")
    unknown = [name for name in needed if name not in told] if isinstance(needed, list) else []
    if unknown:
        known = ", ".join(told)
        said = f"response_format: no {str(unknown[0])[:40]!r} here; there are {known}"
        raise Refused(422, "invalid", said, field="response_format")
    properties = cast("dict[str, Json]", schema["properties"])
    return {name: held for name, held in told.items() if name in properties}


def _schema(data: dict[str, Json]) -> dict[str, Json] | None:
    found: Json = data.get("response_format")
    for name in ("json_schema", "schema"):
        found = found.get(name) if isinstance(found, dict) else None
    is_whole = isinstance(found, dict) and isinstance(found.get("properties"), dict)
    return cast("dict[str, Json]", found) if is_whole else None
