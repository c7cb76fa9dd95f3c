"""Who comes into a zone is an alert: once, in time, with reasons; and never for what is not real."""

import pytest

from sargas.assessment.alert_entry import Place
from sargas.model.columns import PlotFlag
from sargas.model.records import Alert
from sargas.model.tracks import TrackStatus
from tests.assessment.flights import NODE, RANGE, at, square, start, tracks_at

OUTSIDE = {"x": 120.0, "y": 60.0}
INSIDE = {"x": 99.0, "y": 60.0}
AIRLINER = {"icao": 0x4CA123, "callsign": b"LOT123", "altitude": 10_200.0, "vx": -230.0, "seen_by": 3}


def states(alerts: tuple[Alert, ...]) -> list[tuple[str, str, str]]:
    return [(alert.alert_id, alert.tier, alert.state) for alert in alerts]


def test_an_intruder_across_the_border_is_critical_at_the_update_that_crosses() -> None:
    entry = start()
    assert entry.assess(tracks_at(0, OUTSIDE | {"vx": -50.0}), at(0.2)) == ()
    (alert,) = entry.assess(tracks_at(4, INSIDE | {"vx": -50.0, "vy": -20.0}), at(4.2))
    assert states((alert,)) == [("zone_entry:lithuania:1:1", "critical", "raised")]
    assert alert.reasons == (
        "intruder crossed the border of Lithuania, now 1.0 km from where it came in",
        "no identity: neither aircraft address nor transponder code",
        "54 m/s towards 248°, altitude 300 m",
        "seen by radar-a",
    )
    assert alert.reasons_lt == (
        "įsibrovėlis kirto sieną „Lithuania“, dabar 1,0 km nuo įskridimo vietos",
        "neprisistato: nei orlaivio adreso, nei atsakiklio kodo",
        "54 m/s, kursas 248°, aukštis 300 m",
        "mato radar-a",
    )
    assert (alert.time_ns, alert.raised_ns, alert.eta_ns, alert.track_ids) == (at(4.2), at(4.2), None, (1,))
    assert (alert.zone_id, alert.zone_name, alert.origin) == ("lithuania", "Lithuania", "vilnius")
    assert entry.active() == (alert,)


def test_a_cooperative_airliner_across_the_border_is_an_advisory_and_stays_one_when_it_lands() -> None:
    entry = start()
    entry.assess(tracks_at(0, OUTSIDE | AIRLINER), at(0))
    (alert,) = entry.assess(tracks_at(4, INSIDE | AIRLINER), at(4))
    assert alert.tier == "advisory"
    assert alert.reasons[:2] == (
        "crossed the border of Lithuania, now 1.0 km from where it came in",
        "calls itself LOT123 (4ca123) and flies like an airliner",
    )
    assert alert.reasons[3] == "seen by radar-a, adsb-b"
    (later,) = entry.assess(tracks_at(900, {"x": 60.0, "icao": 0x4CA123, "vx": -70.0, "altitude": 600.0}), at(900))
    assert later.tier == "advisory"
    assert later.reasons[1] == "calls itself 4ca123 and does not fly like an airliner"


ODD_FLIGHTS = (
    {"icao": -1},
    {"altitude": 2000.0},
    {"altitude": float("nan")},
    {"vx": -60.0},
    {"vx": -400.0},
    {"vz": -45.0},
)


@pytest.mark.parametrize("odd", ODD_FLIGHTS)
def test_an_address_without_an_airliners_flight_stays_critical(odd: dict[str, float]) -> None:
    entry = start()
    entry.assess(tracks_at(0, OUTSIDE | AIRLINER | odd), at(0))
    (alert,) = entry.assess(tracks_at(4, INSIDE | AIRLINER | odd), at(4))
    assert alert.tier == "critical"


def test_a_track_that_starts_inside_the_border_never_crossed_it() -> None:
    entry = start()
    assert entry.assess(tracks_at(0, INSIDE), at(0)) == ()
    assert entry.assess(tracks_at(4, INSIDE | {"x": 98.0}), at(4)) == ()
    assert entry.assess(tracks_at(8, OUTSIDE), at(8)) == ()
    assert [alert.tier for alert in entry.assess(tracks_at(12, INSIDE), at(12))] == ["critical"]


def test_who_is_seen_where_one_of_an_earlier_run_had_come_in_crossed_the_border() -> None:
    entry = start()
    x_m, y_m = 99_000.0, 60_000.0
    entry.expect("lithuania", Place(x_m + 500.0, y_m, -50.0, 0.0, at(-10)))
    young = INSIDE | {"status": TrackStatus.TENTATIVE}
    assert entry.assess(tracks_at(0, young), at(0)) == ()
    other = start()
    other.restore(entry.snapshot())
    (alert,) = other.assess(tracks_at(4, INSIDE), at(4))
    assert (alert.zone_id, alert.rule, alert.tier) == ("lithuania", "zone_entry", "critical")
    late = start()
    late.expect("lithuania", Place(x_m, y_m, 0.0, 0.0, at(-130)))
    assert late.assess(tracks_at(0, INSIDE), at(0)) == ()


def test_a_border_crossed_while_tentative_is_an_alert_at_confirmation() -> None:
    entry = start()
    tentative = {"status": TrackStatus.TENTATIVE}
    assert entry.assess(tracks_at(0, OUTSIDE | tentative), at(0)) == ()
    assert entry.assess(tracks_at(4, INSIDE | tentative), at(4)) == ()
    (alert,) = entry.assess(tracks_at(8, INSIDE | {"x": 98.5}), at(8))
    assert alert.reasons[0] == "intruder crossed the border of Lithuania"


@pytest.mark.parametrize(("zone", "x", "y"), [("plant", 0.0, 0.0), ("range", 50.0, 50.0)])
def test_protected_and_restricted_zones_are_critical_for_everyone(zone: str, x: float, y: float) -> None:
    entry = start()
    assert entry.assess(tracks_at(0, {"x": x + 10, "y": y} | AIRLINER | {"altitude": 2500.0, "vx": 0}), at(0)) == ()
    (alert,) = entry.assess(tracks_at(4, {"x": x, "y": y} | AIRLINER | {"altitude": 2500.0, "vx": 0}), at(4))
    assert (alert.alert_id, alert.tier) == (f"zone_entry:{zone}:1:1", "critical")
    assert alert.reasons[0] == f"entered {zone.title()}, now 5.0 km from where it came in"


def test_a_zone_flown_through_between_two_updates_is_an_alert() -> None:
    entry = start()
    entry.assess(tracks_at(0, {"x": 40.0, "y": 50.0}), at(0))
    (alert,) = entry.assess(tracks_at(12, {"x": 60.0, "y": 50.0}), at(12))
    assert alert.reasons[0] == "passed through Range, now 15.0 km from where it came in"
    assert states(entry.assess(tracks_at(42, {"x": 62.0, "y": 50.0}), at(42))) == [
        ("zone_entry:range:1:1", "critical", "ended")
    ]


def test_a_track_confirmed_inside_a_protected_zone_is_an_alert() -> None:
    (alert,) = start().assess(tracks_at(0, {}), at(0))
    assert alert.reasons[0] == "inside Plant when the track was confirmed"


def test_above_the_ceiling_is_outside_and_an_unknown_height_is_not() -> None:
    assert start().assess(tracks_at(0, {"altitude": 3001.0}), at(0)) == ()
    (alert,) = start().assess(tracks_at(0, {"altitude": float("nan")}), at(0))
    assert "altitude unknown" in alert.reasons[2]


@pytest.mark.parametrize(("altitude", "sigma"), [(1500.0, 2000.0), (-877.0, 300.0), (-7235.0, 2500.0)])
def test_a_height_that_a_radar_without_elevation_left_open_is_not_told_as_known(altitude: float, sigma: float) -> None:
    (alert,) = start().assess(tracks_at(0, {"altitude": altitude, "height_sigma": sigma}), at(0))
    assert "altitude unknown" in alert.reasons[2]


def test_a_height_that_is_nearly_open_puts_nobody_above_a_ceiling_or_below_a_floor() -> None:
    assert start().assess(tracks_at(0, {"altitude": 3500.0, "height_sigma": 300.0}), at(0)) == ()
    (alert,) = start().assess(tracks_at(0, {"altitude": 3500.0, "height_sigma": 1500.0}), at(0))
    assert alert.zone_id == "plant"


@pytest.mark.parametrize("status", [TrackStatus.TENTATIVE, TrackStatus.COASTING, TrackStatus.DROPPED])
def test_only_a_confirmed_track_raises_an_alert(status: TrackStatus) -> None:
    entry = start()
    entry.assess(tracks_at(0, OUTSIDE), at(0))
    assert entry.assess(tracks_at(4, INSIDE | {"status": status}, {"id": 2, "status": status}), at(4)) == ()


def test_a_track_that_coasts_over_the_border_is_an_alert_when_seen_again() -> None:
    entry = start()
    entry.assess(tracks_at(0, OUTSIDE), at(0))
    assert entry.assess(tracks_at(4, INSIDE | {"status": TrackStatus.COASTING}), at(4)) == ()
    (alert,) = entry.assess(tracks_at(8, INSIDE | {"x": 98.0}), at(8))
    assert alert.reasons[0].startswith("intruder crossed the border of Lithuania, now ")


def test_an_alert_ends_when_the_track_has_been_outside_for_thirty_seconds() -> None:
    entry = start((RANGE,))
    inside, outside = {"x": 50.0, "y": 50.0}, {"x": 60.0, "y": 50.0}
    entry.assess(tracks_at(0, inside), at(0))
    assert entry.assess(tracks_at(4, outside), at(4)) == ()
    assert entry.assess(tracks_at(8, inside), at(8)) == ()
    assert entry.assess(tracks_at(12, outside), at(12)) == ()
    assert entry.assess(tracks_at(38, outside), at(41.9)) == ()
    (ended,) = entry.assess(tracks_at(42), at(42))
    assert (ended.state, ended.ended_ns, ended.reasons[0]) == ("ended", at(42), "outside for 30 s")
    assert entry.active() == ()


def test_a_return_within_the_hold_time_resumes_and_a_later_one_is_a_new_alert() -> None:
    entry = start((RANGE,))
    inside, outside = {"x": 50.0, "y": 50.0}, {"x": 60.0, "y": 50.0}
    entry.assess(tracks_at(0, inside), at(0))
    entry.assess(tracks_at(1, outside), at(1))
    assert [alert.state for alert in entry.assess(tracks_at(31, outside), at(31))] == ["ended"]
    (resumed,) = entry.assess(tracks_at(60, inside), at(60))
    assert (resumed.alert_id, resumed.state, resumed.ended_ns) == ("zone_entry:range:1:1", "raised", None)
    entry.assess(tracks_at(64, outside), at(64))
    entry.assess(tracks_at(94, outside), at(94))
    (again,) = entry.assess(tracks_at(124, inside), at(124))
    assert (again.alert_id, again.raised_ns) == ("zone_entry:range:1:2", at(124))


def test_a_dropped_track_ends_its_alerts_at_once() -> None:
    entry = start()
    entry.assess(tracks_at(0, {}), at(0))
    (ended,) = entry.assess(tracks_at(4, {"status": TrackStatus.DROPPED}), at(4))
    assert (ended.state, ended.reasons[0]) == ("ended", "the track was dropped")
    assert entry.active() == ()


def test_a_track_that_nobody_mentions_again_is_forgotten_after_ten_minutes() -> None:
    entry = start()
    entry.assess(tracks_at(0, {}), at(0))
    assert entry.assess(tracks_at(599), at(600)) == ()
    (ended,) = entry.assess(tracks_at(601), at(601))
    assert ended.reasons[0] == "nothing heard of the track for 600 s"


def test_updates_come_every_ten_seconds_with_new_figures_and_ids() -> None:
    entry = start((RANGE,))
    inside = {"x": 50.0, "y": 50.0}
    (raised,) = entry.assess(tracks_at(0, inside), at(0))
    assert entry.assess(tracks_at(4, inside | {"altitude": 400.0}), at(4)) == ()
    assert entry.assess(tracks_at(9, inside | {"altitude": 400.0}), at(9.9)) == ()
    (updated,) = entry.assess(tracks_at(10, inside | {"altitude": 400.0}), at(10))
    assert updated.reasons[2].endswith("altitude 400 m")
    assert (updated.alert_id, updated.raised_ns, updated.state) == (raised.alert_id, at(0), "raised")
    assert (raised.id, updated.id) == ("zone_entry:range:1:1:1", "zone_entry:range:1:1:2")
    assert entry.assess(tracks_at(25, inside | {"altitude": 400.0}), at(25)) == ()


@pytest.mark.parametrize("mark", [PlotFlag.SIMULATED, PlotFlag.TEST, PlotFlag.FIELD_MONITOR])
def test_what_is_not_real_never_alerts_live_and_is_marked_in_an_exercise(mark: PlotFlag) -> None:
    batch = tracks_at(0, {"flags": mark | PlotFlag.SPI}, {"id": 2})
    assert [alert.track_ids for alert in start().assess(batch, at(0))] == [(2,)]
    marked, real = start(exercise=True).assess(batch, at(0))
    assert marked.label.caveats == ("EXERCISE", "TRIAL")
    assert real.label.caveats == ("TRIAL",)


def test_a_track_found_to_be_simulated_loses_its_alert_live() -> None:
    entry = start()
    entry.assess(tracks_at(0, {}), at(0))
    (ended,) = entry.assess(tracks_at(4, {"flags": PlotFlag.SIMULATED}), at(4))
    assert (ended.state, ended.reasons[0]) == ("ended", "the track is marked as simulated or a test")


def test_an_alert_carries_the_most_restrictive_label_of_tracks_and_node() -> None:
    (alert,) = start().assess(tracks_at(0, {}), at(0))
    assert alert.label.releasable_to == ("LTU",)
    assert alert.label.originator == f"LTU+{NODE.originator}"


def test_of_several_rows_of_one_track_the_last_counts() -> None:
    entry = start((RANGE,))
    rows = {"id": 2, "x": 50.0, "y": 50.0}, {"id": 1}, {"id": 2, "x": 70.0, "y": 50.0}
    assert entry.assess(tracks_at(0, *rows), at(0)) == ()


def test_two_zones_of_one_place_alert_apart() -> None:
    entry = start((square("a", "protected", 0, 0, 5), square("b", "restricted", 0, 0, 5)))
    alerts = entry.assess(tracks_at(0, {"id": 2}, {"id": 1}), at(0))
    assert [alert.alert_id for alert in alerts] == [f"zone_entry:{zone}:{track}:1" for zone in "ab" for track in (1, 2)]


def test_without_zones_there_is_nothing_to_say() -> None:
    assert start(()).assess(tracks_at(0, {}), at(0)) == ()


def test_an_airliner_whose_own_word_is_doubtful_lowers_nothing_by_it() -> None:
    entry = start()
    entry.assess(tracks_at(0, OUTSIDE | AIRLINER), at(0), frozenset({1}))
    (alert,) = entry.assess(tracks_at(4, INSIDE | AIRLINER), at(4), frozenset({1}))
    assert alert.tier == "critical"
