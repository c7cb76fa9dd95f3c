"""GNSS integrity: jumps, stalls, drags and lost accuracy are found; ordinary flights and garbled reports are not."""

import numpy as np

from sargas.identification.gnss import GnssEvent, GnssMonitor
from sargas.model.label import Label
from sargas.model.plots import Plots

ADDRESS = 0x4B1805
START_S = 1_726_565_000


def flight(seconds: int = 600, speed_mps: float = 230.0, step_s: float = 5.0) -> dict[str, np.ndarray]:
    """Return an airliner due east at FL380, positions as old as receivers give them."""
    t = np.arange(0.0, seconds, step_s)
    age_s = np.random.default_rng(4).uniform(0.0, 1.0, len(t))
    return {
        "t": t,
        "latitude_deg": np.full(len(t), 50.0),
        "longitude_deg": 20.0 + speed_mps * (t - age_s) / (111_195.0 * np.cos(np.deg2rad(50.0))),
        "velocity_east_mps": np.full(len(t), speed_mps),
        "velocity_north_mps": np.zeros(len(t)),
        "flight_level_ft": np.full(len(t), 38_000.0),
        "nic": np.full(len(t), 8),
        "nac_p": np.full(len(t), 9),
    }


def check(columns: dict[str, np.ndarray], batch: int = 7) -> list[GnssEvent]:
    """Run a flight through a monitor, a few reports at a time."""
    monitor, events = GnssMonitor(), list[GnssEvent]()
    time_ns = ((START_S + columns["t"]) * 1e9).astype(np.int64)
    for first in range(0, len(time_ns), batch):
        part = {name: values[first : first + batch] for name, values in columns.items() if name != "t"}
        stamps = time_ns[first : first + batch]
        events += monitor.update(
            Plots.of(
                time_ns=stamps, receive_time_ns=stamps, sensor_ids=("ads-b",), label=Label(),
                icao_address=np.full(len(stamps), ADDRESS), **part,
            )
        )  # fmt: skip
    return events


def seconds(event: GnssEvent) -> tuple[float, float]:
    return event.start_ns / 1e9 - START_S, event.found_ns / 1e9 - START_S


def test_an_ordinary_flight_raises_nothing() -> None:
    assert check(flight()) == []


def test_an_ordinary_flight_over_180_degrees_raises_nothing() -> None:
    columns = flight()
    columns["longitude_deg"] = (columns["longitude_deg"] + 159.5 + 180.0) % 360.0 - 180.0
    assert columns["longitude_deg"].max() - columns["longitude_deg"].min() > 359.0
    assert check(columns) == []


def test_a_jump_that_stays_is_spoofing_at_the_third_report() -> None:
    columns = flight()
    columns["latitude_deg"][60:], columns["longitude_deg"][60:] = 49.67, 23.88 + 1e-4 * np.arange(60)
    columns["velocity_east_mps"][60:] = 1.5
    (event,) = check(columns)
    assert (event.kind, event.icao_address, event.end_ns) == ("spoofing", ADDRESS, None)
    assert seconds(event) == (300.0, 310.0)
    assert "jumped" in event.why.en


def test_a_jump_back_ends_it() -> None:
    columns = flight(1200)
    columns["latitude_deg"][60:120] += 4.0
    begun, ended = check(columns)
    assert seconds(begun) == (300.0, 310.0)
    assert ended.end_ns == (START_S + 610) * 1_000_000_000


def test_a_garbled_position_is_not() -> None:
    columns = flight()
    columns["latitude_deg"][40] += 3.0
    columns["longitude_deg"][80] -= 2.0
    assert check(columns) == []


def test_slow_and_high_after_fast_is_spoofing() -> None:
    columns = flight()
    columns["velocity_east_mps"][60:] = 25.7
    columns["longitude_deg"][60:] = columns["longitude_deg"][59] + 25.7 * (columns["t"][60:] - 295) / 71_475.0
    event = check(columns)[0]
    assert "25,000 ft" in event.why.en
    assert seconds(event) == (300.0, 320.0)


def test_a_drag_faster_than_the_velocity_says_is_spoofing_within_a_minute_or_so() -> None:
    columns = flight()
    columns["longitude_deg"][60:] += 160.0 * (columns["t"][60:] - 300.0) / 71_475.0
    event = check(columns)[0]
    assert "way made" in event.why.en
    assert seconds(event)[1] - 300.0 <= 80.0


def test_held_positions_say_nothing() -> None:
    columns = flight()
    columns["longitude_deg"][60:72] = columns["longitude_deg"][59]
    assert check(columns) == []


def test_lost_accuracy_is_jamming_and_ends() -> None:
    columns = flight()
    columns["nac_p"][60:90] = 5
    begun, ended = check(columns)
    assert (begun.kind, ended.kind) == ("jamming", "jamming")
    assert seconds(begun) == (300.0, 330.0)
    assert ended.end_ns == (START_S + 450) * 1_000_000_000


def test_an_aircraft_that_never_was_accurate_is_not_jammed() -> None:
    assert check(flight() | {"nac_p": np.full(120, 4)}) == []


def test_the_batches_do_not_matter() -> None:
    columns = flight()
    columns["latitude_deg"][60:] = 40.0
    assert check(columns, 1) == check(columns, 50)


def test_a_jump_that_a_silence_hides_is_still_one() -> None:
    columns = flight(1200)
    columns["latitude_deg"][120:] -= 4.0
    kept = (columns["t"] < 400) | (columns["t"] >= 600)
    (event,) = check({name: values[kept] for name, values in columns.items()})
    assert "jumped" in event.why.en
    assert seconds(event) == (600.0, 610.0)


def test_what_flew_on_through_a_silence_did_not_jump() -> None:
    columns = flight(1200)
    kept = (columns["t"] < 300) | (columns["t"] >= 900)
    assert check({name: values[kept] for name, values in columns.items()}) == []


def test_positions_that_come_and_go_are_spoofing() -> None:
    columns = flight()
    columns["latitude_deg"][60::2] = 46.0
    (event,) = check(columns)
    assert "comes and goes" in event.why.en
    assert seconds(event)[1] - 300.0 <= 60.0


def test_a_false_place_that_stands_still_is_found_without_velocity() -> None:
    columns = flight()
    columns["latitude_deg"][60:], columns["longitude_deg"][60:] = 49.67, 23.88
    columns["velocity_east_mps"][60:] = np.nan
    (event,) = check(columns)
    assert seconds(event) == (300.0, 330.0)


def test_velocities_told_apart_from_positions_are_judged() -> None:
    columns = flight(900)
    columns["longitude_deg"][60:] += 160.0 * (columns["t"][60:] - 300.0) / 71_475.0
    odd = np.arange(180) % 2 == 1
    columns["latitude_deg"][odd] = np.nan
    columns["velocity_east_mps"][~odd] = np.nan
    event = check(columns)[0]
    assert "way made" in event.why.en


def test_a_garbled_first_place_is_not_where_it_jumped_from() -> None:
    columns = flight()
    columns["latitude_deg"][0] += 3.0
    assert check(columns) == []
