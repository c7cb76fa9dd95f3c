"""Plots survive their own wire format, and only possible plots come out of it."""

import random
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.formats.contract import Decoded
from sargas.formats.plots import PlotsDecoder, encode_plots, open_decoder
from sargas.model.label import Label
from sargas.model.plots import COLUMN_DTYPES, EXCHANGE_SCHEMA, SENSOR_CLAIMS, Plots
from sargas.model.records import Source

PLACES = "latitude_deg and longitude_deg, tdoa_s and reference_sensor_id, or claim"
LABEL = Label(releasable_to=("LTU", "LVA"), originator="LTU")


def plots(n: int = 3) -> Plots:
    rows = np.arange(n)
    return Plots.of(
        time_ns=10**18 + rows,
        receive_time_ns=10**18 + rows,
        sensor_ids=("east", "west"),
        sensor=(rows % 2).astype(np.int16),
        label=LABEL,
        range_m=1000.0 + rows,
        azimuth_deg=rows * 10.0,
        icao_address=0x4CA000 + rows,
        mode_3a=np.full(n, 0o7000),
        callsign=np.full(n, b"LOT1"),
        nic=np.full(n, 8),
        tdoa_s=np.where(rows == 2, 2e-5, np.nan),
        reference_sensor=np.where(rows == 2, 0, -1),
    )


def decoder(label: Label = LABEL) -> PlotsDecoder:
    return open_decoder(Source(name="peer", format="plots", label=label), ())


def decode(batch: Plots) -> Decoded:
    return decoder().decode(5, encode_plots(batch))


def test_plots_survive_the_wire() -> None:
    decoded = decode(plots())
    assert decoded.plots is not None
    assert (decoded.records, decoded.rejects) == (3, ())
    assert decoded.plots.sensor_ids == ("east", "west")
    assert decoded.plots.receive_time_ns.tolist() == [5, 5, 5]
    for name in sorted(set(COLUMN_DTYPES) - {"receive_time_ns"}):
        np.testing.assert_array_equal(getattr(decoded.plots, name), getattr(plots(), name), err_msg=name)


def test_the_clock_correction_is_added_to_its_stamps() -> None:
    late = Source(name="peer", format="plots", clock_correction_s=-12.5)
    batch = plots()
    decoded = open_decoder(late, ()).decode(7, encode_plots(batch)).plots
    assert decoded is not None
    assert (decoded.time_ns - batch.time_ns).tolist() == [-12_500_000_000] * len(batch)


def test_the_label_is_the_most_restrictive_of_source_and_stream() -> None:
    decoded = decoder(Label(releasable_to=("EST", "LTU"), originator="EST")).decode(5, encode_plots(plots()))
    assert decoded.plots is not None
    assert decoded.plots.label.releasable_to == ("LTU",)


def test_a_stream_without_a_label_has_that_of_its_source() -> None:
    batch = plots().to_arrow().replace_schema_metadata({})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    decoded = decoder().decode(5, bytes(sink.getvalue()))
    assert decoded.plots is not None
    assert decoded.plots.label == LABEL


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("time_ns", -1, "expected time_ns after 2000 and before 2100; row dropped"),
        ("range_m", np.inf, "expected range_m within 0..5e+06 or null; row dropped"),
        ("azimuth_deg", 360.5, "expected azimuth_deg within 0..360 or null; row dropped"),
        ("latitude_deg", -91.0, "expected latitude_deg within -90..90 or null; row dropped"),
        ("tdoa_s", 61.0, "expected tdoa_s within -60..60 or null; row dropped"),
        ("azimuth_deg", np.nan, f"expected azimuth_deg, {PLACES}; row dropped"),
        ("icao_address", 0x1000000, "expected icao_address within 0..16777215 or null; row dropped"),
        ("sil", 4, "expected sil within 0..3 or null; row dropped"),
    ],
)
def test_an_impossible_row_is_refused_alone(column: str, value: float, reason: str) -> None:
    values = getattr(plots(), column).copy()
    values[1] = value
    decoded = decode(replace(plots(), **{column: values}))
    assert decoded.plots is not None
    assert decoded.plots.time_ns.tolist() == [10**18, 10**18 + 2]
    assert [(reject.offset, reject.reason) for reject in decoded.rejects] == [(1, reason)]


def refused(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    decoded = decoder().decode(5, bytes(sink.getvalue()))
    assert decoded.plots is None
    return decoded.rejects[0].reason


def test_a_stream_that_is_no_plots_says_what_is_wrong() -> None:
    table = pa.Table.from_batches([plots().to_arrow()])
    assert "without ['scan']" in refused(table.drop_columns(["scan"]))
    nulls = pa.array([None, 1, 2], pa.int64())
    place = EXCHANGE_SCHEMA.get_field_index("time_ns")
    assert "a null time_ns" in refused(table.set_column(place, "time_ns", nulls))
    words = pa.array(["x", "y", "z"])
    assert "expected an Arrow IPC stream" in refused(table.set_column(4, "range_m", words))


@given(st.binary(max_size=200))
def test_random_bytes_never_raise(data: bytes) -> None:
    assert decoder().decode(0, data).plots is None


def test_mutated_streams_never_raise() -> None:
    whole, dice, one = encode_plots(plots()), random.Random(1), decoder()
    kept = 0
    for _ in range(3000):
        mutated = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            mutated[dice.randrange(len(mutated))] = dice.randrange(256)
        cut = bytes(mutated[: dice.randint(1, len(mutated))] if dice.random() < 0.3 else mutated)
        found = one.decode(0, cut).plots
        kept += found is not None
        assert found is None or not np.isinf(found.range_m).any()
    assert 0 < kept < 3000


def test_a_claim_needs_no_place_and_an_unknown_word_is_left_out_alone() -> None:
    claims = np.array([-1, SENSOR_CLAIMS.index("engine_heard"), -1], np.int8)
    nowhere = np.array([0.0, np.nan, 10.0])
    decoded = decode(replace(plots(), claim=claims, azimuth_deg=nowhere))
    assert decoded.plots is not None
    assert decoded.plots.claim.tolist() == [-1, SENSOR_CLAIMS.index("engine_heard"), -1]
    batch = plots().to_arrow()
    batch = batch.set_column(batch.schema.names.index("claim"), "claim", pa.array(["engine_heard", "a hum", None]))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    known = decoder().decode(5, bytes(sink.getvalue()))
    assert known.plots is not None
    assert known.plots.claim.tolist() == [SENSOR_CLAIMS.index("engine_heard"), -1, -1]
    [reject] = known.rejects
    assert (reject.offset, "claim left out" in reject.reason) == (1, True)


def test_a_source_that_names_ever_new_sensors_is_refused_before_they_fill_the_tracker() -> None:
    one = decoder()
    for first in range(0, 4096, 1024):
        assert one.decode(5, encode_plots(of_sensors(first, 1024))).records == 1024
    refused = one.decode(5, encode_plots(of_sensors(4090, 10)))
    assert (refused.plots, refused.records) == (None, 0)
    assert [reject.reason for reject in refused.rejects] == [
        "expected an Arrow IPC stream of plots, was more than 4096 sensors of one source"
    ]
    again = decoder()
    again.restore(one.snapshot())
    assert again.snapshot() == one.snapshot()
    for known in (one, again):
        assert known.decode(5, encode_plots(of_sensors(4090, 6))).records == 6


def of_sensors(first: int, n: int) -> Plots:
    times_ns = np.full(n, 10**18)
    return Plots.of(
        time_ns=times_ns,
        receive_time_ns=times_ns,
        sensor_ids=[f"s{number}" for number in range(first, first + n)],
        sensor=np.arange(n, dtype=np.int16),
        label=LABEL,
        latitude_deg=np.full(n, 54.7),
        longitude_deg=np.full(n, 25.3),
    )
