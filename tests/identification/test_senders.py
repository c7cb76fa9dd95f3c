"""What senders tell against themselves: jumps, two places, motion, stamps, serials, floods; nothing of honest ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sargas.geo.enu import Frame
from sargas.identification.sender_kernels import (
    BURST,
    CLIMB,
    FAR,
    HEIGHTS,
    JUMP,
    MOTION,
    SERIAL,
    STALE,
    TWO_PLACES,
)
from sargas.identification.senders import DRONE, NOBODY, SenderBook, is_serial
from sargas.model.columns import PlotFlag
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.records import Sensor
from sargas.sensors.site import Sites

START_NS = 1_790_000_000_000_000_000
METRE = 1.0 / 111_195.0
SITES = (
    Sensor(id="rid", kind="remote-id", latitude_deg=55.0, longitude_deg=25.0, max_range_m=2_000.0),
    Sensor(id="ads-b", kind="ads-b", latitude_deg=55.0, longitude_deg=25.0, max_range_m=400e3),
    Sensor(id="radar", kind="radar-3d", latitude_deg=55.0, longitude_deg=25.0),
)
SERIAL_OK = b"1581C5BKD22501230"


def book_of(*reports: Plots) -> SenderBook:
    """Let a book hear batches."""
    book, sites = SenderBook(), Sites(SITES, Frame(55.0, 25.0, 0.0))
    for plots in reports:
        book.hear(plots, sites)
    return book


def drone(
    seconds: int = 30, speed_mps: float = 10.0, *, serial: bytes = SERIAL_OK, start_s: float = 0.0
) -> dict[str, Any]:
    """Return the columns of a drone that flies east from the receiver, a report a second."""
    t = start_s + np.arange(seconds, dtype=np.float64)
    return {
        "t": t,
        "latitude_deg": np.full(seconds, 55.0),
        "longitude_deg": 25.0 + speed_mps * t * METRE / np.cos(np.deg2rad(55.0)),
        "altitude_m": np.full(seconds, 120.0),
        "velocity_east_mps": np.full(seconds, speed_mps),
        "velocity_north_mps": np.zeros(seconds),
        "uas_id": np.full(seconds, serial, "S20"),
    }


def reports(columns: dict[str, Any], sensor: str = "rid", *, delay_s: float = 0.3) -> Plots:
    """Make the plots of columns."""
    time_ns = START_NS + (columns["t"] * 1e9).astype(np.int64)
    given = {name: values for name, values in columns.items() if name != "t"}
    return Plots.of(
        time_ns=time_ns, receive_time_ns=time_ns + round(delay_s * 1e9), sensor_ids=(sensor,), label=Label(), **given
    )


def test_who_crosses_the_date_line_has_not_jumped() -> None:
    east = 179.999
    columns = drone() | {"longitude_deg": (drone()["longitude_deg"] - 25.0 + east + 180.0) % 360.0 - 180.0}
    receiver = Sensor(id="rid", kind="remote-id", latitude_deg=55.0, longitude_deg=east, max_range_m=2_000.0)
    book = SenderBook()
    book.hear(reports(columns), Sites((receiver,), Frame(55.0, east, 0.0)))
    assert (columns["longitude_deg"] < 0.0).any()
    assert tells(book) == set()


def tells(book: SenderBook, serial: bytes = SERIAL_OK) -> set[int]:
    """Return what tells against a drone."""
    nothing = np.zeros(1)
    said = book.said(np.array([book.key_of_serial(serial)]), START_NS, nothing, nothing)
    return set(np.flatnonzero(said.tell_ns[0] > 0).tolist())


def test_nothing_tells_against_an_honest_drone() -> None:
    book = book_of(reports(drone()))
    assert tells(book) == set()
    assert book.key_of_serial(SERIAL_OK) == DRONE
    assert book.key_of_serial(b"never") == NOBODY


def test_what_is_said_is_moved_on_to_the_time_asked_for() -> None:
    book = book_of(reports(drone(10)))
    key = np.array([book.key_of_serial(SERIAL_OK), 0x4CA123])
    said = book.said(key, START_NS + 12 * 10**9, np.zeros(2), np.zeros(2))
    assert (said.longitude_deg[0] - 25.0) / METRE * np.cos(np.deg2rad(55.0)) == pytest.approx(120.0, abs=0.5)
    assert np.isnan(said.longitude_deg[1])
    assert said.time_ns.tolist() == [START_NS + 9 * 10**9, 0]
    silent = reports(drone(10) | {"velocity_east_mps": np.full(10, np.nan), "velocity_north_mps": np.full(10, np.nan)})
    moved = book_of(silent).said(key[:1], START_NS + 12 * 10**9, np.full(1, 20.0), np.zeros(1))
    assert (moved.longitude_deg[0] - 25.0) / METRE * np.cos(np.deg2rad(55.0)) == pytest.approx(150.0, abs=0.5)


def test_one_garbled_position_tells_nothing_a_lasting_jump_does() -> None:
    once = drone()
    once["latitude_deg"][12] += 3_000 * METRE
    assert tells(book_of(reports(once))) == set()
    lasting = drone()
    lasting["latitude_deg"][12:] += 3_000 * METRE
    assert JUMP in tells(book_of(reports(lasting)))


def test_one_serial_at_two_places_is_told() -> None:
    first, second = drone(20), drone(20, start_s=0.5)
    second["latitude_deg"] = second["latitude_deg"] + 1_500 * METRE
    book = SenderBook()
    sites = Sites(SITES, Frame(55.0, 25.0, 0.0))
    for k in range(20):
        for columns in (first, second):
            book.hear(reports({name: values[k : k + 1] for name, values in columns.items()}), sites)
    assert TWO_PLACES in tells(book)


def test_speed_reported_against_speed_made_and_steps_of_height() -> None:
    stands = drone() | {"velocity_east_mps": np.full(30, 40.0)}
    assert MOTION in tells(book_of(reports(stands)))
    steps = drone()
    steps["altitude_m"][15] += 90.0
    assert tells(book_of(reports(steps))) == {CLIMB}


def test_stale_stamps_and_places_out_of_reach_of_the_receiver() -> None:
    assert tells(book_of(reports(drone(), delay_s=6.0))) == {STALE}
    assert tells(book_of(reports(drone(), delay_s=-3.0))) == {STALE}
    far = drone()
    far["latitude_deg"] = far["latitude_deg"] + 6_500 * METRE
    assert tells(book_of(reports(far))) == {FAR}


def test_heights_that_differ_as_nobody_elses_do() -> None:
    crowd = [
        reports(drone(20, serial=f"1581C5BKD225012{k:02d}".encode()) | {"flight_level_ft": np.full(20, 100.0 / 0.3048)})
        for k in range(20)
    ]
    fake = reports(drone(20) | {"flight_level_ft": np.full(20, 700.0 / 0.3048)})
    book = book_of(*crowd, fake)
    assert HEIGHTS in tells(book)
    assert HEIGHTS not in tells(book, b"1581C5BKD22501207")


@pytest.mark.parametrize(
    ("serial", "good"),
    [
        (b"1581C5BKD2250123", False),
        (b"15813ABC", True),
        (b"15814ABC", False),
        (b"158", False),
        (b"1581FABCDEFGHJKLMNPQ", True),
    ],
)
def test_serials_are_held_against_cta_2063_a(serial: bytes, good: bool) -> None:
    assert is_serial(serial) is good


def test_a_serial_written_otherwise_and_a_flood_of_new_ones_are_told() -> None:
    assert tells(book_of(reports(drone(serial=b"MY DRONE"))), b"MY DRONE") == {SERIAL}
    flood = [reports(drone(1, serial=f"15812A{k}".encode())) for k in range(10, 30)]
    book = book_of(*flood)
    assert BURST not in tells(book, b"15812A10")
    assert BURST in tells(book, b"15812A29")


def test_only_what_tells_its_own_place_is_heard() -> None:
    columns = {"t": np.arange(3.0), "latitude_deg": np.full(3, 55.1), "longitude_deg": np.full(3, 25.1)}
    named = columns | {"icao_address": np.full(3, 0x4CA123)}
    assert len(book_of(reports(named, "radar"))) == 0, "a radar measured it"
    assert len(book_of(reports(columns, "ads-b"))) == 0, "nobody said it"
    on_ground = named | {"flags": np.full(3, PlotFlag.ON_GROUND)}
    assert len(book_of(reports(on_ground, "ads-b"))) == 0
    assert len(book_of(reports(named, "ads-b"))) == 1


def test_poor_codes_are_noted_and_absent_ones_are_not_poor() -> None:
    columns = {"t": np.arange(1.0), "latitude_deg": [55.1], "longitude_deg": [25.1], "icao_address": [0x4CA123]}
    for codes, poor in (({}, False), ({"nic": [8], "nac_p": [9]}, False), ({"nic": [6]}, True), ({"nac_p": [7]}, True)):
        book = book_of(reports(columns | codes, "ads-b"))
        said = book.said(np.array([0x4CA123]), START_NS, np.zeros(1), np.zeros(1))
        assert bool(said.is_poor[0]) is poor


def test_who_is_silent_is_forgotten_and_a_snapshot_goes_on_bit_by_bit() -> None:
    book = book_of(reports(drone()), reports(drone(5, serial=b"15812AB", start_s=500.0)))
    again = SenderBook()
    again.restore(book.snapshot())
    sites = Sites(SITES, Frame(55.0, 25.0, 0.0))
    for one in (book, again):
        one.forget(START_NS + 640 * 10**9)
        one.hear(reports(drone(5, serial=b"15812AC", start_s=640.0)), sites)
    assert len(book) == 2
    assert book.key_of_serial(SERIAL_OK) == NOBODY
    assert again.snapshot() == book.snapshot()
