"""What a picture starts with besides its configuration: what persons entered, and what is known of them, on record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar

import structlog

from sargas.identification.reports.reliability import MOST_SOURCES
from sargas.model.records import (
    Configuration,
    Decision,
    FlightPermission,
    PolicyChange,
    PublicWarning,
    ReporterHistory,
    SourceLabel,
    SourcePause,
    StandingAlert,
    Unit,
    WarningDelivery,
    WindTable,
    ZoneChange,
)
from sargas.runtime.journal import Journal
from sargas.runtime.on_record import newest_on_record
from sargas.runtime.standing_alerts import standing_alerts
from sargas.runtime.standing_permissions import choose_standing
from sargas.runtime.standing_policies import with_standing_policies
from sargas.runtime.standing_take_overs import standing_take_overs
from sargas.runtime.standing_warnings import standing_warnings
from sargas.runtime.standing_winds import choose_winds
from sargas.runtime.standing_zones import with_standing_zones
from sargas.runtime.store import Store, StoreAway

_log = structlog.get_logger("sargas.node")
Found = TypeVar("Found")
StandingRecord: TypeAlias = (
    SourcePause
    | SourceLabel
    | FlightPermission
    | WindTable
    | Unit
    | Decision
    | PublicWarning
    | WarningDelivery
    | StandingAlert
    | ReporterHistory
)
"""What a picture is told of before anything else comes."""


def standing_records(
    store: Store,
    journal: Journal,
    history_dir: Path,
    node: str,
    permissions: Sequence[FlightPermission],
    winds: Sequence[WindTable],
    now_ns: int,
) -> Iterator[StandingRecord]:
    """Yield the records with which a picture starts at ``now_ns`` (UTC ns), in the order in which they are handed in.

    ``permissions`` and ``winds``: of the configuration's files. While the store is away a picture starts with those.
    """
    pauses = _unless_away(
        "no source is paused: pause anew", lambda: newest_on_record(store, journal, SourcePause, "source").values()
    )
    yield from sorted((one for one in pauses if one.state == "paused"), key=lambda one: one.source)
    labels = _unless_away(
        "sources have the labels of the file: give them anew",
        lambda: newest_on_record(store, journal, SourceLabel, "source").values(),
    )
    yield from sorted((one for one in labels if not _is_of_the_file(one)), key=lambda one: one.source)
    held = _unless_away(
        "the picture starts with the permissions of the file",
        lambda: newest_on_record(store, journal, FlightPermission, "permission_id").values(),
    )
    yield from choose_standing(held, permissions, now_ns)
    tables = _unless_away(
        "the picture starts with the winds of the file",
        lambda: newest_on_record(store, journal, WindTable, "table_id").values(),
    )
    yield from choose_winds(tables, winds, now_ns)
    units = _unless_away(
        "no unit is known: enter them anew", lambda: newest_on_record(store, journal, Unit, "unit_id").values()
    )
    yield from sorted((one for one in units if one.state != "removed"), key=lambda one: one.unit_id)
    yield from _unless_away(
        "alerts begin anew, those that persons acknowledged or shelved too",
        lambda: standing_alerts(store, journal, history_dir, node, now_ns),
    )
    yield from _unless_away("no take-over is gone on with: decide anew", lambda: standing_take_overs(store, journal))
    yield from _unless_away(
        "warnings that stand are not shown, nor ended: look into the list of warnings",
        lambda: standing_warnings(store, journal, now_ns),
    )
    histories = _unless_away(
        "every reporter starts as such persons are", lambda: store.newest(ReporterHistory, limit=MOST_SOURCES)
    )
    yield from sorted(histories, key=lambda one: (one.time_ns, one.source_id))  # the oldest are forgotten first


def standing_zones(store: Store, journal: Journal, configuration: Configuration) -> Configuration:
    """Return a configuration with the zones that persons drew, changed and deleted, as they are on record.

    While the store is away a picture starts with the zones of the configuration.
    """
    changes = _unless_away(
        "the picture starts with the zones of the file",
        lambda: newest_on_record(store, journal, ZoneChange, "zone_id").values(),
    )
    return with_standing_zones(configuration, changes)


def standing_policies(store: Store, journal: Journal, configuration: Configuration) -> Configuration:
    """Return a configuration with the rules of alerts and warnings that administrators changed, as on record.

    While the store is away a picture starts with the rules of the configuration.
    """
    changes = _unless_away(
        "the picture starts with the rules of the file",
        lambda: newest_on_record(store, journal, PolicyChange, "policy").values(),
    )
    return with_standing_policies(configuration, changes)


def _is_of_the_file(word: SourceLabel) -> bool:
    return word.as_configured and word.state == "in_force"


def _unless_away(without: str, look: Callable[[], Iterable[Found]]) -> Iterable[Found]:
    """Return what is on record; while the store is away nothing, and the log says what the picture is without."""
    try:
        return look()
    except StoreAway as error:
        _log.warning(f"the store is away; {without}", error=str(error))
        return ()
