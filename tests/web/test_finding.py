"""Words searched through a run: in its UI trees at once, in its pictures once they were read."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from tests import stories
from themis.accounts.models import Team
from themis.critic.evidence_only import words
from themis.critic.evidence_only.words import Word
from themis.domain.action import Box
from themis.domain.trajectory import Platform, Screen, Step
from themis.domain.trajectory import Trajectory as Run
from themis.formats.contract import Picture
from themis.pipeline import tasks
from themis.trajectories import services, texts
from themis.trajectories.models import TextWish, Trajectory
from themis.web.finding import Found, find

SCREENS = tuple(
    Screen(digest=letter * 64, width=200, height=100, media_type="image/png") for letter in "abc"
)
EMPTY = 'button "Save" bounds="10,10,50,20"'
SAVED = 'status "Saved just now" bounds="10,80,90,10"'
RUN = Run(
    instruction="Save it",
    platform=Platform.WEB,
    screens=SCREENS,
    steps=(
        Step(before=0, after=1, before_ui=EMPTY, after_ui=SAVED),
        Step(before=1, after=2, before_ui=SAVED, after_ui=EMPTY),
    ),
)


def where(found: Found) -> list[tuple[int, str, bool]]:
    return [(hit.step, hit.view, hit.appears) for hit in found.hits]


def test_a_screen_is_found_where_it_is_first_shown_with_its_place() -> None:
    found = find(RUN, "saved JUST", {})
    assert where(found) == [(1, "after", True)]
    (hit,) = found.hits
    assert hit.boxes == (Box(x=10, y=80, width=90, height=10),)
    (snippet,) = hit.snippets
    assert (snippet.head, snippet.match, snippet.tail) == ("", "Saved just", " now")


def test_words_that_go_and_come_back_appear_twice() -> None:
    assert where(find(RUN, "save", {})) == [
        (1, "before", True),
        (1, "after", False),
        (2, "after", False),
    ]
    back = replace(RUN, steps=(*RUN.steps, Step(after_ui=SAVED)))
    assert where(find(back, "saved", {}))[-1] == (3, "after", True)


def test_words_of_pictures_are_found_across_a_line_with_one_box_around_them() -> None:
    line = tuple(
        Word(text=text, box=Box(x=x, y=5, width=18, height=10))
        for text, x in (("Note", 0), ("wasSaved", 20), ("today", 40))
    )
    (hit,) = find(RUN, "was saved tod", {"c" * 64: (line,)}).hits
    assert (hit.step, hit.view, hit.position) == (2, "after", 2)
    assert hit.boxes == (Box(x=20, y=5, width=38, height=10),)
    assert hit.snippets[0].source == "picture"


def test_what_tree_and_picture_both_say_is_said_once() -> None:
    line = tuple(
        Word(text=text, box=Box(x=x, y=80, width=20, height=10))
        for text, x in (("Saved", 10), ("just", 40), ("now", 70))
    )
    (hit,) = find(RUN, "saved", {"b" * 64: (line,)}).hits
    (snippet,) = hit.snippets
    assert snippet.source == "UI tree, picture"
    assert len(hit.boxes) == 2


@pytest.mark.parametrize("tree", ['{"text": "\\u00dcbernehmen"}', "<a text='&#220;bernehmen'/>"])
def test_letters_that_a_notation_spells_in_its_own_way_are_found(tree: str) -> None:
    run = replace(RUN, steps=(Step(before_ui=tree),))
    assert len(find(run, "übernehmen", {}).hits) == 1


def test_a_step_without_pictures_is_found_by_its_tree() -> None:
    run = replace(RUN, screens=(), steps=(Step(before_ui=EMPTY), Step(before_ui=SAVED)))
    (hit,) = find(run, "just now", {}).hits
    assert (hit.step, hit.position) == (2, None)


def test_more_trees_than_one_search_looks_through_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("themis.web.finding.MAX_LOOKED", len(EMPTY))
    found = find(RUN, "sav", {})
    assert found.trees_cut
    assert where(found) == [(1, "before", True)]


@pytest.mark.parametrize("query", ["", " ", "[", "\\", "%", "a" * 5_000, "\u202e"])
def test_odd_queries_find_nothing_and_break_nothing(query: str) -> None:
    assert find(RUN, query, {"b" * 64: ()}).hits == ()


def ask(client: Client, trajectory: Trajectory, query: str) -> str:
    response = client.get(reverse("trajectories:find", args=[trajectory.pk]), {"find": query})
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def wish(client: Client, trajectory: Trajectory, query: str) -> str:
    address = reverse("trajectories:find-reading", args=[trajectory.pk])
    response = client.post(address, {"find": query})
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.django_db
def test_looking_writes_nothing_and_a_wish_is_posted(
    as_mate: Client, trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "is_possible", lambda: True)
    assert 'hx-post="' in ask(as_mate, trajectory, "nowhere")
    assert not TextWish.objects.exists()
    assert (
        as_mate.get(reverse("trajectories:find-reading", args=[trajectory.pk])).status_code == 405
    )
    shown = wish(as_mate, trajectory, "nowhere")
    assert "Reading pictures: 0 of 4" in shown
    assert "Not found so far" in shown
    assert TextWish.objects.get().trajectory == trajectory


@pytest.mark.django_db
def test_progress_counts_distinct_pictures_that_were_read(
    as_mate: Client, trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "is_possible", lambda: True)
    wish(as_mate, trajectory, "x")
    digest = trajectory.screens.all()[0].digest
    texts.keep(digest=digest, lines=None, at=stories.NOW)
    assert "Reading pictures: 1 of 4" in ask(as_mate, trajectory, "nowhere")
    for screen in trajectory.screens.all():
        texts.keep(digest=screen.digest, lines=(), at=stories.NOW)
    shown = ask(as_mate, trajectory, "nowhere")
    assert "stands on no screen of this run" in shown
    assert "1 of 4 pictures could not be read" in shown
    assert "hx-trigger" not in shown


@pytest.mark.django_db
def test_without_the_program_ui_trees_alone_are_searched_and_that_is_said(
    as_mate: Client, trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "is_possible", lambda: False)
    shown = ask(as_mate, trajectory, "title")
    assert 'data-step="1"' in shown
    assert "tesseract is not installed" in shown
    wish(as_mate, trajectory, "title")
    assert not TextWish.objects.exists()


@pytest.mark.django_db
def test_another_team_finds_nothing_and_wishes_nothing(
    as_stranger: Client, trajectory: Trajectory
) -> None:
    assert as_stranger.get(reverse("trajectories:find", args=[trajectory.pk])).status_code == 404
    address = reverse("trajectories:find-reading", args=[trajectory.pk])
    assert as_stranger.post(address, {"find": "x"}).status_code == 404
    assert not TextWish.objects.exists()


@pytest.mark.django_db
def test_words_of_a_page_are_shown_as_words(as_mate: Client, team: Team) -> None:
    told = stories.recording()
    step = replace(told.trajectory.steps[0], before_ui='button "<img src=x onerror=alert(1)>"')
    row, _ = services.ingest(
        recording=replace(told, trajectory=replace(told.trajectory, steps=(step,))),
        source="hostile",
        team=team,
        by=None,
        at=stories.NOW,
    )
    shown = ask(as_mate, row, "<img")
    assert "<mark>&lt;img</mark> src=x onerror=alert(1)&gt;" in shown
    assert "<img" not in shown


def drawn(text: str) -> bytes:
    image = Image.new("RGB", (640, 200), "white")
    font = ImageFont.load_default(size=40)
    ImageDraw.Draw(image).text((300, 120), text, fill="black", font=font)
    out = io.BytesIO()
    image.save(out, format="PNG")
    return out.getvalue()


@pytest.mark.skipif(not words.is_possible(), reason="the tesseract program is not installed")
@pytest.mark.django_db
def test_what_stands_only_in_a_picture_is_found_where_it_stands(
    as_mate: Client, team: Team
) -> None:
    told = stories.recording(n_steps=1)
    shots = (
        Picture(name="0.png", content=stories.png()),
        Picture(name="1.png", content=drawn("Saved")),
    )
    row, _ = services.ingest(
        recording=replace(told, pictures=shots), source="drawn", team=team, by=None, at=stories.NOW
    )
    wish(as_mate, row, "saved")
    tasks.letter_waiting()
    (hit,) = find(row.recording, "saved", texts.read_off(row)).hits
    assert (hit.step, hit.view) == (1, "after")
    (box,) = hit.boxes
    assert 290 < box.x < 320
    assert 110 < box.y < 145
    shown = ask(as_mate, row, "saved")
    assert "Step 1, after" in shown
    assert "<mark>Saved</mark>" in shown


@pytest.mark.django_db
def test_the_address_of_a_search_opens_it(as_mate: Client, trajectory: Trajectory) -> None:
    address = reverse("trajectories:detail", args=[trajectory.pk])
    shown = " ".join(as_mate.get(address + "?find=Title").content.decode().split())
    assert 'name="find" value="Title"' in shown
    assert '<div class="tab-body" id="tab-find">' in shown
