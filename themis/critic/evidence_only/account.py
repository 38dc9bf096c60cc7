"""What the agent's own closing words concede: a thing left out, a date that does not exist.

Such words never help a run; they only count against it.
"""

from __future__ import annotations

import re
from datetime import date

from themis.critic.evidence_only.charges import Charge, charge, spoken
from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.proof import Proof, Weight
from themis.critic.evidence_only.selector import Task
from themis.critic.evidence_only.wording import normal
from themis.domain.evidence import ObjectionKind

# only deeds that add: not to delete or move the others is what a deletion or move asks for
_FORMS = {
    "add": "add|added|log|logged|enter|entered",
    "create": "create|created|make|made",
    "send": "send|sent",
    "reply": "reply|replied|send|sent",
    "save": "save|saved",
    "submit": "submit|submitted",
    "enter": "enter|entered",
    "book": "book|booked",
    "order": "order|ordered",
    "buy": "buy|bought",
    "install": "install|installed",
    "upload": "upload|uploaded",
    "post": "post|posted",
}
_NOT = r"(?:did not|didn't|have not|haven't|could not|couldn't|was not able to|wasn't able to)"
_NEGATION = re.compile(r"\b(?:not|don't|never|without|except|avoid|only if|unless|already)\b")
_NEVERTHELESS = re.compile(r"\b(?:until|at first|initially|anything else|any other|by accident)\b")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_DATED = re.compile(
    rf"\b({'|'.join(_DAYS)}),? (?:the )?({'|'.join(_MONTHS)}) "
    r"(\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b"
)
_OF_DATES = re.compile(rf"\b(?:week|weekend|days?|dates?|today|tomorrow|due|{'|'.join(_DAYS)})\b")


def left_out(run: Run, _: tuple[Task, ...], __: tuple[Proof, ...]) -> Charge | None:
    """The agent says at the end that it did not do what the instruction's verb asks for."""
    wanted = normal(run.trajectory.instruction[:4_000])
    if _NEGATION.search(wanted):
        return None  # leaving something out may be what was asked
    verbs = "|".join(forms for verb, forms in _FORMS.items() if re.search(rf"\b{verb}\b", wanted))
    if not verbs:
        return None
    admits = re.compile(rf"\b(?:i|we) {_NOT} (?:re-?)?(?:{verbs})\b(?! (?:to|any|extra|more)\b)")
    for sentence in re.split(r"(?<=[.!?])\s+|\n+", run.closing[:4_000]):
        told = normal(re.sub(r"[*_`#]+", "", sentence))
        if admits.search(told) and not _NEVERTHELESS.search(told):
            note = spoken(run, "the agent says that it left something out", sentence)
            words = "the agent itself says that it left out a part"
            return charge(ObjectionKind.UNCAUGHT_FAILURE, words, Weight.OMITTED, note)
    return None


def contradicted(run: Run, _: tuple[Task, ...], __: tuple[Proof, ...]) -> Charge | None:
    """The closing words of a task about days rest on a day of the week that the date is not."""
    if not _OF_DATES.search(normal(run.trajectory.instruction[:4_000])):
        return None
    for day, month, number, year in _DATED.findall(normal(run.closing[:4_000])):
        if not _is_so(day, month, int(number), int(year)):
            note = spoken(run, "that date is another day of the week",
                          f"{day}, {month} {number}, {year}")  # fmt: skip
            return charge(ObjectionKind.CONTRADICTION, "the answer rests on a date that is wrong",
                          Weight.WRONG_DATE, note)  # fmt: skip
    return None


def _is_so(day: str, month: str, number: int, year: int) -> bool:
    try:
        return date(year, _MONTHS.index(month) + 1, number).weekday() == _DAYS.index(day)
    except ValueError:
        return False
