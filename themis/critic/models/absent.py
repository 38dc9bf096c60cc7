"""The model of a Themis for which none was configured."""

from __future__ import annotations

from themis.critic.contract import Prompt, Reply
from themis.critic.imagecost import by_rule
from themis.domain.errors import ModelUnavailable


class Absent:
    """Answers every question with what to do about it."""

    name = "none"

    async def ask(self, prompt: Prompt) -> Reply:  # noqa: ARG002 the contract's name
        """Raises ModelUnavailable with the remedy."""
        raise ModelUnavailable(
            "no model is configured: set THEMIS_MODEL_URL and THEMIS_MODEL, "
            "or choose one under Settings -> Model"
        )

    def image_tokens(self, width: int, height: int, *, model: str = "") -> int:
        """By the rule of no model in particular."""
        return by_rule(model, width, height)
