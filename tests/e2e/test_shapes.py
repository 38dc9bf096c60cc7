"""One story in both shapes: upload, watch the verdict arrive, step through, pull the reward."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import stories
from tests.e2e import browser
from tests.e2e.shell import Installation
from tests.model_server import Model, model_server
from themis.domain.jsontypes import Json
from themis.formats import native

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

PATIENCE = 90_000  # milliseconds in which four workers may start on a busy machine


@pytest.fixture
def packed_run(tmp_path: Path) -> Path:
    """A recorded run in a zip, as a person would drop it."""
    native.write(stories.recording(), tmp_path / "packed" / "my-run")
    return Path(shutil.make_archive(str(tmp_path / "my-run"), "zip", tmp_path / "packed"))


def sign_in(page: Page, address: str, person: dict[str, Json]) -> None:
    page.goto(f"{address}/login/")
    page.get_by_label("Name").fill(str(person["name"]))
    page.get_by_label("Password").fill(str(person["password"]))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Trajectories").first).to_be_visible()


def bring_in(page: Page, address: str, run: Path) -> None:
    page.goto(f"{address}/trajectories/")
    page.locator("input[type=file]").first.set_input_files(run)
    page.locator(".upload-result[data-kind=stored] a").click(timeout=PATIENCE)
    expect(page).to_have_url(re.compile(r"/trajectories/\w{12}/"))


def watch_it_being_judged(page: Page, model: Model) -> None:
    page.evaluate("window.sameDocument = true")
    expect(page.locator(".stone[data-state=achieved]")).to_have_count(3, timeout=PATIENCE)
    expect(page.locator("#court .outcome").first).to_contain_text("Judging")
    model.gate.set()
    expect(page.locator("#court .outcome").first).to_contain_text("Passed", timeout=PATIENCE)
    assert page.evaluate("window.sameDocument") is True


def step_through(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    expect(page.locator("#step-number")).to_have_text("2")
    expect(page).to_have_url(re.compile("step=2"))
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#step-number")).to_have_text("1")
    page.locator(".stone-head").nth(2).click()
    expect(page.locator("#step-number")).to_have_text("3")
    shown = page.locator("#shots img").first
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 64


def pull_reward(page: Page, address: str) -> dict[str, Json]:
    trajectory = re.findall(r"/trajectories/(\w{12})/", page.url)[0]
    page.goto(f"{address}/settings/keys/")
    page.get_by_label("What is it for?").fill("trainer")
    page.get_by_role("button", name="Make a key").click()
    (key,) = set(re.findall(r"thk_[\w-]{43}", page.content()))
    answer = page.request.get(
        f"{address}/api/v1/rewards/{trajectory}", headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status == 200
    document: dict[str, Json] = answer.json()
    return document


def test_upload_watch_step_and_pull_the_reward(themis: Installation, packed_run: Path) -> None:
    person = themis.person("admin")
    with model_server() as model:
        model.waits_at = "reviewer"
        themis.variables |= {"THEMIS_MODEL_URL": model.url, "THEMIS_MODEL": "scripted-vlm"}
        with themis.served() as address, browser.page() as page:
            sign_in(page, address, person)
            bring_in(page, address, packed_run)
            watch_it_being_judged(page, model)
            step_through(page)
            reward = pull_reward(page, address)
    assert (reward["outcome"], reward["reward"], reward["critic"]) == ("passed", 1.0, "themis")
    assert reward["model"] == "scripted-vlm"


def test_a_killed_server_goes_on_with_its_verdicts(themis: Installation, packed_run: Path) -> None:
    with model_server() as model:
        model.waits_at = "judge"
        themis.variables |= {"THEMIS_MODEL_URL": model.url, "THEMIS_MODEL": "scripted-vlm"}
        (stored,) = themis.run("ingest", str(packed_run.parent / "packed"), "--json").lines
        process = themis.start("serve", "--port", "0")
        assert model.reached.wait(60)
        os.killpg(process.pid, signal.SIGKILL)  # the server and its workers
        process.communicate()
        asked = dict(model.asked)
        model.waits_at = ""
        model.gate.set()
        with themis.served():
            document = wait_for_verdict(themis, str(stored["id"]))
    verdicts = document["verdicts"]
    assert isinstance(verdicts, list)
    assert [verdict["outcome"] for verdict in verdicts if isinstance(verdict, dict)] == ["passed"]
    for role in ("selector", "verifier", "reviewer"):
        assert model.asked[role] == asked[role], f"{role} was asked again"


def test_a_folder_is_dropped_onto_the_page(tmp_path: Path) -> None:
    themis = Installation(tmp_path / "var")
    native.write(stories.recording(), tmp_path / "dropped" / "my-run")
    person = themis.person("manager")
    with themis.served() as address, browser.page() as page:
        sign_in(page, address, person)
        page.goto(f"{address}/trajectories/")
        drop(page, tmp_path / "dropped" / "my-run")
        expect(page.locator(".upload-result[data-kind=stored]")).to_have_count(1)
        expect(page.locator(".rows > li")).to_contain_text("my-run")


def drop(page: Page, path: Path) -> None:
    """What the browser sees when a file manager's folder is let go over it."""
    devtools = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 600, "y": 500, "data": data})


def wait_for_verdict(themis: Installation, trajectory: str) -> dict[str, Json]:
    """What `show` says once no verdict is open; each look takes about a second."""
    for _ in range(30):
        document: dict[str, Json] = json.loads(themis.run("show", trajectory, "--json").out)
        if '"status": "open"' not in json.dumps(document["verdicts"]):
            return document
    raise AssertionError("no verdict came")
