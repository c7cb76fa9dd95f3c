"""The store keeps each record once, current states and histories, on both engines."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sargas.model.records import (
    Alert,
    Claim,
    ClosureAdvice,
    FlightPermission,
    GnssInterference,
    HumanReport,
    LaunchEstimate,
    LostTrack,
    PolicyChange,
    PublicWarning,
    Record,
    Sighting,
    SourceLabel,
    SourcePause,
    TrackEvent,
    Unit,
    WindTable,
    ZoneChange,
)
from sargas.runtime.store import Store, open_store, records_to_keep, schema
from sargas.runtime.store.migrate import downgrade
from tests.runtime.store_cases import (
    CYLINDER,
    LABEL,
    POLYGON,
    make_alert,
    make_claim,
    make_closure,
    make_configuration,
    make_decision,
    make_health,
    make_history,
    make_interference,
    make_launch,
    make_lost,
    make_north_mark,
    make_permission,
    make_policy_change,
    make_registration,
    make_report,
    make_sighting,
    make_source_label,
    make_source_pause,
    make_tick,
    make_track_event,
    make_unit,
    make_warning,
    make_wind,
    make_zone_change,
)


def test_what_is_written_reads_back_as_it_was(store: Store) -> None:
    alert, decision = make_alert(1, 10, eta_ns=99), make_decision(1, 11)
    health, configuration = make_health("radar", 12), make_configuration(1, 9)
    event, registration = make_track_event(1, 13), make_registration("kaunas", 14)
    assert store.write([configuration, alert, decision, health, event, registration]) == 6
    assert store.registrations() == store.registration_changes() == (registration,)
    assert store.track_events() == (event,)
    assert store.alerts() == (alert,)
    assert store.decisions() == (decision,)
    assert store.source_health() == (health,)
    assert store.source_health_changes() == (health,)
    assert store.configurations() == (configuration,)
    assert store.zones() == (CYLINDER, POLYGON)


def test_equal_ids_are_stored_once(store: Store) -> None:
    records = [make_configuration(1, 1), make_alert(1, 2), make_decision(1, 3), make_health("radar", 4)]
    records += [make_track_event(1, 5), make_registration("kaunas", 6)]
    assert store.write([*records, *records]) == 6
    assert store.write(records) == 0
    assert len(store.decisions()) == len(store.alert_changes("alert-1")) == len(store.source_health_changes()) == 1


def test_an_alert_has_its_latest_state_and_its_whole_history(store: Store) -> None:
    raised, seen = make_alert(1, 10), make_alert(1, 20, "acknowledged", acknowledged_by="rasa")
    ended = make_alert(1, 30, "ended", ended_ns=30, acknowledged_by="rasa")
    store.write([raised])
    store.write([seen, ended])
    assert store.alerts() == (ended,)
    assert store.alert_changes("alert-1") == (raised, seen, ended)


def test_a_late_change_joins_the_history_but_not_the_current_state(store: Store) -> None:
    raised, ended = make_alert(1, 10), make_alert(1, 30, "ended")
    store.write([ended])
    store.write([raised])
    assert store.alerts() == (ended,)
    assert store.alert_changes("alert-1") == (raised, ended)


def test_of_two_changes_at_one_time_the_later_written_holds(store: Store) -> None:
    first, second = make_alert(1, 10), make_alert(1, 10, "acknowledged")
    store.write([first, second])
    assert store.alerts() == (second,)
    assert store.alert_changes("alert-1") == (first, second)


def test_alerts_can_be_asked_for_by_activity_time_and_number(store: Store) -> None:
    old, ended, new = make_alert(1, 10), make_alert(2, 20, "ended"), make_alert(3, 30)
    store.write([old, ended, new])
    assert store.alerts() == (new, ended, old)
    assert store.alerts(active_only=True) == (new, old)
    assert store.alerts(since_ns=20) == (new, ended)
    assert store.alerts(limit=1) == (new,)


def test_the_queue_is_sorted_by_urgency_and_keeps_what_nobody_acknowledged(store: Store) -> None:
    advisory = make_alert(1, 10)
    critical_late = make_alert(2, 10, tier="critical", eta_ns=900)
    critical_soon = make_alert(3, 10, tier="critical", eta_ns=100)
    ended_unseen = make_alert(4, 10, "ended", raised_ns=5)
    ended_seen = make_alert(5, 10, "ended", acknowledged_by="rasa")
    ended_decided = make_alert(6, 10, "ended")
    seen = make_alert(7, 10, "acknowledged", tier="critical", eta_ns=1, acknowledged_by="rasa")
    store.write([advisory, critical_late, critical_soon, ended_unseen, ended_seen, ended_decided, seen])
    store.write([make_decision(1, 11, subject="alert-6")])
    assert store.alert_queue() == (critical_soon, critical_late, advisory, ended_unseen, seen)


def test_decisions_can_be_asked_for_by_subject_and_time(store: Store) -> None:
    first, second = make_decision(1, 10, "alert-1"), make_decision(2, 20, "alert-2")
    store.write([first, second])
    assert store.decisions() == (second, first)
    assert store.decisions(subject="alert-1") == (first,)
    assert store.decisions(since_ns=11) == (second,)


def test_track_events_can_be_asked_for_by_kind_and_time(store: Store) -> None:
    merged, formed = make_track_event(1, 10), make_track_event(2, 20, "group_formed")
    store.write([merged, formed])
    assert store.track_events() == (formed, merged)
    assert store.track_events("merged") == (merged,)
    assert store.track_events(since_ns=11) == (formed,)
    assert store.track_events(limit=1) == (formed,)


def test_source_health_logs_changes_only_and_shows_the_newest_counters(store: Store) -> None:
    reports = [
        make_health("radar", 1),
        make_health("radar", 2),
        make_health("adsb", 2),
        make_health("radar", 3, "silent", "nothing for 10 s"),
        make_health("radar", 4, "silent", "nothing for 10 s"),
        make_health("radar", 5),
    ]
    store.write(reports[:2])
    store.write(reports[2:])
    assert store.source_health() == (reports[2], reports[5])
    assert store.source_health_changes("radar") == (reports[5], reports[3], reports[0])
    assert store.source_health_changes(since_ns=3) == (reports[5], reports[3])


def test_registrations_log_changes_only_and_show_the_newest_biases(store: Store) -> None:
    reports = [
        make_registration("kaunas", 1),
        make_registration("kaunas", 2),
        make_registration("riga", 2, "uncertain", "no object yet"),
        make_registration("kaunas", 3, "walked_off", "azimuth off by +0.80 deg"),
        make_registration("kaunas", 4, "walked_off", "azimuth off by +0.90 deg"),
    ]
    store.write(reports[:2])
    store.write(reports[2:])
    store.write(reports[:1])
    assert store.registrations() == (reports[4], reports[2])
    assert store.registration_changes("kaunas") == (reports[4], reports[3], reports[0])
    assert store.registration_changes(since_ns=3) == (reports[4], reports[3])


def test_a_new_configuration_replaces_the_zones(store: Store) -> None:
    store.write([make_configuration(1, 1)])
    store.write([make_configuration(3, 3, (POLYGON,))])
    store.write([make_configuration(2, 2, (CYLINDER,))])
    assert store.zones() == (POLYGON,)
    assert [c.id for c in store.configurations()] == ["configuration-3", "configuration-2", "configuration-1"]


def test_zone_geometry_is_geojson(store: Store) -> None:
    store.write([make_configuration(1, 1)])
    with store.read_transaction() as connection:
        rows = connection.execute(sa.select(schema.ZONES.c.id, schema.ZONES.c.geometry))
        found = {row.id: row.geometry for row in rows}
    assert json.loads(found["airport"]) == {"type": "Point", "coordinates": [25.28, 54.63]}
    rings = json.loads(found["vilnius"])["coordinates"]
    assert [len(ring) for ring in rings] == [4, 4]
    assert all(ring[0] == ring[-1] for ring in rings)


def test_ticks_and_sensor_statuses_are_not_stored(store: Store) -> None:
    assert store.write([make_tick(1), make_north_mark(2)]) == 0


def test_every_row_of_a_record_holds_its_label(store: Store) -> None:
    store.write([make_configuration(1, 1), make_alert(1, 2), make_decision(1, 3), make_health("radar", 4)])
    store.write([make_track_event(1, 5), make_registration("kaunas", 6)])
    store.write([make_interference("4ca8e2", 7), make_permission(1, 8), make_claim(41, 9), make_warning(10)])
    store.write([make_report(1, 11), make_sighting(1, 12), make_history("ona", 13)])
    store.write([make_wind(11), make_launch(12), make_closure(13), make_zone_change(14), make_lost(15), make_unit(16)])
    store.write([make_source_pause(17), make_policy_change(18), make_source_label(19)])
    labelled = [t for t in schema.METADATA.sorted_tables if "label" in t.c and not t.name.endswith("outbox")]
    assert len(labelled) == 42
    with store.read_transaction() as connection:
        for table in labelled:
            labels = list(connection.scalars(sa.select(table.c.label)))
            assert set(labels) == {LABEL}, table.name


def test_of_winds_launches_and_closures_the_newest_holds_and_all_are_kept(store: Store) -> None:
    winds = (make_wind(1), make_wind(2, state="withdrawn"))
    launches = (make_launch(1), make_launch(2, state="revised"))
    closures = (make_closure(1), make_closure(2, state="close"), make_closure(3, state="closed"))
    assert store.write([*winds, *launches, *closures]) == 7
    assert store.write([*winds, *launches, *closures]) == 0
    assert store.newest(WindTable) == (winds[1],)
    assert store.newest(WindTable, "active") == ()
    assert store.newest(LaunchEstimate) == (launches[1],)
    assert store.newest(ClosureAdvice) == (closures[2],)
    assert store.revisions(ClosureAdvice, "node/closure/EYVI/1") == closures


def test_of_a_lost_track_the_newest_message_holds_all_are_kept_and_it_is_found_by_its_number(store: Store) -> None:
    began, later, other = make_lost(1), make_lost(2, area_km2=80.0), make_lost(3, track_id=71)
    over = make_lost(4, state="ended", end="seen_again", ended_ns=4)
    assert store.write([began, later, other, over]) == 4
    assert store.write([began, over]) == 0
    assert store.newest(LostTrack) == (over, other)
    assert store.newest(LostTrack, "lost") == (other,)
    assert store.newest(LostTrack, since_ns=4) == (over,)
    assert store.revisions(LostTrack, over.lost_id) == (began, later, over)
    assert store.about_track(LostTrack, 7, 2) == (later, over)
    named = make_lost(5, track_id=72, may_be=({"track_id": 7, "probability": 0.4},))
    store.write([named])
    assert store.about_track(LostTrack, 7, 4) == (over, named), "a newer track is told of the one that it may be"


def test_of_zones_the_newest_change_holds_and_those_in_force_follow(store: Store) -> None:
    store.write([make_configuration(1, 5)])
    before = {zone.id for zone in store.zones()}
    drawn, moved = make_zone_change(6), make_zone_change(7, zone_id="new", name="Moved")
    gone = make_zone_change(8, zone_id="new", state="deleted", zone=None)
    assert store.write([drawn]) == 1
    assert {zone.id for zone in store.zones()} == before | {"new"}
    assert store.write([moved, drawn]) == 1
    assert [zone.name for zone in store.zones() if zone.id == "new"] == ["Moved"]
    assert store.newest(ZoneChange) == (moved,)
    assert store.write([gone]) == 1
    assert {zone.id for zone in store.zones()} == before
    assert store.newest(ZoneChange) == (gone,)
    assert store.revisions(ZoneChange, "new") == (drawn, moved, gone)


def test_of_a_pause_the_newest_word_holds_and_every_word_is_kept(store: Store) -> None:
    paused, resumed = make_source_pause(6), make_source_pause(8, state="resumed", reason="")
    other = make_source_pause(7, source="liepaja")
    assert store.write([paused, other, resumed]) == 3
    assert store.write([paused]) == 0
    assert store.newest(SourcePause) == (resumed, other)
    assert store.newest(SourcePause, "paused") == (other,)
    assert store.revisions(SourcePause, "karmelava") == (paused, resumed)


def test_of_a_label_of_a_source_the_newest_word_holds_and_every_word_is_kept(store: Store) -> None:
    said, holds = make_source_label(6), make_source_label(8, state="in_force")
    other = make_source_label(7, source="liepaja")
    assert store.write([said, other, holds]) == 3
    assert store.newest(SourceLabel) == (holds, other)
    assert store.newest(SourceLabel, "announced") == (other,)
    assert store.revisions(SourceLabel, "karmelava") == (said, holds)


def test_of_changed_rules_the_newest_of_each_holds_and_all_are_kept(store: Store) -> None:
    first, back = make_policy_change(6), make_policy_change(8, state="as_configured")
    other = make_policy_change(7, policy="warnings")
    assert store.write([first, other, back]) == 3
    assert store.newest(PolicyChange) == (back, other)
    assert store.newest(PolicyChange, "changed") == (other,)
    assert store.revisions(PolicyChange, "alerting") == (first, back)


def test_of_a_unit_the_newest_word_holds_and_every_word_is_kept(store: Store) -> None:
    ready, busy = make_unit(6), make_unit(7, state="busy", latitude_deg=55.0)
    gone = make_unit(8, state="removed")
    assert store.write([ready, busy]) == 2
    assert store.newest(Unit) == (busy,)
    assert store.write([gone, busy]) == 1
    assert store.newest(Unit) == (gone,)
    assert store.newest(Unit, "ready") == ()
    assert store.revisions(Unit, "patrol-7") == (ready, busy, gone)


def test_of_a_permission_the_newest_revision_holds_and_all_are_kept(store: Store) -> None:
    first, later = make_permission(1, 5), make_permission(1, 9, state="revoked", entered_by="rasa")
    assert store.write([later, make_permission(2, 6)]) == 2
    assert store.write([first, later]) == 1
    assert [p.permission_id for p in store.newest(FlightPermission)] == ["permission-1", "permission-2"]
    assert store.newest(FlightPermission)[0] == later
    assert [p.permission_id for p in store.newest(FlightPermission, "active")] == ["permission-2"]
    assert store.revisions(FlightPermission, "permission-1") == (first, later)


def test_of_revisions_at_one_time_the_one_that_came_later_holds(store: Store) -> None:
    made, withdrawn = make_claim(41, 5), make_claim(41, 5, id="later", state="withdrawn")
    store.write([made, withdrawn])
    assert store.newest(Claim) == (withdrawn,)
    assert store.revisions(Claim, made.claim_id) == (made, withdrawn)


def test_an_event_of_interference_is_found_by_its_aircraft(store: Store) -> None:
    store.write(
        [make_interference("4ca8e2", 5), make_interference("4ca8e2", 8, "ended"), make_interference("4ca8ff", 6)]
    )
    assert [(e.event_id, e.state) for e in store.newest(GnssInterference)] == [
        ("spoofing/4ca8e2", "ended"),
        ("spoofing/4ca8ff", "begun"),
    ]


def write_half(store: Store) -> None:
    with store.write_transaction() as connection:
        connection.execute(sa.insert(schema.META).values(key="half", value="done"))
        raise RuntimeError


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError):
        write_half(store)
    with store.read_transaction() as connection:
        assert connection.scalar(sa.select(schema.META.c.value).where(schema.META.c.key == "half")) is None


def test_the_outbox_gets_one_message_for_each_new_record_in_its_transaction(store_url: str) -> None:
    store = open_store(store_url, subject_of=lambda record: "alerts" if isinstance(record, Alert) else None)
    alert, later = make_alert(1, 10), make_alert(2, 11)
    store.write([alert, make_decision(1, 10), later])
    store.write([alert])
    messages = store.unsent()
    assert [(m.subject, m.payload, m.created_ns, m.label) for m in messages] == [
        ("alerts", alert.model_dump_json().encode(), 10, LABEL),
        ("alerts", later.model_dump_json().encode(), 11, LABEL),
    ]
    assert store.mark_sent([messages[0].uuid], 50) == 1
    assert store.mark_sent([messages[0].uuid], 60) == 0
    assert store.unsent() == (messages[1],)
    assert store.delete_sent(50) == 0
    assert store.delete_sent(51) == 1
    store.close()


def test_an_outbox_uuid_is_the_same_for_the_same_message_anywhere(store_url: str, sqlite_store: Store) -> None:
    uuids = []
    for store in (open_store(store_url, lambda _: "x"), Store(sqlite_store.engine, lambda _: "x")):
        store.write([make_alert(1, 10)])
        uuids.append(store.unsent()[0].uuid)
        store.engine.dispose()
    assert uuids[0] == uuids[1]


def test_the_journal_sequence_is_noted_with_the_records(store: Store) -> None:
    assert store.journal_sequence() is None
    store.write([make_alert(1, 10)], journal_sequence=7)
    store.write([make_alert(2, 10)])
    assert store.journal_sequence() == 7
    store.write([], journal_sequence=3)
    assert store.journal_sequence() == 3


def test_health_tells_what_doctor_needs(store: Store) -> None:
    store.write([make_alert(1, 10), make_alert(2, 10, "ended"), make_decision(1, 10)])
    health = store.health()
    assert health["ok"] is True
    assert health["schema"] == health["schema_expected"] == "0023"
    assert (health["alerts"], health["active_alerts"], health["decisions"], health["unsent"]) == (2, 1, 1, 0)
    assert health["durable"] is True
    assert health["bytes"] > 0
    if health["engine"] == "sqlite":
        assert health["journal_mode"] == "wal"


def test_health_of_a_broken_store_says_why_and_does_not_raise(store: Store) -> None:
    downgrade(store.engine, "base")
    health = store.health()
    assert health["ok"] is False
    assert "alerts" in health["reason"]
    assert "\n" not in health["reason"]


def test_many_readers_read_whole_transactions_while_one_writes(store: Store) -> None:
    """Each transaction adds one alert and one decision, so no reader may ever see different counts of them."""
    torn: list[tuple[int, int]] = []
    seen: set[int] = set()
    done = threading.Event()

    def read_until_done() -> None:
        count = sa.select(
            sa.select(sa.func.count()).select_from(schema.ALERTS).scalar_subquery(),
            sa.select(sa.func.count()).select_from(schema.DECISIONS).scalar_subquery(),
        )
        while not done.is_set():
            with store.read_transaction() as connection:
                alerts, decisions = connection.execute(count).one()
            seen.add(alerts)
            if alerts != decisions:
                torn.append((alerts, decisions))

    readers = [threading.Thread(target=read_until_done) for _ in range(6)]
    for reader in readers:
        reader.start()
    for n in range(40):
        store.write([make_alert(n, n), make_decision(n, n)])
    done.set()
    for reader in readers:
        reader.join()
    assert torn == []
    assert len(seen) > 5
    assert len(store.alerts()) == 40


RECORDS = st.lists(
    st.one_of(
        st.builds(
            make_alert, st.integers(1, 3), st.integers(0, 5), st.sampled_from(["raised", "acknowledged", "ended"])
        ),
        st.builds(make_decision, st.integers(1, 5), st.just(1)),
        st.builds(make_health, st.sampled_from("ab"), st.integers(0, 5), st.sampled_from(["ok", "silent"])),
        st.builds(make_configuration, st.integers(1, 3), st.just(1)),
        st.builds(make_track_event, st.integers(1, 5), st.just(1)),
        st.builds(
            make_registration, st.sampled_from("ab"), st.integers(0, 5), st.sampled_from(["registered", "walked_off"])
        ),
    ),
    max_size=12,
    unique_by=lambda record: record.id,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS, cut=st.integers(0, 12))
def test_writing_again_after_a_crash_changes_nothing(sqlite_store: Store, records: Sequence[Record], cut: int) -> None:
    """Write in order, then again from any point on, as a restart from the journal does."""
    with sqlite_store.write_transaction() as connection:
        for table in reversed(schema.METADATA.sorted_tables):
            connection.execute(sa.delete(table))
    sqlite_store.write(records)
    before = dump_rows(sqlite_store)
    assert sqlite_store.write(records[cut:]) == 0
    for record in records[cut:]:
        sqlite_store.write([record])
    assert dump_rows(sqlite_store) == before


def dump_rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.read_transaction() as connection:
        return {t.name: [tuple(row) for row in connection.execute(sa.select(t))] for t in schema.METADATA.sorted_tables}


def test_cells_told_for_the_map_alone_are_not_kept() -> None:
    alarm = make_interference("4ca8e2", 5)
    cell = alarm.model_copy(update={"icao_address": None, "cell": "841f717ffffffff", "is_alarm": False})
    assert records_to_keep([alarm, cell]) == [alarm]


@pytest.mark.parametrize("kind", [Alert, Claim, LostTrack, PublicWarning, TrackEvent])
def test_the_story_of_a_track_is_not_looked_for_in_all_that_ever_was(sqlite_store: Store, kind: type[Alert]) -> None:
    assert not whole_tables_read(sqlite_store, lambda: sqlite_store.about_track(kind, 7, 10))


@pytest.mark.parametrize("kind", [GnssInterference, HumanReport, LostTrack, PublicWarning, Sighting])
def test_what_changed_lately_is_not_looked_for_in_all_that_ever_was(sqlite_store: Store, kind: type[Sighting]) -> None:
    """Every screen asks for incidents every few seconds, for as long as there are records."""
    assert not whole_tables_read(sqlite_store, lambda: sqlite_store.newest(kind, None, 1000, 10))
    assert not whole_tables_read(sqlite_store, lambda: sqlite_store.page(kind, 10, 20))
    assert not whole_tables_read(sqlite_store, lambda: sqlite_store.source_health_changes(None, 10))
    assert not whole_tables_read(sqlite_store, lambda: sqlite_store.decisions(None, 10))


def whole_tables_read(store: Store, ask: Callable[[], object]) -> list[str]:
    """Return the steps of SQLite's plan that read a table from end to end."""
    asked: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    sa.event.listen(store.engine, "before_cursor_execute", note)
    ask()
    sa.event.remove(store.engine, "before_cursor_execute", note)
    with store.engine.connect() as connection:
        plans = [
            connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given) for sql, given in asked if "SELECT" in sql
        ]
        return [step for plan in plans for *_, step in plan if step.startswith("SCAN")]
