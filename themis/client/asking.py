"""Asking for rewards: one, many, and what is to be judged; see `wire.Flow` for how it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from themis.client import wire
from themis.client.answers import Answer, Json, Running, Settled, running_of, settled_of
from themis.client.errors import (
    Broken,
    Doubtful,
    Invalid,
    RewardError,
    StillRunning,
    Unreadable,
)
from themis.client.parts import parts_of
from themis.client.patience import Patience, answered, is_broken
from themis.client.wire import KEY_HEADER, Flow, Got, Send

REWARDS, BATCH = "/api/v1/rewards", "/api/v1/rewards/batch"
LONGEST_HOLD = 50.0  # seconds that one request is held: many proxies give up after 60
GRACE = 15.0  # seconds for an answer that is not held
SHORTEST = 1.0  # seconds between two looks at what still runs
MOST = 100  # requests in one batch
NO_PATH = "a path cannot be one of several; submit it first"
ASKED_AGAIN = (Running, Broken)

Trajectory: TypeAlias = str | Path | Mapping[str, Json]
"""An id, a reference to one, a recording on this machine, or a document."""


@dataclass(frozen=True)
class Ask:
    """One question: what a trajectory is worth, to a job or under a policy of its own."""

    trajectory: Trajectory
    job: str | None = None
    critic: str | None = None
    policy: Mapping[str, Json] | None = None
    meta: Mapping[str, Json] | None = None

    @property
    def fields(self) -> dict[str, Json]:
        """What is said besides the trajectory."""
        said = {"job": self.job, "critic": self.critic, "policy": self.policy, "meta": self.meta}
        return {name: _plain(value) for name, value in said.items() if value is not None}

    @property
    def body(self) -> dict[str, Json]:
        """As JSON; raises Invalid for a recording on this machine, which goes as files."""
        if isinstance(self.trajectory, Path):
            raise Invalid(NO_PATH, field="trajectory")
        return {"trajectory": _plain(self.trajectory), **self.fields}

    def send(self) -> Send:
        """As a request of its own."""
        if not isinstance(self.trajectory, Path):
            return Send("POST", REWARDS, json=self.body)
        fields = {name: wire.as_field(value) for name, value in self.fields.items()}
        return Send("POST", REWARDS, fields=fields, files=parts_of(self.trajectory))


def asks_of(asks: Sequence[Ask | Trajectory], job: str | None) -> list[Ask]:
    """Questions from what is asked about; `job` is of those that name none."""
    each = [ask if isinstance(ask, Ask) else Ask(ask) for ask in asks]
    return [replace(ask, job=ask.job or job) for ask in each]


def stream_of(job: str | None) -> str:
    """The path of a job's stream; raises Invalid where no job is named."""
    if not job:
        raise Invalid("whose events? Name a job", field="job")
    return f"/api/v1/jobs/{quote(job, safe='')}/events"


def settled(answer: Answer | RewardError, deadline: float) -> Settled:
    """A settled answer; raises the error that came instead, and StillRunning."""
    if isinstance(answer, Settled):
        return answer
    if isinstance(answer, RewardError):
        raise answer
    raise StillRunning(
        f"{answer.trajectory}: no answer in {deadline:g} s, it waits for: {answer.waits_for}"
    )


def number_of(answer: Settled) -> float:
    """The number to train on; raises Doubtful of an undecided run without one."""
    if answer.reward is None:
        raise Doubtful(
            f"{answer.trajectory} is undecided; say what such a run is worth: in the job's policy, "
            "or as `undecided` here"
        )
    return answer.reward


def reward(ask: Ask, patience: Patience, wait: float) -> Flow[Answer]:
    """The reward of one trajectory, waited for; Running where the waiting was in vain.

    A judging that broke is asked for again until the deadline. Raises RewardError.
    """
    waiting = Patience(min(wait, patience.seconds), patience.clock, patience.chance)
    send, key, n_broken = ask.send(), wire.new_key(), 0
    while True:
        got = yield from answered(_held(send, waiting.left, key), patience)
        if is_broken(got):
            pause = patience.pause(n_broken, got.retry_after)
            if pause is None:
                raise wire.problem_of(got)
            yield pause
            # What broke was an answer: under its key the same one would be told again.
            send, key, n_broken = ask.send(), wire.new_key(), n_broken + 1
            continue
        answer = _answer(got)
        if isinstance(answer, Settled):
            return answer
        pause = waiting.pause(0, max(SHORTEST, answer.retry_after))
        if pause is None:
            return answer
        yield pause
        if answer.id:
            send = Send("GET", f"{REWARDS}/{answer.id}")


def rewards(
    asks: Sequence[Ask], patience: Patience, wait: float
) -> Flow[list[Answer | RewardError]]:
    """Of each what `reward` gives, or the error that it raises: one bad one spoils no other."""
    found: list[Answer | RewardError] = []
    waiting = Patience(min(wait, patience.seconds), patience.clock, patience.chance)
    for first in range(0, len(asks), MOST):
        found += yield from _batch(asks[first : first + MOST], patience, waiting)
    return found


def _batch(
    asks: Sequence[Ask], patience: Patience, waiting: Patience
) -> Flow[list[Answer | RewardError]]:
    found: list[Answer | RewardError] = [_ready(ask) for ask in asks]
    n_looks = 0
    while unsettled := [at for at, said in enumerate(found) if isinstance(said, ASKED_AGAIN)]:
        is_waited_for = any(isinstance(found[at], Running) for at in unsettled)
        if n_looks:
            # Of what broke, more is hoped for until the deadline; what runs is waited for.
            within = waiting if is_waited_for else patience
            pause = within.pause(n_looks, SHORTEST)
            if pause is None:
                break
            yield pause
        body: Json = {"requests": [asks[at].body for at in unsettled]}
        send = _held(Send("POST", BATCH, json=body), waiting.left, wire.new_key())
        got = yield from answered(send, patience)
        for at, said in zip(unsettled, _answers(got, len(unsettled)), strict=True):
            found[at] = said
        n_looks += 1
    return found


def _ready(ask: Ask) -> Answer | RewardError:
    """Where a question stands before it is asked: to be asked, or one that cannot be."""
    if isinstance(ask.trajectory, Path):
        return Invalid(NO_PATH, field="trajectory")
    return Running(id="", trajectory="", waits_for="judge", retry_after=SHORTEST)


def _held(send: Send, left: float, key: str) -> Send:
    """With the wish that the answer be held back until it is settled, for so long at most."""
    hold = int(max(0.0, min(LONGEST_HOLD, left)))
    headers = {"Prefer": f"wait={hold}"} if hold else {}
    if send.method == "POST":
        headers[KEY_HEADER] = key
    return Send(
        send.method, send.path, send.json, send.fields, send.files, headers, seconds=hold + GRACE
    )


def _answer(got: Got) -> Answer:
    if got.status not in (200, 202):
        raise wire.problem_of(got)
    if got.body is None:
        raise Unreadable(f"HTTP {got.status}, and no JSON: {got.said!r}")
    if got.status == 202:
        return running_of(got.body, got.retry_after or SHORTEST)
    return settled_of(got.body)


def _answers(got: Got, n: int) -> list[Answer | RewardError]:
    if got.status != 200:
        raise wire.problem_of(got)
    items = (got.body or {}).get("items")
    if not isinstance(items, list) or len(items) != n:
        raise Unreadable(f"a batch of {n} was not answered one by one: {got.said!r}")
    return [_one_of(each) for each in items]


def _one_of(item: Json) -> Answer | RewardError:
    """One of a batch: the status and the body that it would have had alone."""
    held = item if isinstance(item, dict) else {}
    status, body = held.get("http"), held.get("body")
    if not isinstance(status, int) or not isinstance(body, dict):
        return Unreadable(f"{item!r:.80} is no answer")
    try:
        return _answer(Got(status, {}, body, f"{body!r:.200}"))
    except RewardError as error:
        return error


def _plain(value: Json | Mapping[str, Json]) -> Json:
    return dict(value) if isinstance(value, Mapping) else value
