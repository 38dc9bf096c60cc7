"""How fast pages turn: from a key to the next screen drawn, beside a bare page that does no more.

Run `python benchmarks/pages.py`. One run of STEPS steps with 1080p screens, headless Chromium at
1440x900, a local server. The bare page swaps two pictures, the next one decoded ahead: the floor
of what a browser can do. Figures are milliseconds, p50 / p95, both from the same browser; the
ratio is what to look at.
"""

from __future__ import annotations

import functools
import random
import statistics
import sys
import tempfile
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image, ImageDraw
from playwright.sync_api import Page

from tests.e2e import browser
from tests.e2e.shell import Installation
from themis.domain.action import Action, ActionType, Point
from themis.domain.trajectory import Platform, Step, Trajectory
from themis.formats import native
from themis.formats.contract import Picture, Recording

STEPS = 100
TURNS = 40
SIZE = (1920, 1080)

TURN = """
async ({selector, turns}) => {
  const frame = () => new Promise(requestAnimationFrame);
  const shown = () => document.querySelector(selector)?.currentSrc;
  const times = [];
  for (let turn = 0; turn < turns; turn++) {
    const before = shown();
    const start = performance.now();
    document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
    while (shown() === before) await frame();
    await document.querySelector(selector).decode();
    await frame(); await frame();
    times.push(performance.now() - start);
    await new Promise(done => setTimeout(done, 250));  // as long as a look takes at least
  }
  return times;
}
"""

BARE = """<!doctype html><link rel=icon href="data:,"><body style="margin:0">
<img id="shot" src="0.png" width="1100">
<script>
const ahead = new Map(); let at = 0;
const load = n => { const i = new Image(); i.src = n + ".png"; i.width = 1100;
  ahead.set(n, i.decode().then(() => i)); };
load(1);
addEventListener("keydown", async () => {
  const next = await ahead.get(++at); load(at + 1); next.id = "shot";
  document.querySelector("#shot").replaceWith(next); });
</script>"""


def screen(seed: int) -> bytes:
    """A screen of about 360 kB: text-like noise on plain ground."""
    noise = random.Random(seed)  # noqa: S311  a picture, not a secret
    image = Image.new("RGB", SIZE, (245, 245, 240))
    image.paste(Image.frombytes("RGB", (340, 340), noise.randbytes(340 * 340 * 3)), (1500, 100))
    pen = ImageDraw.Draw(image)
    for line in range(60):
        pen.text((40, 20 + 17 * line), f"{seed} {line} " + "lorem ipsum " * 14, fill=(20, 20, 30))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def long_run(screens: list[bytes]) -> Recording:
    """A run of STEPS steps."""
    steps = tuple(
        Step(
            thought=f"I look at page {n} and press Next.",
            actions=(Action(type=ActionType.CLICK, point=Point(x=300 + n, y=400)),),
            before=n,
            after=n + 1,
        )
        for n in range(STEPS)
    )
    return Recording(
        trajectory=Trajectory(
            instruction="Read every page", platform=Platform.WEB, steps=steps, format="themis"
        ),
        pictures=tuple(Picture(name=f"{n}.png", content=each) for n, each in enumerate(screens)),
    )


def measure(page: Page, address: str, selector: str) -> list[float]:
    """Milliseconds of each turn, the first three left out."""
    page.goto(address)
    page.wait_for_selector(selector)
    page.wait_for_timeout(1000)
    times: list[float] = page.evaluate(TURN, {"selector": selector, "turns": TURNS + 3})
    return times[3:]


def p50_p95(times: list[float]) -> tuple[float, float]:
    """Two of the quantiles."""
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def opened(page: Page, address: str, selector: str) -> float:
    """Milliseconds until an address is drawn; the median of seven."""
    times = []
    for _ in range(7):
        start = time.perf_counter()
        page.goto(address)
        page.wait_for_selector(selector)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


class Quiet(SimpleHTTPRequestHandler):
    """A file server that says nothing."""

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    """Measure the bare page and Themis in the same browser."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        screens = [screen(n) for n in range(STEPS + 1)]
        print(f"{STEPS} steps, {statistics.mean(map(len, screens)) / 1000:.0f} kB a screen")
        (home / "bare").mkdir()
        (home / "bare" / "index.html").write_text(BARE)
        for n, each in enumerate(screens):
            (home / "bare" / f"{n}.png").write_bytes(each)
        native.write(long_run(screens), home / "run")
        themis = Installation(home / "var")
        (stored,) = themis.run("ingest", str(home / "run"), "--json", "--no-judge").lines
        (person,) = themis.run("enrol", "bench", "--role", "manager", "--json").lines
        files = ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Quiet, directory=str(home / "bare"))
        )
        threading.Thread(target=files.serve_forever, daemon=True).start()
        with themis.served() as address, browser.page() as page:
            page.set_viewport_size({"width": 1440, "height": 900})
            floor = p50_p95(measure(page, f"http://127.0.0.1:{files.server_port}/", "#shot"))
            page.goto(f"{address}/login/")
            page.get_by_label("Name").fill("bench")
            page.get_by_label("Password").fill(str(person["password"]))
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_selector("nav")
            run = f"{address}/trajectories/{stored['id']}/"
            turned = p50_p95(measure(page, run, "#shots img"))
            print(f"bare page       {floor[0]:5.0f} / {floor[1]:.0f} ms a step")
            print(f"themis          {turned[0]:5.0f} / {turned[1]:.0f} ms a step")
            print(f"themis / bare   {turned[0] / floor[0]:5.2f} / {turned[1] / floor[1]:.2f}")
            print(f"open the run    {opened(page, run, '#shots img'):5.0f} ms")
            print(f"open the list   {opened(page, f'{address}/trajectories/', '.rows'):5.0f} ms")
            bare = f"http://127.0.0.1:{files.server_port}/"
            print(f"open a bare page {opened(page, bare, '#shot'):4.0f} ms")
        files.shutdown()


if __name__ == "__main__":
    main()
