"""ms-swift (GRPO): an asynchronous reward for `--external_plugins`. The plugin is three lines:

    from swift.rewards import orms
    from themis.client.adapters.ms_swift import ThemisORM
    orms["themis"] = ThemisORM

and is chosen with `--reward_funcs themis`. ms-swift adds rows without any reward up to 0, so an
undecided run raises, unless THEMIS_UNDECIDED is a number.
"""

from __future__ import annotations

from collections.abc import Sequence

from themis.client.adapters import terms
from themis.client.aio import AsyncThemis
from themis.client.place import Place


class ThemisORM:
    """In the form of swift's AsyncORM; `args` are the trainer's, and not needed."""

    def __init__(self, args: object = None, **_others: object) -> None:
        self.args = args
        self.place = Place.from_environment()
        self.undecided = terms.undecided_of_environment()

    async def __call__(self, completions: Sequence[object], **columns: object) -> list[float]:
        """The reward of each completion, asked for together; raises RewardError."""
        rows = terms.rows_of(columns, len(completions))
        asked = [
            terms.trajectory_of_row(row, completion)
            for row, completion in zip(rows, completions, strict=True)
        ]
        # Every call has an event loop of its own, so no connection outlives it.
        async with AsyncThemis(self.place) as client:
            answers = await client.rewards(asked)
        settled = terms.all_settled(answers, self.place.deadline)
        return [terms.worth(answer, self.undecided) for answer in settled]
