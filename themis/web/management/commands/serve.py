"""manage.py serve: web, worker and channel layer in one process, or the web of the grown shape."""

from __future__ import annotations

import os
import signal
import socket
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from types import FrameType

import uvicorn
from django.conf import settings
from django.utils import timezone
from uvicorn.supervisors import Multiprocess

from themis import ports
from themis.accounts.models import Team
from themis.domain.errors import Misconfigured
from themis.pipeline import demo, worker
from themis.pipeline.console import ThemisCommand
from themis.pipeline.crew import Crew
from themis.web.assets import gather, warm_up

HEALTH = 60  # seconds a web process may be silent, until another takes its place
GRACE = 3  # seconds an answer may take after Ctrl-C


class Command(ThemisCommand):
    help = "Serve Themis: pages, API, live updates and, without REDIS_URL, the worker too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"))
        parser.add_argument("--demo", action="store_true", help="load the demo if nothing is there")

    def work(self, team: Team, options: dict[str, object]) -> int:
        listener = ports.listen(str(options["host"]), str(options["port"]))
        logins = (
            demo.load(team=team, at=timezone.now(), tell=self.tell) if options["demo"] else None
        )
        gather(self.tell)
        workers = start_workers()
        if settings.WEB == 1:
            threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
        self._greet(str(options["host"]), listener.getsockname()[1], logins)

        def end() -> None:
            # Judging threads would hold processes until their model answers. What they have not
            # finished stays in the database and is gone on with at the next start.
            workers.kill()
            self.stdout.write("\nThemis has stopped.")
            self.stdout.flush()
            os._exit(0)

        serve(listener, end)
        return 0

    def _greet(self, host: str, port: int, logins: demo.Logins | None) -> None:
        where = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  shown, not bound
        lines = [f"\nThemis is at  http://{where}:{port}"]
        if logins:
            leads = ["  sign in as", *["          or"] * len(logins.people)]
            people = zip(leads, logins.people.items(), strict=False)
            lines += [f"{lead}  {name:<11}  {password}" for lead, (name, password) in people]
            lines += [f"  API key     {logins.api_key}"]
        self.stdout.write("\n".join([*lines, "Stop it with Ctrl-C.\n"]))
        self.stdout.flush()


def start_workers() -> Crew:
    """The embedded worker, or the worker processes that THEMIS_WORKERS asks for."""
    if settings.WEB > 1 and not settings.IS_SHARED:
        raise Misconfigured("THEMIS_WEB needs DATABASE_URL and REDIS_URL, which processes share")
    if settings.WORKERS and settings.EMBEDDED:
        raise Misconfigured("THEMIS_WORKERS needs REDIS_URL: workers are told of work through it")
    worker.start_sweeping()
    worker.start_keeping_deadlines()
    if settings.EMBEDDED:
        worker.start_worker(threads=settings.WORKER_THREADS)
        worker.start_reading()
        worker.start_measuring()
        worker.start_filling()
        worker.start_lettering()
        worker.start_sending()
        return Crew([])
    if settings.WORKERS and not settings.DATABASE_URL:
        raise Misconfigured("THEMIS_WORKERS needs DATABASE_URL: SQLite serves one process")
    judging = [worker.celery_arguments(number) for number in range(1, settings.WORKERS + 1)]
    others = [worker.reading_arguments(), worker.sending_arguments()] if judging else []
    crew = Crew([*judging, *others])
    crew.start()
    return crew


class Server(uvicorn.Server):
    """uvicorn's server, which does not wait for ever for what will not close."""

    def __init__(self, config: uvicorn.Config, end: Callable[[], None]) -> None:
        super().__init__(config)
        self.end = end

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop taking requests, and end after the grace whatever still hangs."""
        patience = threading.Timer(GRACE + 1, self.end)
        patience.daemon = True
        patience.start()
        super().handle_exit(sig, frame)


def serve(listener: socket.socket, end: Callable[[], None]) -> None:
    """Answer requests until Ctrl-C or SIGTERM, in several processes if need be; then `end`."""
    several = settings.WEB > 1
    config = uvicorn.Config(
        "themis.beside:application" if several else "themis.asgi:application",
        workers=settings.WEB,
        timeout_worker_healthcheck=HEALTH,
        lifespan="off",
        log_level="warning",
        access_log=False,
        ws="websockets-sansio",
        timeout_graceful_shutdown=GRACE,
        server_header=False,
    )
    if several:  # Ctrl-C and SIGTERM reach them through this one, which starts dead ones again
        Multiprocess(config, [listener]).run()
        return end()
    signal.signal(signal.SIGTERM, lambda *_: end())  # uvicorn raises signals again at its end
    try:
        Server(config, end).run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        end()
