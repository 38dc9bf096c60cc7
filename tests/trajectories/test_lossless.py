"""PNG kept as WebP shows the same pixels, or stays PNG."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image
from pytest_django.fixtures import Settings

from tests import stories
from themis.accounts.models import Team
from themis.domain.trajectory import Screen
from themis.formats.contract import Picture
from themis.trajectories import blobs, kept, lossless, queries, services
from themis.trajectories.models import Trajectory


def png(mode: str, size: tuple[int, int] = (300, 200)) -> bytes:
    """A gradient: WebP is smaller."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, "PNG")
    return out.getvalue()


def pixels(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as image:
        return image.convert("RGBA").tobytes()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "1"])
def test_the_pixels_are_the_same(mode: str) -> None:
    small = lossless.as_webp(png(mode))
    assert small is None or pixels(small) == pixels(png(mode))


def test_a_gradient_becomes_smaller() -> None:
    small = lossless.as_webp(png("RGB"))
    assert small is not None
    assert len(small) < len(png("RGB"))


def test_deep_colours_stay_as_they_are() -> None:
    out = io.BytesIO()
    Image.new("I;16", (64, 48), 40_000).save(out, "PNG")
    assert lossless.as_webp(out.getvalue()) is None


def test_what_webp_cannot_hold_stays_as_it_is() -> None:
    assert lossless.as_webp(png("RGB", (20_000, 4))) is None


@pytest.mark.django_db
def test_a_screen_kept_as_webp_is_served_as_such_and_known_by_its_png(
    team: Team, settings: Settings
) -> None:
    def take() -> tuple[Trajectory, bool]:
        return services.ingest(
            recording=stories.recording(), source="here", team=team, by=None, at=stories.NOW
        )

    settings.SCREENS = "webp"
    row, _ = take()
    screen: Screen = row.recording.screens[0]
    assert screen.digest == blobs.digest_of(stories.png())
    assert pixels(blobs.read(screen.digest)) == pixels(stories.png())
    assert screen.media_type == "image/webp"
    assert {each.media_type for each in row.screens.all()} == {"image/webp"}
    assert queries.case_of(row).read_screen(screen).startswith(b"RIFF")
    settings.SCREENS = "png"
    assert take() == (row, False)


def kept_screen(team: Team, content: bytes) -> Screen:
    recording = stories.recording()
    pictures = tuple(Picture(name="a", content=content) for _ in recording.pictures)
    row, _ = services.ingest(
        recording=replace(recording, pictures=pictures),
        source="here",
        team=team,
        by=None,
        at=stories.NOW,
    )
    return row.recording.screens[0]


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["png", "webp"])
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_what_was_brought_is_told_from_what_is_kept(
    team: Team, settings: Settings, how: str, kind: str
) -> None:
    settings.SCREENS = how
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, kind)
    screen = kept_screen(team, out.getvalue())
    assert kept.as_brought(screen).media_type == f"image/{kind.lower()}"


@pytest.mark.django_db
def test_of_a_file_that_is_away_the_row_is_believed(team: Team, settings: Settings) -> None:
    settings.SCREENS = "webp"
    screen = kept_screen(team, png("RGB"))
    blobs.path_of(screen.digest).unlink()
    assert kept.as_brought(screen) == screen
