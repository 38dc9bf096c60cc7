"""What programs are told of the review room, by webhook.

All of it is put down in the transaction of what it tells of: who is killed loses both or neither.
"""

from __future__ import annotations

from themis.accounts.models import User
from themis.domain import opinion, verdict
from themis.domain.jsontypes import Json
from themis.notices import announcing
from themis.notices import services as notices
from themis.notices.models import Event
from themis.pipeline.broadcast import NAME, announce, links
from themis.reviews.models import Comment, Decision, ItemState, Override, Queue, QueueItem
from themis.trajectories.models import Trajectory
from themis.verdicts.models import CHAIN, Verdict
from themis.verdicts.models import Status as VerdictStatus


def submitted(decision: Decision) -> None:
    """Somebody submitted a decision, or put another in the place of their own."""
    told: dict[str, Json] = {
        "by": _name(decision.user),
        "ruling": decision.ruling,
        "outcome": opinion.Ruling(decision.ruling).outcome.value,
        "confidence": decision.confidence,
        "error_class": decision.error_class or decision.own_class,
        "failing_step": None if decision.failing_step is None else decision.failing_step + 1,
    }
    _announce_item(decision.item, Event.DECISION, _stands(decision.item) | told)


def disputed(item: QueueItem) -> None:
    """Those who were asked about an item do not agree."""
    _announce_item(item, Event.DISPUTE, _stands(item))


def decided(item: QueueItem, before: str, by: User) -> None:
    """All who were asked about an item agree; `before` is the ruling that stood until now."""
    _reviewed(item, by)
    _amended(item, before, item.ruling, by)


def overridden(override: Override) -> None:
    """An adjudicator ruled, ruled otherwise, or took a ruling back."""
    item = override.item
    before, after = (str(side.get("ruling") or "") for side in (override.before, override.after))
    told: dict[str, Json] = {"why": override.why, "before": before, "after": after}
    _announce_item(item, Event.SETTLED, _stands(item) | {"by": _name(override.by), **told})
    if override.after.get("state") in (ItemState.RESOLVED, ItemState.DECIDED):
        _reviewed(item, override.by)
    _amended(item, before, after, override.by)


def finished(queue: Queue) -> None:
    """Every item of a queue is decided or settled."""
    told: dict[str, Json] = {
        "queue": queue.pk,
        "name": queue.name,
        "items": queue.n_items,
        "decisions": queue.n_decisions,
        **links(f"/review/queues/{queue.pk}/"),
    }
    announce(queue.team, Event.QUEUE_DONE, [told])


def commented(comment: Comment) -> None:
    """Words were said of a run."""
    announce(comment.team, Event.COMMENT, [_of_comment(comment)])


def mentioned(comment: Comment, named: list[User]) -> None:
    """People were named in words of a run."""
    who: list[Json] = [user.username for user in named]
    announce(comment.team, Event.MENTION, [_of_comment(comment) | {"mentions": who}])


def _reviewed(item: QueueItem, by: User | None) -> None:
    outcome = opinion.Ruling(item.ruling).outcome
    told: dict[str, Json] = {
        "ruling": item.ruling,
        "outcome": outcome.value,
        "reward": outcome.reward,
        "state": item.state,
        "by": _name(by),
    }
    _announce_item(item, Event.REVIEWED, told)


def _amended(item: QueueItem, before: str, after: str, by: User | None) -> None:
    """Told where the outcome that stands is another one: a ruling's, or else the verdict's."""
    if not announcing.wanting(item.queue.team, Event.AMENDED):
        return
    whole = Verdict.objects.filter(
        trajectory=item.trajectory_id, status=VerdictStatus.GIVEN, provisional=False
    )
    given = whole.defer(*CHAIN).order_by("-closed_at", "-pk").first()
    stood, stands = _outcome(before, given), _outcome(after, given)
    if stood is None or stands is None or stood == stands:
        return
    told: dict[str, Json] = {
        "verdict": given.pk if given else None,
        "before": stood.value,
        "after": stands.value,
        "reward": stands.reward,
        "by": _name(by),
    }
    announce(item.queue.team, Event.AMENDED, [_of_item(item) | told])


def _outcome(ruling: str, given: Verdict | None) -> verdict.Outcome | None:
    if ruling:
        return opinion.Ruling(ruling).outcome
    return verdict.Outcome(given.outcome) if given and given.outcome else None


def _announce_item(item: QueueItem, event: Event, told: dict[str, Json]) -> None:
    if announcing.wanting(item.queue.team, event):
        announce(item.queue.team, event, [_of_item(item) | told])


def _stands(item: QueueItem) -> dict[str, Json]:
    return {"state": item.state, "final_ruling": item.ruling}


def _of_item(item: QueueItem) -> dict[str, Json]:
    instruction = Trajectory.objects.values_list("instruction", flat=True).get(
        pk=item.trajectory_id
    )
    return {
        "trajectory": item.trajectory_id,
        "instruction": notices.bounded(instruction, NAME),
        "queue": item.queue_id,
        "queue_name": item.queue.name,
        "item": item.pk,
        **links(f"/review/items/{item.pk}/settling/"),
    }


def _name(user: User | None) -> str:
    return user.get_username() if user else "somebody"


def _of_comment(comment: Comment) -> dict[str, Json]:
    trajectory = comment.trajectory
    return {
        "comment": comment.pk,
        "trajectory": trajectory.pk,
        "instruction": notices.bounded(trajectory.instruction, NAME),
        "by": _name(comment.author),
        "text": comment.text,
        "step": None if comment.step is None else comment.step + 1,
        **links(f"/trajectories/{trajectory.pk}/?tab=comments#comment-{comment.pk}"),
    }
