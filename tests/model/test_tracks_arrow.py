"""Tracks survive Arrow in both directions; what a table lacks is null, what is wrong is named."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from sargas.model.label import Label
from sargas.model.tracks import COLUMN_NAMES, EXCHANGE_SCHEMA, Tracks, TrackStatus
from sargas.model.tracks_arrow import tracks_from_arrow


def whole(n: int = 4) -> Tracks:
    random = np.random.default_rng(2)
    exchange: dict[str, Any] = {field.name: random.uniform(1, 50, n) for field in EXCHANGE_SCHEMA}
    exchange |= {"time_ns": np.arange(n) + 10, "track_id": np.arange(n) + 1}
    covariance = random.normal(size=(n, 21))
    covariance[1] = np.nan
    covariance[2, 11] = np.nan
    nothing = np.array([0.5, np.nan, 1.0, 0.25], np.float32)[:n]
    return Tracks.of(
        **exchange, label=Label(originator="LTU"), covariance=covariance, update_time_ns=np.arange(n) + 5,
        status=np.array([0, 1, 2, 3], np.uint8)[:n], sensor_ids=tuple(f"s{i:02}" for i in range(70)),
        contributing=np.array([[1, 0], [0, 0], [2**40 + 4, 3], [0, 32]], np.uint64)[:n],
        icao_address=np.array([-1, 0x4CA001, 0, 0xFFFFFF], np.int32)[:n],
        mode_3a=np.array([0o7000, -1, 0, 0o7777], np.int16)[:n],
        callsign=np.array([b"LOT1", b"", b"A", b"ABCDEFGH"])[:n],
        flags=np.array([0, 1, 65535, 2], np.uint16)[:n], existence=nothing, position_95_m=nothing * 100,
        velocity_95_mps=nothing, consistency=nothing, group_id=np.array([-1, 7, 2**40, 0])[:n],
        class_probabilities=np.full((n, 12), np.nan, np.float32),
    )  # fmt: skip


@pytest.mark.parametrize("rows", [0, 4])
def test_tracks_survive_arrow(rows: int) -> None:
    tracks = whole().take(slice(0, rows))
    back = tracks_from_arrow(pa.Table.from_batches([tracks.to_arrow()]))
    assert back.label == tracks.label
    assert back.contributing_sensor_ids() == tracks.contributing_sensor_ids()
    for name in COLUMN_NAMES:
        if name != "contributing":
            np.testing.assert_array_equal(getattr(back, name), getattr(tracks, name), err_msg=name)
            assert getattr(back, name).dtype == getattr(tracks, name).dtype, name


def test_exchange_columns_alone_are_confirmed_tracks_with_nulls() -> None:
    table = pa.Table.from_batches([whole().to_arrow()]).select(EXCHANGE_SCHEMA.names)
    back = tracks_from_arrow(table)
    assert (back.status == TrackStatus.CONFIRMED).all()
    assert np.isnan(back.covariance).all()
    assert (back.group_id == -1).all()
    assert back.update_time_ns.tolist() == back.time_ns.tolist()


def test_chunks_are_joined_and_dictionaries_read() -> None:
    batch = whole().to_arrow()
    table = pa.Table.from_batches([batch.slice(0, 1), batch.slice(1)])
    assert tracks_from_arrow(table).status.tolist() == [0, 1, 2, 3]


def test_what_is_wrong_is_named() -> None:
    table = pa.Table.from_batches([whole().to_arrow()])
    with pytest.raises(ValueError, match=r"without \['latitude_deg'\]"):
        tracks_from_arrow(table.drop_columns(["latitude_deg"]))
    asleep = pa.array(["asleep"] * 4)
    with pytest.raises(ValueError, match=r"tentative, confirmed, coasting, dropped, was .*asleep"):
        tracks_from_arrow(table.set_column(table.schema.get_field_index("status"), "status", asleep))


@pytest.mark.parametrize("unit", ["us", "ns"])
def test_times_of_a_calendar_are_taken_whatever_their_unit(unit: str) -> None:
    tracks = whole()
    table = pa.Table.from_batches([tracks.to_arrow()])
    for name in ("time_ns", "update_time_ns"):
        place = table.schema.get_field_index(name)
        later = pa.array(np.asarray(table[name]) * 1_000_000, pa.timestamp("ns"))  # whole microseconds
        table = table.set_column(place, name, later.cast(pa.timestamp(unit, "UTC")))
    back = tracks_from_arrow(table)
    assert back.time_ns.tolist() == (tracks.time_ns * 1_000_000).tolist()
    assert back.update_time_ns.tolist() == (tracks.update_time_ns * 1_000_000).tolist()


@pytest.mark.parametrize("name", ["time_ns", "track_id"])
def test_a_row_without_a_time_or_a_number_is_refused(name: str) -> None:
    table = pa.Table.from_batches([whole().to_arrow()])
    hollow = pa.array([1, None, 3, 4], pa.int64())
    with pytest.raises(ValueError, match=rf"{name} .*in every row, was null in 1"):
        tracks_from_arrow(table.set_column(table.schema.get_field_index(name), name, hollow))
