"""Reads the demands of an instruction, clause by clause; what it cannot read stays open."""

from __future__ import annotations

import re
from dataclasses import replace

from themis.critic.evidence_only import apps, devices
from themis.critic.evidence_only.clauses import ACTS, MAX_INSTRUCTION, Clause, clauses
from themis.critic.evidence_only.demands import Demand, Kind
from themis.critic.evidence_only.values import Value, bare_target, leftovers, values

MAX_DEMANDS = 30


_REST = re.compile(
    r"^(?:leave|keep)\s+(?:everything|all|anything|the rest|all the rest)(?:\s+else)?\s+"
    r"(?:as (?:it is|they are|is|it was)|unchanged|untouched|alone)$",
    re.IGNORECASE,
)
_SWITCHES = re.compile(r"(.{1,80}?)\s+(on|off)(?:\s*,?\s*and\s+|\s*,\s*|$)", re.IGNORECASE)
_COMMITS = (
    "save",
    "submit",
    "send",
    "post",
    "publish",
    "apply",
    "confirm",
    "book",
    "order",
    "reserve",
)
_CONTEXT = re.compile(
    r"^(?:you are|this is|there (?:is|are)|it is|the|an?)\b(?!.*\b(?:must|should|need|only|not|"
    r"ensure|make sure|never|want|like)\b)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"^(?:it|them|this|that|the (?:item|entry|result|button|one))\b", re.IGNORECASE
)
_TIMES = {"once": 1, "twice": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_FOLLOWING = re.compile(r"^the following [\w ]{1,40}:\s*(.+)$")
_CONTROL = r"(?:button|key|link|tab|icon|menu|item|option|switch|setting|toggle|checkbox|box|mode)"


def demands(instruction: str) -> tuple[Demand, ...]:
    """Every demand of an instruction, in order; what is not understood stays as OPAQUE."""
    found: list[Demand] = []
    for whole in clauses(instruction[:MAX_INSTRUCTION]):
        clause, device = devices.named(whole)
        clause, app = apps.named(clause)
        words = whole.unmark(whole.text)
        if app:
            found.append(Demand(kind=Kind.PLACE, clause=words, text=app, verb="open"))
        found.extend(_of(clause, found))
        if device:
            found.append(Demand(kind=Kind.DEVICE, clause=words, text=device))
    if len(instruction) > MAX_INSTRUCTION or len(found) > MAX_DEMANDS:
        found = [*found[: MAX_DEMANDS - 1], Demand(kind=Kind.OPAQUE, clause="(more words follow)")]
    return tuple(found)


def _of(clause: Clause, before: list[Demand]) -> list[Demand]:
    verb, _, rest = clause.text.partition(" ")
    verb, rest = verb.casefold(), rest.strip()
    if verb == "to" and before and before[-1].kind is Kind.PLACE:
        verb = "go"
    if verb in ("do", "don't", "never", "ensure", "verify") or verb not in ACTS:
        known = _CONTEXT.match(clause.text) or not any(c.isalpha() for c in clause.text)
        return [] if known and not clause.text.endswith("?") else [_opaque(clause)]
    for read in (
        _untouched,
        _replacement,
        _commit,
        _place,
        _press,
        _state,
        _choice,
        _removal,
        _report,
        _writing,
    ):
        made = read(clause, verb, rest, before)
        if made is not None:
            return made
    return [_opaque(clause)]


def _opaque(clause: Clause) -> Demand:
    return Demand(kind=Kind.OPAQUE, clause=clause.unmark(clause.text))


def _checked(clause: Clause, used: str, *made: Demand) -> list[Demand]:
    """The demands of a clause, and what it says beyond them if there is anything."""
    over = leftovers(clause, used)
    extra = [Demand(kind=Kind.OPAQUE, clause=f"{clause.unmark(clause.text)} [{over}]")]
    return [*made, *(extra if over else [])]


def _untouched(clause: Clause, _: str, __: str, ___: list[Demand]) -> list[Demand] | None:
    if not _REST.match(clause.text):
        return None
    return [Demand(kind=Kind.UNTOUCHED, clause=clause.unmark(clause.text))]


def _replacement(clause: Clause, verb: str, rest: str, _: list[Demand]) -> list[Demand] | None:
    shape = re.match(
        r"^(?:every|all|each|any)\b[\w\s]*?([\ue000-\ue0ff])\s+(?:by|with|to)\s+([\ue000-\ue0ff])$",
        rest,
    )
    if shape is None or verb not in ("replace", "change"):
        return None
    old, new = clause.unmark(shape[1]), clause.unmark(shape[2])
    words = clause.unmark(clause.text)
    return [Demand(kind=Kind.REPLACEMENT, clause=words, text=new, field=old, verb=verb)]


def _commit(clause: Clause, verb: str, rest: str, _: list[Demand]) -> list[Demand] | None:
    pressed = verb in ("press", "tap", "click", "hit", "push")
    target = bare_target(clause, rest)[0].casefold() if pressed else ""
    if verb not in _COMMITS and target not in _COMMITS:
        return None
    words = clause.unmark(clause.text)
    made = [Demand(kind=Kind.COMMIT, clause=words, text=target or verb, verb=target or verb)]
    found = values(clause, rest, verb=verb) if not pressed else ()
    counted = re.match(r"(\d{1,4})\s+[A-Za-z]", rest) if verb == "order" else None
    if counted:
        made.append(Demand(kind=Kind.QUANTITY, clause=words, text=counted[1], verb=verb))
    made[:0] = [_text(each, words, verb, lasting=True) for each in found]
    used = rest if pressed else " ".join(each.used for each in found)
    return _checked(clause, used, *made)


def _place(clause: Clause, verb: str, rest: str, before: list[Demand]) -> list[Demand] | None:
    if verb not in ("open", "launch", "start", "go", "navigate", "visit", "scroll", "find", "to"):
        return None
    if _PRONOUN.match(rest):
        return _again(clause, before)
    goal = re.sub(r"^(?:up|down|back|over|to|for|until|into|the|its|an?|\s)+\b", "", rest).strip()
    made: list[Demand] = []
    known = {alias for demand in before for alias in demand.aliases}
    ids = (word for aside in clause.asides for word in aside.split() if "." in word)
    aliases = tuple(word for word in ids if word not in known)
    # "its Form screen" after "launch X and open", "to About, then to Diagnostics"
    for part in re.split(r"\s*,\s*(?:and\s+)?(?:then\s+)?(?:to\s+)?", goal):
        target, used = bare_target(clause, part)
        if target:
            made.append(
                Demand(kind=Kind.PLACE, clause=clause.unmark(clause.text), text=target, verb=verb,
                       aliases=aliases if not made else ())
            )  # fmt: skip
            goal = goal.replace(used, " ", 1)
    return _checked(
        clause, rest.replace(goal, " ") if not goal.strip() else _used(rest, goal), *made
    )


def _used(rest: str, unread: str) -> str:
    kept = set(unread.split())
    return " ".join(word for word in rest.split() if word not in kept)


def _press(clause: Clause, verb: str, rest: str, before: list[Demand]) -> list[Demand] | None:
    if verb not in ("press", "tap", "click", "hit", "push"):
        return None
    rest = re.sub(r"^on\s+", "", rest)
    if _PRONOUN.match(rest):
        return _again(clause, before)
    target, used = bare_target(clause, rest)
    if not target:
        return None
    times = re.search(r"\b(once|twice|(\w+) times)\b", rest)
    word = (times[2] or times[1]) if times else "once"
    count = int(word) if word.isdecimal() and len(word) < 3 else _TIMES.get(word.casefold(), 0)
    if not count:
        return None
    made = Demand(kind=Kind.PRESS, clause=clause.unmark(clause.text), text=target, verb=verb,
                  count=count)  # fmt: skip
    return _checked(clause, f"{used} {times[0] if times else ''}", made)


def _again(clause: Clause, before: list[Demand]) -> list[Demand] | None:
    """ "tap it": the thing that was named last."""
    last = next((d for d in reversed(before) if d.text), None)
    if last is None:
        return None
    words = clause.unmark(clause.text)
    return [Demand(kind=Kind.PRESS, clause=words, text=last.text, verb="tap", aliases=last.aliases)]


def _state(clause: Clause, verb: str, rest: str, _: list[Demand]) -> list[Demand] | None:
    on = {"enable": True, "activate": True, "check": True, "tick": True, "disable": False,
          "deactivate": False, "uncheck": False, "untick": False}.get(verb)  # fmt: skip
    used = ""
    several = _SWITCHES.findall(rest) if verb in ("turn", "switch") else []
    if len(several) > 1:
        named = [(bare_target(clause, name), word) for name, word in several]
        words = clause.unmark(clause.text)
        made = [
            Demand(
                kind=Kind.STATE, clause=words, text=target, verb=verb, on=word.casefold() == "on"
            )
            for (target, _used), word in named
            if target
        ]
        return _checked(clause, rest if len(made) == len(several) else "", *made)
    if on is None and verb in ("turn", "switch", "toggle", "set"):
        shape = re.search(r"(?:^(on|off)\b)|(?:\bto\s+)?\b(on|off)$", rest, re.IGNORECASE)
        if shape is None:
            return None
        used = shape[0]
        on = (shape[1] or shape[2]).casefold() == "on"
        rest = rest.replace(shape[0], " ", 1).strip()
    boxed = clause.quoted or re.search(r"\b(?:box|checkbox|option|switch)\b", rest)
    if on is None or (verb in ("check", "tick", "uncheck", "untick") and not boxed):
        return None
    target, read = bare_target(clause, rest)
    if not target:
        return None
    words = clause.unmark(clause.text)
    one = Demand(kind=Kind.STATE, clause=words, text=target, verb=verb, on=on)
    return _checked(clause, f"{used} {read}", one)


def _choice(clause: Clause, verb: str, rest: str, _: list[Demand]) -> list[Demand] | None:
    if verb not in ("select", "choose", "pick"):
        return None
    head, _joint, tail = re.split(r"\s+(from|in|as|for|under)\s+", f"{rest} from ", maxsplit=1)[:3]
    target, used = bare_target(clause, head)
    if not target:
        return None
    label = re.sub(r"\b(?:the|dropdown|menu|list|field|options?|from)\b", " ", tail).strip()
    made = Demand(kind=Kind.CHOICE, clause=clause.unmark(clause.text), text=target, verb=verb,
                  field=clause.unmark(" ".join(label.split())))  # fmt: skip
    return _checked(clause, f"{used} {tail}", made)


def _removal(clause: Clause, verb: str, rest: str, _: list[Demand]) -> list[Demand] | None:
    listed = _FOLLOWING.match(rest)
    if verb in ("delete", "remove") and listed:
        words = clause.unmark(clause.text)
        items = (item.strip(" .") for item in listed[1].split(","))
        return [
            Demand(kind=Kind.REMOVAL, clause=words, text=clause.unmark(item), verb=verb)
            for item in items
            if item
        ]
    if verb in ("delete", "remove", "erase", "discard"):
        target, used = bare_target(clause, rest)
        if not target:
            return None
        words = clause.unmark(clause.text)
        made = Demand(kind=Kind.REMOVAL, clause=words, text=target, verb=verb)
        return _checked(clause, used, made)
    if verb != "rename" or not re.search(r"\s(?:to|as|into)\s", rest):
        return None
    old, _joint, new = re.split(r"\s+(to|as|into)\s+", rest, maxsplit=1)
    (was, used), (now, used_too) = bare_target(clause, old), bare_target(clause, new)
    if not (was and now):
        return None
    shared = Demand(kind=Kind.TEXT, clause=clause.unmark(clause.text), text=now, verb=verb,
                    lasting=True)  # fmt: skip
    gone = replace(shared, kind=Kind.REMOVAL, text=was, lasting=False)
    return _checked(clause, f"{used} {used_too}", shared, gone)


def _report(clause: Clause, verb: str, rest: str, before: list[Demand]) -> list[Demand] | None:
    if verb not in ("report", "read", "tell", "give", "state", "answer"):
        return None
    asked = next((d for d in before if d.kind is Kind.ANSWER), None)
    if asked and re.match(r"^(?:me )?(?:it|them|this|that)\b", rest):
        return []
    shown = re.search(
        r"\b(value|text|label|message|title|header|heading|number)\b(?!\s+and\b)", rest
    )
    several = re.search(r"\b(?:and|all|each|every|how|why|or|list)\b", rest)
    if shown is None or several or len(clause.quoted) > 1:
        return [_opaque(clause)]
    label = clause.quoted[0] if clause.quoted else ""
    return [Demand(kind=Kind.ANSWER, clause=clause.unmark(clause.text), text=label,
                   field=shown[1].casefold(), verb=verb)]  # fmt: skip


def _writing(clause: Clause, verb: str, rest: str, _: list[Demand]) -> list[Demand] | None:
    making = verb in ("create", "add", "make", "compose", "draft", "name", "title", "comment")
    entering = verb in ("enter", "type", "write", "fill", "input", "put", "insert", "set",
                        "change", "update", "edit", "replace")  # fmt: skip
    found = values(clause, rest, verb=verb) if making or entering else ()
    if not found:
        return None
    words = clause.unmark(clause.text)
    made = [
        replace(_text(each, words, verb, lasting=making), quoted=each.text in clause.quoted)
        for each in found
    ]
    return _checked(clause, " ".join(each.used for each in found), *made)


def _text(value: Value, clause: str, verb: str, *, lasting: bool) -> Demand:
    return Demand(kind=Kind.TEXT, clause=clause, text=value.text, field=value.field, verb=verb,
                  lasting=lasting)  # fmt: skip
