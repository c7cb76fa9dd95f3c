"""Where a track will be, for screens that ask: answered by the core between two of its turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sargas.picture.ahead import Ahead
    from sargas.picture.state import Picture

KEPT_S, MOST_KEPT = 1.0, 1000
"""How long an answer about a track serves whoever asks the same, and how many are kept."""
WAIT_S = 5.0
"""How long a question to the core waits for its turn; a turn of a full sky is well under a second."""


class AheadDesk:
    """Asks the core, in its own thread; every screen asks for the same alerted tracks, and one answer serves all."""

    def __init__(self, core: Executor, picture: Callable[[], Picture | None]) -> None:
        self._core, self._picture = core, picture
        self._answers: dict[int, tuple[float, Ahead | None]] = {}

    def look(self, track_id: int) -> Ahead | None:
        """Forecast a track; none: nothing is forecast. Raises TimeoutError when the core is not free in ``WAIT_S``."""
        if self._picture() is None:
            return None
        now_s = time.monotonic()
        asked_s, known = self._answers.get(track_id, (-KEPT_S, None))
        if now_s - asked_s < KEPT_S:
            return known
        found = self._core.submit(self._ask, track_id).result(WAIT_S)
        if len(self._answers) >= MOST_KEPT:
            self._answers.clear()
        self._answers[track_id] = now_s, found
        return found

    def _ask(self, track_id: int) -> Ahead | None:
        from sargas.picture.ahead import look_ahead

        picture = self._picture()
        return None if picture is None else look_ahead(picture, track_id)
