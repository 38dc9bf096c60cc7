"""Which people are told of what happens in the review room, by notices.

`commented` and `edited` are called in the transaction of the deed, and webhooks hear of words by
them; the others follow, after the commit, from what the stage of reviews signals (`listening`).
Nothing here tells somebody who is blind to a run what others say of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from yarl import URL

from themis.accounts.models import Membership, Right, Role, Team, User
from themis.domain.jsontypes import Json
from themis.notices import services as notices
from themis.notices.models import Event, Kind, Webhook
from themis.notices.services import News
from themis.pipeline import broadcast, progress, review_events
from themis.reviews import blindness, earshot
from themis.reviews.models import (
    Comment,
    Decision,
    Hold,
    Override,
    Queue,
    QueueItem,
    Ruling,
)
from themis.trajectories.models import Trajectory

NAME = 80  # characters of a run's instruction within a sentence
WORDS = 140  # of a comment
UNSEEN = "Somebody mentioned you on an item that you have yet to decide."
ELSEWHERE = "Somebody mentioned you on a run that is not before you."


def disputed(item: QueueItem) -> None:
    """Those who were asked about an item do not agree: adjudicators are told."""
    item = _item(item.pk)
    href = f"/review/items/{item.pk}/settling/"
    text = f"Reviewers disagree on “{_title(item.trajectory)}” in {item.queue.name}."
    news = News(kind=Kind.DISPUTE, text=text, href=href)
    who = _seeing(_with_right(item.queue.team, Right.ADJUDICATE), item.trajectory)
    _tell(item.queue.team, who, news, by=None)


def flagged(item: QueueItem, by: User) -> None:
    """A reviewer asked for a second opinion: adjudicators are told."""
    item = _item(item.pk)
    hold = Hold.objects.filter(item=item, user=by).first()
    text = f"A second opinion is asked for on “{_title(item.trajectory)}”"
    text += f": {hold.reason}" if hold is not None and hold.reason else "."
    news = News(kind=Kind.FLAG, text=text, href=f"/review/items/{item.pk}/settling/")
    who = _seeing(_with_right(item.queue.team, Right.ADJUDICATE), item.trajectory)
    _tell(item.queue.team, who, news, by=by)


def settled(override: Override) -> None:
    """An adjudicator ruled: who had decided otherwise is told."""
    item = _item(override.item_id)
    after = override.after.get("ruling") or ""
    others = Decision.objects.filter(item=item, is_current=True, is_final=False)
    for decision in others.exclude(ruling=after).select_related("user"):
        if decision.user is not None and after:
            _tell_overridden(decision.user, decision.ruling, override, item)


def queue_opened(queue: Queue) -> None:
    """A queue is open: those who were appointed to it are told."""
    if not queue.is_named:
        return
    due = f", due {queue.due_at:%-d %b %Y}" if queue.due_at else ""
    text = f"{queue.name} is open for you: {_count(queue.n_items, 'run')}{due}."
    news = News(kind=Kind.QUEUE, text=text, href=f"/review/queues/{queue.pk}/work/")
    seated = User.objects.filter(seats__queue=queue, seats__left_at=None)
    _tell(queue.team, seated, news, by=queue.created_by)


def queue_done(queue: Queue) -> None:
    """Every item of a queue is decided or settled: those who manage are told."""
    runs, decisions = _count(queue.n_items, "run"), _count(queue.n_decisions, "decision")
    text = f"{queue.name} is finished: {runs}, {decisions}."
    news = News(kind=Kind.QUEUE_DONE, text=text, href=f"/review/queues/{queue.pk}/")
    _tell(queue.team, _with_right(queue.team, Right.MANAGE), news, by=None)


def endpoint_disabled(webhook: Webhook) -> None:
    """A webhook was turned off: those who set it up are told, and the team's other webhooks."""
    host = URL(webhook.url).raw_host or "of an address that cannot be read"
    href = f"/settings/webhooks/{webhook.pk}/"
    text = f"The webhook to {host} was turned off. {webhook.off_cause}"
    news = News(kind=Kind.HOOK_OFF, text=text, href=href)
    _tell(webhook.team, _with_right(webhook.team, Right.CONFIGURE), news, by=None)
    data: dict[str, Json] = {
        "webhook": webhook.pk,
        "host": host,
        "cause": webhook.off_cause,
        **broadcast.links(href),
    }
    broadcast.announce(webhook.team, Event.HOOK_OFF, [data])


def commented(comment: Comment) -> None:
    """Words were said: who is named, who spoke or decided here before, and open pages are told."""
    named = list(comment.mentions.all())
    _tell_named(comment, named)
    called = {user.pk for user in named}
    for user in earshot.involved(comment.trajectory):
        if user.pk not in called and earshot.hears_others(user, comment.trajectory):
            _tell(comment.team, [user], _news(comment, user, Kind.COMMENT), by=comment.author)
    review_events.commented(comment)
    refreshed(comment)


def edited(comment: Comment, newly: list[User]) -> None:
    """Words were changed: who is named only now is told, and open pages are."""
    _tell_named(comment, newly)
    refreshed(comment)


def refreshed(comment: Comment) -> None:
    """Open pages look at the talk again."""
    trajectory_id = comment.trajectory_id
    transaction.on_commit(lambda: progress.tell_talk_now(trajectory_id))


def read(user: User) -> None:
    """Somebody has read notices: their other pages show it."""
    user_id = user.pk
    transaction.on_commit(lambda: progress.tell_people_now([user_id]))


def _tell_named(comment: Comment, named: list[User]) -> None:
    for user in named:
        _tell(comment.team, [user], _mention(comment, user), by=comment.author)
    if named:
        review_events.mentioned(comment, named)


def _mention(comment: Comment, user: User) -> News:
    """What a mention says; to the blind, no more than that there is one."""
    trajectory = comment.trajectory
    if earshot.hears_others(user, trajectory):
        return _news(comment, user, Kind.MENTION)
    item = earshot.item_before(user, trajectory)
    text, href = (UNSEEN, _room(item)) if item else (ELSEWHERE, "/review/")
    return News(kind=Kind.MENTION, text=text, href=href)


def _news(comment: Comment, user: User, kind: Kind) -> News:
    did = "mentioned you on" if kind == Kind.MENTION else "commented on"
    words = notices.bounded(comment.text, WORDS)
    text = f"{_name(comment.author)} {did} “{_title(comment.trajectory)}”: {words}"
    return News(kind=kind, text=text, href=_where(comment, user))


def _where(comment: Comment, user: User) -> str:
    """The page on which this person can read a comment."""
    if Right.SEE not in _rights(user, comment.team):
        item = earshot.item_before(user, comment.trajectory)
        return _room(item) if item else "/review/"
    step = "" if comment.step is None else f"&step={comment.step + 1}"
    return f"/trajectories/{comment.trajectory_id}/?tab=comments{step}#comment-{comment.pk}"


def _room(item: QueueItem) -> str:
    return f"/review/queues/{item.queue_id}/work/?item={item.pk}"


def _tell_overridden(user: User, ruling: str, override: Override, item: QueueItem) -> None:
    href = _room(item) if Right.SEE not in _rights(user, item.queue.team) else ""
    text = "An item that you had decided was settled."
    if not blindness.is_blind_to(user, item.trajectory):
        said, now = Ruling(ruling).label, Ruling(override.after["ruling"]).label
        text = f"“{_title(item.trajectory)}” was settled as {now}; you had said {said}."
    news = News(kind=Kind.OVERRIDE, text=text, href=href or f"/review/items/{item.pk}/settling/")
    _tell(item.queue.team, [user], news, by=override.by)


def _tell(team: Team, users: Iterable[User], news: News, *, by: User | None) -> None:
    at = timezone.now()
    told = [user.pk for user in users if _told(team, user, news, by, at)]
    if told:
        transaction.on_commit(lambda: progress.tell_people_now(told))


def _told(team: Team, user: User, news: News, by: User | None, at: datetime) -> bool:
    return notices.tell(team=team, user=user, news=news, by=by, at=at) is not None


def _seeing(users: Iterable[User], trajectory: Trajectory) -> list[User]:
    return [user for user in users if not blindness.is_blind_to(user, trajectory)]


def _with_right(team: Team, right: Right) -> list[User]:
    roles = [role for role in Role if right in role.rights]
    members = Membership.objects.filter(team=team, role__in=roles).select_related("user")
    return [member.user for member in members]


def _rights(user: User, team: Team) -> frozenset[Right]:
    member = Membership.objects.filter(team=team, user=user).first()
    return member.rights if member else frozenset()


def _item(pk: int) -> QueueItem:
    rows = QueueItem.objects.select_related("queue__team", "trajectory__team")
    return rows.defer("trajectory__payload").get(pk=pk)


def _name(user: User | None) -> str:
    return user.get_username() if user else "somebody"


def _title(trajectory: Trajectory) -> str:
    return notices.bounded(trajectory.instruction, NAME)


def _count(n: int, word: str) -> str:
    return f"{n:,} {word}" if n == 1 else f"{n:,} {word}s"
