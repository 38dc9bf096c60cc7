"""Pages on a phone: they open at their head, and nothing is wider than the screen."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests import stories
from tests.e2e import browser
from tests.e2e.recorder import key_of, post
from tests.e2e.shell import Installation
from tests.e2e.test_shapes import sign_in
from themis.domain.jsontypes import Json

pytestmark = pytest.mark.browser
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_pages_fit_and_open_at_their_head(tmp_path: Path) -> None:
    themis = Installation.peopled(tmp_path / "var")
    person = themis.person("admin")
    screen = base64.b64encode(stories.png(size=(1080, 2400))).decode()
    run: dict[str, Json] = {
        "instruction": "Mute the sound",
        "platform": "android",
        "judge": False,
        "steps": [{"before": 0, "thought": "There is a key for it."}],
        "screens": [f"data:image/png;base64,{screen}"],
    }
    with themis.served() as address, browser.page() as page:
        page.set_viewport_size({"width": 390, "height": 900})
        sign_in(page, address, person)
        _, stored = post(address, "/trajectories", key_of(themis), run)
        page.goto(f"{address}/api/")
        assert page.evaluate(BEYOND) == 0
        page.goto(f"{address}/trajectories/{stored['trajectory']}/")
        assert (page.evaluate(BEYOND), page.evaluate("scrollY")) == (0, 0)
