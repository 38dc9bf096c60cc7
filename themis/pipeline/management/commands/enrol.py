"""manage.py enrol NAME: let a person sign in."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser

from themis.accounts import services as accounts
from themis.accounts.models import Role, Team
from themis.pipeline.console import ThemisCommand


class Command(ThemisCommand):
    help = "Let a person sign in, or give one who can a new password. The password is printed once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name")
        parser.add_argument("--role", choices=Role.values, default=Role.ANNOTATOR)
        parser.add_argument("--json", action="store_true")

    def work(self, team: Team, options: dict[str, object]) -> int:
        name, role = str(options["name"]), Role(str(options["role"]))
        password = secrets.token_urlsafe(12)
        accounts.enrol(username=name, password=password, team=team, role=role)
        if options["json"]:
            self.emit({"name": name, "team": team.slug, "role": role.value, "password": password})
        else:
            self.stdout.write(f"{name} may sign in as {role.label.lower()} of {team}: {password}")
        return 0
