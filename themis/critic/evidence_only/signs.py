"""Words by which programs and agents give away how things stand."""

from __future__ import annotations

import re
from collections.abc import Iterable

from themis.critic.evidence_only.elements import Element, Tree
from themis.critic.evidence_only.wording import contains, normal

_ERROR = re.compile(
    r"\b(?:failed|failure|could ?n[o']t|cannot|can't|unable to|invalid|not valid|is required|"
    r"required field|are required|must not be empty|can't be empty|please (?:enter|fill|choose|"
    r"select|provide)|not saved|was not|error(?!s?: (?:0|none))|went wrong|try again|rejected|"
    r"denied|already (?:exists|taken|booked)|not available|unavailable|"
    r"fill (?:out|in) this field)\b"
)
_REFUSED = re.compile(
    r"\b(?:could ?n[o']t|cannot|can't|unable to|failed to|is required|required field|are required|"
    r"must not be empty|can't be empty|invalid|not valid|already (?:exists|taken|booked)|"
    r"went wrong|please try again|rejected|denied|not saved|fill (?:out|in) this field)\b"
)
_UNSAVED = re.compile(
    r"\b(?:unsaved|not saved|not yet saved|save changes\?|"
    r"changes (?:have not been|are not|were not) saved|discard (?:your )?changes\?|"
    r"do you want to save|without saving)\b"
)
_STARRED = re.compile(r"^\s*(?:\*|\u25cf)\s*\S")
_CONFIRMED = re.compile(
    r"\b(?:saved|submitted|sent|added|created|registered|confirmed|confirmation|booked|updated|"
    r"published|posted|success|successful|successfully|thank you|thanks|completed|applied|"
    r"placed|deleted|removed|renamed|enrolled|subscribed|received|done)\b"
)
_NEGATED = re.compile(r"\b(?:not|never|no|un\w+|isn't|wasn't|haven't|yet to)\b")

_ADMISSION = re.compile(
    r"\b(?:i|we) (?:could not|couldn't|can not|cannot|can't|was unable|am unable|was not able|"
    r"wasn't able|am not able|were unable|have no way|failed to|did not manage|didn't manage|"
    r"have been unable|do not have (?:access|a way)|don't have (?:access|a way))\b"
    r"|\b(?:i'm|i am|i was) (?:unable|not able|stopping short)\b"
    r"|\b(?:task|request) (?:is|was) (?:impossible|not possible|infeasible|not completed)\b"
    r"|\bcould not be completed\b|\bunable to (?:complete|finish|perform|carry)\b"
)
# what an agent cannot do at the end is not done; a doubt about its own work is another thing
_PRESENT = re.compile(
    r"\b(?:i|we) (?:can not|cannot|can't|am unable to|am not able to|have no way to|"
    r"do not have (?:access|a way)|don't have (?:access|a way))"
    r"(?! (?:to )?(?:verify|confirm|see|tell|be |guarantee|check))"
    r"|\b(?:i'm|i am) (?:unable|not able|stopping short)\b"
)
_WITHHELD = re.compile(
    r"\b(?:i|we) (?:can ?not|can't|am unable to|am not able to|have no way to|won't|will not|"
    r"am not going to)"
    r"(?: \w+){0,2}? (?:give|report|answer|provide|state|tell you|read|guess|hand)\b"
    r"|\bi'm (?:unable to|not able to|not going to)"
    r"(?: \w+){0,2}? (?:give|report|answer|provide|state|tell you|read|guess|hand)\b"
)
_WAY_ROUND = re.compile(r"\b(?:so i|instead|but i|but then|until i|at first|however)\b")
_ASKING = re.compile(
    r"\b(?:which|should i|shall i|could you|can you|please (?:let me know|"
    r"tell me|confirm|provide|specify))\b"
)
_OFFER = re.compile(r"\b(?:anything else|else i can|something else|further)\b")
UNDOING = ("undo", "discard", "revert", "reset", "cancel", "don't save", "close without saving",
           "delete", "remove", "clear", "backspace")  # fmt: skip
_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)\s+|\n+|\s+(?:-|\u2014|\u2013)\s+(?=here|so)"
)
MAX_SENTENCES = 3


def errors(elements: Iterable[Element]) -> tuple[Element, ...]:
    """The elements that report an error; long texts are content, not reports."""
    return _saying(_ERROR, elements)


def refusals(elements: Iterable[Element]) -> tuple[Element, ...]:
    """The elements by which a program says that it did not take what was sent."""
    return _saying(_REFUSED, elements)


def confirmations(elements: Iterable[Element]) -> tuple[Element, ...]:
    """The elements that report success."""
    return tuple(
        e for e in _saying(_CONFIRMED, elements)
        if not e.editable and not any(_NEGATED.search(normal(t)) for t in e.texts)
        and not _ERROR.search(normal(" ".join(e.texts))) and "button" not in e.role.casefold()
    )  # fmt: skip


def unsaved(tree: Tree) -> tuple[Element, ...]:
    """The elements by which a program says that changes are not saved."""
    starred = tuple(
        e for e in tree.elements if e.is_window and any(_STARRED.match(t) for t in e.texts)
    )
    told = (e for e in _saying(_UNSAVED, tree.elements) if not e.editable)
    return (*starred, *told)


def admission(words: str) -> str | None:
    """The sentence in which an agent says at once that it did not do what was asked."""
    for sentence in _sentences(words)[:MAX_SENTENCES]:
        found = _ADMISSION.search(normal(sentence))
        if found and not _WAY_ROUND.search(normal(sentence)[found.end() :]):
            return sentence
    return None


def last_sentences(words: str) -> str:
    """The end of an account, where it says how it came out."""
    return "\n".join(_sentences(words[-4_000:])[-MAX_SENTENCES:])


def withheld(words: str, asked: tuple[str, ...]) -> str | None:
    """The sentence in which an agent says that it cannot give the very thing it was asked for."""
    for sentence in _sentences(words):
        found = _WITHHELD.search(normal(sentence))
        about = found and any(contains(sentence, word) for word in asked)
        if found and about and not _WAY_ROUND.search(normal(sentence)[found.end() :]):
            return sentence
    return None


def is_final(sentence: str) -> bool:
    """Whether an admission is about the end of the run, not about a detour on the way."""
    return _PRESENT.search(normal(sentence)) is not None


def question_back(words: str) -> str | None:
    """The question with which an agent stops and hands the task back."""
    closing = next((s for s in reversed(_sentences(words)) if s.endswith("?")), None)
    if closing is None or _OFFER.search(normal(closing)):
        return None
    return closing if _ASKING.search(normal(closing)) else None


def offers(tree: Tree, verb: str) -> tuple[Element, ...]:
    """The controls that would still save, send or submit."""
    return tuple(
        e for e in tree.elements
        if contains(e.name, verb) and len(e.name) <= 40
        and not (e.disabled or e.is_heading or e.editable)
        and any(word in e.role.casefold() for word in ("button", "item", "link", "clickable"))
    )  # fmt: skip


def _saying(pattern: re.Pattern[str], elements: Iterable[Element]) -> tuple[Element, ...]:
    return tuple(
        e for e in elements
        if any(len(text) <= 200 and pattern.search(normal(text)) for text in e.texts)
    )  # fmt: skip


def _sentences(words: str) -> list[str]:
    bare = re.sub(r"[*_`#>]+", "", words[:4_000])
    return [part.strip() for part in _SENTENCE_END.split(bare) if part.strip()]
