"""TRL (GRPO, RLOO): a reward function for `reward_funcs`.

    trainer = GRPOTrainer(..., reward_funcs=[themis_reward])

TRL 1.x leaves a row whose every reward is None out of its group. Older versions add such rows up
to 0: there, say what an undecided run is worth, reward_function(undecided=0.5).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol, cast

from themis.client.adapters import clients, terms
from themis.client.adapters.terms import UndecidedOrNull
from themis.client.answers import Settled
from themis.client.place import Place
from themis.client.references import SCHEME

ENVIRONMENTS, NOT_COLUMNS = "environments", ("trainer_state", "log_extra", "log_metric")


class RewardFunction(Protocol):
    """What TRL calls: everything by name, and every further column of the data set with it."""

    __name__: str

    def __call__(
        self, prompts: Sequence[object], completions: Sequence[object], **columns: object
    ) -> Coroutine[Any, Any, list[float | None]]: ...


def reward_function(
    place: Place | None = None, *, undecided: UndecidedOrNull = "null", name: str = "themis"
) -> RewardFunction:
    """A reward function under a name of its own, which TRL's logs show.

    It raises RewardError where a reward is not to be had, which ends the step: TRL has no other
    way to tell that from a reward.
    """

    async def themis(
        prompts: Sequence[object], completions: Sequence[object], **columns: object
    ) -> list[float | None]:
        del prompts
        client = clients.of_this_loop(place)
        environments = columns.pop(ENVIRONMENTS, None)
        told = {each: columns.pop(each, None) for each in NOT_COLUMNS}
        rows = terms.rows_of(columns, len(completions))
        if isinstance(environments, Sequence):
            rows = [_with_run(row, each) for row, each in zip(rows, environments, strict=True)]
        asked = [
            terms.trajectory_of_row(row, completion)
            for row, completion in zip(rows, completions, strict=True)
        ]
        answers = terms.all_settled(await client.rewards(asked), client.place.deadline)
        _log(answers, told["log_extra"], told["log_metric"])
        return [terms.worth_or_none(answer, undecided) for answer in answers]

    themis.__name__ = themis.__qualname__ = name
    return themis


def _with_run(row: dict[str, object], environment: object) -> dict[str, object]:
    """A row, and the run that its environment recorded: an id or a reference as `trajectory`."""
    run = getattr(environment, "trajectory", None)
    if not isinstance(run, str):
        return row
    # Of all that a row may say, this run is the one that the completion is about.
    return {"label": run if run.startswith(SCHEME) else SCHEME + run}


def _log(answers: Sequence[Settled], log_extra: object, log_metric: object) -> None:
    n_undecided = sum(not answer.is_decided for answer in answers)
    if callable(log_metric):
        cast("Callable[[str, float], None]", log_metric)(
            "themis/undecided", n_undecided / max(1, len(answers))
        )
    if callable(log_extra):
        cast("Callable[[str, list[str]], None]", log_extra)(
            "themis", [answer.evidence or answer.trajectory for answer in answers]
        )


themis_reward = reward_function()
