"""What every framework's address does: find the runs that are named, ask for their rewards, and
give the answers or say why there are none. The words of a reply are the framework's own module's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse

from themis.api import asking, bodies, cases
from themis.api.front.waiting import LONGEST
from themis.api.replies import Refused
from themis.domain.errors import AmbiguousReference
from themis.domain.jsontypes import Json
from themis.domain.references import reference_to, trajectory_in
from themis.domain.wire import clean
from themis.rewards.models import RequestStatus, RewardRequest
from themis.trajectories import queries as trajectories
from themis.trajectories.models import Trajectory

MOST = 512  # rewards in one request
PASSED = "passed"
_WAIT = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,6})\"?\s*(?=$|[,;])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """A settled request, and the answer it holds."""

    row: RewardRequest
    said: Mapping[str, Json]

    @property
    def reward(self) -> float | None:
        """The number to train on; None where there is none."""
        return self.row.reward

    @property
    def passed(self) -> float:
        """1 for a run that passed, else 0."""
        return float(self.row.outcome == PASSED)

    @property
    def confidence(self) -> float | None:
        """Of the one that judged; None where it is unknown, as with a person."""
        found = self.said.get("confidence")
        return float(found) if isinstance(found, int | float) else None

    @property
    def evidence(self) -> str:
        """Where the evidence is seen; empty where nothing was judged."""
        return str(next((each.get("evidence") for each in self._verdicts), "") or "")

    @property
    def reason(self) -> str:
        """Who said what, on one line."""
        judges = [f"{each.get('critic')} said {each.get('outcome')}" for each in self._verdicts[:8]]
        parts = [f"{self.row.outcome} by {self.row.source}", *judges, self.evidence]
        return "; ".join(part for part in parts if part)

    @property
    def _verdicts(self) -> list[dict[str, Json]]:
        return cast("list[dict[str, Json]]", self.said.get("verdicts") or [])


class StillRunning(Refused):
    """Rewards that are not there yet: 503, which may be held back for so many seconds."""

    def __init__(self, rows: Sequence[RewardRequest], patience: int) -> None:
        awaited = {row.pk: row for row in rows if not row.is_over}
        who = {row.status for row in awaited.values()}
        where = "before people" if who == {RequestStatus.REVIEW} else "still being worked out"
        which = "the reward is" if len(awaited) == 1 else f"{len(awaited)} rewards are"
        super().__init__(503, "running", f"{which} {where}; ask again, it stays one request")
        headers = HttpResponse()
        asking.hold_back(headers, awaited.values(), patience)
        self.reply.headers.update({"Retry-After": str(asking.RETRY_AFTER), **_of_themis(headers)})


def read(request: HttpRequest) -> dict[str, Json]:
    """The body as one JSON object; raises Refused, UnreadableTrajectory."""
    return bodies.read_json(request)[0]


def patience_of(request: HttpRequest, usual: int) -> int:
    """Seconds that an asker may be held back: `Prefer: wait=N` if they say so, else the usual."""
    said = _WAIT.search(request.headers.get("Prefer", ""))
    return min(int(said[1]), int(LONGEST)) if said else usual


def trajectory_of(*values: Json, where: str, field: str) -> str:
    """The id of the trajectory that values speak of, the first that speaks of one.

    Raises Refused (422) for none, and for several in one value; `where` says where it is looked
    for, `field` what a program should point at.
    """
    try:
        found = trajectory_in(*values)
    except AmbiguousReference as error:
        raise Refused(422, "ambiguous", f"{field}: {error}", field=field) from None
    if found is None:
        example = reference_to("4f0k2mwq8r1c")
        said = f"{field}: no trajectory is named; put its reference, say {example}, into {where}"
        raise Refused(422, "no_reference", said, field=field)
    return found


def own_id(value: Json) -> Json:
    """A value of a field that is for ids: a bare id is a reference, too."""
    return reference_to(value) if isinstance(value, str) and cases.is_id(value) else value


def ask(request: HttpRequest, ids: Sequence[str], job: str = "") -> list[RewardRequest]:
    """Ask for each, under the terms that the key, the caller, `?job=` or `?critic=` name.

    Nothing is begun where one of them is none of the team's. Raises Refused (403, 404, 413, 422).
    """
    if len(ids) > MOST:
        raise Refused(413, "too_many", f"{len(ids)} rewards in one request; send {MOST} at most")
    whose, policy = asking.policy_of(
        request,
        job=job or clean(request.GET.get("job", "")),
        critic=clean(request.GET.get("critic", "")),
    )
    found = _found(request, ids)
    asked = {pk: asking.ask(request, row, whose, policy) for pk, row in found.items()}
    return [asked[pk] for pk in ids]


def answers(rows: Sequence[RewardRequest], patience: int) -> list[Answer]:
    """The answers, if all are there; raises Refused: 503, and 402 or 409 for what stays broken."""
    for row in rows:
        if row.status == RequestStatus.BROKEN:
            raise broken(row)
    if not all(row.is_settled for row in rows):
        raise StillRunning(rows, patience)
    return [answer_of(row) for row in rows]


def answer_of(row: RewardRequest) -> Answer:
    """The answer of a settled request."""
    return Answer(row, json.loads(row.answer))


def number(answer: Answer, whom: str) -> float:
    """The number; raises Refused (409) for somebody who cannot be told that there is none."""
    if answer.reward is None:
        raise Refused(
            409,
            "undecided",
            f"trajectory {answer.row.trajectory_id} is undecided, which {whom} cannot be told;"
            ' set "undecided" of the job to "value", or to "review"',
            field="policy.undecided",
            trajectory=answer.row.trajectory_id,
        )
    return answer.reward


def broken(row: RewardRequest) -> Refused:
    """Why there is no answer: 503, and when to ask again; 402 or 409 where that does not help."""
    status = asking.CODES.get(row.code, 503)
    refused = Refused(status, row.code, row.cause, id=row.pk, trajectory=row.trajectory_id)
    if status == 503:
        refused.reply.headers["Retry-After"] = str(asking.RETRY_AFTER)
    return refused


def _found(request: HttpRequest, ids: Sequence[str]) -> dict[str, Trajectory]:
    team = cases.team_of(request)
    rows = trajectories.of_team(team).select_related("team").filter(pk__in=set(ids))
    found = {row.pk: row for row in rows}
    for pk in ids:
        if pk not in found:
            raise Refused(404, "not_found", cases.unknown(pk), field="trajectory")
    return found


def _of_themis(response: HttpResponse) -> dict[str, str]:
    return {name: response[name] for name in (asking.WAITS, asking.AGAIN) if name in response}
