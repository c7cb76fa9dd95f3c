"""Answer an analyst's questions beside a running node: one at a time, within a time, by one thread, in little room."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from sargas.runtime.history.layout import HistoryError
from sargas.runtime.history.query import History
from sargas.runtime.history.questions import Question

MEMORY = "1GB"
ANSWER_WITHIN_S = 20.0
WAIT_S = 10.0


class TooLarge(HistoryError):
    """The question takes longer, or more room, than it may."""


class Busy(HistoryError):
    """Another question is being answered."""


class TrackSearch(History):
    """The history for analysts; safe to use from any thread."""

    def __init__(self, root: Path, *, answer_within_s: float = ANSWER_WITHIN_S, wait_s: float = WAIT_S) -> None:
        """Look at a history folder, which need not exist yet."""
        super().__init__(root)
        # The node's own work comes first: one core at most, and nothing is written anywhere.
        self._database.execute(f"SET threads = 1; SET memory_limit = '{MEMORY}'; SET temp_directory = ''")
        self._answer_within_s, self._wait_s = answer_within_s, wait_s
        self._turn = threading.Lock()

    def ask(self, question: Question) -> pa.Table:
        """Answer a question. Raises TooLarge, Busy, and HistoryError as ``History`` does."""
        if not self._turn.acquire(timeout=self._wait_s):
            raise Busy(f"history: expected a free turn within {self._wait_s:g} s, was none: ask again")
        try:
            return self._run(question)
        except duckdb.InterruptException:
            raise TooLarge(
                f"history: expected a question that is answered within {self._answer_within_s:g} s, "
                "was a larger one: a shorter time or a smaller area"
            ) from None
        except duckdb.OutOfMemoryException:
            raise TooLarge(
                f"history: expected a question that fits {MEMORY}, was a larger one: a shorter time or a smaller area"
            ) from None
        finally:
            self._turn.release()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a cursor that is interrupted once the time is over."""
        with super()._cursor() as cursor:
            timer = threading.Timer(self._answer_within_s, cursor.interrupt)
            timer.start()
            try:
                yield cursor
            finally:
                timer.cancel()
