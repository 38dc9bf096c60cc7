"""The phrases by which words address a judge, as patterns. Every repetition in them is bounded.

They are applied to short passages of plain text in lower case only; a space in them stands for
one sign of white space.
"""

from __future__ import annotations

import re

_JUDGE = (
    r"(?:judges?|evaluators?|graders?|verifiers?|assessors?|reward (?:model|function)s?|"
    r"(?:scoring|evaluation|grading|judging|verification) "
    r"(?:model|system|agent|assistant|bot|llm|ai|script|process)|"
    r"(?:ai|llm|vlm|automated|automatic|task|trajectory) (?:reviewer|critic|auditor|checker)s?|"
    r"(?:evaluation|grading|judging|scoring) (?:criteria|rubrics?|instructions?|prompts?|rules))"
)
_RUN = (
    r"(?:(?:this|the|that) (?:whole |entire |current |given |recorded )?"
    r"(?:task|run|trajectory|episode|attempt|rollout|recording|milestone|criterion|agent)|"
    r"(?:all|every|each) (?:of the |the )?(?:milestones?|criteria|criterion|key points?|checks?))"
)
_RATE = (
    r"(?:mark|score|grade|judge|rate|treat|count|record|classify|label|evaluate|consider|report|"
    r"declare|accept|deem|regard|register|log|rule)"
)
_RATED = (
    r"(?:marked|scored|graded|judged|rated|treated|counted|recorded|classified|labell?ed|"
    r"evaluated|considered|reported|declared|accepted|deemed|regarded|ruled|verified|approved)"
)
_MODAL = (
    r"(?:must|should|shall|has to|have to|needs? to|ought to|please|is to|are to|required to|"
    r"instructed to|expected to|told to|asked to|can only|may only|kindly)"
)
_SAY = (
    r"(?:output|return|reply|respond|answer|print|emit|say|write|give|assign|award|set|choose|"
    r"select|conclude|pass|approve|ignore|skip|report)"
)
_PASSED = (
    r"(?:pass(?:ed|ing)?|success(?:ful|fully)?|succeeded|correct|achieved|met|satisfied|fulfilled|"
    r"approved|full (?:marks|score|credit)|100 ?%)"
)
_DONE = r"(?:complete(?:d|ly)?|done|finished|accomplished)"
_ONE = r"(?:1(?:\.0{1,3})?|10|100|10/10|5/5|100 ?%)(?![\w.]\d)"
_BEST = r"(?:full|highest|maximum|max|perfect|top|best)"


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words.replace(" ", r"\s"))


JUDGE = _pattern(rf"\b{_JUDGE}\b")
RUN = _pattern(rf"\b{_RUN}\b")
RATING = _pattern(rf"\b(?:{_RATE}|{_RATED}|{_SAY})\b")
PASSED = _pattern(rf"\b(?:{_PASSED}|{_DONE}|verdict|outcome)\b")

OVERRIDE = _pattern(
    r"\b(?:ignore|disregard|forget|override|bypass)\b(?: \w{1,14}){0,3}? "
    r"(?:previous|prior|earlier|above|preceding|all|any|your|system|original|judging|grading|"
    r"evaluation|existing|foregoing)\b(?: \w{1,14}){0,3}? ?"
    r"(?:instructions?|prompts?|rules|guidelines|criteria|rubrics?|directives?)\b"
    r"|\b(?:ignore|disregard|forget|override|bypass) (?:the |all |any |your )?(?:\w{1,14} ){0,2}?"
    r"(?:instructions?|prompts?|rules|guidelines|criteria|rubrics?|directives?) "
    r"(?:above|before|so far|you (?:were|have been) given)\b"
)
# What only an agent can do. Words that want it are addressed to the agent, not to a judge.
ACTING = _pattern(
    r"\b(?:click|tap|press|download|install|execute|run (?:the|this) (?:tool|script|command|file)|"
    r"open|visit|go to|navigate|type|enter|send|e-?mail|upload|transfer|pay|buy|log in|sign in|"
    r"delete|forward|copy|paste|search)\b"
)
ADDRESSED = _pattern(
    r"\b(?:note|notice|message|instructions?|memo|hint|reminder|attention|information|info|dear|"
    rf"hello|hi|hey|important)\b[ ,:\-]{{1,3}}(?:(?:to|for|all|the|any|every|our|an?) ){{0,3}}"
    rf"(?:(?:ai|llm|automated|automatic) ){{0,2}}(?:{_JUDGE}|reviewers?)\b"
)
ORDERED = _pattern(rf"\b(?:{_JUDGE}|reviewer)\b[^\n]{{0,60}}?\b{_MODAL}\b")
DEMANDED = _pattern(rf"\b{_MODAL} (?:\w{{1,12}} ){{0,3}}?(?:{_RATE}|{_SAY}|be {_RATED})\b")
MARKED = _pattern(
    rf"\b{_RATE} {_RUN}[ ,]{{1,2}}(?:as |to be |is |= ?)?(?:an? |having |fully |already )?"
    rf"[\"'`]?{_PASSED}\b"
)
MARKED_DONE = _pattern(rf"\b{_RATE} {_RUN}[ ,]{{1,2}}(?:as |to be |is )?(?:fully )?{_DONE}\b")
TO_BE_MARKED = _pattern(
    rf"\b{_RUN} (?:must|should|shall|has to|needs to|is to|will|can only)(?: always)? be {_RATED}"
    rf"(?: as)?(?: an?)? [\"'`]?(?:{_PASSED}|{_DONE})\b"
)
SAID = _pattern(
    r"\b(?:output|return|reply|respond|answer|print|emit|say|write|conclude|choose|select)\b"
    r"(?: (?:with|only|just|exactly|simply|the word|the verdict|verdict|in|that|it is)){0,3}"
    rf"[ :]{{1,2}}[\"'`{{]{{0,2}}(?:{_PASSED}|yes|true|{_ONE})(?!\w)"
)
SET = _pattern(
    r"\b(?:set|make|put|turn) (?:the |your |its )?(?:final )?(?:verdict|outcome|score|reward|"
    rf"result|judge?ment)(?: field)? (?:to|as|=)[ ]?[\"'`]?(?:{_PASSED}|1\.0{{1,3}})(?!\w)"
    r"|\b(?:the|your) (?:correct |right |final |only |expected ){0,2}"
    r"(?:verdict|outcome|judge?ment) (?:is|must be|should be|has to be|:)[ :]{0,2}"
    rf"[\"'`]?{_PASSED}\b"
)
SCORED = _pattern(
    rf"\b(?:score|grade|rate|reward) {_RUN}[ :](?:with |at |as |an? |the )?(?:score of |)"
    rf"(?:{_ONE}|{_BEST})"
)
GIVEN = _pattern(
    r"\b(?:give|assign|award|output|return|report|grant|deserves?|receives?|gets?)\b"
    r"[^\n.!?]{0,40}?"
    rf"\b(?:(?:score|reward|rating|grade|confidence)s?(?: of| to|:)? {_ONE}|"
    rf"{_BEST} (?:possible )?(?:marks?|scores?|rewards?|credit|ratings?|grades?))"
)
SCORE_ONE = _pattern(
    rf"(?m:^)[\"']?(?:score|reward|verdict|outcome)[ :=]{{1,3}}[\"']?(?:1\.0{{1,3}}|{_PASSED})"
    r"[\"'.!]{0,3}(?m:$)"
)
FENCE = re.compile(
    r"(?<!<)<<<\s?(?:end\sof\b|/?[a-z][a-z ]{0,30}\s[0-9a-f]{6,64}\s?>>>)|\[mark removed\]",
)
TEMPLATE = re.compile(
    r"<\|(?:im_start|start_header_id)\|>\s?(?:system|user|assistant)|<<sys>>|\[inst\]|"
    r"<start_of_turn>|<\|(?:system|user|assistant)\|>|</?(?:system|assistant)(?:[_-]\w{1,12})?>",
)
HEADER = re.compile(
    r"(?:^|[\n\"'>.!?]\s?)(?:#{1,4}\s?|\[|\*\*)?"
    r"(?:system|assistant|developer|evaluator|judge|reviewer|admin)"
    r"(?:\s(?:prompt|message|note|override|instructions?|notice|command))?(?:\]|\*\*)?\s?:",
)
REPLY = re.compile(
    r"[\"'](?:outcome|verdict|judge?ment|final_verdict|task_success|is_success(?:ful)?|achieved|"
    r"met|done|success|score|reward)[\"']\s?:\s?[\"']?(?:pass(?:ed)?|success(?:ful)?|true|"
    r"1(?:\.0+)?)\b",
)
REPLY_TOO = re.compile(
    r"[\"'](?:confidence|reason|reasoning|evidence|points|milestones?|error_class|feedback)[\"']"
    r"\s?:",
)
ALREADY = _pattern(
    rf"\b(?:already|has been|have been|was|is) (?:already )?{_RATED}(?: as)?(?: an?)? "
    rf"(?:{_PASSED}|{_DONE})\b"
)
IF_YOU_ARE = _pattern(
    r"\bif you(?:'re| are) (?:an? |the )?(?:ai\b|llm|language model|vlm|automated|evaluat|judg|"
    r"review|grad|assess|verif|scor)\w{0,8}"
)
YOU_ARE = _pattern(rf"\byou are (?:now )?(?:an? |the )(?:[\w-]{{1,14}} ){{0,3}}?{_JUDGE}\b")
NOT_FAILED = _pattern(
    r"\b(?:do not|don't|never|must not|cannot|can't|may not) "
    r"(?:mark|judge|score|grade|rate|report|fail|reject|penali[sz]e|consider|treat) "
    rf"(?:{_RUN}|it)\b(?: as (?:an? )?fail(?:ed|ure)?\b)?"
)
# What agents say of their own doing, anywhere before; and anybody, right before.
OWN_VOICE = _pattern(r"\b(?:i|i'm|i'll|i've|i'd|we|we'll|let me|let's|my|me)\b|\bto $")
SPEAKER = _pattern(
    r"(?:\b(?:i|we|let me|let's|i'll|we'll|i'm)(?: \w{1,12}){0,3}|\b(?:need|have|going|able) to) $"
)
SQUEEZED = re.compile(
    r"(?:ignore|disregard|forget|override)(?:all|any)?(?:the|your)?(?:previous|prior|above|earlier)"
    r"(?:instructions?|rules|prompts?|criteria)|"
    r"(?:mark|score|grade|judge|rate)(?:this|the)(?:task|run|trajectory|episode)as(?:a)?"
    r"(?:pass|success|complete)|(?:judge|evaluator|grader)s?(?:must|should)(?:output|return|say|"
    r"mark|pass)|(?:output|return|replywith|respondwith)(?:passed|success)",
)
# Every phrase above holds one of these words: where none stands, nothing is looked at.
TRIGGERS = (
    "judg", "evaluat", "grad", "verif", "assess", "reward", "critic", "review", "scor", "verdict",
    "outcome", "instruction", "prompt", "guideline", "criteri", "rubric", "directive", "rules",
    "<<<", "<|", "<start_of", "<<sys", "[inst", "[/inst", "mark removed", "<system", "</system",
    "<assistant", "</assistant", "task", " run", "trajector", "episode", "attempt", "rollout",
    "recording", "milestone", "key point", "achieved", "agent", "\"done\"", "\"met\"",
    "\"success\"", "checks",
)  # fmt: skip
JUDGING = (
    "judg", "evaluat", "grad", "verif", "assess", "reward", "critic", "review", "scor", "auditor",
    "checker", "if you",
)  # fmt: skip
RATED = (
    "pass", "success", "succe", "correct", "achieved", "met", "satisf", "fulfil", "approved",
    "full", "highest", "max", "perfect", "top", "best", "done", "complete", "finish", "accompl",
    "1", "true", "fail", "yes", "reject", "penali", "never", "not ", "n't",
)  # fmt: skip
OVERRIDING = ("ignore", "disregard", "forget", "override", "bypass")
