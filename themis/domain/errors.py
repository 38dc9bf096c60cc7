"""Every error Themis raises by name.

ThemisError
├── UnreadableTrajectory     input that is refused; names the file, the field and the remedy
│   ├── UnknownFormat        no reader recognises it
│   └── UnreadableScreen     an image that does not decode, or is over a limit
├── UnreadableTable          a table of verdicts that is refused; names file, line and remedy
├── OutOfPlace               a step for a place of an open run that is taken or not reached yet
├── RunIsClosed              a step or an ending for a run that has ended
├── NotYours                 an item of a queue that somebody else, or nobody, holds by now
│   └── NotSeated            somebody who may not take items from this queue
├── Stale                    a decision on what has changed since it was looked at
├── UnfitOpinion             a decision that does not fit the run; names the fields
├── QueueIsClosed            a queue that gives out nothing, or takes nothing any more
├── EmptyQueue               a queue that nothing would stand in
├── UnfitPlan                a plan of a queue that cannot be; names the fields
├── CriticFailed             a run that broke: it has a cause and never an outcome
│   ├── ModelUnavailable     the endpoint did not answer, or refused
│   └── UnreadableReply      the model answered, but never in the form it was asked for
├── AmbiguousReference       several trajectories named where one is asked for
├── UnfitPolicy              a policy of an RL job that cannot be; names the fields
├── NoPromise                a floor that nothing known of the judge supports
├── BudgetSpent              an RL job that may ask the models nothing more
├── UnfitComment             words that are not kept; says why
├── Unreachable              a place that does not answer now, and may the next time
├── NameTaken                somebody else signs in under that name
├── LastAdmin                a team would be left without anybody who may appoint people
└── Misconfigured            a setting that cannot work; names the setting
"""

from __future__ import annotations

from themis.domain.jsontypes import Json


class ThemisError(Exception):
    """The root: its text is meant for the person who can act on it."""


class UnreadableTrajectory(ThemisError):
    """Input that is refused. The message names the file, the field and the remedy."""


class UnknownFormat(UnreadableTrajectory):
    """No reader recognises what stands at a path."""


class UnreadableScreen(UnreadableTrajectory):
    """An image that does not decode, is not an image, or is larger than allowed."""


class UnreadableTable(ThemisError):
    """A table of verdicts that is refused. The message names the line and the remedy."""


class OutOfPlace(ThemisError):
    """A step that does not go on where the run stands. The message says where it does."""


class RunIsClosed(ThemisError):
    """A run that takes nothing more. The message says what can be done with it."""


class NotYours(ThemisError):
    """A hold that does not exist, was lost, or was taken over. What was typed is kept."""


class NotSeated(NotYours):
    """A queue that this person may not take from. The message says who can change that."""


class Stale(ThemisError):
    """A decision on a version that is no longer shown. `changes` says what is different now."""

    def __init__(self, changes: tuple[str, ...]) -> None:
        super().__init__(" ".join(changes))
        self.changes = changes


class UnfitOpinion(ThemisError):
    """A decision that does not fit its run. `fields` says of each field what is wrong."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in fields.items()))
        self.fields = fields


class QueueIsClosed(ThemisError):
    """A queue that is being filled, paused or closed. The message says which."""


class EmptyQueue(ThemisError):
    """A plan that nothing fits. The message says what could be widened."""


class UnfitPlan(ThemisError):
    """A queue that cannot be made like that. `fields` says of each field what is wrong."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in fields.items()))
        self.fields = fields


class AmbiguousReference(ThemisError):
    """Several trajectories are named where one is asked for. The message names them."""


class UnfitPolicy(ThemisError):
    """A policy of an RL job that cannot be. `fields` says of each field what is wrong."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in fields.items()))
        self.fields = fields


class NoPromise(ThemisError):
    """A floor that cannot be promised. `code` says of which kind, `more` how far it is."""

    def __init__(self, code: str, error: str, **more: Json) -> None:
        super().__init__(error)
        self.code = code
        self.more = more


class BudgetSpent(ThemisError):
    """An RL job whose budget is spent. The message says of what, and who can raise it."""


class CriticFailed(ThemisError):
    """A run that broke. Its text is the cause that people and RL jobs are shown."""


class ModelUnavailable(CriticFailed):
    """The model endpoint did not answer in time, or answered with an error."""


class UnreadableReply(CriticFailed):
    """The model answered several times and never in the form that was asked for."""


class Misconfigured(ThemisError):
    """A setting that cannot work. The message names the setting."""


class Unreachable(ThemisError):
    """A watched folder or bucket that cannot be looked into now. It is tried again."""


class NameTaken(ThemisError):
    """A name that cannot be given to a new person. The message says what can be done."""


class LastAdmin(ThemisError):
    """A change that would leave a team without an admin. The message names the person."""


class UnfitComment(ThemisError):
    """A comment that is not kept. The message says why, to its author."""
