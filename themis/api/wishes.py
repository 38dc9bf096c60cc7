"""Which trajectory a reward is asked for, and on which terms, as a body says it."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest

from themis.api import asking, bodies, cases, once
from themis.api.replies import Refused
from themis.domain.jsontypes import Json
from themis.formats import embedded, jsonfile
from themis.rewards.models import Job
from themis.rewards.policy import Policy
from themis.trajectories import growing, ingest, services
from themis.trajectories.models import Trajectory

SOURCE = "reward"
FIELDS = ("trajectory", "job", "critic", "policy", "meta")


def terms_of(
    request: HttpRequest, data: Mapping[str, Json]
) -> tuple[Job | None, Policy, dict[str, Json]]:
    """The job, the policy, and what is sent back with the answer; raises Refused."""
    if unknown := sorted(set(data) - set(FIELDS)):
        error = f"{unknown[0][:60]}: no such field; there are {', '.join(FIELDS)}"
        raise Refused(422, "invalid", error, field=unknown[0][:60])
    policy = data.get("policy")
    if policy is not None and not isinstance(policy, dict):
        raise Refused(422, "invalid", "policy: expected an object", field="policy")
    job, terms = asking.policy_of(
        request, job=_text(data, "job"), critic=_text(data, "critic"), policy=policy
    )
    return job, terms, asking.meta_of(data.get("meta"))


def _text(data: Mapping[str, Json], name: str) -> str:
    given = data.get(name)
    if given is None:
        return ""
    if not isinstance(given, str):
        raise Refused(422, "invalid", f"{name}: expected text", field=name)
    return given


def trajectory_of(request: HttpRequest, given: Json, asked: once.Asked) -> Trajectory:
    """The one that is named, or stored now; raises Refused (404, 422), UnreadableTrajectory."""
    if isinstance(given, str):
        return asking.named(request, given)
    if not isinstance(given, dict):
        error = "trajectory: expected an id, a reference, or a document in Themis' own format"
        raise Refused(422, "invalid", error, field="trajectory")
    recording = embedded.read_whole(given, at="trajectory")
    growing.keep_screens(recording.pictures)
    row, _ = services.ingest(
        recording=recording, source=SOURCE, team=cases.team_of(request), by=None, at=asked.at
    )
    return row


def fields_of(form: bodies.Form) -> dict[str, Json]:
    """The other fields of a form; policy and meta are JSON in it."""
    fields: dict[str, Json] = {**form.fields}
    for name in ("policy", "meta"):
        if name in form.fields:
            fields[name] = jsonfile.parse(form.fields[name].encode(), at=name, strict=True)
    return fields


def only_one(results: list[ingest.Stored | ingest.Refused]) -> Trajectory:
    """The one recording that files hold; raises Refused (422) for none, or several."""
    stored = [each for each in results if isinstance(each, ingest.Stored)]
    if len(stored) == 1:
        return stored[0].trajectory
    if stored:
        error = f"files: hold {len(stored)} recordings; send one, or bring them in and ask by id"
        raise Refused(422, "invalid", error, field="files")
    causes = [each.error for each in results if isinstance(each, ingest.Refused)]
    raise Refused(
        422, "invalid", causes[0] if causes else "files: hold no recording", field="files"
    )
