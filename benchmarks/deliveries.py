"""Ten thousand messages to a hundred webhooks, with sick receivers among them and without.

Run `python benchmarks/deliveries.py`; with DATABASE_URL set it measures on that PostgreSQL. Five
teams have twenty webhooks each, all on this machine. Seventy of them are well. They are timed alone
first, then with ten that hang, ten that fail and ten that are slow beside them: how long until they
have all of theirs, and that against the first time. Each message is counted where it came.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

home = tempfile.TemporaryDirectory()
os.environ |= {
    "THEMIS_HOME": home.name,
    "DJANGO_SETTINGS_MODULE": "themis.settings",
    "THEMIS_WEBHOOK_ALLOW": "*=127.0.0.1:*",
    "THEMIS_LOG": "ERROR",
}

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections, connection
from django.utils import timezone
from standardwebhooks import Webhook as Library

from themis.accounts.models import Team
from themis.domain.jsontypes import Json
from themis.notices import announcing, webhooks
from themis.notices.models import Delivery, Event, Webhook
from themis.pipeline import deliveries, sealing, signing

TEAMS, EACH = 5, 20  # webhooks of a team
HOOKS = TEAMS * EACH
MESSAGES = 100  # of a webhook
SICK = 10  # of each of three kinds
WELL = HOOKS - 3 * SICK  # these come first
ANSWER = 0.02  # seconds, of who is well
SLOW = 3.0  # seconds, of who is slow
TARGET = 2.0  # times as long as without the sick
LIMIT = 900  # seconds
OK = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
NO = b"HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


@dataclass(eq=False)
class Receivers:
    """A hundred receivers behind one port; the path says which. `is_sick` makes thirty sick."""

    secrets: dict[int, str] = field(default_factory=dict)
    port: int = 0
    is_sick: bool = False
    bodies: dict[tuple[int, str], set[bytes]] = field(default_factory=lambda: defaultdict(set))
    came: Counter[int] = field(default_factory=Counter)  # different messages, a receiver
    twice: int = 0
    forged: int = 0
    whole: threading.Event = field(default_factory=threading.Event)
    n_whole: int = 0

    def forget(self) -> None:
        """Start over."""
        self.bodies.clear()
        self.came.clear()
        self.whole.clear()
        self.twice = self.forged = self.n_whole = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            line, *rest = head.split("\r\n")
            headers = {
                name.lower(): value.strip()
                for name, _, value in (each.partition(":") for each in rest if each)
            }
            body = await reader.readexactly(int(headers["content-length"]))
            number = int(line.split()[1].strip("/"))
            await self._answer(number, headers, body, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _answer(
        self, number: int, headers: dict[str, str], body: bytes, writer: asyncio.StreamWriter
    ) -> None:
        kind = (number - WELL) // SICK if self.is_sick and number >= WELL else -1
        if kind == 0:
            await asyncio.sleep(LIMIT)
        if kind == 1:
            writer.write(NO)
            return
        await asyncio.sleep(SLOW if kind == 2 else ANSWER)
        self._take(number, headers, body)
        writer.write(OK)

    def _take(self, number: int, headers: dict[str, str], body: bytes) -> None:
        Library(self.secrets[number]).verify(body, headers)
        key = (number, headers["webhook-id"])
        self.twice += key in self.bodies
        if key not in self.bodies:
            self.came[number] += 1
            if number < WELL and self.came[number] == MESSAGES:
                self.n_whole += 1
                if self.n_whole == WELL:
                    self.whole.set()
        self.bodies[key].add(body)


def served(receivers: Receivers) -> None:
    """Answer in a thread of its own until the process ends."""
    ready = threading.Event()

    async def start() -> None:
        server = await asyncio.start_server(receivers.serve, "127.0.0.1", 0, backlog=1024)
        receivers.port = server.sockets[0].getsockname()[1]
        ready.set()
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(start()), daemon=True).start()
    ready.wait()


def fill(receivers: Receivers) -> list[Team]:
    """Five teams with twenty webhooks each, in the order of the receivers."""
    teams = [Team.objects.create(slug=f"team-{n}", name=f"Team {n}") for n in range(TEAMS)]
    for number in range(HOOKS):
        receivers.secrets[number] = signing.new_secret()
        webhooks.add(
            team=teams[number % TEAMS],
            settings=webhooks.Settings(url=f"http://127.0.0.1:{receivers.port}/{number}"),
            sealed_secret=sealing.seal(receivers.secrets[number]),
            by=None,
            at=timezone.now(),
        )
    return teams


def put_down(teams: list[Team]) -> None:
    """A hundred events a team, each about a run of its own."""
    for team in teams:
        hooks = announcing.wanting(team, Event.JUDGED)
        data: dict[str, Json] = {"outcome": "passed", "reward": 1.0, "reason": "x" * 400}
        each = [{**data, "trajectory": f"run-{number}"} for number in range(MESSAGES)]
        announcing.announce(hooks=hooks, event=Event.JUDGED, each=each, at=timezone.now())


def timed(receivers: Receivers, teams: list[Team], *, is_sick: bool) -> float:
    """Seconds until the well ones have all of theirs."""
    Delivery.objects.all().delete()
    Webhook.objects.update(answered_at=None, failures=0, failing_since=None, quiet_until=None)
    others = Webhook.objects.order_by("pk").values_list("pk", flat=True)[WELL:]
    Webhook.objects.filter(pk__in=list(others)).update(is_on=is_sick)
    receivers.forget()
    receivers.is_sick = is_sick
    put_down(teams)
    start = time.perf_counter()
    ended = threading.Event()
    sending = threading.Thread(target=send_until, args=(ended,), daemon=True)
    sending.start()
    if not receivers.whole.wait(LIMIT):
        sys.exit(f"the well ones have {sum(receivers.came[n] for n in range(WELL))} messages only")
    seconds = time.perf_counter() - start
    ended.set()
    if not is_sick:
        sending.join(LIMIT)
    return seconds


def send_until(ended: threading.Event) -> None:
    """As the worker does: again and again."""
    while not ended.is_set():
        close_old_connections()
        deliveries.send_waiting()
        ended.wait(0.2)
    connection.close()


def counted(receivers: Receivers, hooks: int) -> list[str]:
    """What is wrong with what came, against the rows."""
    wrong = []
    changed = sum(len(bodies) > 1 for bodies in receivers.bodies.values())
    if changed:
        wrong.append(f"{changed} messages came with different bodies")
    lost = WELL * MESSAGES - sum(receivers.came[number] for number in range(WELL))
    if lost:
        wrong.append(f"{lost} messages to the well ones are lost")
    taken = {key for _, key in receivers.bodies}
    rows = Delivery.objects.values_list("key", "delivered_at", "due_at")
    for key, delivered_at, due_at in rows:
        if str(key) not in taken and (delivered_at or due_at is None):
            wrong.append(f"{key} never came, and is not waiting either")
    if len(rows) != hooks * MESSAGES:
        wrong.append(f"{len(rows)} rows instead of {hooks * MESSAGES}")
    return wrong


def main() -> int:
    """Without the sick, with them, and the ratio."""
    call_command("migrate", verbosity=0, interactive=False)
    receivers = Receivers()
    served(receivers)
    teams = fill(receivers)
    where = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    print(f"{HOOKS * MESSAGES:,} messages to {HOOKS} webhooks of {TEAMS} teams, {where}")
    well = timed(receivers, teams, is_sick=False)
    wrong = counted(receivers, WELL)
    rate = WELL * MESSAGES / well
    alone = f"the {WELL} alone:".ljust(31)
    print(f"{alone} {well:6.1f} s until all have theirs ({rate:,.0f} a second)")
    sick = timed(receivers, teams, is_sick=True)
    print(f"10 hang, 10 fail, 10 are slow:  {sick:6.1f} s until the same {WELL} have theirs")
    wrong += counted(receivers, HOOKS)
    print(f"times as long: {sick / well:.2f} (target {TARGET})")
    print(f"messages that came twice under one id: {receivers.twice}")
    waiting = Delivery.objects.filter(due_at__isnull=False).count()
    print(f"to the sick {waiting:,} messages wait for their next try")
    print("\n".join(wrong) or "none lost, none changed, every signature right")
    return 1 if wrong or sick > TARGET * well else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        code = main()
    finally:
        home.cleanup()
    sys.stdout.flush()
    os._exit(code)  # hanging tries need not be waited for
