"""Five hundred rewards asked for while everything is killed, time and again.

Run `python -m benchmarks.soak [--trajectories N] [--seconds S]`. PostgreSQL and Redis are its own,
and so is a model server of fixed latency, so that runs are in flight. Three jobs with policies of
their own ask as RL frameworks do, each reward twice over; a stream follows each job, and a webhook
tells of what is settled. Meanwhile kill -9 goes round: a web process, a worker, Redis, PostgreSQL,
the process that holds them all, the one that tells webhooks. In the end there is one answer each.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import slots
from scripts.services import data_folder, free_port
from tests.e2e import once_each
from tests.e2e.askers import Heard, Pair, Trainer, receiving, sessions
from tests.e2e.outages import Stand, kills_of, stand
from themis.domain.jsontypes import Json

JOBS: dict[str, dict[str, Json]] = {
    "plain": {"critics": ["themis"]},
    "dense": {"critics": ["themis"], "dense": True},
    "pair": {
        "critics": ["themis", "evidence-only"],
        "undecided": "value",
        "undecided_value": 0.5,
    },
}
SHARED = 3  # every third trajectory is asked for by a second job, too
LATENCY = 0.4  # seconds of the model
AWAY = 2.0  # seconds that PostgreSQL and Redis stay away
EVERY = 10.0  # seconds between kills
POSTS = 100  # seconds webhooks may take: what a killed process sent is sent again after a minute
FOLLOWED = 30.0  # seconds a stream may lag
PREPARE = """
import json
import django
django.setup()
from django.utils import timezone
from tests import stories
from themis.accounts import services as accounts
from themis.accounts.models import KeyScope, Team
from themis.accounts.services import KeyTerms
from themis.notices import webhooks
from themis.pipeline import installation, sealing, signing
from themis.rewards import jobs
from themis.rewards.policy import read_policy
from themis.trajectories import services

at, team = timezone.now(), installation.make_ready(lambda _: None)
terms = KeyTerms(scope=KeyScope.SUBMIT, rate=2_000_000_000)
_, key = accounts.issue_key(team=team, name="soak", by=None, at=at, terms=terms)
for name, policy in {jobs}.items():
    policy = read_policy(policy)
    jobs.make(team=team, name=name, policy=policy, budget=jobs.Budget(), by=None, at=at)
hook = webhooks.Settings(url="http://127.0.0.1:{port}/", events=["reward.settled"])
secret = sealing.seal(signing.new_secret())
webhooks.add(team=team, settings=hook, sealed_secret=secret, by=None, at=at)
rows = [
    services.ingest(
        recording=recording, source="soak", team=team, by=None, at=at
    )[0].pk
    for recording in (stories.recording(f"Save note {{number}}") for number in range({n}))
]
print(json.dumps({{"key": key, "trajectories": " ".join(rows)}}))
"""


@dataclass
class Plan:
    """What is asked for, and what is killed in turn, how often."""

    n: int
    kills: Sequence[str]
    bound: float  # seconds until everything has to be settled
    every: float = EVERY
    latency: float = LATENCY
    rounds: int = 3  # of kills; then it is left alone
    is_posted: bool = True


@dataclass
class Outcome:
    """How it went."""

    wrong: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    heard: Heard = field(default_factory=Heard)
    settled: float = 0.0  # seconds until everything was
    n_rewards: int = 0
    broken_runs: int = 0


def soak(folder: Path, plan: Plan, seed: int = 1) -> Outcome:
    """Ask, kill, wait and look."""
    port = free_port()
    with (
        slots.serving(slots=64, latency=plan.latency, milestones=2) as model,
        stand(
            folder,
            THEMIS_WEB="2",
            THEMIS_WORKERS="2",
            THEMIS_MODEL_URL=model,
            THEMIS_MODEL="slots",
            THEMIS_WEBHOOK_ALLOW=f"*=127.0.0.1:{port}",
        ) as made,
    ):
        told = made.python(PREPARE.format(jobs=JOBS, port=port, n=plan.n))
        pairs = list(_pairs(str(told["trajectories"]).split()))
        made.serve()
        return asyncio.run(_Soak(made, plan, str(told["key"]), pairs, seed).run(port))


def _pairs(trajectories: Sequence[str]) -> Iterator[Pair]:
    names = list(JOBS)
    for number, trajectory in enumerate(trajectories):
        yield Pair(names[number % len(names)], trajectory)
        if number % SHARED == 0:
            yield Pair(names[(number // SHARED + 1) % len(names)], trajectory)


class _Soak:
    def __init__(self, made: Stand, plan: Plan, key: str, pairs: list[Pair], seed: int) -> None:
        self._stand, self._plan, self._key = made, plan, key
        self._pairs = list(dict.fromkeys(pairs))
        self._outcome = Outcome(n_rewards=len(self._pairs))
        self._dice = random.Random(seed)  # noqa: S311

    async def run(self, port: int) -> Outcome:
        outcome, heard = self._outcome, self._outcome.heard
        trainer = Trainer(self._stand.address, self._key, heard)
        async with receiving(heard, port), sessions(self._key) as session:
            following = [asyncio.create_task(trainer.follows(session, job)) for job in JOBS]
            asking = []
            for number, pair in enumerate(self._pairs):
                asking.append(trainer.asks(session, pair, once=f"one-{number}"))
                second = trainer.rolls if number % 2 and pair.job != "plain" else trainer.asks
                asking.append(second(session, pair))
            self._dice.shuffle(asking)
            began = time.monotonic()
            asked = asyncio.gather(*asking)
            killing = asyncio.create_task(self._kill(asked))
            try:
                await asyncio.wait_for(asyncio.shield(asked), self._plan.bound)
            except TimeoutError:
                asked.cancel()
                outcome.wrong.append(f"not settled within {self._plan.bound:.0f} s")
            outcome.settled = time.monotonic() - began
            await killing
            await self._followed()
            if self._plan.is_posted:
                await self._until(once_each.UNSENT, POSTS)
            await self._until(once_each.UNBILLED, FOLLOWED)
            for each in following:
                each.cancel()
            await asyncio.gather(*following, return_exceptions=True)
        self._look()
        return outcome

    async def _kill(self, asked: asyncio.Future[list[None]]) -> None:
        """One after the other, until all is settled."""
        kills = kills_of(self._stand, AWAY)
        for kind in [*self._plan.kills] * self._plan.rounds:
            with suppress(TimeoutError, asyncio.CancelledError):
                pause = self._plan.every * self._dice.uniform(0.7, 1.3)
                await asyncio.wait_for(asyncio.shield(asked), pause)
            if asked.done():
                return
            self._outcome.kills[kind] += 1
            try:
                await asyncio.to_thread(kills[kind])
            except AssertionError as error:
                self._outcome.wrong.append(f"{kind}: {error}")
                return

    async def _followed(self) -> None:
        """Until the streams have told all there is."""
        counts = "SELECT coalesce(sum(n_events), 0) FROM rewards_job"
        until = time.monotonic() + FOLLOWED
        while time.monotonic() < until:
            there = await asyncio.to_thread(once_each.count, self._stand.database, counts)
            if sum(map(len, self._outcome.heard.streams.values())) >= there >= 0:
                return
            await asyncio.sleep(0.2)

    async def _until(self, statement: str, seconds: float) -> None:
        """Until nothing is left of what a statement counts."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if await asyncio.to_thread(once_each.count, self._stand.database, statement) == 0:
                return
            await asyncio.sleep(0.2)

    def _look(self) -> None:
        outcome, database = self._outcome, self._stand.database
        outcome.wrong += once_each.wrong(database, self._pairs, outcome.heard)
        if self._plan.is_posted:
            outcome.wrong += once_each.wrong_posts(database, outcome.heard)
        outcome.broken_runs = once_each.count(database, once_each.BROKEN_RUNS)


def main() -> int:
    """Ask and kill; a line that says how it went, and what is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--trajectories", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=600, help="until all has to be settled")
    parser.add_argument("--rounds", type=int, default=3, help="of kills; then it is left alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", default="web,worker,redis,postgres,server,sender")
    parser.add_argument("--log", help="where what the server complained of is kept")
    options = parser.parse_args()
    plan = Plan(
        n=options.trajectories,
        kills=options.kills.split(","),
        bound=options.seconds,
        rounds=options.rounds,
    )
    with data_folder(keep=False) as folder:
        os.environ["THEMIS_HOME"] = str(folder)
        try:
            outcome = soak(folder, plan, options.seed)
        finally:
            if options.log:
                shutil.copyfile(folder / "log", options.log)
    killed = ", ".join(f"{kind} {times}" for kind, times in outcome.kills.items())
    came = ", ".join(f"{what} {times}" for what, times in outcome.heard.tries.most_common())
    print(
        f"{outcome.n_rewards} rewards of {options.trajectories} trajectories, asked for "
        f"{2 * outcome.n_rewards} times: settled in {outcome.settled:.1f} s with "
        f"{outcome.kills.total()} kills ({killed})"
    )
    print(f"what askers and followers got: {came}")
    broken = sum(kind == "broken" for each in outcome.heard.streams.values() for _, kind, _ in each)
    print(f"runs that broke: {outcome.broken_runs}; told as broken, and then answered: {broken}")
    print("\n".join(outcome.wrong[:40]) or "one answer each, told alike to all, billed once")
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
