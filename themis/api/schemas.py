"""What the API answers, as OpenAPI tells it."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Field, Schema

from themis.api.feedback import Feedback
from themis.domain.evidence import InjectionSource
from themis.domain.verdict import Outcome
from themis.rewards.models import Status as MeasuringStatus


class Promise(Schema):
    """The floor as it was promised: what passes, passes with this precision."""

    floor: float
    alpha: float
    threshold: float = Field(description="a run passes from this score on; below it is undecided")
    score: float | None = Field(description="of this verdict; null: undecided")
    said: Outcome = Field(description="the verdict's own outcome, before the floor")
    coverage: float = Field(description="share of the labelled runs that pass")
    n_labels: int
    measurement: int = Field(description="pin it: measurement=ID")
    measured_at: str
    platform: str | None = Field(description="null: of all platforms together")


class Calibrated(Schema):
    """How often runs with such a score truly passed."""

    probability: float
    n_labels: int
    n_tasks: int
    brier: float = Field(description="on tasks the curve was not fitted to")
    measurement: int
    platform: str | None


class Interval(Schema):
    """A rate and its 95 % interval."""

    value: float
    low: float
    high: float


class Corrected(Schema):
    """The reward without the judge's bias. It may be below 0 or above 1."""

    value: float | None = Field(description="null where it is refused; reason says why")
    reason: str | None
    fpr: Interval | None = Field(description="failed runs that the judge passes")
    fnr: Interval | None = Field(description="passed runs that the judge fails")
    measurement: int
    platform: str | None


class Instruction(Schema):
    """Recorded words that try to instruct whoever judges. Reported, never followed."""

    source: InjectionSource = Field(description="whose words: a screen's, the agent's, ...")
    quote: str
    found_by: str
    steps: list[int] = Field(description="where they stand, from 0")
    screens: list[int] = Field(description="where they stand, from 0")


class Reward(Schema):
    """The reward of a trajectory's newest verdict."""

    trajectory: str
    outcome: Outcome = Field(description="with a floor: passed, or undecided below it")
    reward: float | None = Field(
        description="1.0 passed, 0.0 failed, null undecided: never train on null"
    )
    confidence: float = Field(description="0 to 1: how sure the critic is of its outcome")
    critic: str
    critic_version: str
    model: str | None = Field(description="the model that was asked; null for a critic without one")
    verdict: int
    evidence: str = Field(description="address of the page that shows the evidence chain")
    injections: list[Instruction] = Field(
        description="words in the run that address the judge, at most 20: look before you train"
    )
    promise: Promise | None = Field(None, description="where a floor was asked for")
    calibrated: Calibrated | None = Field(
        None, description="where the judge was measured on labels enough"
    )
    corrected: Corrected | None = Field(None, description="where the judge was measured")
    feedback: Feedback | None = Field(None, description="of the verdict, where dense was asked for")


class Provisional(Schema):
    """What a critic says of a run that still goes on. It pays nothing."""

    outcome: Outcome
    confidence: float
    n_steps: int | None = Field(description="how many steps it saw")
    critic: str
    critic_version: str
    verdict: int
    evidence: str


class Pending(Schema):
    """There is no verdict yet. Ask again after Retry-After seconds."""

    trajectory: str
    status: Literal["waiting", "running", "open"] = Field(
        description="open: the run still goes on, and closing it is what is waited for"
    )
    critic: str | None = Field(description="null: the default critic, chosen when it starts")
    evidence: str
    provisional: Provisional | None = Field(
        None, description="of an open run, where one was judged: never train on it"
    )


class Item(Schema):
    """One recording of an upload: kept, refused with the reason, or passed over as none."""

    source: str
    trajectory: str | None = Field(description="its id; null when nothing was kept")
    is_new: bool = Field(description="false: the same recording was there already")
    error: str | None = Field(description="why it was not kept, and what to do")
    passed_over: bool = Field(description="true: no recording, but something about some")
    warnings: list[str]


class Stored(Schema):
    """What became of what was sent: `items` for files, the rest for one JSON trajectory."""

    trajectory: str | None = None
    state: Literal["open", "closed"] | None = None
    is_new: bool | None = None
    n_steps: int | None = None
    n_screens: int | None = None
    warnings: list[str] | None = None
    url: str | None = Field(None, description="where GET tells of it")
    reward: str | None = Field(None, description="where the reward will be")
    items: list[Item] | None = None


class Standing(Schema):
    """How far an open run has come."""

    trajectory: str
    state: Literal["open", "closed"]
    n_steps: int = Field(description="the `at` of the next step")
    n_screens: int = Field(description="the position of the next screen")


class Closed(Standing):
    """A run that has ended, and the run that judges it."""

    run: int | None = Field(description="null: it is not judged")
    url: str
    reward: str


class Told(Standing):
    """One trajectory, without its steps."""

    format: str
    platform: str
    instruction: str
    n_actions: int
    label: str | None
    warnings: list[str]
    created_at: str
    url: str
    reward: str
    evidence: str


class Problem(Schema):
    """Why there is no answer, and what to do about it."""

    code: str
    error: str
    field: str | None = None
    evidence: str | None = None


class NotPromised(Problem):
    """A floor that is not promised, a judge that was never measured, or another one's measurement.

    There is no reward in it, on purpose.
    """

    floor: float | None = None
    alpha: float | None = None
    labels_needed: int | None = Field(
        None, description="labelled runs that would do, were the precision to stay; null: none"
    )
    n_labels: int | None = None
    measurement: int | None = None
    platform: str | None = None


class Misplaced(Problem):
    """A step or an ending that does not fit the run as it stands."""

    state: Literal["open", "closed"]
    n_steps: int = Field(description="how many steps are there: go on from here")
    n_screens: int


class Unusable(Problem):
    """Nothing of an upload could be kept."""

    items: list[Item] | None = None


class Submitted(Schema):
    """A trajectory that waits to be judged, or is being judged already."""

    trajectory: str
    run: int
    status: str
    reward: str = Field(description="where the reward will be")


class AskedToMeasure(Schema):
    """Work on measurements: how far it is, and what came of it."""

    measuring: int
    status: MeasuringStatus
    critic: str | None = Field(description="null: every critic with verdicts on labelled runs")
    done: int = Field(description="stages that are done")
    total: int | None = Field(description="stages; null until they are counted")
    now: str = Field(description="what it is at")
    error: str | None = Field(description="why it broke")
    measurements: list[int]
    url: str


class Measured(Schema):
    """What one judge, or several together, were worth on labels at one time. It never changes."""

    measurement: int
    name: str
    critic: str | None = Field(description="null: several together, or of a table brought in")
    critic_version: str | None
    settings_hash: str | None
    model: str | None
    judges: list[str]
    source: str | None = Field(description="the table brought in; null: the team's own labels")
    platform: str | None = Field(description="null: all")
    measured_at: str
    n_labels: int
    n_tasks: int
    digest: str = Field(description="of the labels and verdicts it was measured on")
    url: str
    page: str


class MeasuredWhole(Measured):
    """One measurement with its report."""

    report: dict[str, Any] = Field(description="a section of themis/trust/1: see docs/trust.md")


class MeasuredList(Schema):
    """Measurements, the newest first."""

    measurements: list[Measured]
