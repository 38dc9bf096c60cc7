"""The channel layer of the embedded shape: one process, several event loops.

Channels' own in-memory layer wakes only readers of the loop it is sent from. Verdicts are made on
another loop than the one WebSockets live on, so that sends are carried over to the readers' loop.
"""

from __future__ import annotations

import asyncio
from typing import Any

from channels.layers import InMemoryChannelLayer


class EmbeddedChannelLayer(InMemoryChannelLayer):
    """InMemoryChannelLayer, sendable from any thread and any loop."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  passed on as they came
        super().__init__(**options)
        self._home: asyncio.AbstractEventLoop | None = None

    async def new_channel(self, prefix: str = "specific.") -> str:
        """A channel for a reader, whose loop becomes the layer's home."""
        self._home = asyncio.get_running_loop()
        return str(await super().new_channel(prefix))

    async def group_send(self, group: str, message: dict[str, object]) -> None:
        """Send to a group on the readers' loop; without readers there is nothing to do."""
        if group not in self.groups:
            return
        home = self._home
        if home is None or home.is_closed() or home is asyncio.get_running_loop():
            await super().group_send(group, message)
            return
        coroutine = super().group_send(group, message)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, home))
