"""The only place that turns a name into a critic."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from themis.critic.contract import Critic
from themis.critic.evidence_only.critic import EvidenceOnly
from themis.critic.rubric.critic import AdaptiveRubric
from themis.critic.single.digirl import DigiRl
from themis.critic.single.osreward import OsReward
from themis.critic.single.zerogui import ZeroGui
from themis.critic.themis.panel import ThemisPanel
from themis.critic.webjudge.critic import WebJudge
from themis.domain.errors import Misconfigured

WITH_MODEL = "themis"
WITHOUT_MODEL = "evidence-only"

_MADE: dict[str, Callable[[], Critic]] = {
    WITH_MODEL: ThemisPanel,
    WITHOUT_MODEL: EvidenceOnly,
    "zerogui": ZeroGui,
    "digirl": DigiRl,
    "webjudge": WebJudge,
    "rubric": AdaptiveRubric,
    "osreward": OsReward,
}

CRITICS = tuple(_MADE)


def critic(name: str) -> Critic:
    """The critic of that name; raises Misconfigured with the names that exist."""
    made = _MADE.get(name)
    if made is None:
        raise Misconfigured(f"there is no critic {name[:60]!r}; choose one of {', '.join(CRITICS)}")
    return made()


def default_name(has_model: bool) -> str:
    """Who judges where nobody was chosen."""
    return WITH_MODEL if has_model else WITHOUT_MODEL


def settings_hash(critic: Critic) -> str:
    """One name for a critic with its version and settings; equal ones judge alike."""
    facts = {"name": critic.name, "version": critic.version, "settings": critic.settings}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode("ascii")).hexdigest()
