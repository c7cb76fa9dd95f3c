"""Which alerts go on when a node starts: those that had not ended, or that nobody answered yet, and where they were."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import structlog

from sargas.assessment.alert_desk import KEPT_NS
from sargas.assessment.alert_entry import AGAIN_NS
from sargas.model.records import Alert, Decision, LastSeen, StandingAlert
from sargas.runtime.history.layout import HistoryError
from sargas.runtime.history.query import History
from sargas.runtime.journal import Journal
from sargas.runtime.on_record import beyond_store
from sargas.runtime.store import Store

MOST_ALERTS, MOST_MEMBERS = 500, 200
"""Alerts that go on, the latest changed first, and tracks that are looked for in the history."""
COLUMNS = ("time_ns", "latitude_deg", "longitude_deg", "velocity_east_mps", "velocity_north_mps")
_log = structlog.get_logger("sargas.node")
ON_ALERTS = ("acknowledge", "shelve", "unshelve")


def standing_alerts(
    store: Store, journal: Journal, history_dir: Path, node: str, now_ns: int
) -> tuple[StandingAlert | Decision, ...]:
    """Return the alerts that go on at ``now_ns`` (UTC ns), oldest first, then what persons decided on them.

    They had not ended, or ended within the hour and wait for an answer. Of decisions those that only the journal knows:
    the others are in the alerts. Raises StoreAway.
    """
    standing = store.alerts(active_only=True, limit=MOST_ALERTS)
    lately = store.alerts(since_ns=now_ns - KEPT_NS, limit=MOST_ALERTS)
    on_record = sorted((*standing, *filter(_waits_yet, lately)), key=lambda one: (one.raised_ns, one.alert_id))
    if not on_record:
        return ()
    names = {alert.alert_id for alert in on_record}
    try:
        seen = _last_seen(history_dir, on_record, now_ns)
    except (HistoryError, duckdb.Error, OSError, ValueError) as error:
        _log.warning("where the tracks of alerts were last is not known; the alerts end", error=str(error))
        seen = {}
    decisions = [
        one for one in beyond_store(store, journal, Decision) if one.action in ON_ALERTS and one.subject in names
    ]
    return (*(_standing(alert, seen, node, now_ns) for alert in on_record), *decisions)


def _waits_yet(alert: Alert) -> bool:
    """Say whether an alert that has ended still waits for a person."""
    is_told = alert.was_shown and alert.merged_into is None
    return alert.state == "ended" and is_told and alert.acknowledged_by is None


def _standing(alert: Alert, seen: dict[int, LastSeen], node: str, now_ns: int) -> StandingAlert:
    return StandingAlert(
        id=f"{alert.id}/stands/{now_ns}", time_ns=now_ns, origin=node, label=alert.label, alert=alert,
        members=tuple(seen[number] for number in alert.track_ids if number in seen),
    )  # fmt: skip


def _last_seen(history_dir: Path, alerts: Iterable[Alert], now_ns: int) -> dict[int, LastSeen]:
    """Return, by number, where the tracks of alerts were last, as far as that is not too long ago."""
    numbers = list(dict.fromkeys(number for alert in alerts for number in alert.track_ids))
    history, found = History(history_dir), dict[int, LastSeen]()
    try:
        for number in numbers[-MOST_MEMBERS:]:
            rows = history.tracks_between(now_ns - AGAIN_NS, now_ns + 1, track_id=number, columns=COLUMNS)
            last = _last_row(rows)
            if last is not None:
                found[number] = LastSeen(track_id=number, **last)
    finally:
        history.close()
    return found


def _last_row(rows: pa.Table) -> dict[str, float | int] | None:
    """Return the last row with a place; velocities that are not known are left out."""
    for row in reversed(rows.select(COLUMNS).to_pylist()):
        if row["latitude_deg"] is not None and row["longitude_deg"] is not None:
            return {name: value for name, value in row.items() if value is not None and value == value}
    return None
