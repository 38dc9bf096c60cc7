"""How the panel works, to be chosen: each role's model and sampling, what it sees, how far it goes.

Defaults are those of OS-Themis (arXiv 2603.19191) where it names them: two audits, six selections,
temperature 0, 8192 tokens a reply, one call a milestone.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from themis.critic.consult import TRIES
from themis.critic.options import Options


class Layout(StrEnum):
    """Where the pictures stand in the prompts of one case."""

    AUTO = "auto"  # whichever makes a server read fewer tokens anew, by count
    ALBUM = "album"  # the same pictures first in every prompt: a prefix that servers keep
    OWN = "own"  # each check its own two, the other roles none


class RoleOptions(BaseModel):
    """One role of the panel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(
        default="",
        max_length=200,
        description="Name of the model that speaks for this role; empty: the one set up for all",
    )
    temperature: float = Field(
        default=0.0, ge=0, le=2, description="0 takes the likeliest words, more varies them"
    )
    max_tokens: int = Field(
        default=8192, ge=256, le=131_072, description="The longest reply, in tokens"
    )
    image_tokens: int = Field(
        default=16_384,
        ge=0,
        le=1_000_000,
        description="What the pictures of one prompt may cost, in tokens; 0: no pictures",
    )


class PanelOptions(Options):
    """What can be set of `themis`."""

    selector: RoleOptions = Field(default=RoleOptions(), description="Picks the milestones")
    verifier: RoleOptions = Field(default=RoleOptions(), description="Checks each milestone")
    reviewer: RoleOptions = Field(default=RoleOptions(), description="Objects to the checks")
    judge: RoleOptions = Field(default=RoleOptions(), description="Decides the outcome")
    audits: int = Field(default=2, ge=0, le=6, description="How often the Reviewer may look")
    selections: int = Field(
        default=6,
        ge=1,
        le=24,
        description="Calls of the Selector altogether, unreadable replies included",
    )
    tries: int = Field(
        default=TRIES, ge=1, le=6, description="How often a question is asked before it breaks"
    )
    draw_action: bool = Field(
        default=True, description="Draw the action on the screen it was decided on"
    )
    crop: bool = Field(
        default=True, description="Show the part around the target at full resolution as well"
    )
    difference: bool = Field(
        default=True, description="Show what changed between the screens before and after"
    )
    ui_text: bool = Field(
        default=True, description="Send the UI text around the step, where one was recorded"
    )
    ui_chars: int = Field(
        default=6_000, ge=200, le=100_000, description="Characters of each UI text"
    )
    near_duplicates: bool = Field(
        default=True,
        description="Leave out screens that differ from the next by compression noise alone",
    )
    pictures: int = Field(
        default=20, ge=1, le=200, description="The most screens that all roles are shown"
    )
    share_calls: bool = Field(
        default=False,
        description="Check milestones whose screens overlap in one call, up to four at a time",
    )
    early_stop: bool = Field(
        default=True,
        description="Ask the Judge at once when a milestone failed and nobody disputes it",
    )
    layout: Layout = Field(
        default=Layout.AUTO,
        description="Pictures first and the same for all, each check its own, or by count",
    )

    @property
    def asks(self) -> tuple[str, ...]:
        """The model of each role."""
        roles = (self.selector, self.verifier, self.reviewer, self.judge)
        return tuple(dict.fromkeys(role.model for role in roles))

    def of(self, role: str) -> RoleOptions:
        """Those of one role."""
        return {
            "selector": self.selector,
            "verifier": self.verifier,
            "reviewer": self.reviewer,
            "judge": self.judge,
        }[role]
