"""A run on which the machine and others have said unmistakable things, before a blind reviewer."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from tests import stories
from tests.reviews import scenes
from tests.web.routes import Values
from themis.accounts.models import Role, Team, User
from themis.domain.opinion import Opinion, Ruling
from themis.domain.verdict import ErrorClass, Finding, Outcome
from themis.pipeline import flow
from themis.reviews.models import Comment, Hold, Override, Queue, QueueItem
from themis.trajectories.models import Trajectory
from themis.uploads import services as uploads
from themis.uploads.services import Announced
from themis.verdicts import services as verdicts
from themis.verdicts.models import Turn, Verdict
from themis.web import pictures

_PLACES = (
    *("reason", "feedback", "why", "claim", "quote", "objection", "judgement"),  # of a verdict
    *("reply", "parsed", "model"),  # of a turn
    *("text", "note", "goal", "phrase", "class"),  # of another's decision
    *("comment", "override", "before"),
)
SAID = tuple(f"zx{place}qj" for place in _PLACES)
"""What the machine and others said, a word for each place; `word` gives one."""
CONFIDENCES = ("0.8731", "87 %", "0.6413", "64 %")
SHOWN = ('data-state="achieved"', 'data-state="missed"', 'data-state="unclear"')
TOLD = (*SAID, *CONFIDENCES, *SHOWN)


def word(place: str) -> str:
    """The word that stands in one place and nowhere else."""
    found = f"zx{place}qj"
    assert found in SAID
    return found


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Everything there is to give away."""

    trajectory: Trajectory
    verdict: Verdict
    turn: Turn
    queue: Queue
    item: QueueItem
    hold: Hold
    others: User
    blind: User

    @property
    def values(self) -> Values:
        """What to fill in for the parameters of addresses."""
        rows = (self.verdict, self.turn, self.queue, self.item, self.hold, self.others, self.blind)
        numbers = {row.pk for row in rows} | {
            row.pk for model in (Comment, Override) for row in model.objects.all()
        }
        numbers |= set(self.item.decisions.values_list("pk", flat=True))
        upload = uploads.announce(
            team=self.queue.team,
            by=self.blind,
            files=[Announced(name="a.json", size=9)],
            at=stories.NOW,
        )
        signatures = [
            pictures.address_of(self.trajectory, 0, kind).rstrip("/").rsplit("/", 1)[1]
            for kind in (pictures.SCREEN, pictures.THUMBNAIL)
        ]
        run = [self.trajectory.pk]
        return {
            "int": sorted(numbers),
            "slug": [*run, upload.pk, self.verdict.critic],
            "str": [*run, "csv", "json", self.blind.username, self.others.username],
            "path": run,
            "uuid": ["00000000-0000-0000-0000-000000000000"],
            "trajectory_id": run,
            "signature": signatures,
            "kind": ["csv", "json", "png"],
            "number": [1, 2],
            "position": [0, 2],
        }

    @property
    def query(self) -> str:
        """What addresses may ask after their question mark."""
        decision = self.item.decisions.get()
        both = f"verdict-{self.verdict.pk},decision-{decision.pk}"
        return f"?verdict={self.verdict.pk}&item={self.item.pk}&with={both}&step=2&tab=turns"


def scene(team: Team, *, role: Role) -> Scene:
    """The run, all that was said of it, and somebody who holds it to decide on it blind."""
    trajectory = stories.stored(team)
    verdict = _judged(trajectory)
    queue = scenes.queue(team, reviewers=3)
    item = scenes.item(queue, trajectory, verdict=verdict)
    other, blind = scenes.person(team, "bea"), scenes.person(team, "ann", role)
    scenes.decided(item, other, _said_by_another())
    _talked_about(team, item, other)
    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    run.verdict, run.status = verdict, "given"
    run.save()
    return Scene(
        trajectory=trajectory,
        verdict=verdict,
        turn=Turn.objects.filter(verdict=verdict).get(),
        queue=queue,
        item=item,
        hold=scenes.held(item, blind),
        others=other,
        blind=blind,
    )


def _judged(trajectory: Trajectory) -> Verdict:
    (plain,) = stories.chain()
    (stone,), (check,), (objection,) = plain.milestones, plain.verifications, plain.objections
    (evidence,) = check.evidence
    evidence = dataclasses.replace(evidence, claim=word("claim"), quote=word("quote"))
    rounds = (
        dataclasses.replace(
            plain,
            milestones=(dataclasses.replace(stone, why=word("why")),),
            verifications=(
                dataclasses.replace(check, feedback=word("feedback"), evidence=(evidence,)),
            ),
            objections=(dataclasses.replace(objection, text=word("objection")),),
        ),
    )
    bench = dataclasses.replace(stories.BENCH, model=word("model"))
    verdict = verdicts.open_verdict(trajectory=trajectory, bench=bench, at=stories.NOW)
    turn = stories.turn(reply=word("reply"), parsed={"said": word("parsed")})
    verdicts.record_turn(verdict=verdict, turn=turn, seconds=1.0, at=stories.NOW)
    finding = Finding(
        outcome=Outcome.FAILED,
        confidence=0.8731,
        reason=word("reason"),
        rounds=rounds,
        evidence=(dataclasses.replace(evidence, claim=word("judgement")),),
        error_class=ErrorClass(next(iter(ErrorClass))),
    )
    verdicts.give(verdict=verdict, finding=finding, seconds=3.0, at=stories.NOW)
    verdict.refresh_from_db()
    return verdict


def _said_by_another() -> Opinion:
    plain = scenes.opinion(Ruling.FAILED, word("text"))
    first, own = plain.answers
    quote = dataclasses.replace(first.quotes[0], text=word("phrase"))
    return dataclasses.replace(
        plain,
        confidence=0.6413,
        own_class=word("class"),
        answers=(
            dataclasses.replace(first, note=word("note"), quotes=(quote,)),
            dataclasses.replace(own, goal=word("goal")),
        ),
    )


def _talked_about(team: Team, item: QueueItem, by: User) -> None:
    Comment.objects.create(
        team=team,
        trajectory=item.trajectory,
        item=item,
        author=by,
        at=stories.NOW,
        text=word("comment"),
        step=1,
    )
    Override.objects.create(
        item=item,
        by=by,
        at=stories.NOW,
        why=word("override"),
        before={"state": "decided", "ruling": word("before"), "decision": None},
        after={"state": "open", "ruling": "", "decision": None},
    )
