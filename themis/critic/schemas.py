"""Writes the schema files anew from the types of the replies: `python -m themis.critic.schemas`.

The files are what is sent to models; the types are how replies are read. A test keeps both alike.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydantic import BaseModel

from themis.critic.examination.points import PointsReply
from themis.critic.rubric.critic import FramesReply, RouteReply
from themis.critic.schema import json_schema
from themis.critic.single.digirl import StatusReply
from themis.critic.single.osreward import OneReply
from themis.critic.single.zerogui import VoteReply
from themis.critic.themis.replies import (
    ClassReply,
    JudgeReply,
    ReviewerReply,
    SelectorReply,
    SharedReply,
    VerifierReply,
)
from themis.critic.universal.replies import RowsReply, RubricReply, ScoresReply
from themis.critic.webjudge.replies import KeyPointsReply, RelevanceReply

HERE = Path(__file__).resolve().parent

REPLIES: dict[str, type[BaseModel]] = {
    "rubric/prompts/frames": FramesReply,
    "rubric/prompts/route": RouteReply,
    "rubric/prompts/verdict": PointsReply,
    "single/prompts/digirl": StatusReply,
    "single/prompts/osreward": OneReply,
    "single/prompts/zerogui": VoteReply,
    "themis/prompts/judge": JudgeReply,
    "themis/prompts/judge_class": ClassReply,
    "themis/prompts/reviewer": ReviewerReply,
    "themis/prompts/selector": SelectorReply,
    "themis/prompts/verifier": VerifierReply,
    "themis/prompts/verifier_shared": SharedReply,
    "universal/prompts/relevance": RowsReply,
    "universal/prompts/rubric": RubricReply,
    "universal/prompts/scores": ScoresReply,
    "webjudge/prompts/key_points": KeyPointsReply,
    "webjudge/prompts/relevance": RelevanceReply,
    "webjudge/prompts/verdict": PointsReply,
}


def schema_text(reply: type[BaseModel]) -> str:
    """The file's content for one type."""
    return json.dumps(json_schema(reply), indent=1) + "\n"


def main() -> int:
    """Write what changed."""
    for name, reply in REPLIES.items():
        path = HERE / f"{name}.schema.json"
        if not path.exists() or path.read_text(encoding="utf-8") != schema_text(reply):
            path.write_text(schema_text(reply), encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(HERE)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
