"""What was seen of which device and when: the screens and UI trees before and after each call.

A call that acts makes everything seen of its device old. What is seen first afterwards is the
`after` of that call and, until something acts again, the `before` of the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from themis.domain.action import Action, ActionType
from themis.domain.trajectory import Step
from themis.formats.frame import Frame
from themis.formats.mcp.actions import actions_of, acts, is_aside
from themis.formats.mcp.results import error_of, size_of_device, ui_of
from themis.formats.mcp.transcript import ToolCall
from themis.formats.pictures import Album, Size, size_of


@dataclass(slots=True, kw_only=True)
class Draft:
    """A step whose `after` may still be found."""

    call: ToolCall
    device: str
    actions: tuple[Action, ...]
    before: int | None = None
    after: int | None = None
    before_ui: str | None = None
    after_ui: str | None = None

    def step(self, *, with_actor: bool) -> Step:
        """The step, once the whole run was seen."""
        return Step(
            thought=self.call.thought,
            actions=self.actions,
            before=self.before,
            after=self.after,
            before_ui=self.before_ui,
            after_ui=self.after_ui,
            error=error_of(self.call),
            actor=self.device or None if with_actor else None,
        )


@dataclass(slots=True)
class _Seen:
    """What is known of one device at one moment."""

    size: Size | None = None
    picture: int | None = None
    picture_size: Size | None = None
    ui: str | None = None
    acted: Draft | None = None  # the call that acted last


@dataclass(slots=True)
class Screens:
    """All devices of one run, by their names."""

    album: Album
    sizes: dict[str, Size]  # found anywhere in the run
    _devices: dict[str, _Seen] = field(default_factory=dict)

    def draft(self, call: ToolCall, device: str) -> Draft:
        """The step of one call; completes the step that acted before it."""
        seen = self._devices.setdefault(device, _Seen(size=self.sizes.get(device)))
        actions = actions_of(call, Frame(device=seen.size, picture=seen.picture_size))
        if call.shots and not call.is_mcp:
            actions = (Action(type=ActionType.OBSERVE, name=call.tool, raw=actions[0].raw),)
        draft = Draft(call=call, device=device, actions=actions)
        if acts(actions) and not is_aside(call):
            draft.before, draft.before_ui = seen.picture, seen.ui
            seen.picture, seen.ui, seen.acted = None, None, draft
        self._look(seen, draft)
        return draft

    def _look(self, seen: _Seen, draft: Draft) -> None:
        seen.size = size_of_device(draft.call) or seen.size
        if (ui := ui_of(draft.call)) is not None:
            seen.ui = draft.after_ui = ui
        for shot in draft.call.shots:
            seen.picture = draft.after = self.album.add_bytes(shot.name, shot.content)
            seen.picture_size = size_of(shot.content)
        if seen.acted is not None:
            seen.acted.after = draft.after if seen.acted.after is None else seen.acted.after
            seen.acted.after_ui = seen.acted.after_ui or draft.after_ui
