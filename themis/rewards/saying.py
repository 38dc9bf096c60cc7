"""A policy in words: one line for lists, and whole sentences for whoever sets it."""

from __future__ import annotations

from themis.rewards.policy import Policy

UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def line(policy: Policy) -> str:
    """What tells one job's policy from another's, in one line."""
    told = [" + ".join(policy.critics) or "the default critic"]
    if len(policy.critics) > 1:
        told.append(f"{policy.needed} of {len(policy.critics)} agree")
    if policy.floor is not None:
        told.append(f"precision {policy.floor:g}")
    if policy.corrected:
        told.append("corrected")
    told.append(_undecided_short(policy))
    if policy.dense:
        told.append("dense")
    if policy.deadline is not None:
        told.append(f"within {span(policy.deadline)}")
    return " · ".join(told)


def sentences(policy: Policy) -> list[str]:
    """The policy as a person reads it."""
    told = [f"{_who(policy)}. {_pays(policy)}", _undecided(policy)]
    if policy.deadline is not None:
        told.append(f"After {span(policy.deadline)} without an answer, {_at_deadline(policy)}.")
    else:
        told.append("There is no deadline: an answer comes when it is there.")
    if policy.dense:
        told.append("Each answer says of every milestone and step what it was worth.")
    if policy.redeliver:
        told.append("When a person rules otherwise afterwards, the amended reward is sent again.")
    else:
        told.append("A reward stays as it was paid, whatever a person rules afterwards.")
    return told


def text(policy: Policy) -> str:
    """All of it in one paragraph."""
    return " ".join(sentences(policy))


def span(seconds: float) -> str:
    """A duration in the largest unit that says it exactly: "90 s", "10 min", "2 h"."""
    for length, unit in UNITS:
        if seconds >= length and seconds % length == 0:
            return f"{seconds / length:g} {unit}"
    return f"{seconds:g} s"


def _who(policy: Policy) -> str:
    critics = policy.critics
    if not critics:
        return "The team's default critic judges"
    if len(critics) == 1:
        return f"{critics[0]} judges"
    named = f"{', '.join(critics[:-1])} and {critics[-1]} judge each for themselves"
    n = len(critics)
    agree = "all of them have" if policy.needed == n else f"{policy.needed} of the {n} have"
    return f"{named}; {agree} to agree"


def _pays(policy: Policy) -> str:
    if policy.floor is not None:
        return (
            f"A run that passes pays 1 where a precision of {policy.floor:g} can be promised"
            f" (false with a chance of at most {policy.alpha:g}); every other run is undecided."
        )
    if policy.corrected:
        return (
            "A passed run pays 1 and a failed one 0, less the judge's bias as it was measured on"
            " your labels: the numbers may be below 0 or above 1."
        )
    return "A passed run pays 1, a failed one 0."


def _undecided(policy: Policy) -> str:
    if policy.undecided == "value":
        return f"An undecided run pays {policy.undecided_value:g}."
    if policy.undecided == "review":
        return "An undecided run goes before a person first, who decides what it pays."
    return "An undecided run has no reward and is masked: nothing is trained on it."


def _undecided_short(policy: Policy) -> str:
    if policy.undecided == "value":
        return f"undecided pays {policy.undecided_value:g}"
    return "undecided to people" if policy.undecided == "review" else "undecided masked"


def _at_deadline(policy: Policy) -> str:
    if policy.at_deadline == "value":
        return f"a run pays {policy.deadline_value:g}"
    if policy.at_deadline == "broken":
        return "a run is answered as broken, to be asked for again"
    return "a run has no reward and is masked"
