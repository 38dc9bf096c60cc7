"""What the documentation tells people to type does what it says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.recorder import key_of
from tests.e2e.shell import ROOT, Installation

BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[tuple[str, str]]:
    """Every example of a page, in order."""
    return BLOCK.findall((ROOT / "docs" / page).read_text())


def told(page: str, folder: Path, variables: dict[str, str]) -> list[str]:
    """What the examples of a page print; each shell one knows the first one, and what was set."""
    first, *others = blocks(page)
    kept = f"[ ! -e kept ] || . ./kept\n{first[1]}"
    keep = "\nset | grep -E '^(RUN|ID)=' > kept || true\n"
    return [
        run(kept + text + keep if kind == "sh" else text, kind, folder, variables)
        for kind, text in others
    ]


@pytest.mark.timeout(300)
def test_the_examples_of_the_api_run(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl here; install it")
    themis = Installation.peopled(tmp_path / "var")
    key = key_of(themis)
    shutil.copytree(ROOT / "demo" / "trajectories" / "note-saved", tmp_path / "my-run")
    with themis.served() as address:
        variables = themis.environment | {"THEMIS": address, "KEY": key}
        first, *others = blocks("api.md")
        answers = [
            run(first[1] + text if kind == "sh" else text, kind, tmp_path, variables)
            for kind, text in others
        ]
        at_hand = variables | {"PYTHONPATH": str(ROOT)}  # where its client is installed for people
        rewards = told("rewards.md", tmp_path, at_hand)
    in_path, packed, folder, as_json, streamed, by_curl, measured, asked, dense, queued = answers
    assert '{"queues": []}' in in_path
    assert "cache-control: no-store" in in_path.lower()
    assert '"is_new": true' in packed
    assert '"is_new": false' in folder
    assert '"is_new": false' in as_json
    assert "'state': 'closed', 'n_steps': 5" in streamed
    assert by_curl.count('"n_steps": 1') == 3
    assert '"status": "done"' in measured
    assert '"critic": "evidence-only"' in measured
    corrected, floor = asked.replace("}{", "}\n{").splitlines()[-2:]
    assert '"reason": "' in corrected
    assert '"code": "not_promised"' in floor
    assert '"first_failing_step": null' in dense
    assert '"progress": 1.0' in dense
    assert '"state": "open"' in queued
    job, paid, _, batch, later, streamed = rewards
    assert '"name": "grpo-1"' in job
    assert '"status":"final"' in paid
    assert '"meta":{"rollout":17}' in paid
    assert '"http": 200' in batch
    assert '"http": 404' in batch
    assert later == paid
    assert streamed.count("event: final") == 1


def run(text: str, kind: str, folder: Path, variables: dict[str, str]) -> str:
    """The output of one example; fails with its complaints."""
    command = ["sh", "-euc", text] if kind == "sh" else [sys.executable, "-c", text]
    done = subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
