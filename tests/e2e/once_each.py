"""What must be so once everything has settled: one answer each, told alike to all, billed once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

import psycopg

from tests.e2e.askers import Heard, Pair, id_in

ROWS = """
SELECT job.name, r.trajectory_id, r.id, r.status, r.answer, r.reward
FROM rewards_rewardrequest r JOIN rewards_job job ON job.id = r.job_id
"""
EVENTS = """
SELECT job.name, e.number, e.kind, e.answer, e.request_id
FROM rewards_rewardevent e JOIN rewards_job job ON job.id = e.job_id ORDER BY e.number
"""
COUNTS = "SELECT name, n_events, n_final, n_undecided, n_broken FROM rewards_job"
BILLS = """
SELECT job.name, job.spent_calls, coalesce(sum(v.calls), 0),
    count(*) FILTER (WHERE NOT run.is_billed)
FROM rewards_job job LEFT JOIN pipeline_run run ON run.job_id = job.id
LEFT JOIN verdicts_verdict v ON v.id = run.verdict_id
GROUP BY job.id
"""
ACTIVE = "SELECT count(*) FROM pipeline_run WHERE status IN ('waiting', 'running')"
OPEN = "SELECT count(*) FROM rewards_rewardrequest WHERE status NOT IN ('final', 'undecided')"
UNSENT = "SELECT count(*) FROM notices_delivery WHERE delivered_at IS NULL"
UNBILLED = "SELECT count(*) FROM pipeline_run WHERE job_id IS NOT NULL AND NOT is_billed"
BROKEN_RUNS = "SELECT count(*) FROM pipeline_run WHERE status = 'broken'"
CAUSES = "SELECT cause, count(*) FROM pipeline_run WHERE status = 'broken' GROUP BY cause"
SETTLED = ("final", "undecided")


def wrong(database: str, wanted: Collection[Pair], heard: Heard) -> list[str]:
    """Everything that is not as it must be."""
    with psycopg.connect(database) as connection:
        return [
            *_rows(connection, wanted, heard),
            *_events(connection, heard),
            *_bills(connection),
            *sorted(set(heard.wrong))[:10],
        ]


def _rows(connection: psycopg.Connection, wanted: Collection[Pair], heard: Heard) -> Iterator[str]:
    rows = defaultdict(list)
    for job, trajectory, *row in connection.execute(ROWS).fetchall():
        rows[Pair(job, trajectory)].append(row)
    if set(rows) != set(wanted):
        yield f"{len(set(rows) ^ set(wanted))} requests were lost, or nobody's"
    for pair, found in rows.items():
        name, status, answer, reward = found[0]
        if len(found) > 1 or status not in SETTLED:
            yield f"{name}: {len(found)} rows, {status}"
        if heard.answers[pair] != {answer.encode()}:
            yield f"{name}: {len(heard.answers[pair])} answers were heard, not the one there is"
        if not heard.numbers[pair] <= {reward}:
            yield f"{name}: {heard.numbers[pair]} were heard, and {reward} is the reward"


def _events(connection: psycopg.Connection, heard: Heard) -> Iterator[str]:
    streams = defaultdict(list)
    kinds = defaultdict(list)
    for job, number, kind, answer, request in connection.execute(EVENTS).fetchall():
        streams[job].append((number, kind, answer))
        kinds[request].append(kind)
    for request, told in kinds.items():
        if told[-1] not in SETTLED or any(kind != "broken" for kind in told[:-1]):
            yield f"{request}: told {', '.join(told)}"
    for job, n_events, n_final, n_undecided, n_broken in connection.execute(COUNTS).fetchall():
        told = streams[job]
        if [each[0] for each in told] != list(range(1, n_events + 1)):
            yield f"{job}: its events are not 1 to {n_events}"
        if heard.streams[job] != told:
            yield f"{job}: {len(heard.streams[job])} of {len(told)} events were heard, or others"
        ends = Counter(kind for _, kind, _ in told)
        if (n_final, n_undecided, n_broken) != (ends["final"], ends["undecided"], 0):
            yield f"{job}: counts {n_final}, {n_undecided}, {n_broken}, and told {dict(ends)}"


def _bills(connection: psycopg.Connection) -> Iterator[str]:
    for job, spent, calls, unbilled in connection.execute(BILLS).fetchall():
        if unbilled or spent != calls:
            yield f"{job}: billed {spent} calls, its runs took {calls}; {unbilled} are not billed"


def wrong_posts(database: str, heard: Heard) -> list[str]:
    """What is not as it must be of the webhooks."""
    several = [key for key, bodies in heard.posted.items() if len(bodies) > 1]
    found = [f"{key} came with several bodies" for key in several]
    with psycopg.connect(database) as connection:
        keys = {f"{key}" for (key,) in connection.execute("SELECT key FROM notices_delivery")}
        ids = {name for (name,) in connection.execute("SELECT id FROM rewards_rewardrequest")}
    if keys != set(heard.posted):
        found.append(f"{len(keys ^ set(heard.posted))} messages never came, or are nobody's")
    told = Counter(id_in(min(bodies)) for bodies in heard.posted.values())
    if set(told) != ids or max(told.values()) > 1:
        found.append(f"{len(told)} of {len(ids)} requests are told of, or twice")
    return found


def count(database: str, statement: str) -> int:
    """One number; -1 where nobody answers."""
    try:
        with psycopg.connect(database, connect_timeout=5) as connection:
            row = connection.execute(statement.encode()).fetchone()
            return int(row[0]) if row else 0
    except psycopg.OperationalError:
        return -1
