"""The page of a run that goes on: new steps come into it, and it says what is provisional."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import browser
from tests.e2e.recorder import key_of, piece, post
from tests.e2e.shell import Installation
from tests.e2e.test_shapes import sign_in

pytestmark = pytest.mark.browser


def test_steps_come_into_the_open_page(tmp_path: Path) -> None:
    themis = Installation.peopled(tmp_path / "var")
    person = themis.person("admin")
    key = key_of(themis)
    with themis.served() as address, browser.page() as page:
        sign_in(page, address, person)
        _, begun = post(
            address,
            "/trajectories",
            key,
            {"open": True, "instruction": "Save the note", "platform": "web"},
        )
        name = begun["trajectory"]
        page.goto(f"{address}/trajectories/{name}/")
        page.evaluate("window.sameDocument = true")
        for number in range(2):
            post(address, f"/trajectories/{name}/steps", key, piece(number))
            expect(page.locator("#film a[data-step]")).to_have_count(number + 1)
        expect(page.locator("#step-number")).to_have_text("1")
        expect(page.locator("#n-steps")).to_have_text("2")
        page.keyboard.press("End")
        expect(page.locator("#step-number")).to_have_text("2")
        post(address, f"/trajectories/{name}/runs", key, {})
        expect(page.locator("#court")).to_contain_text("it saw the first 2 steps", timeout=30_000)
        assert page.evaluate("window.sameDocument") is True
        post(address, f"/trajectories/{name}/close", key, {})
        expect(page.locator(".case-head")).not_to_contain_text("Recording", timeout=30_000)
        expect(page.locator("#court")).not_to_contain_text("Provisional", timeout=30_000)
        expect(page.locator("#step-number")).to_have_text("2")
