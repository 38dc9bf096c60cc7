"""Every recording of others in one command; what was counted stands in the README beside them."""

from __future__ import annotations

import io
import json
from collections import Counter

import pytest
from django.core.management import call_command

from tests.formats.recordings import DATA, NO_DATA
from themis.domain.jsontypes import Json

pytestmark = [
    pytest.mark.data,
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason=NO_DATA),
]

STORED = {
    "aitz_coat": ("aitw", 1),
    "androidworld_gbox": ("androidworld", 116),
    "androidworld_t3a_replay": ("androidworld-agents", 1),
    "lincforge_mobile": ("mcp-stream", 90),
    "online_mind2web": ("online-mind2web", 11),
    "opencua_agentnetbench": ("agentnet", 5),
    "osworld_sec_eval": ("osworld", 5),
    "webvoyager": ("webvoyager", 15),
}
PASSED_OVER = {
    "gui_critic_r1": 1,  # single steps
    "online_mind2web": 3,  # labels, an example of a judge's reply, judges' verdicts
    "openadapt_windows_trace": 1,  # prose
    "webbench_human_eval": 1,  # a table
}
LABELS = {
    "androidworld_gbox": {"passed": 100, "failed": 16},
    "androidworld_t3a_replay": {"failed": 1},
    "lincforge_mobile": {"passed": 53, "failed": 37},
}


def folder_of(line: dict[str, Json]) -> str:
    return str(line["source"]).removeprefix(f"{DATA}/").partition("/")[0]


def test_everything_is_stored_or_refused_with_a_sentence() -> None:
    out = io.StringIO()
    call_command("ingest", str(DATA), "--json", "--no-judge", "--processes", "1", stdout=out)
    lines: list[dict[str, Json]] = [json.loads(line) for line in out.getvalue().splitlines()]
    stored = [line for line in lines if "id" in line]
    passed = [line for line in lines if "id" not in line]
    assert Counter((folder_of(line), line["format"]) for line in stored) == {
        (folder, name): count for folder, (name, count) in STORED.items()
    }
    assert Counter(map(folder_of, passed)) == PASSED_OVER
    assert all(line["passed_over"] and ";" in str(line["error"]) for line in passed)
    labels = {folder: Counter[Json]() for folder in STORED}
    for line in stored:
        labels[folder_of(line)][line["label"]] += 1
    for folder, (_, count) in STORED.items():
        assert labels[folder] == LABELS.get(folder, {None: count}), folder
    broken = [line for line in stored if "Git-LFS pointer" in str(line["warnings"])]
    assert sorted(str(line["warnings"]).count("Git-LFS pointer") for line in broken) == [24, 43]
