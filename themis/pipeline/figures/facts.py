"""The table that everything is counted in, as text: one statement works it out once.

A row is the newest final verdict of a judge on a run, with what people say of the run. Both
databases keep it for the length of the statement, so that ten ways of counting cost one join.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.db import connection

from themis.accounts.models import Team
from themis.pipeline.figures.asked import BINS, LENGTHS, Against, Asked, Pick, length_name
from themis.rewards.judges import BELOW_HALF, COLUMNS, Judge

Values = dict[str, str | int | datetime]

BETWEEN = "\x1f"  # the separator of units, which no name holds
JUDGE = f" || '{BETWEEN}' || ".join(COLUMNS)  # one key to sort and count by
FACTS = """
WITH said AS (
    SELECT verdict.id, verdict.trajectory_id, {judge} AS judge, outcome, confidence, error_class,
        calls, prompt_tokens + completion_tokens AS tokens, price, seconds, closed_at,
        run.platform, run.app, run.agent, run.label, run.n_steps,
        row_number() OVER (
            PARTITION BY verdict.trajectory_id, {judge}
            ORDER BY closed_at DESC, verdict.id DESC
        ) AS of_judge,
        row_number() OVER (
            PARTITION BY verdict.trajectory_id ORDER BY closed_at DESC, verdict.id DESC
        ) AS of_all
    FROM verdicts_verdict AS verdict
    JOIN trajectories_trajectory AS run ON run.id = verdict.trajectory_id
    WHERE run.team_id = %(team)s AND verdict.status = 'given' AND NOT verdict.provisional
        {{and_said}}
), settled AS (
    {settled}
), beside AS (
    SELECT said.*, CASE WHEN settled.ruling IN ('passed', 'failed') THEN settled.ruling
        WHEN settled.ruling <> '' THEN 'undecided' END AS ruling,
        coalesce((
            SELECT CASE WHEN each.error_class <> '' THEN each.error_class
                WHEN each.own_class <> '' THEN 'own' ELSE '' END
            FROM reviews_decision AS each
            WHERE each.item_id = settled.id AND each.is_current AND each.ruling = settled.ruling
            ORDER BY each.is_final DESC, each.at, each.id LIMIT 1
        ), '') AS people_class, {score} AS score
    FROM said {join}
    WHERE of_judge = 1
), facts AS MATERIALIZED (
    SELECT beside.*, {truth} AS truth, {week} AS week, {length} AS length, {bin} AS bin
    FROM beside
)
"""
# One hashes the rulings, the other looks each up: it would go through all of them for each run.
SETTLED = {
    "postgresql": """
        SELECT DISTINCT ON (item.trajectory_id) item.id, item.trajectory_id, item.ruling
        {found} ORDER BY item.trajectory_id, item.settled_at DESC, item.id DESC
    """,
    "sqlite": "SELECT 1",
}
JOIN = {
    "postgresql": "LEFT JOIN settled ON settled.trajectory_id = said.trajectory_id",
    "sqlite": """
        LEFT JOIN reviews_queueitem AS settled ON settled.id = (
            SELECT item.id {found} AND item.trajectory_id = said.trajectory_id
            ORDER BY item.settled_at DESC, item.id DESC LIMIT 1
        )
    """,
}
FOUND = """
    FROM reviews_queueitem AS item JOIN reviews_queue AS queue ON queue.id = item.queue_id
    WHERE queue.team_id = %(team)s AND item.state IN ('decided', 'resolved')
        AND item.ruling <> '' {and_ruled}
"""
TRUTH = {
    Against.BOTH: "coalesce(ruling, label)",
    Against.PEOPLE: "coalesce(ruling, '')",
    Against.LABELS: "label",
}
WEEK = {  # its Monday, in UTC
    "postgresql": "to_char(date_trunc('week', closed_at AT TIME ZONE 'UTC'), 'YYYY-MM-DD')",
    "sqlite": "date(closed_at, '-6 days', 'weekday 1')",
}
SCORE = f"""
    CASE outcome
        WHEN 'passed' THEN CASE WHEN confidence < 0.5 THEN 0.5 ELSE confidence END
        WHEN 'failed' THEN
            CASE WHEN 1 - confidence > {BELOW_HALF} THEN {BELOW_HALF} ELSE 1 - confidence END
    END
"""
EDGE = 1e-9  # 1 - 0.9 is a little less than 0.1, and belongs where 0.1 does
DECIDED = "(truth IN ('passed', 'failed') AND outcome <> 'undecided')"


def facts(team: Team, asked: Asked) -> tuple[str, Values]:
    """The beginning of a statement that reads `facts`, and its values."""
    and_said, and_ruled, values = _narrowed(asked)
    whole = FACTS.format(
        judge=JUDGE,
        settled=SETTLED[connection.vendor].format(found=FOUND),
        join=JOIN[connection.vendor].format(found=FOUND),
        truth=TRUTH[asked.against],
        week=WEEK[connection.vendor],
        length=_lengths(),
        score=SCORE,
        bin=_bins(),
    )
    return whole.format(and_said=and_said, and_ruled=and_ruled), {"team": team.pk, **values}


def key_of(judge: Judge) -> str:
    """What `facts` calls a judge."""
    return BETWEEN.join(judge.columns)


def judge_of(key: str) -> Judge:
    """The judge that `facts` calls so."""
    return Judge(*key.split(BETWEEN))


def _bins() -> str:
    """The number of a score's bin; the last one includes its upper edge."""
    edges = ((at, (at + 1) / BINS - EDGE) for at in range(BINS - 1))
    cases = (f"WHEN score < {edge} THEN {at}" for at, edge in edges)
    return f"CASE {' '.join(cases)} ELSE {BINS - 1} END"


def chosen(pick: Pick) -> tuple[str, Values]:
    """The condition that picks rows of `facts`, and its values."""
    values: Values = {}
    parts = ["of_all = 1"] if pick.judge is None else []
    if pick.judge is not None:
        values["judge"] = key_of(pick.judge)
        parts.append("judge = %(judge)s")
    wanted = {
        "outcome": pick.said or None,
        "truth": {"": None, "none": ""}.get(pick.truth, pick.truth),
        "error_class": pick.error_class,
        "people_class": pick.people_class,
        "app": pick.app,
        "agent": pick.agent,
        "length": pick.length or None,
        "week": pick.week or None,
    }
    for name, value in wanted.items():
        if value is not None:
            values[name] = value
            parts.append(f"{name} = %({name})s")
    parts += _of_both(pick)
    return " AND ".join(parts) or "true", values


def _of_both(pick: Pick) -> list[str]:
    parts = []
    if pick.is_right is not None:
        parts += [DECIDED, f"truth {'=' if pick.is_right else '<>'} outcome"]
    if pick.bin is not None:
        parts += [DECIDED, f"bin = {int(pick.bin)}"]
    if pick.error_class is not None:
        parts.append("(outcome = 'failed' OR error_class <> '')")
    if pick.people_class is not None:
        parts.append("(ruling = 'failed' OR people_class <> '')")
    return parts


def _narrowed(asked: Asked) -> tuple[str, str, Values]:
    said = ""
    values: Values = {}
    if asked.platform:
        said, values["platform"] = f"{said} AND run.platform = %(platform)s", asked.platform
    if asked.critics:
        values |= {f"critic_{at}": name for at, name in enumerate(asked.critics)}
        marks = ", ".join(f"%(critic_{at})s" for at in range(len(asked.critics)))
        said += f" AND verdict.critic IN ({marks})"
    if asked.since:
        said += " AND verdict.closed_at >= %(since)s"
        values["since"] = datetime.combine(asked.since, time(), UTC)
    if asked.until:
        said += " AND verdict.closed_at < %(until)s"
        values["until"] = datetime.combine(asked.until, time(), UTC) + timedelta(days=1)
    if asked.queue is None:
        return said, "", values
    values["queue"] = asked.queue
    inside = "SELECT trajectory_id FROM reviews_queueitem WHERE queue_id = %(queue)s"
    return f"{said} AND run.id IN ({inside})", "AND queue.id = %(queue)s", values


def _lengths() -> str:
    cases = (
        f"WHEN n_steps <= {high} THEN '{length_name(low, high)}'" for low, high in LENGTHS if high
    )
    return f"CASE {' '.join(cases)} ELSE '{length_name(*LENGTHS[-1])}' END"
