"""The only place that turns a name into a critic."""

from __future__ import annotations

from collections.abc import Callable

from themis.critic.contract import Critic
from themis.critic.ensemble import Ensemble
from themis.critic.evidence_only.critic import EvidenceOnly
from themis.critic.identity import settings_hash as settings_hash
from themis.critic.injection.reporting import reporting
from themis.critic.rubric.critic import AdaptiveRubric
from themis.critic.single.digirl import DigiRl
from themis.critic.single.osreward import OsReward
from themis.critic.single.zerogui import ZeroGui
from themis.critic.themis.panel import ThemisPanel
from themis.critic.universal.critic import UniversalVerifier
from themis.critic.webjudge.critic import WebJudge
from themis.domain.errors import Misconfigured

WITH_MODEL = "themis"
WITHOUT_MODEL = "evidence-only"
SITTING_TOGETHER = ("osreward", "rubric", "zerogui")  # cheapest first


def _together() -> Critic:
    return ensemble_of(*SITTING_TOGETHER)


_MADE: dict[str, Callable[[], Critic]] = {
    WITH_MODEL: reporting(ThemisPanel),
    WITHOUT_MODEL: EvidenceOnly,
    "zerogui": ZeroGui,
    "digirl": DigiRl,
    "webjudge": WebJudge,
    "rubric": AdaptiveRubric,
    "osreward": OsReward,
    "universal": UniversalVerifier,
    "ensemble": _together,
}

CRITICS = tuple(_MADE)


def critic(name: str) -> Critic:
    """The critic of that name; raises Misconfigured with the names that exist."""
    made = _MADE.get(name)
    if made is None:
        raise Misconfigured(f"there is no critic {name[:60]!r}; choose one of {', '.join(CRITICS)}")
    return made()


def ensemble_of(*names: str, quorum: int | None = None) -> Ensemble:
    """The critics of these names in this order, all or `quorum` of whom have to agree."""
    return Ensemble([critic(name) for name in names], quorum=quorum)


def default_name(has_model: bool) -> str:
    """Who judges where nobody was chosen."""
    return WITH_MODEL if has_model else WITHOUT_MODEL
