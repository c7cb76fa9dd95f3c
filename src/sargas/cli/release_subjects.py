"""Where ``sargas release explain`` finds what it explains: a node's store and history, or a folder of assess."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sargas.cli.failure import Failure

if TYPE_CHECKING:
    import pyarrow as pa

    from sargas.model.tracks import Tracks
    from sargas.runtime.config import Settings
    from sargas.sharing.explain import TellableRecord

EXERCISE = "EXERCISE"


def find_in_folder(folder: Path, subject: str) -> tuple[Tracks | TellableRecord, bool]:
    """Find a track or record that ``sargas assess`` wrote, as last told, and whether it is of an exercise.

    Raises Failure when there is none of this name.
    """
    import pyarrow.parquet as pq

    file = folder / "tracks.parquet"
    if subject.isdecimal() and file.is_file():
        found = _newest(pq.read_table(file, filters=[("track_id", "=", int(subject))]))
        if found is not None:
            return found, EXERCISE in found.label.caveats
    records = folder / "records.jsonl"
    for line in reversed(records.read_text(encoding="utf-8").splitlines()) if records.is_file() else ():
        record = _record_named(json.loads(line), subject)
        if record is not None:
            return record, EXERCISE in record.label.caveats
    raise Failure(
        f"{folder}: expected a track, alert or warning {subject!r}, was none: see tracks.parquet, records.jsonl"
    )


def find_in_store(settings: Settings, subject: str) -> tuple[Tracks | TellableRecord, bool]:
    """Find a track in the history or a record in the database of a node, as last stored. Raises Failure for none."""
    found = _from_history(settings, int(subject)) if subject.isdecimal() else _from_database(settings, subject)
    if found is None:
        place = settings.node.data_dir
        raise Failure(f"{place}: expected a track, alert, warning message or GNSS event {subject!r}, was none stored")
    return found, settings.node.exercise or EXERCISE in found.label.caveats


def _from_history(settings: Settings, number: int) -> Tracks | None:
    from sargas.model.tracks import SCHEMA
    from sargas.runtime.history.query import History

    history = History(settings.node.data_dir / "history")
    try:
        table = history.tracks_between(0, 1 << 62, track_id=number, columns=SCHEMA.names)
    finally:
        history.close()
    return _newest(table)


def _from_database(settings: Settings, subject: str) -> TellableRecord | None:
    from sargas.model.records import GnssInterference, PublicWarning
    from sargas.runtime.store.engine import open_engine
    from sargas.runtime.store.read import read_alert_changes, read_newest

    url = settings.store_url()
    if settings.store.url is None and not (settings.node.data_dir / "sargas.db").is_file():
        raise Failure(
            f"{settings.node.data_dir / 'sargas.db'}: expected the database of a node, was none: check --config"
        )
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            if changes := read_alert_changes(connection, subject):
                return changes[-1]
            records: list[TellableRecord] = [*read_newest(connection, PublicWarning)]
            records += read_newest(connection, GnssInterference)
            return next((one for one in records if subject in _names(one)), None)
    finally:
        engine.dispose()


def _names(record: Any) -> tuple[str, ...]:
    return tuple(getattr(record, name, "") for name in ("message_id", "event_id"))


def _newest(table: pa.Table) -> Tracks | None:
    from sargas.model.label import Label
    from sargas.model.tracks_arrow import tracks_from_arrow

    if not table.num_rows:
        return None
    newest = table.sort_by("time_ns").slice(table.num_rows - 1)
    label = Label.model_validate_json(newest["label"][0].as_py()) if "label" in newest.schema.names else None
    return tracks_from_arrow(newest, label)


def _record_named(fields: dict[str, Any], subject: str) -> TellableRecord | None:
    from sargas.model.records import RECORD
    from sargas.sharing.explain import KIND_OF

    names = ("alert_id", "message_id", "event_id", "handover_id", "cue_id")
    if subject not in (fields.get(name) for name in names):
        return None
    record = RECORD.validate_python(fields)
    return record if type(record) in KIND_OF else None  # type: ignore[return-value]
