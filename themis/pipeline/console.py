"""What Themis' commands share: a ready home, one clear sentence for an error, lines of JSON."""

from __future__ import annotations

import errno
import json
import os
import sys
from argparse import ArgumentParser
from typing import IO, cast

import psycopg
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from themis.accounts.models import Team
from themis.domain.errors import ThemisError
from themis.domain.jsontypes import Json
from themis.pipeline.installation import make_ready

SOME_REFUSED = 1
USAGE = 2
STOPPED = 130  # by Ctrl-C
WIDE = 160  # characters


def table_of(*columns: str) -> Table:
    """A table that keeps every row on one line; only its last column is cut."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, expand=True)
    for column in columns[:-1]:
        table.add_column(column, no_wrap=True)
    table.add_column(columns[-1], no_wrap=True, overflow="ellipsis", ratio=1)
    return table


def _find_database() -> None:
    """Raise OperationalError at once where PostgreSQL is away, for which the pool waits long."""
    if connection.vendor == "postgresql":
        with connection.wrap_database_errors:
            psycopg.connect(**connection.get_connection_params()).close()


class ThemisCommand(BaseCommand):
    """A command that scripts can rely on: exit 0, 1 when some items failed, 2 for usage."""

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options every command takes."""
        parser.add_argument("--team", help="slug of the team to work for (default: home)")

    def handle(self, *_: object, **options: object) -> None:
        """Set up what is missing, then work."""
        try:
            _find_database()
            team = self._team(options.get("team"))
            status = self.work(team, options)
        except CommandError as error:
            status = self._refuse(error, error.returncode)
        except ThemisError as error:
            status = self._refuse(error, USAGE)
        except BrokenPipeError:  # the reader of the output has had enough: `| head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = SOME_REFUSED
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            status = self._refuse("the disk is full; free some space and try again", 1)
        except OperationalError as error:
            reason = str(error).strip().partition("\n")[0]
            status = self._refuse(f"the database does not take it: {reason}", 1)
        except KeyboardInterrupt:
            self._refuse("stopped; what was being judged is gone on with the next time", STOPPED)
            self.stdout.flush()
            os._exit(STOPPED)  # without waiting for threads that wait for a model
        if status:
            sys.exit(status)

    def _refuse(self, why: object, status: int) -> int:
        self.stderr.write(f"Themis: {why}")
        return status

    def work(self, team: Team, options: dict[str, object]) -> int:
        """Do what the command is for; the exit status."""
        raise NotImplementedError

    def emit(self, document: dict[str, Json]) -> None:
        """One JSON object on a line of its own, at once."""
        self.stdout.write(json.dumps(document, ensure_ascii=False))
        self.stdout.flush()

    def tell(self, words: str) -> None:
        """A word to a person who waits, beside the output that scripts read."""
        self.stderr.write(words, self.style.NOTICE)
        self.stderr.flush()

    @property
    def screen(self) -> Console:
        """Where tables go; a pipe gets lines long enough not to be cut."""
        out = cast("IO[str]", self.stdout._out)
        screen = Console(file=out, highlight=False)
        return screen if screen.is_terminal else Console(file=out, highlight=False, width=WIDE)

    @property
    def progress_screen(self) -> Console:
        """Where progress goes, so that piping the table keeps it clean."""
        return Console(stderr=True, highlight=False)

    def _team(self, slug: object) -> Team:
        first = make_ready(self.tell)
        if not slug:
            return first
        team = Team.objects.filter(slug=slug).first()
        if team is None:
            raise CommandError(f"no team {slug!r}", returncode=USAGE)
        return team
