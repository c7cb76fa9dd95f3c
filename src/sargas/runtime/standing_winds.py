"""Which wind tables a picture starts with: those on record that are not yet stale, and those of the configuration."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sargas.assessment.drift.wind_files import is_same_wind
from sargas.assessment.drift.wind_table import STALE_S
from sargas.model.columns import NS_PER_S
from sargas.model.drift_records import WindTable
from sargas.runtime.journal_read import read

KIND = b'"kind":"wind_table"'


def journaled_winds(directory: Path, after_sequence: int) -> dict[str, WindTable]:
    """Return the newest revision of each table that a journal holds behind an envelope, by id."""
    return {
        table.table_id: table
        for envelope in read(directory, after_sequence + 1)
        if envelope.kind == "record" and KIND in envelope.data
        for table in (WindTable.model_validate_json(envelope.data),)
    }


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
