"""manage.py critics [NAME]: who can judge, and what is set of them."""

from __future__ import annotations

import json
from argparse import ArgumentParser

from django.core.management.base import CommandError
from django.utils import timezone
from rich.markup import escape

from themis.accounts.models import Team
from themis.critic import loader
from themis.domain.jsontypes import Json
from themis.pipeline import critics
from themis.pipeline.console import USAGE, ThemisCommand, table_of


class Command(ThemisCommand):
    help = "Show the critics and their options, or set options of one. They hold for the team."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", nargs="?", choices=loader.CRITICS, metavar="NAME")
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="OPTION=VALUE",
            help="set an option, as in --set votes=8 or --set judge.model=large; others stay",
        )
        parser.add_argument("--reset", action="store_true", help="go back to the defaults first")
        parser.add_argument("--json", action="store_true", help="one JSON object a critic")

    def work(self, team: Team, options: dict[str, object]) -> int:
        name = str(options["name"] or "")
        typed = [str(each) for each in options["set"]]  # type: ignore[attr-defined]
        if (typed or options["reset"]) and not name:
            raise CommandError("name the critic whose options are set", returncode=USAGE)
        if options["reset"]:
            critics.reset_options(team=team, name=name)
        if typed:
            kept = dict(critics.given(team).get(name, {}))
            for each in typed:
                kept = _with(kept, each)
            critics.set_options(team=team, name=name, options=kept, at=timezone.now())
        shown = [name] if name else list(loader.CRITICS)
        documents = [document(team, each) for each in shown]
        if options["json"]:
            for told in documents:
                self.emit(told)
        else:
            self._table(documents)
        return 0

    def _table(self, documents: list[dict[str, Json]]) -> None:
        table = table_of("critic", "version", "settings", "options")
        for each in documents:
            told = json.dumps(each["options"], ensure_ascii=False)
            hashed = str(each["settings_hash"])[:12]
            table.add_row(str(each["critic"]), str(each["version"]), hashed, escape(told))
        self.screen.print(table)


def document(team: Team, name: str) -> dict[str, Json]:
    """One critic as scripts read it; `changed` holds what differs from the defaults."""
    critic = critics.critic_of(team, name)
    return {
        "critic": name,
        "version": critic.version,
        "settings_hash": loader.settings_hash(critic),
        "options": critics.options_of(team, name).model_dump(mode="json"),
        "changed": dict(critics.given(team).get(name, {})),
    }


def _with(kept: dict[str, Json], typed: str) -> dict[str, Json]:
    """The options with one more: a dot leads into a group."""
    path, is_set, value = typed.partition("=")
    if not is_set or not path:
        raise CommandError(f"--set {typed}: expected OPTION=VALUE", returncode=USAGE)
    first, _, rest = path.partition(".")
    if not rest:
        return {**kept, first: _value(value)}
    inner = kept.get(first)
    return {**kept, first: _with(inner if isinstance(inner, dict) else {}, f"{rest}={value}")}


def _value(typed: str) -> Json:
    try:
        read: Json = json.loads(typed)
    except ValueError:
        return typed
    return read
