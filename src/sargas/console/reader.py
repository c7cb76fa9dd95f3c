"""What one client of the stream has been sent, and what it asks for."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from sargas.console.messages import ViewRequest
from sargas.console.playback_messages import LiveRequest, PlaybackRequest
from sargas.console.viewport import Cut


class Reader:
    """One client; a newer request replaces one that is not yet obeyed."""

    def __init__(self) -> None:
        self.request: PlaybackRequest | LiveRequest | None = None
        self._asked = asyncio.Event()
        self.cut: Cut | None = None
        """What it was sent of its view; none: it looks at everything."""
        self.forget()

    def forget(self) -> None:
        """Have nothing sent to it: it gets everything anew."""
        self.sequence = 0
        self.sections: dict[str, int] = {}
        self.wants_snapshot = True

    @property
    def wants_playback(self) -> bool:
        """Whether it asks to see what was."""
        return isinstance(self.request, PlaybackRequest)

    def ask(self, request: PlaybackRequest | LiveRequest) -> None:
        """Note a request."""
        self.request = request
        self._asked.set()

    def look_at(self, view: ViewRequest) -> None:
        """Send what belongs to a view from now on, beginning anew."""
        self.cut = None if view.box is None else Cut(view)
        self.ask_snapshot()

    def ask_snapshot(self) -> None:
        """Note that the client has lost its thread."""
        self.wants_snapshot = True
        self._asked.set()

    async def wait_for_request(self, timeout_s: float) -> None:
        """Wait until the client asks for something, or the time is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._asked.wait(), timeout_s)
        self._asked.clear()

    async def wait_for(self, change: asyncio.Event) -> None:
        """Wait for a change of the picture, or for a request."""
        waiting = [asyncio.ensure_future(change.wait()), asyncio.ensure_future(self._asked.wait())]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
        self._asked.clear()
