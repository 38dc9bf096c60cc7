"""Direction where the import linter is blind: keys between tables, and who writes them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.db import models

from themis.domain import trajectory, verdict
from themis.trajectories import models as trajectory_rows
from themis.verdicts import models as verdict_rows

STAGES = [
    "auth",
    "accounts",
    "notices",
    "trajectories",
    "uploads",
    "replays",
    "verdicts",
    "reviews",
    "rewards",
]
STAGES += ["curation", "leaderboard", "pipeline", "api"]
ROOT = Path(__file__).resolve().parents[1]
WRITES = re.compile(r"\b(\w+)\.objects\.(?:\w+\([^()]*\)\.)*(?:create|update|delete|bulk_\w+)\(")


def rank(model: type[models.Model]) -> int:
    """How far along the way a table stands."""
    return STAGES.index(model._meta.app_label)


def own_models() -> list[type[models.Model]]:
    """The tables of Themis."""
    return [model for model in apps.get_models() if model.__module__.startswith("themis.")]


def test_every_table_belongs_to_a_stage() -> None:
    assert {model._meta.app_label for model in own_models()} <= set(STAGES)


def test_foreign_keys_point_back() -> None:
    for model in own_models():
        for key in (*model._meta.concrete_fields, *model._meta.many_to_many):
            if isinstance(key.related_model, type):
                assert rank(key.related_model) <= rank(model), f"{model.__name__}.{key.name}"


def test_a_table_is_written_by_its_own_app() -> None:
    homes = {model.__name__: model.__module__.rpartition(".")[0] for model in own_models()}
    for file in (ROOT / "themis").rglob("*.py"):
        where = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for name in WRITES.findall(file.read_text()):
            if name in homes:
                assert where.startswith(homes[name]), f"{where} writes {name}"


def test_the_root_package_imports_nothing() -> None:
    assert "import" not in (ROOT / "themis" / "__init__.py").read_text().split('"""')[2]


def test_migrations_are_named_for_what_they_do() -> None:
    for file in (ROOT / "themis").glob("*/migrations/0*.py"):
        assert "auto_" not in file.name


def test_columns_offer_what_the_vocabulary_has() -> None:
    platforms, labels, outcomes = trajectory.Platform, trajectory.Label, verdict.Outcome
    assert set(trajectory_rows.Platform.values) == {each.value for each in platforms}
    assert set(trajectory_rows.Label.values) == {each.value for each in labels} | {""}
    assert set(verdict_rows.Outcome.values) == {each.value for each in outcomes}


def test_a_command_starts_without_critics_and_readers() -> None:
    """They take longer to load than the rest; only who judges or ingests waits for them."""
    assert (
        loaded(
            "import django; django.setup()",
            "themis.critic.loader",
            "themis.formats.registry",
            "aiohttp",
        )
        == "[]"
    )


def loaded(told: str, *names: str) -> str:
    """Those of the modules that a process has loaded after it did as told."""
    told += f"; import sys; print([name for name in {names} if name in sys.modules])"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "themis.settings"}
    done = subprocess.run(
        [sys.executable, "-c", told],
        capture_output=True, text=True, check=True, cwd=ROOT, env=environment,
    )  # fmt: skip
    return done.stdout.strip()


def test_a_server_starts_without_what_only_measuring_needs() -> None:
    """Loading scikit-learn takes longer than all the rest; a process of its own does the sums."""
    told = "import django; django.setup(); import themis.urls, themis.pipeline.tasks"
    assert loaded(told, "sklearn", "scipy", "numpy", "transformers", "torch") == "[]"
