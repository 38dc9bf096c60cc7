"""Which screens are shown under a budget: changes, the last one, never more than it allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from tests.critic.cases import trajectory
from themis.critic.examination.frames import Frame, frames_of
from themis.critic.themis.screens import Choice, Chooser, scaled_to

SIZE = (1000, 800)


def cost(width: int, height: int) -> int:
    return width * height // 1000 + 2


@dataclass
class Numbers:
    """Screens that are numbers: two differ by the share in which the numbers do."""

    values: Sequence[float]
    sizes: Sequence[tuple[int, int]] = ()
    looked: list[int] = field(default_factory=list)

    def size(self, position: int) -> tuple[int, int]:
        return self.sizes[position] if self.sizes else SIZE

    def n_bytes(self, position: int) -> int:
        return 1000

    def distance(self, one: int, other: int) -> float:
        self.looked += [one, other]
        return abs(self.values[one] - self.values[other])


def frames(n: int) -> tuple[Frame, ...]:
    return tuple(Frame(position=at, digest=f"{at:064d}", since=at, until=at) for at in range(n))


def chosen(
    values: Sequence[float], *, budget: int = 10_000, most: int = 20, compares: bool = True
) -> Choice:
    chooser = Chooser(
        looking=Numbers(values), cost=cost, budget=budget, most=most, compares=compares
    )
    return chooser.choose(frames(len(values)))


def numbers(found: Sequence[Frame]) -> list[int]:
    return [frame.position for frame in found]


def test_a_screen_that_the_next_one_repeats_is_left_out_and_named() -> None:
    choice = chosen([0.1, 0.1, 0.5, 0.9, 0.9])
    assert numbers(choice.shown) == [1, 2, 4]
    assert numbers(choice.alike) == [0, 3]
    assert choice.left_out == ()


def test_what_changes_little_is_kept_while_there_is_room() -> None:
    assert numbers(chosen([0.1, 0.1001, 0.1002]).shown) == [0, 1, 2]


def test_without_room_goes_first_what_the_next_screen_shows_best() -> None:
    # Typing into a form, sending it, another page: the filled form and the pages stay.
    choice = chosen([0.0, 0.01, 0.02, 0.03, 0.8, 0.3], budget=3 * cost(*SIZE))
    assert numbers(choice.shown) == [3, 4, 5]
    assert numbers(choice.left_out) == [0, 1, 2]


def test_the_number_of_pictures_is_a_bound_of_its_own() -> None:
    assert len(chosen([n / 9 for n in range(9)], most=4).shown) == 4


def test_without_comparing_nothing_is_decoded_and_room_is_made_evenly() -> None:
    looking = Numbers([n / 9 for n in range(9)])
    chooser = Chooser(looking=looking, cost=cost, budget=3 * cost(*SIZE), most=20, compares=False)
    choice = chooser.choose(frames(9))
    assert numbers(choice.shown) == [0, 4, 8]
    assert looking.looked == []


def test_files_of_very_different_sizes_are_not_decoded_to_be_compared() -> None:
    class Sized(Numbers):
        def n_bytes(self, position: int) -> int:
            return 1000 * (position + 1)

    looking = Sized([0.5] * 4)
    choice = Chooser(looking=looking, cost=cost, budget=10_000, most=20).choose(frames(4))
    assert looking.looked == []
    assert len(choice.shown) == 4


def test_the_last_screen_alone_is_made_smaller_before_it_is_left_out() -> None:
    choice = chosen([0.1, 0.9], budget=300)
    assert numbers(choice.shown) == [1]
    assert choice.size is not None
    assert cost(*choice.size) == choice.tokens <= 300
    assert abs(choice.size[0] / choice.size[1] - 1.25) < 0.01
    assert chosen([0.1, 0.9], budget=2).shown == ()


def test_without_a_budget_nothing_is_looked_at() -> None:
    choice = chosen([0.1, 0.9], budget=0)
    assert choice.shown == ()
    assert numbers(choice.left_out) == [0, 1]


def test_equal_pictures_count_once_and_stand_where_they_were_last() -> None:
    run = trajectory(4)
    digests = [run.screens[n].digest for n in (0, 1, 0)]
    seen = [Frame(position=n, digest=digest, since=n, until=n) for n, digest in enumerate(digests)]
    choice = Chooser(looking=Numbers([0.1, 0.9, 0.1]), cost=cost, budget=10_000, most=20).choose(
        seen
    )
    assert numbers(choice.shown) == [1, 2]
    assert choice.tokens == 2 * cost(*SIZE)


def test_of_a_huge_run_only_some_screens_are_ever_decoded() -> None:
    run = trajectory(5_000)
    looking = Numbers([n % 7 / 7 for n in range(5_001)])
    choice = Chooser(looking=looking, cost=cost, budget=16_000, most=20).choose(frames_of(run))
    assert len(set(looking.looked)) <= 100
    assert len(looking.looked) < 600
    assert choice.shown[-1].position == 5_000


def test_what_repeats_a_screen_that_is_left_out_is_left_out_too() -> None:
    choice = chosen([0.5, 0.5, 0.9, 0.1], budget=2 * cost(*SIZE))
    assert numbers(choice.shown) == [2, 3]
    assert numbers(choice.left_out) == [0, 1]
    assert choice.alike == ()


sizes = st.tuples(st.integers(1, 3_000), st.integers(1, 3_000))


@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.1, 0.9]), st.sampled_from([SIZE, (1080, 2400)])),
        min_size=1,
        max_size=40,
    ),
    st.integers(0, 20_000),
    st.integers(1, 12),
    st.booleans(),
)
def test_no_run_takes_more_than_its_budget_and_nothing_goes_missing(
    screens: list[tuple[float, tuple[int, int]]], budget: int, most: int, compares: bool
) -> None:
    looking = Numbers([value for value, _ in screens], [size for _, size in screens])
    chooser = Chooser(looking=looking, cost=cost, budget=budget, most=most, compares=compares)
    choice = chooser.choose(frames(len(screens)))

    tokens = [cost(*(choice.size or looking.size(each.position))) for each in choice.shown]
    assert sum(tokens) == choice.tokens <= budget
    assert len(choice.shown) <= most
    told = numbers(choice.shown) + numbers(choice.alike) + numbers(choice.left_out)
    assert sorted(told) == list(range(len(screens)))
    assert numbers(choice.shown) == sorted(numbers(choice.shown))
    if choice.shown:
        assert choice.shown[-1].position == len(screens) - 1
    for frame in choice.alike:
        later = next(each for each in choice.shown if each.position > frame.position)
        assert looking.values[later.position] == looking.values[frame.position]
    assert chooser.choose(frames(len(screens))) == choice


@given(sizes, st.integers(0, 9_000))
def test_a_scaled_picture_fits_and_is_as_large_as_it_may_be(
    size: tuple[int, int], budget: int
) -> None:
    found = scaled_to(size, budget, cost)
    if found is None:
        return
    assert cost(*found) <= budget
    assert found == size or cost(*size) > budget
