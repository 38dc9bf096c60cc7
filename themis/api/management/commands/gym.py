"""manage.py gym: a NeMo Gym resources server for one RL job, at the root of a port of its own."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import cast

import uvicorn
from asgiref.typing import ASGI3Application
from channels.routing import get_default_application
from django.core.management.base import CommandError

from themis import ports
from themis.accounts.models import Team
from themis.api.compat.doors import Grant
from themis.api.compat.gym import MANNERS
from themis.api.compat.port import GymPort
from themis.api.front.waiting import LONGEST
from themis.pipeline.console import USAGE, ThemisCommand
from themis.rewards import request_queries

CLIENTS = {"nemo-gym": "gym", "verifiers": "verifiers"}
GRACE = 3  # seconds an answer may take after Ctrl-C
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Command(ThemisCommand):
    help = (
        "Serve /seed_session, /verify, /aggregate_metrics and /reverify_mode for NeMo Gym, or for"
        " verifiers and prime-rl, beside `manage.py serve`. No key is asked for: whoever reaches"
        " the port is paid as the job says, and spends its budget."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--job", required=True, help="the RL job whose policy pays")
        parser.add_argument("--host", default="127.0.0.1", help="default: this machine alone")
        parser.add_argument("--port", default="8100")
        parser.add_argument("--client", choices=CLIENTS, default="nemo-gym", help="who will call")
        parser.add_argument("--wait", type=int, help="seconds an answer is held back for a reward")
        parser.add_argument("--site", default="", help="where people see Themis, for links")

    def work(self, team: Team, options: dict[str, object]) -> int:
        host, port = str(options["host"]), str(options["port"])
        manner = CLIENTS[str(options["client"])]
        granted = self._granted(team, options)
        listener = ports.listen(host, port)
        patience = granted.patience or MANNERS[manner].patience
        where = f"http://{host}:{listener.getsockname()[1]}"
        self.stdout.write(f"\n{MANNERS[manner].name} finds the job {granted.job.name} at  {where}")
        self.stdout.write(f"Answers wait up to {patience} s for a reward. No key is asked for.")
        if host not in LOOPBACK:
            self.stdout.write(
                f"Other machines reach it: whoever does spends the budget of {granted.job.name}."
                " They must call it by a name in THEMIS_HOSTS."
            )
        self.stdout.write("Stop it with Ctrl-C.\n")
        self.stdout.flush()
        inner = cast("ASGI3Application", get_default_application())
        config = uvicorn.Config(
            GymPort(inner, granted, manner),
            lifespan="off",
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=GRACE,
            server_header=False,
        )
        uvicorn.Server(config).run(sockets=[listener])
        return 0

    def _granted(self, team: Team, options: dict[str, object]) -> Grant:
        name, wait = str(options["job"]), cast("int | None", options["wait"])
        job = request_queries.job(team, name)
        if job is None:
            raise CommandError(
                f"no job {name!r} in the team {team.slug}; make it on the page Jobs",
                returncode=USAGE,
            )
        if wait is not None and not 1 <= wait <= LONGEST:
            raise CommandError(f"--wait {wait}: take 1 to {LONGEST:g} seconds", returncode=USAGE)
        return Grant(team=team, job=job, patience=wait, site=str(options["site"]).rstrip("/"))
