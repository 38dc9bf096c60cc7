"""How fast the review room turns pages: from step to step and from run to run, beside a bare page.

Run `python benchmarks/room.py`, or with `--items 500` for the memory of a long sitting. RUNS runs
of STEPS steps with 1080p screens, headless Chromium at 1440x900, a local server; the bare page of
benchmarks/pages.py in the same browser is the floor. Milliseconds, p50 / p95, from the event to two
frames after the picture that is asked for is decoded and in the page.
"""

from __future__ import annotations

import argparse
import functools
import statistics
import sys
import tempfile
import threading
import time
from http.server import ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import CDPSession, Page, Response

from benchmarks.pages import BARE, STEPS, Quiet, long_run, measure, p50_p95, screen
from tests.e2e import browser
from tests.e2e.shell import Installation
from themis.formats import native

RUNS = 60
LOOKS = (3000, 400)  # milliseconds that somebody looks before they submit: in haste, and blindly

# One run is brought in; the others are its rows again, under addresses of their own, so that no
# picture of theirs is in the browser before it is asked for.
FILL = """
from django.utils import timezone
from themis.accounts.models import Team
from themis.reviews import services
from themis.reviews.services import Entry, Terms
from themis.trajectories.models import Screen, Trajectory, new_id
team, at = Team.objects.get(), timezone.now()
first = Trajectory.objects.get()
screens = list(first.screens.all())
for n in range(1, %d):
    copy = Trajectory.objects.get(pk=first.pk)
    copy.pk, copy.digest, copy.source = new_id(), f"{n:064d}", f"bench/{n}"
    copy.save(force_insert=True)
    for screen in screens:
        screen.pk, screen.trajectory_id = None, copy.pk
    Screen.objects.bulk_create(screens)
for name in ("steps", "runs", "sitting"):
    queue = services.create(team=team, by=None, terms=Terms(name=name), made_from={}, at=at)
    runs = Trajectory.objects.order_by("created_at", "pk").values_list("pk", flat=True)
    services.add(queue=queue, entries=[Entry(trajectory_id=pk) for pk in runs], made_from={})
    services.finish_filling(queue=queue)
    print("queue", queue.pk)
"""

SUBMIT = """
async ({look}) => {
  const frame = () => new Promise(requestAnimationFrame);
  const key = (key, more = {}) =>
    document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, ...more}));
  const item = () => document.querySelector("#item")?.dataset.item;
  const before = item();
  await new Promise(done => setTimeout(done, look));
  key("2");
  await frame();
  const start = performance.now();
  key("Enter", {ctrlKey: true});
  while (item() === before && !document.querySelector(".end")) await frame();
  const picture = document.querySelector("#shots img");
  if (!picture) return null;
  await picture.decode();
  await frame(); await frame();
  return performance.now() - start;
}
"""

READABLE = """
async () => {
  const frame = () => new Promise(requestAnimationFrame);
  while (!document.querySelector("#shots img")) await frame();
  await document.querySelector("#shots img").decode();
  await frame();
  return performance.now();  // since the click, which is the navigation's start
}
"""


class Traffic:
    """Bytes that came over the line for a page."""

    def __init__(self, page: Page) -> None:
        self.n_bytes = 0
        devtools: CDPSession = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.on("Network.loadingFinished", self._came)

    def _came(self, event: dict[str, float]) -> None:
        self.n_bytes += int(event["encodedDataLength"])


def installed(
    home: Path, screens: list[bytes], n_runs: int
) -> tuple[Installation, dict[str, str], list[int]]:
    """An installation with long runs in three queues, and a reviewer."""
    native.write(long_run(screens), home / "runs" / "run")
    themis = Installation(home / "var", patience=900)
    (person,) = themis.run("enrol", "bench", "--role", "annotator", "--json").lines
    done = themis.run("ingest", str(home / "runs"), "--json", "--no-judge")
    filled = themis.run("shell", "-v", "0", "-c", FILL % n_runs)
    if done.status or filled.status:
        raise SystemExit(done.err + filled.err)
    queues = [int(line.split()[1]) for line in filled.out.splitlines() if line.startswith("queue")]
    return themis, {name: str(value) for name, value in person.items()}, queues


def sign_in(page: Page, address: str, person: dict[str, str]) -> None:
    """Through the door."""
    page.goto(f"{address}/login/")
    page.get_by_label("Name").fill(person["name"])
    page.get_by_label("Password").fill(person["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("#main")
    page.wait_for_url(f"{address}/review/")


def opened(page: Page, address: str, times: int = 7) -> tuple[float, float]:
    """Milliseconds from the click until the first evidence can be read."""
    found = []
    for _ in range(times):
        page.goto("about:blank")
        page.goto(address, wait_until="commit")
        found.append(float(page.evaluate(READABLE)))
        page.wait_for_timeout(1500)  # what comes after it is not to stand in the way of the next
    return p50_p95(found)


def weight(page: Page, address: str) -> float:
    """MB that come until the first picture can be read, nothing being in the browser's cache."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.clearBrowserCache")
    traffic = Traffic(page)
    page.goto(address, wait_until="commit")
    page.evaluate(READABLE)
    page.wait_for_timeout(150)
    return traffic.n_bytes / 1e6


def submits(page: Page, n: int, look: int) -> list[float]:
    """Milliseconds from each submit to the next run's first picture; the first is left out."""
    found = []
    for _ in range(n + 1):
        took = page.evaluate(SUBMIT, {"look": look})
        if took is None:
            break
        found.append(float(took))
    return found[1:]


def heap(page: Page) -> tuple[float, float]:
    """MB of scripts' memory after a collection, and nodes in thousands."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("HeapProfiler.collectGarbage")
    devtools.send("Performance.enable")
    told = devtools.send("Performance.getMetrics")["metrics"]
    figures = {each["name"]: each["value"] for each in told}
    devtools.detach()
    return figures["JSHeapUsedSize"] / 1e6, figures["Nodes"] / 1e3


def sitting(page: Page, n: int) -> None:
    """Memory over many runs in one tab."""
    for part in range(5):
        times = submits(page, max(n // 5 - 1, 1), 120)
        used, nodes = heap(page)
        slow = p50_p95(times)
        print(
            f"after {(part + 1) * (n // 5):4d} runs {used:6.1f} MB, {nodes:5.1f} thousand nodes,"
            f" {slow[0]:4.0f} / {slow[1]:.0f} ms a submit"
        )


def main() -> None:
    """Measure the bare page and the room in the same browser."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=0, help="runs of a long sitting")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "bare").mkdir()
        (home / "bare" / "index.html").write_text(BARE)
        screens = [screen(n) for n in range(STEPS + 1)]
        for n, each in enumerate(screens):
            (home / "bare" / f"{n}.png").write_bytes(each)
        began = time.perf_counter()
        themis, person, queues = installed(home, screens, max(RUNS, asked.items + 20))
        print(f"made in {time.perf_counter() - began:.0f} s")
        files = ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Quiet, directory=str(home / "bare"))
        )
        threading.Thread(target=files.serve_forever, daemon=True).start()
        with themis.served() as address, browser.page(ignoring="htmx:") as page:
            failed: list[str] = []
            page.on("response", lambda response: _refused(response, failed))
            page.set_viewport_size({"width": 1440, "height": 900})
            floor = p50_p95(measure(page, f"http://127.0.0.1:{files.server_port}/", "#shot"))
            sign_in(page, address, person)
            steps, runs, long = (f"{address}/review/queues/{queue}/work/" for queue in queues)
            print(f"before the first step  {weight(page, steps):5.2f} MB")
            first = opened(page, steps)
            print(f"first evidence         {first[0]:5.0f} / {first[1]:.0f} ms after the click")
            turned = p50_p95(measure(page, steps, "#shots img"))
            print(f"bare page              {floor[0]:5.0f} / {floor[1]:.0f} ms a step")
            print(f"the room               {turned[0]:5.0f} / {turned[1]:.0f} ms a step")
            print(
                f"the room / bare        {turned[0] / floor[0]:5.2f} / {turned[1] / floor[1]:.2f}"
            )
            page.goto(runs)
            page.wait_for_selector("#shots img")
            page.wait_for_timeout(1500)
            for look in LOOKS:
                times = submits(page, 25, look)
                told = p50_p95(times)
                print(
                    f"submit to next picture {told[0]:5.0f} / {told[1]:.0f} ms after {look} ms,"
                    f" worst {max(times):.0f}, of {len(times)}; mean {statistics.mean(times):.0f}"
                )
            if asked.items:
                page.goto(long)
                page.wait_for_selector("#shots img")
                page.wait_for_timeout(1000)
                sitting(page, asked.items)
            if failed:
                print("refused:", *failed[:5], sep="\n  ")
        files.shutdown()


def _refused(response: Response, failed: list[str]) -> None:
    if response.status >= 400:
        failed.append(f"{response.status} {response.url}")


if __name__ == "__main__":
    main()
