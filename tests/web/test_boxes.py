"""The elements of one step, as the page draws them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from themis.domain.trajectory import Platform, Screen, Step
from themis.domain.trajectory import Trajectory as Run
from themis.trajectories.models import Trajectory
from themis.web.boxes import boxes_of

SAVE = 'button "Save" bid="7" bounds="10,20,50,20"\nslider "Volume" value="3"'
RUN = Run(
    instruction="Save it",
    platform=Platform.WEB,
    screens=tuple(
        Screen(digest=letter * 64, width=200, height=100, media_type="image/png") for letter in "ab"
    ),
    steps=(Step(before=0, after=1, before_ui=SAVE), Step(before=1)),
)


def test_an_element_is_its_place_role_words_and_id() -> None:
    side = boxes_of(RUN, 1)["before"]
    assert side == {
        "note": "",
        "elements": [
            [10.0, 20.0, 50.0, 20.0, "button", "Save", "7"],
            [None, None, None, None, "slider", "Volume = 3", ""],
        ],
    }


def test_a_side_without_a_tree_says_so() -> None:
    assert boxes_of(RUN, 1)["after"] == {
        "note": "No UI tree was recorded after this step.",
        "elements": [],
    }


def test_a_tree_without_places_says_so() -> None:
    run = replace(RUN, steps=(Step(before=0, before_ui="[7] button 'Save'"),))
    side = boxes_of(run, 1)["before"]
    assert isinstance(side, dict)
    assert "names no places" in str(side["note"])
    assert side["elements"]


def test_the_tree_of_the_next_step_is_taken_only_if_it_is_of_the_same_picture() -> None:
    following = Step(before=1, before_ui=SAVE)
    same = boxes_of(replace(RUN, steps=(RUN.steps[0], following)), 1)["after"]
    assert isinstance(same, dict)
    assert same["note"] == ""
    other = boxes_of(replace(RUN, steps=(RUN.steps[0], replace(following, before=0))), 1)["after"]
    assert isinstance(other, dict)
    assert other["elements"] == []


@pytest.mark.django_db
def test_boxes_are_served_to_the_team_alone(
    as_mate: Client, as_stranger: Client, trajectory: Trajectory
) -> None:
    address = reverse("trajectories:boxes", args=[trajectory.pk, 1])
    told = as_mate.get(address).json()
    assert told["before"]["elements"] == [[None, None, None, None, "textbox", "Title = 0", ""]]
    assert as_stranger.get(address).status_code == 404
    for number in (0, 99):
        outside = reverse("trajectories:boxes", args=[trajectory.pk, number])
        assert as_mate.get(outside).status_code == 404
