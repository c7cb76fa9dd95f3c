"""Cells: who counts, when a share is an alarm, how areas live, and where a jammer is sought."""

from __future__ import annotations

import h3.api.basic_int as h3
import numpy as np
import pytest

from sargas.identification.gnss_alarms import CellAlarms
from sargas.identification.gnss_areas import Areas, cell_outline
from sargas.identification.gnss_cells import CellCounter, Counts
from sargas.identification.gnss_layout import AIRCRAFT
from sargas.identification.gnss_watch import COUNT_EVERY_NS, GnssWatch
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.plots import Plots

START_NS = 1_760_000_000 * NS_PER_S
CENTRE = h3.latlng_to_cell(55.5, 24.5, 4)
MIDDLE = h3.cell_to_latlng(CENTRE)


def fleet(count: int, bad: int, time_ns: int = START_NS, cell: int = CENTRE) -> np.ndarray:
    """Return aircraft in the middle of one cell, high, the first ``bad`` of them jammed."""
    aircraft = np.zeros(count, AIRCRAFT)
    aircraft["latitude_deg"], aircraft["longitude_deg"] = h3.cell_to_latlng(cell)
    aircraft["time_ns"] = aircraft["code_ns"] = aircraft["level_ns"] = time_ns
    aircraft["flight_level_ft"], aircraft["was_good"] = 36_000.0, 1
    aircraft["jammed"][:bad] = 4
    return aircraft


def counts(aircraft: int, affected: int, cell: int = CENTRE) -> Counts:
    one = np.array
    return Counts(
        one([cell]), one([True]), one([aircraft]), one([affected]), one([0]), one([START_NS]), one([False])
    )  # fmt: skip


@pytest.mark.parametrize(
    ("aircraft", "affected", "alarmed"),
    [(5, 3, False), (5, 4, True), (10, 4, False), (10, 5, True), (40, 6, False), (40, 9, True), (4, 4, False)],
)
def test_an_alarm_needs_more_than_one_faulty_set(aircraft: int, affected: int, alarmed: bool) -> None:
    changes = CellAlarms().update(counts(aircraft, affected), START_NS)
    assert [change.end_ns for change in changes] == ([None] if alarmed else [])


def test_the_posterior_is_that_of_a_sampled_beta() -> None:
    rng = np.random.default_rng(5)
    for n, k in ((5, 4), (12, 3), (30, 6)):
        sampled = (rng.beta(0.5 + k, 9.5 + n - k, 400_000) > 0.10).mean()
        assert counts(n, k).confidence[0] == pytest.approx(sampled, abs=0.003)


def test_an_alarm_holds_until_it_is_unlikely() -> None:
    alarms = CellAlarms()
    assert len(alarms.update(counts(10, 5), START_NS)) == 1
    assert alarms.update(counts(20, 4), START_NS + COUNT_EVERY_NS) == []
    (ended,) = alarms.update(counts(30, 1), START_NS + 2 * COUNT_EVERY_NS)
    assert (ended.end_ns, ended.start_ns) == (START_NS + 2 * COUNT_EVERY_NS, START_NS)


def test_each_aircraft_counts_once_in_ten_minutes_and_the_affected_even_when_well_again() -> None:
    counter = CellCounter()
    for k in range(5):
        found = counter.update(
            fleet(8, 3 if k == 1 else 0, START_NS + k * COUNT_EVERY_NS), START_NS + k * COUNT_EVERY_NS
        )
    assert (found.aircraft.tolist(), found.affected.tolist()) == ([8], [3])
    later = START_NS + 700 * NS_PER_S
    found = counter.update(fleet(2, 0, later), later)
    assert (found.aircraft.tolist(), found.affected.tolist()) == ([2], [0])


def test_aircraft_that_were_never_good_or_say_nothing_do_not_count() -> None:
    aircraft = fleet(6, 0)
    aircraft["was_good"][:2], aircraft["code_ns"][2:4] = 0, START_NS - 100 * NS_PER_S
    assert CellCounter().update(aircraft, START_NS).aircraft.tolist() == [2]


def test_one_that_is_spoofed_counts_where_it_was_last_believed() -> None:
    counter, aircraft = CellCounter(), fleet(5, 0)
    counter.update(aircraft, START_NS)
    aircraft["spoofed"][0], aircraft["latitude_deg"][0] = 2, 40.0
    found = counter.update(aircraft, START_NS)
    assert (found.cell.tolist(), found.affected.tolist(), found.spoofed.tolist()) == ([CENTRE], [1], [1])


def test_low_and_high_aircraft_are_counted_apart() -> None:
    aircraft = fleet(7, 0)
    aircraft["flight_level_ft"][:3] = 3_000.0
    found = CellCounter().update(aircraft, START_NS)
    assert sorted(zip(found.is_high.tolist(), found.aircraft.tolist(), strict=True)) == [(False, 3), (True, 4)]


def test_a_cell_of_few_aircraft_is_judged_with_those_around() -> None:
    around = h3.grid_ring(CENTRE, 1)
    parts = [fleet(2, 2), *(fleet(1, 1, cell=cell) for cell in around[:4])]
    found = CellCounter().update(np.concatenate(parts), START_NS)
    row = found.cell.tolist().index(CENTRE)
    assert (found.aircraft[row], found.affected[row], found.is_pooled[row]) == (6, 6, True)
    lonely = CellCounter().update(fleet(2, 2), START_NS)
    assert (lonely.aircraft.tolist(), lonely.is_pooled.tolist()) == ([2], [False])


def test_alarmed_neighbours_are_one_area_and_keep_their_name() -> None:
    areas, alarms = Areas(), CellAlarms()
    far = h3.grid_ring(CENTRE, 3)[0]
    path = h3.grid_path_cells(CENTRE, far)

    def step(cells: list[int], k: int) -> list[tuple[int, int | None]]:
        each = [counts(10, 9, cell) for cell in cells]
        joined = Counts(*(np.concatenate(columns) for columns in zip(*each, strict=True)))
        alarms.update(joined, START_NS + k * COUNT_EVERY_NS)
        changes = areas.update(alarms.states.values(), START_NS + k * COUNT_EVERY_NS)
        return [(len(area.cells), area.end_ns) for area in changes]

    assert step([path[0]], 0) == [(1, None)]
    assert step([path[0], path[3]], 1) == [(1, None)]
    first = areas.open[0].first
    changes = step(path, 2)
    assert (4, None) in changes
    assert any(end is not None for _, end in changes), "the younger one ends"
    assert [area.first for area in areas.open] == [first]
    assert len(areas.open[0].outline()) > len(cell_outline(path[0]))
    again = Areas()
    again.restore(areas.snapshot())
    assert (again.snapshot(), again.open) == (areas.snapshot(), areas.open)


def jam(reach_m: float, seconds: int = 900) -> GnssWatch:
    """Watch two hundred aircraft all over a region, a jammer in its middle from the fifth minute on."""
    rng, watch = np.random.default_rng(9), GnssWatch()
    scale = np.array([111_195.0, 111_195.0 * np.cos(np.deg2rad(MIDDLE[0]))])
    place = rng.uniform(-180e3, 180e3, (200, 2))
    heading = rng.uniform(0.0, 2.0 * np.pi, 200)
    velocity = 220.0 * np.c_[np.cos(heading), np.sin(heading)]
    for second in range(0, seconds, 10):
        now = place + second * velocity
        level = np.clip(1.0 - np.linalg.norm(now, axis=1) / reach_m, 0.0, 1.0) * (second >= 300)
        time_ns = np.full(200, START_NS + second * NS_PER_S)
        latitude, longitude = (now / scale + MIDDLE).T
        watch.update(
            Plots.of(
                time_ns=time_ns, receive_time_ns=time_ns, sensor_ids=("a",), label=Label(), icao_address=np.arange(200),
                latitude_deg=latitude, longitude_deg=longitude, flight_level_ft=np.full(200, 35_000.0),
                velocity_north_mps=velocity[:, 0], velocity_east_mps=velocity[:, 1],
                nic=np.ceil(8 * (1 - level)), nac_p=np.ceil(9 * (1 - level)),
            )
        )  # fmt: skip
        watch.advance(START_NS + second * NS_PER_S)
    return watch


def test_a_jammer_raises_an_area_around_it_and_is_found() -> None:
    watch = jam(100e3)
    alarmed = [state for state in watch.alarms.states.values() if state.alarm_ns]
    assert len(alarmed) >= 5
    assert max(state.alarm_ns for state in alarmed) - START_NS > 300 * NS_PER_S
    assert min(state.alarm_ns for state in alarmed) - START_NS <= (300 + 300) * NS_PER_S
    areas = Areas()
    areas.update(watch.alarms.states.values(), START_NS + 900 * NS_PER_S)
    area = max(areas.open, key=lambda one: len(one.cells))
    source = watch.locate(area)
    assert source is not None
    north, east = (source.latitude_deg - MIDDLE[0]) * 111.2, (source.longitude_deg - MIDDLE[1]) * 63.0
    assert np.hypot(north, east) < 30.0
    assert watch.count_area(area.cells, area.is_high).cause == "jamming"


def test_without_a_jammer_nothing_is_told() -> None:
    watch = jam(1.0)
    assert watch.alarms.open_alarms() == []
    assert watch.monitor.open_events() == []


def test_a_watch_goes_on_from_its_snapshot_and_forgets_who_is_long_silent() -> None:
    watch, again = jam(100e3, 600), GnssWatch()
    again.restore(watch.snapshot())
    assert again.snapshot() == watch.snapshot()
    later = START_NS + 3 * 3600 * NS_PER_S
    for one in (watch, again):
        _, ended = one.advance(later)
        assert {event.end_ns is not None for event in ended} == {True}
        assert (len(one.table), one.monitor.open_events()) == (0, [])
    assert again.snapshot() == watch.snapshot()
