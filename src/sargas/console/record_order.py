"""What records of the past are sorted by: a value of each for every column that the page shows."""

from __future__ import annotations

import unicodedata
from typing import Literal

from sargas.console.history_messages import HistoryRecord
from sargas.runtime.history.row_order import Value, label_key

RecordSort = Literal["changed", "began", "level", "state", "text", "track", "label"]
WHOLE_NUMBERS: frozenset[RecordSort] = frozenset({"changed", "began", "track"})
"""Sorted by numbers; all others by words."""
WORDS_COUNTED = 120
"""So many letters of the words count: a place in the order is told to the reader, and must stay short."""
_WEIGHTS = {"advisory": 1, "yellow": 1, "critical": 2, "red": 2}
"""Levels that weigh more than others; those without a weight are in order of their codes, below."""


def value_of(record: HistoryRecord, sort: RecordSort) -> Value:
    """Return what a record is sorted by; none: it has nothing there."""
    match sort:
        case "changed":
            return record.time_ns
        case "began":
            return record.began_ns
        case "level":
            return f"{_WEIGHTS.get(record.level, 0)} {record.level}" if record.level else None
        case "state":
            return record.state
        case "text":
            # letters with marks after those without, as Baltic languages have them
            return unicodedata.normalize("NFKD", record.text).casefold()[:WORDS_COUNTED] or None
        case "track":
            return record.track_ids[0] if record.track_ids else None
        case "label":
            return label_key(record.label)
