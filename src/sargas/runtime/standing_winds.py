"""Which wind tables a picture starts with: those on record that are not yet stale, and those of the configuration."""

from __future__ import annotations

from collections.abc import Iterable

from sargas.assessment.drift.wind_files import is_same_wind
from sargas.assessment.drift.wind_table import STALE_S
from sargas.model.columns import NS_PER_S
from sargas.model.drift_records import WindTable


def choose_winds(stored: Iterable[WindTable], of_file: Iterable[WindTable], now_ns: int) -> tuple[WindTable, ...]:
    """Return, by id, the tables in force at ``now_ns`` (UTC ns): the file's, and those on record it does not have."""
    held = {one.table_id: one for one in stored}
    listed = {one.table_id: one for one in of_file}
    chosen = dict[str, WindTable]()
    for name in sorted(held.keys() | listed.keys()):
        old, new = held.get(name), listed.get(name)
        if old is not None and (new is None or old.entered_by or is_same_wind(old, new)):
            chosen[name] = old
        elif new is not None:
            chosen[name] = new
    fresh = (one for one in chosen.values() if abs(one.valid_ns - now_ns) <= STALE_S * NS_PER_S)
    return tuple(one for one in fresh if one.state == "active")
