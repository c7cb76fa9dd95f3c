"""Column batches survive Arrow in both directions, and labels combine to the most restrictive."""

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from sargas.model.columns import known_or
from sargas.model.label import Classification, Label, most_restrictive
from sargas.model.plots import COLUMN_DTYPES, EXCHANGE_SCHEMA, SCHEMA, Plots, concatenate
from sargas.model.tracks import COLUMN_NAMES, Tracks, TrackStatus
from sargas.model.tracks import EXCHANGE_SCHEMA as TRACK_SCHEMA

LABEL = Label(releasable_to=("LTU", "LVA"), originator="LTU")


def two_plots(sensor_id: str = "radar") -> Plots:
    return Plots.of(
        time_ns=np.array([1, 2]),
        receive_time_ns=np.array([3, 4]),
        sensor_ids=(sensor_id,),
        label=LABEL,
        range_m=np.array([1000.0, np.nan]),
        icao_address=np.array([0x4CA123, -1]),
        mode_3a=np.array([0o7700, -1]),
        callsign=np.array([b"LOT123", b""]),
        nic=np.array([8, -1]),
    )


def test_plots_survive_arrow() -> None:
    plots = two_plots()
    batch = plots.to_arrow()
    assert batch.schema.equals(SCHEMA)
    assert batch.column("icao_address").to_pylist() == ["4ca123", None]
    assert batch.column("mode_3a").to_pylist() == ["7700", None]
    assert batch.column("azimuth_deg").null_count == 2
    back = Plots.from_arrow(pa.Table.from_batches([batch]))
    assert back.label == LABEL
    assert back.sensor_ids == ("radar",)
    for name in COLUMN_DTYPES:
        np.testing.assert_array_equal(getattr(back, name), getattr(plots, name), err_msg=name)


def test_a_file_with_the_exchange_columns_alone_is_enough() -> None:
    table = pa.Table.from_batches([two_plots().to_arrow()]).select(EXCHANGE_SCHEMA.names)
    back = Plots.from_arrow(table)
    assert np.isnan(back.flight_level_ft).all()
    assert (back.nic == -1).all()


def test_missing_columns_are_named() -> None:
    table = pa.Table.from_batches([two_plots().to_arrow()]).drop_columns(["scan", "range_m"])
    with pytest.raises(ValueError, match=r"without \['scan', 'range_m'\]"):
        Plots.from_arrow(table)


def test_times_of_a_calendar_are_taken_whatever_their_unit_and_none_is_missing() -> None:
    table = pa.Table.from_batches([two_plots().to_arrow()])
    times_ns = [1_760_000_000_000_001_000, 1_760_000_001_000_000_000]
    dated = pa.array(times_ns, pa.timestamp("ns")).cast(pa.timestamp("us", "UTC"))
    for name in ("time_ns", "receive_time_ns"):
        place = table.schema.get_field_index(name)
        assert getattr(Plots.from_arrow(table.set_column(place, name, dated)), name).tolist() == times_ns
        hollow = pa.array([1, None], pa.int64())
        with pytest.raises(ValueError, match=f"expected {name} as whole nanoseconds in every row, was null in 1"):
            Plots.from_arrow(table.set_column(place, name, hollow))


def test_the_other_receiver_of_a_time_difference_survives_arrow_and_joining() -> None:
    pair = {"time_ns": np.array([1, 2]), "receive_time_ns": np.array([3, 4]), "label": LABEL}
    plots = Plots.of(
        sensor_ids=("first", "second"),
        sensor=np.array([1, 0]),
        tdoa_s=np.array([1e-5, np.nan]),
        reference_sensor=np.array([0, -1]),
        **pair,
    )
    batch = plots.to_arrow()
    assert batch.column("reference_sensor_id").to_pylist() == ["first", None]
    back = Plots.from_arrow(pa.Table.from_batches([batch]))
    names = [back.sensor_ids[i] if i >= 0 else None for i in back.reference_sensor]
    assert (names, [back.sensor_ids[i] for i in back.sensor]) == (["first", None], ["second", "first"])
    joined = concatenate([two_plots("second"), plots, two_plots("x")])
    assert joined.sensor_ids == ("second", "first", "x")
    assert joined.reference_sensor.tolist() == [-1, -1, 1, -1, -1, -1]


def test_joining_renumbers_the_sensors() -> None:
    joined = concatenate([two_plots("b"), two_plots("a"), two_plots("b")])
    assert joined.sensor_ids == ("b", "a")
    assert joined.sensor.tolist() == [0, 0, 1, 1, 0, 0]


def test_columns_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 rows"):
        Plots.of(
            time_ns=np.array([1, 2]),
            receive_time_ns=np.array([1, 2]),
            sensor_ids=("a",),
            label=LABEL,
            rcs_dbsm=np.zeros(3),
        )


def test_tracks_name_their_sensors() -> None:
    one, real = np.array([1], np.int64), np.array([55.0])
    tracks = Tracks.of(
        time_ns=one, track_id=one, latitude_deg=real, longitude_deg=real, altitude_m=real, velocity_east_mps=real,
        velocity_north_mps=real, velocity_up_mps=real, label=LABEL, sensor_ids=tuple(f"s{i}" for i in range(70)),
        contributing=np.array([[0b101, 0b100000]], np.uint64),
    )  # fmt: skip
    batch = tracks.to_arrow()
    assert batch.column("contributing_sensors").to_pylist() == [["s0", "s2", "s69"]]
    assert batch.column("status").to_pylist() == ["confirmed"]
    assert batch.column("covariance").to_pylist() == [None]


def test_quality_and_group_of_a_track_are_null_until_they_are_known() -> None:
    two, real = np.array([1, 2], np.int64), np.array([55.0, 56.0])
    exchange: dict[str, Any] = dict.fromkeys(TRACK_SCHEMA.names[2:], real)
    names = ("existence", "position_95_m", "velocity_95_mps", "consistency", "group_id")
    unknown = Tracks.of(time_ns=two, track_id=two, label=LABEL, **exchange).to_arrow()
    assert [unknown.column(name).to_pylist() for name in names] == [[None, None]] * 5
    half = np.array([0.5, np.nan], np.float32)
    known = dict.fromkeys(names[:-1], half) | {"group_id": np.array([7, -1])}
    batch = Tracks.of(time_ns=two, track_id=two, label=LABEL, **exchange, **known).to_arrow()
    assert [batch.column(name).to_pylist() for name in names] == [[0.5, None]] * 4 + [[7, None]]


def test_labels_combine_to_the_most_restrictive() -> None:
    mine = Label(
        classification=Classification.RESTRICTED, releasable_to=("EST", "LTU"), caveats=("A",), originator="LTU"
    )
    yours = Label(releasable_to=("LTU", "LVA"), caveats=("EXERCISE",), originator="LVA")
    both = most_restrictive([mine, yours])
    assert both.classification is Classification.RESTRICTED
    assert both.releasable_to == ("LTU",)
    assert both.caveats == ("A", "EXERCISE")
    assert both.originator == "LTU+LVA"
    assert most_restrictive([both, mine]) == both, "combining again names nobody twice"
    with pytest.raises(ValueError, match="at least one label"):
        most_restrictive([])


def test_labels_combine_to_the_same_in_one_go_or_step_by_step() -> None:
    ours, theirs = Label(policy="NATIONAL", originator="LTU"), Label(originator="LVA")
    others = Label(originator="EST", releasable_to=("LTU",))
    both = most_restrictive([ours, theirs])
    assert most_restrictive([both, ours]) == both
    assert most_restrictive([both, others]) == most_restrictive([ours, theirs, others])
    assert most_restrictive([both, others]).originator == "EST+LTU+LVA"
    assert both.policy == "NATIONAL+SARGAS"


@pytest.mark.parametrize(
    "rows", [[2, 0], [], np.array([False, True, True]), slice(1, 3), np.array([-1]), np.array([1])]
)
def test_rows_are_selected_as_a_column_selects_them(rows: Any) -> None:
    plots, tracks = concatenate([two_plots(), two_plots().take([0])]), three_tracks()
    for batch, names in ((plots, tuple(COLUMN_DTYPES)), (tracks, COLUMN_NAMES)):
        taken = batch.take(rows)
        assert (taken.label, taken.sensor_ids) == (batch.label, batch.sensor_ids)
        for name in names:
            np.testing.assert_array_equal(getattr(taken, name), getattr(batch, name)[rows], err_msg=name)


def test_the_life_of_a_track_is_told_by_its_status() -> None:
    tracks = replace(
        three_tracks(), status=np.array([TrackStatus.CONFIRMED, TrackStatus.COASTING, TrackStatus.DROPPED])
    )
    assert tracks.is_confirmed.tolist() == [True, False, False]
    assert tracks.is_coasting.tolist() == [False, True, False]
    assert tracks.is_firm.tolist() == [True, True, False]
    assert tracks.is_dropped.tolist() == [False, False, True]
    assert not replace(tracks, status=np.zeros(3, np.uint8)).is_firm.any()


def three_tracks() -> Tracks:
    numbers, values = np.arange(1, 4), np.array([0.5, 1.5, 2.5])
    names = TRACK_SCHEMA.names[2:]
    covariance = np.arange(63.0).reshape(3, 21)
    return Tracks.of(
        time_ns=numbers, track_id=numbers, label=LABEL, covariance=covariance, **dict.fromkeys(names, values)
    )


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_what_is_not_known_is_replaced_in_a_copy(kind: type) -> None:
    values = np.array([1.5, np.nan, -2.0], kind)
    found = known_or(values, 0.5)
    assert (found.tolist(), found.dtype) == ([1.5, 0.5, -2.0], kind)
    assert np.isnan(values[1])
