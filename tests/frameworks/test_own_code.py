"""Rewards reach a trainer through its own code, from a Themis that is served as people serve it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.frameworks.conftest import Served

pytestmark = [
    pytest.mark.frameworks,
    pytest.mark.once,
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("frameworks"),
]


def test_trl_trains_a_whole_step_of_grpo_on_rewards_and_leaves_undecided_runs_out(
    served: Served,
) -> None:
    told = served.run("trl_step", *served.runs.values())
    assert told["rewards"] == [1.0, 0.0, 0.0, None, 1.0, 1.0, 0.0, None]
    logged = told["logged"]
    # Of three and three that count: 1/3 and 2/3 passed.
    assert logged["rewards/themis/mean"] == pytest.approx(0.5)
    assert logged["themis/undecided"] == 0.25
    assert logged["grad_norm"] > 0
    assert math.isfinite(logged["loss"])
    assert told["finite"]
    assert told["changed"] > 0


def test_verl_pays_by_its_own_manager_and_an_undecided_run_ends_the_step(served: Served) -> None:
    told = served.run("verl_manager", served.runs["passed"], served.runs["undecided"])
    assert told["settled"]["reward_score"] == 1.0
    assert told["settled"]["reward_extra_info"]["themis_decided"] == 1.0
    assert told["raised"] == "Doubtful"
    assert told["chosen"]["reward_score"] == 0.25
    # Why the documentation warns of that manager:
    assert told["swallowed"]["reward_score"] == 0.0


def test_ms_swift_asks_in_a_new_event_loop_every_step(served: Served) -> None:
    told = served.run("swift_orm", served.runs["passed"], served.runs["failed"])
    assert told["steps"] == [[1.0, 0.0], [1.0, 0.0]]


def test_areal_pays_in_processes_and_being_away_is_an_error_and_no_0(served: Served) -> None:
    told = served.run("areal_wrapper", served.runs["passed"])
    assert told["reward"] == 1.0
    assert told["away"] == "Unreachable"
    # Why the adapter gives up before the wrapper does:
    assert told["late"] == 0


def test_openrlhf_pays_by_url_by_file_and_an_agent(served: Served) -> None:
    told = served.run(
        "openrlhf_agent", f"{served.keyed}/compat/openrlhf/get_reward", served.runs["passed"]
    )
    assert told["by_file"] == {"reward": [1.0], "scores": [1.0], "logs": ["themis_decided"]}
    assert told["by_agent"] == {"reward": 1.0, "scores": 1.0, "logs": ["themis_decided"]}
    assert told["by_url"]["reward"] == [1.0]
    assert told["by_url"]["scores"] == [1.0]


def test_skyrl_makes_the_environment_and_gets_its_reward(served: Served) -> None:
    told = served.run("skyrl_env", served.runs["failed"])
    assert told["output"]["reward"] == 0.0
    assert told["output"]["done"] is True
    assert told["output"]["metadata"]["themis_decided"] == 1.0


def test_openenv_steps_once_over_its_socket_and_is_paid(served: Served) -> None:
    told = served.run("openenv_episode", f"{served.keyed}/compat/openenv", served.runs["passed"])
    assert (told["begun"], told["done"], told["reward"]) == (False, True, 1.0)
    assert told["seen"]["outcome"] == "passed"
    assert told["state"]["step_count"] == 1


def test_verifiers_scores_a_row_of_its_task_set_at_our_gym(
    served: Served, gym: str, tmp_path: Path
) -> None:
    told = served.run("verifiers_score", gym, served.runs["passed"], str(tmp_path))
    assert told["reward"] == 1.0
    assert told["metrics"]["themis_passed"] == 1.0


def test_tinker_gets_a_step_in_its_own_type(served: Served) -> None:
    told = served.run("tinker_step", served.runs["passed"])
    assert (told["result"]["reward"], told["result"]["episode_done"]) == (1.0, True)
