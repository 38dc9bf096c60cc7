"""Comments: kept once, bounded, in their place, and changed by their authors alone."""

from __future__ import annotations

import pytest

from tests import stories
from themis.accounts import services as accounts
from themis.accounts.models import Role, Team, User
from themis.domain.errors import UnfitComment
from themis.domain.jsontypes import Json
from themis.reviews import mentions, talking
from themis.reviews.models import Comment
from themis.reviews.talking import Place, Said
from themis.trajectories.models import Trajectory


def say(trajectory: Trajectory, by: User, text: str = "Look here", **how: object) -> Comment:
    said = Said(text=text, **how)  # type: ignore[arg-type]
    return talking.comment(trajectory=trajectory, by=by, said=said, at=stories.NOW)


def region(**changes: float) -> Json:
    box: dict[str, Json] = {"x": 1, "y": 2, "width": 30, "height": 20, **changes}
    screen = box.pop("screen", 0)
    return {"screen": screen, "box": box}


def test_a_comment_sent_twice_is_kept_once(trajectory: Trajectory, mate: User, owner: User) -> None:
    first = say(trajectory, mate, key="k1")
    assert say(trajectory, mate, "another text", key="k1").pk == first.pk
    assert say(trajectory, owner, key="k1").pk != first.pk
    assert say(trajectory, mate).pk != say(trajectory, mate).pk


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("  \n ", Place(), "Say something"),
        ("x" * 4001, Place(), "at most 4,000"),
        ("x", Place(step=3), "no step 4"),
        ("x", Place(step=-1), "no step 0"),
        ("x", Place(region=region(x=50)), "does not lie on the screen"),
        ("x", Place(region=region(y=-1)), "does not lie on the screen"),
        ("x", Place(region=region(width=0)), "does not lie on the screen"),
        ("x", Place(region=region(screen=9)), "not recorded"),
        ("x", Place(region=region(screen=-1)), "not recorded"),
        ("x", Place(region=["x"]), "expected an object"),
        ("x", Place(region={"screen": 0}), "box: missing"),
        ("x", Place(turn=1), "no such turn"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    trajectory: Trajectory, mate: User, text: str, place: Place, why: str
) -> None:
    with pytest.raises(UnfitComment, match=why):
        say(trajectory, mate, text, place=place)
    assert not Comment.objects.exists()


def test_a_comment_stands_by_a_region_of_a_step(trajectory: Trajectory, mate: User) -> None:
    row = say(trajectory, mate, "a\0b", place=Place(step=2, region=region()))
    row.refresh_from_db()
    assert (row.step, row.text) == (2, "a\N{REPLACEMENT CHARACTER}b")
    assert row.region == {
        "screen": 0,
        "box": {"x": 1.0, "y": 2.0, "width": 30.0, "height": 20.0},
    }


def test_a_comment_stands_by_a_critics_turn(trajectory: Trajectory, mate: User) -> None:
    turn = stories.given(trajectory).turns.get()
    assert say(trajectory, mate, place=Place(turn=turn.pk)).turn == turn
    other = stories.stored(trajectory.team, instruction="Another")
    with pytest.raises(UnfitComment, match="no such turn"):
        say(other, mate, place=Place(turn=turn.pk))


def test_only_authors_change_and_take_back(trajectory: Trajectory, mate: User, owner: User) -> None:
    row = say(trajectory, mate)
    with pytest.raises(UnfitComment, match="somebody else"):
        talking.edit(comment=row, by=owner, text="no", at=stories.NOW)
    with pytest.raises(UnfitComment, match="somebody else"):
        talking.delete(comment=row, by=owner)
    assert talking.edit(comment=row, by=mate, text="hello @owner", at=stories.NOW) == [owner]
    assert talking.edit(comment=row, by=mate, text="bye @owner", at=stories.NOW) == []
    row.refresh_from_db()
    assert (row.text, row.edited_at) == ("bye @owner", stories.NOW)
    talking.delete(comment=row, by=mate)
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@ann look", ["ann"]),
        ("(@ANN), @ann.lee.", ["ann", "ann.lee"]),
        ("ask @ann.", ["ann"]),
        ("me@ann.org and @@ann", []),
        ("@anne @stranger @nobody", []),
        ("@ann @ann", ["ann"]),
        ("@" + "x" * 500, []),
    ],
)
def test_who_is_named(team: Team, stranger: User, text: str, named: list[str]) -> None:
    for name in ("ann", "ann.lee"):
        accounts.enrol(username=name, password="pass-of-them", team=team, role=Role.ANNOTATOR)
    assert [user.username for user in mentions.people(text, team)] == named
