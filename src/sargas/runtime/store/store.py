"""The store: what must survive and be asked for later, in one SQL database. Specification: docs/store.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from sargas import __version__
from sargas.model.records import (
    Alert,
    Configuration,
    Decision,
    Record,
    SensorRegistration,
    SourceHealth,
    TrackEvent,
    Zone,
)
from sargas.runtime.store import migrate, outbox, read, schema
from sargas.runtime.store.engine import open_engine, writing
from sargas.runtime.store.errors import StoreError, store_error, unreached
from sargas.runtime.store.page import NEWEST_FIRST, Paged, Place, RecordPage, Walk, read_page
from sargas.runtime.store.write import JOURNAL_SEQUENCE, SubjectOf, write_meta, write_records


def open_store(url: str, subject_of: SubjectOf | None = None) -> Store:
    """Open a store and bring its schema up to date.

    ``subject_of`` names the bus subject of each record that is to be sent (none: nothing is). Raises StoreError, in
    one line, for a bad URL, a server that does not answer, or a schema newer than this program.
    """
    engine = open_engine(url)
    try:
        migrate.upgrade(engine)
        store = Store(engine, subject_of)
        with store.write_transaction() as connection:
            write_meta(connection, "program_version", __version__)
    except DBAPIError as error:
        engine.dispose()
        raise store_error(error, engine.url) from error
    except StoreError:
        engine.dispose()
        raise
    return store


class Store:
    """One database: any number of readers at a time, one write transaction at a time. Safe to use from any thread.

    Every method raises StoreAway when the database is out of reach (``StoreWriter`` waits that out), and StoreError
    when it refuses what was asked.
    """

    def __init__(self, engine: sa.Engine, subject_of: SubjectOf | None = None) -> None:
        self.engine = engine
        self._writing = writing(engine)
        self._subject_of = subject_of

    @contextmanager
    def read_transaction(self) -> Iterator[sa.Connection]:
        """Run queries on one connection."""
        with self._translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write_transaction(self) -> Iterator[sa.Connection]:
        """Run statements as one transaction that no other writer, in whatever process, overlaps."""
        with self._translated(), self._writing.begin() as connection:
            yield connection

    def write(self, records: Sequence[Record], journal_sequence: int | None = None) -> int:
        """Store records in their order, all or none; return how many were new.

        A record whose id is stored already changes nothing. ``journal_sequence``: every record that came of the
        journal up to this envelope is stored once this transaction is.
        """
        with self.write_transaction() as connection:
            new = write_records(connection, records, self._subject_of)
            if journal_sequence is not None:
                write_meta(connection, JOURNAL_SEQUENCE, str(journal_sequence))
        return new

    def journal_sequence(self) -> int | None:
        """Say up to which envelope of the journal everything is stored; none: nothing was noted yet."""
        with self.read_transaction() as connection:
            noted = read.read_meta(connection, JOURNAL_SEQUENCE)
        return None if noted is None else int(noted)

    def alerts(self, active_only: bool = False, since_ns: int | None = None, limit: int = 1000) -> tuple[Alert, ...]:
        """Read the current state of alerts, the latest change first.

        ``active_only``: those that have not ended. ``since_ns``: those that changed at or after this time.
        """
        with self.read_transaction() as connection:
            return read.read_alerts(connection, active_only, since_ns, limit)

    def page(
        self,
        kind: type[Paged],
        start_ns: int,
        end_ns: int,
        place: Place | None = None,
        limit: int = 500,
        walk: Walk = NEWEST_FIRST,
    ) -> RecordPage:
        """Read records whose newest state is of a time (UTC ns), in order of it, from a place in that order on."""
        with self.read_transaction() as connection:
            return read_page(connection, kind, start_ns, end_ns, place, limit, walk)

    def alert_queue(self, limit: int = 1000) -> tuple[Alert, ...]:
        """Read what an operator still has to see, most urgent first; ended alerts stay until acknowledged."""
        with self.read_transaction() as connection:
            return read.read_alert_queue(connection, limit)

    def alert_changes(self, alert_id: str) -> tuple[Alert, ...]:
        """Read every change of one alert, the first first."""
        with self.read_transaction() as connection:
            return read.read_alert_changes(connection, alert_id)

    def decisions(
        self,
        subject: str | None = None,
        since_ns: int | None = None,
        limit: int = 1000,
        actions: Sequence[str] = (),
    ) -> tuple[Decision, ...]:
        """Read decisions, the latest first; of one subject or some actions only, or made at or after ``since_ns``."""
        with self.read_transaction() as connection:
            return read.read_decisions(connection, subject, since_ns, limit, actions)

    def source_health(self) -> tuple[SourceHealth, ...]:
        """Read the newest report of every source, sorted by source."""
        with self.read_transaction() as connection:
            return read.read_source_health(connection)

    def source_health_changes(
        self, source: str | None = None, since_ns: int | None = None, limit: int = 1000
    ) -> tuple[SourceHealth, ...]:
        """Read the reports that changed a source's state or reason, the latest first."""
        with self.read_transaction() as connection:
            return read.read_source_health_changes(connection, source, since_ns, limit)

    def registrations(self) -> tuple[SensorRegistration, ...]:
        """Read the newest report of how far each radar is off, sorted by sensor id."""
        with self.read_transaction() as connection:
            return read.read_registrations(connection)

    def registration_changes(
        self, sensor_id: str | None = None, since_ns: int | None = None, limit: int = 1000
    ) -> tuple[SensorRegistration, ...]:
        """Read the reports that changed the state or reason of a radar's registration, the latest first."""
        with self.read_transaction() as connection:
            return read.read_registration_changes(connection, sensor_id, since_ns, limit)

    def newest(
        self,
        kind: type[read.Revised],
        state: str | None = None,
        limit: int | None = 10_000,
        since_ns: int | None = None,
    ) -> tuple[read.Revised, ...]:
        """Read the newest revision of each event, permission or claim, the latest first; of one state, or since."""
        with self.read_transaction() as connection:
            return read.read_newest(connection, kind, state, limit, since_ns)

    def revisions(self, kind: type[read.Revised], key: str) -> tuple[read.Revised, ...]:
        """Read every revision of one event, permission or claim, the first first."""
        with self.read_transaction() as connection:
            return read.read_revisions(connection, kind, key)

    def about_track(self, kind: type[read.AboutTrack], track_id: int, since_ns: int) -> tuple[read.AboutTrack, ...]:
        """Read every message of a kind about one track at or after ``since_ns`` (UTC), the first first."""
        with self.read_transaction() as connection:
            return read.read_about_track(connection, kind, track_id, since_ns)

    def track_events(
        self, event: str | None = None, since_ns: int | None = None, limit: int = 1000
    ) -> tuple[TrackEvent, ...]:
        """Read what happened between tracks, the latest first; of one kind only, or at or after ``since_ns``."""
        with self.read_transaction() as connection:
            return read.read_track_events(connection, event, since_ns, limit)

    def configurations(self, limit: int = 100) -> tuple[Configuration, ...]:
        """Read what the node ran with, the latest first."""
        with self.read_transaction() as connection:
            return read.read_configurations(connection, limit)

    def zones(self) -> tuple[Zone, ...]:
        """Read the zones of the newest configuration, sorted by id."""
        with self.read_transaction() as connection:
            return read.read_zones(connection)

    def unsent(self, limit: int = 100, after: int = 0) -> tuple[outbox.OutboxMessage, ...]:
        """Read the outbox messages not marked sent, in the order they were stored; behind a position."""
        with self.read_transaction() as connection:
            return outbox.read_unsent(connection, limit, after)

    def mark_sent(self, uuids: Sequence[str], sent_ns: int) -> int:
        """Note that the bus acknowledged these at ``sent_ns``; return how many were not marked before."""
        with self.write_transaction() as connection:
            return outbox.mark_sent(connection, uuids, sent_ns)

    def delete_sent(self, before_ns: int) -> int:
        """Delete the outbox messages sent before a time; return how many."""
        with self.write_transaction() as connection:
            return outbox.delete_sent(connection, before_ns)

    def health(self) -> dict[str, Any]:
        """Say how the store is, for ``sargas doctor``; never raises. Fields: docs/store.md."""
        place = {
            "url": self.engine.url.render_as_string(hide_password=True),
            "engine": self.engine.dialect.name,
            "schema_expected": migrate.head(),
        }
        try:
            with self.write_transaction() as connection:
                return {"ok": True, "reason": "", **place, **_measure(connection)}
        except StoreError as error:
            return {"ok": False, "reason": str(error), **place}

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise store_error(error, self.engine.url) from error
        except (sa.exc.TimeoutError, OSError) as error:
            raise unreached(error, self.engine.url) from error


def _measure(connection: sa.Connection) -> dict[str, Any]:
    on_sqlite = connection.dialect.name == "sqlite"
    version = "SELECT sqlite_version()" if on_sqlite else "SHOW server_version"
    settings = {
        "version": connection.exec_driver_sql(version).scalar(),
        "schema": migrate.current(connection),
        "alerts": read.count_rows(connection, schema.ALERTS),
        "active_alerts": read.count_rows(connection, schema.ALERTS, schema.ALERTS.c.state != "ended"),
        "decisions": read.count_rows(connection, schema.DECISIONS),
        "accounts": read.count_rows(connection, schema.ACCOUNTS),
        "unsent": read.count_rows(connection, schema.OUTBOX, schema.OUTBOX.c.sent_ns.is_(None)),
    }
    if on_sqlite:
        path = Path(connection.engine.url.database or "")
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        return settings | {
            "bytes": path.stat().st_size,
            "journal_mode": connection.exec_driver_sql("PRAGMA journal_mode").scalar(),
            "durable": synchronous == 2,
        }
    durable = connection.exec_driver_sql("SHOW fsync").scalar(), connection.exec_driver_sql("SHOW synchronous_commit")
    return settings | {
        "bytes": connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar(),
        "durable": durable[0] == "on" and durable[1].scalar() != "off",
    }
