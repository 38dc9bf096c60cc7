"""manage.py relist: derive anew what lists are made of."""

from __future__ import annotations

from themis.accounts.models import Team
from themis.pipeline import standings, words
from themis.pipeline.console import ThemisCommand


class Command(ThemisCommand):
    help = "Derive anew where every trajectory stands in lists, and index words if possible."

    def work(self, _team: Team, _options: dict[str, object]) -> int:
        has_index = words.make_index()
        self.screen.print(f"{standings.rebuild():,} standings derived")
        self.screen.print("words are indexed" if has_index else "words are not indexed")
        return 0
