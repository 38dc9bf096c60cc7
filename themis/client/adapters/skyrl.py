"""SkyRL: an environment whose last step is paid by Themis.

    class DesktopEnv(ThemisEnv, BaseTextEnv):
        ...  # your init() and your steps; at the end: return self.paid(action)

Alone, `class PaidEnv(ThemisEnv, BaseTextEnv): pass` is an environment of one turn. Register it as
any other. What `extras` says (reward_spec, extra_info) names the trajectory, or the action does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from themis.client.adapters import clients, terms
from themis.client.references import trajectory_of

SPEC = ("reward_spec", "extra_info", "extras")


class ThemisEnv:
    """Before BaseTextEnv among the bases. SkyRL runs steps on threads, so this one waits."""

    def __init__(
        self, env_config: object = None, extras: Mapping[str, object] | None = None
    ) -> None:
        super().__init__()
        self.env_config = env_config
        self.extras = dict(extras or {})
        self.undecided = terms.undecided_of_environment()

    def step(self, action: str) -> dict[str, Any]:
        """One turn, and done."""
        return self.paid(action)

    def paid(self, action: str, *references: object) -> dict[str, Any]:
        """The last step's output; `references` are looked at first. Raises RewardError."""
        named = [self.extras[name] for name in SPEC if name in self.extras]
        trajectory = trajectory_of(
            *references, *named, self.extras, action, where="extras and action"
        )
        answer = clients.of_this_process().settled(trajectory)
        told = {"themis_decided": float(answer.is_decided), "themis_evidence": answer.evidence}
        return {
            "observations": [],
            "reward": terms.worth(answer, self.undecided),
            "done": True,
            "metadata": told,
        }
