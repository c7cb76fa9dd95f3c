"""Hand everything that readers are told to the recorder, in the moment they are told."""

from __future__ import annotations

from collections.abc import Callable

from sargas.console.broadcast import Broadcast
from sargas.console.screen_log.block import ScreenUpdate
from sargas.console.screen_log.recorder import ScreenRecorder

LEFT_OUT = frozenset({"clock"})
"""Sections that say what time it is: a playback has a clock of its own."""


class ScreenTap:
    """Follow one broadcast; ``take`` is its ``on_announce``."""

    def __init__(self, broadcast: Broadcast, recorder: ScreenRecorder, now_ns: Callable[[], int]) -> None:
        self._broadcast, self._recorder, self._now_ns = broadcast, recorder, now_ns
        self._sequence = 0
        self._sections: dict[str, int] = {}
        self._time_ns = 0

    def take(self) -> None:
        """Hand over what changed since the last time; all of it when the recorder knows nothing."""
        newest = self._broadcast.update
        if newest.sequence == 0:
            return
        anew = self._recorder.wants_whole
        update = self._broadcast.snapshot() if anew else newest
        is_whole = anew or (newest.sequence != self._sequence and newest.base_sequence == 0)
        sections = {
            name: text
            for name, (number, text) in self._broadcast.sections.items()
            if name not in LEFT_OUT and (is_whole or self._sections.get(name) != number)
        }
        self._sections = {name: number for name, (number, _) in self._broadcast.sections.items()}
        is_new = is_whole or newest.sequence != self._sequence
        self._sequence = newest.sequence
        self._time_ns = max(self._now_ns(), self._time_ns + 1)
        frame, names = (update.frame, update.names) if is_new else (None, None)
        self._recorder.take(ScreenUpdate(self._time_ns, frame, names, sections, is_whole=is_whole))
