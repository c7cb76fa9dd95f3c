"""Recordings play whole, in order, with recorded times, at the speed asked for, and wait where live feeds drop."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sargas.formats.pcap import PcapReader
from sargas.formats.plots.decode import PlotsDecoder
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.records import Source
from sargas.runtime.arrival import Arrival
from sargas.runtime.feeds.recording import plot_slices
from tests.runtime.feeds.wires import Bench, until

START_NS = 1_760_000_000_000_000_000
MS = 1_000_000


def write_pcap(path: Path, packets: list[tuple[int, int, bytes]]) -> None:
    """Write (offset ns, port, payload) as an Ethernet capture with nanosecond stamps."""
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1))
        for offset_ns, port, payload in packets:
            udp = struct.pack(">HHHH", 5000, port, 8 + len(payload), 0) + payload
            address = bytes([10, 0, 0, 1]), bytes([239, 1, 1, 1])
            ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, *address) + udp
            frame = bytes(12) + b"\x08\x00" + ip
            seconds, nanoseconds = divmod(START_NS + offset_ns, 10**9)
            file.write(struct.pack("<IIII", seconds, nanoseconds, len(frame), len(frame)) + frame)


def play(url: str, count: int, **settings: int) -> tuple[list[Arrival], float, Bench]:
    """Play a recording to its end, or until ``count`` datagrams have come; also return the seconds it took."""

    async def scenario() -> tuple[list[Arrival], float, Bench]:
        bench, loop = Bench(), asyncio.get_running_loop()
        bench.add(url, "recorded", **settings)
        started_s = loop.time()
        async with bench.running() as task:
            found = await bench.receive(count)
            seconds = loop.time() - started_s
            if "loop=1" not in url:
                await asyncio.wait_for(task, 5)
        return found, seconds, bench

    return asyncio.run(scenario())


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    write_pcap(tmp_path / "c.pcap", [(i * 20 * MS, 4000 + i % 2, b"packet %d" % i) for i in range(20)])
    return tmp_path / "c.pcap"


def test_a_capture_plays_as_fast_as_it_is_taken_with_its_recorded_times(capture: Path) -> None:
    found, _, bench = play(f"pcap:{capture}?speed=max", 20)
    assert [a.data for a in found] == [b"packet %d" % i for i in range(20)]
    assert [a.receive_time_ns for a in found] == [START_NS + i * 20 * MS for i in range(20)]
    counters = bench.supervisor.counters()["recorded"]
    assert (counters.state, counters.restarts, counters.received) == ("finished", 0, 20)


@pytest.mark.parametrize(("speed", "least_s"), [("1", 0.375), ("4", 0.09)])
def test_time_passes_at_the_speed_asked_for(capture: Path, speed: str, least_s: float) -> None:
    _, seconds, _ = play(f"pcap:{capture}?speed={speed}", 20)
    assert least_s <= seconds < least_s + 1.5


def test_only_the_port_asked_for_is_played(capture: Path) -> None:
    found, _, _ = play(f"pcap:{capture}?speed=max&port=4001", 10)
    assert [a.data for a in found] == [b"packet %d" % i for i in range(1, 20, 2)]


def test_a_looped_recording_goes_on_in_time(capture: Path) -> None:
    found, _, _ = play(f"pcap:{capture}?speed=max&loop=1", 60)
    times_ns = [a.receive_time_ns for a in found[:60]]
    assert [a.data for a in found[20:40]] == [a.data for a in found[:20]]
    assert times_ns == sorted(times_ns)
    assert times_ns[20] - times_ns[19] == 1_000 * MS


def test_a_recording_waits_for_a_slow_taker_and_loses_nothing(tmp_path: Path) -> None:
    write_pcap(tmp_path / "c.pcap", [(i, 4000, b"%d" % i) for i in range(3000)])
    found, _, bench = play(f"pcap:{tmp_path}/c.pcap?speed=max", 3000, queue_datagrams=10)
    assert [a.data for a in found] == [b"%d" % i for i in range(3000)]
    assert bench.supervisor.counters()["recorded"].lost == 0


def test_a_file_that_is_missing_or_no_capture_is_named(tmp_path: Path) -> None:
    async def scenario(url: str) -> str:
        bench = Bench()
        feed = bench.add(url, "recorded")
        async with bench.running():
            await until(lambda: feed.counters.restarts >= 1)
        return feed.counters.last_error

    (tmp_path / "no.pcap").write_bytes(b"this is no capture at all, really not")
    assert "missing.pcap" in asyncio.run(scenario(f"pcap:{tmp_path}/missing.pcap"))
    assert "ValueError" in asyncio.run(scenario(f"pcap:{tmp_path}/no.pcap"))


def test_a_real_capture_plays_whole(shared_data: Path) -> None:
    path = shared_data / "real/asterix/cat034_048.pcap"
    expected = [(p.time_ns, p.payload) for p in PcapReader(path.read_bytes())]
    found, _, _ = play(f"pcap:{path}?speed=max", len(expected))
    assert [(a.receive_time_ns, a.data) for a in found] == expected


def make_plots(receive_time_ns: list[int]) -> Plots:
    n = len(receive_time_ns)
    return Plots.of(
        time_ns=np.array(receive_time_ns) - 10 * MS,
        receive_time_ns=np.array(receive_time_ns),
        sensor_ids=("kaunas", "vilnius"),
        sensor=np.arange(n, dtype=np.int16) % 2,
        label=Label(originator="LTU", releasable_to=("LVA",)),
        range_m=np.arange(n, dtype=float) * 100,
        azimuth_deg=np.arange(n, dtype=float) % 360,
    )


@pytest.mark.parametrize("order", ["sorted", "shuffled"])
def test_plots_of_a_file_come_in_slices_of_receive_time(tmp_path: Path, order: str) -> None:
    offsets_ms = np.arange(0, 2000, 7)
    if order == "shuffled":
        np.random.default_rng(3).shuffle(offsets_ms)
    plots = make_plots([START_NS + int(ms) * MS for ms in offsets_ms])
    path = tmp_path / "plots.parquet"
    pq.write_table(pa.Table.from_batches([plots.to_arrow()]), path, row_group_size=64)
    found, _, _ = play(f"parquet:{path}?speed=max&slice_ms=100", len(list(plot_slices(path, 100 * MS))))
    decoder = PlotsDecoder(Source(name="recorded", format="plots", label=plots.label))
    decoded = [decoder.decode(a.receive_time_ns, a.data) for a in found]
    assert all(d.plots is not None and not d.rejects and d.plots.label == plots.label for d in decoded)
    ranges_m = np.concatenate([d.plots.range_m for d in decoded if d.plots is not None])
    np.testing.assert_array_equal(ranges_m, plots.range_m[np.argsort(plots.receive_time_ns)])
    times_ns = [a.receive_time_ns for a in found]
    assert times_ns == sorted(times_ns)
    assert 20 <= len(found) <= 20 + len(plots) // 64
    for arrival, batch in zip(found, decoded, strict=True):
        assert batch.plots is not None
        assert np.ptp(batch.plots.time_ns) < 100 * MS
        assert arrival.receive_time_ns - int(batch.plots.time_ns.max()) == 10 * MS


def test_rows_that_came_at_once_are_in_the_order_in_which_they_were_seen_however_the_file_has_them(
    tmp_path: Path,
) -> None:
    seen_ns = [START_NS + k * MS for k in (5, 3, 4, 1, 2, 0)]
    plots = replace(make_plots(seen_ns), receive_time_ns=np.full(6, START_NS + 40 * MS))
    table, path = pa.Table.from_batches([plots.to_arrow()]), tmp_path / "plots.parquet"
    streams = set()
    for rows in ([0, 1, 2, 3, 4, 5], [3, 0, 5, 2, 1, 4], [5, 3, 4, 1, 2, 0]):
        pq.write_table(table.take(pa.array(rows)), path, row_group_size=2)
        streams.add(b"".join(_times_seen(moment.data) for moment in plot_slices(path, 100 * MS)))
    assert streams == {np.sort(plots.time_ns).tobytes()}


def test_a_slice_over_the_edge_of_row_groups_is_one_however_the_file_was_written(tmp_path: Path) -> None:
    plots = make_plots([START_NS + k * 7 * MS for k in range(300)])
    table, path = pa.Table.from_batches([plots.to_arrow()]), tmp_path / "plots.parquet"
    found = []
    for rows in (300, 64, 7, 1):
        pq.write_table(table, path, row_group_size=rows)
        found.append([(moment.time_ns, _times_seen(moment.data)) for moment in plot_slices(path, 100 * MS)])
    assert sum(len(seen) for _, seen in found[0]) == 300 * 8
    assert found == [found[0]] * 4


def _times_seen(data: bytes) -> bytes:
    with pa.ipc.open_stream(data) as reader:
        return bytes(reader.read_all()["time_ns"].to_numpy().tobytes())


def test_times_of_a_calendar_are_taken_and_a_row_without_one_is_told_with_the_file(tmp_path: Path) -> None:
    path, plots = tmp_path / "plots.parquet", make_plots([START_NS, START_NS + 5 * MS])
    table = pa.Table.from_batches([plots.to_arrow()])
    dated = table["receive_time_ns"].cast(pa.timestamp("ns")).cast(pa.timestamp("us"))
    pq.write_table(table.set_column(1, "receive_time_ns", dated), path)
    assert [moment.time_ns for moment in plot_slices(path, 100 * MS)] == [START_NS + 5 * MS]
    hollow = pa.array([START_NS, None], pa.int64())
    pq.write_table(table.set_column(1, "receive_time_ns", hollow), path)
    with pytest.raises(ValueError, match=r"plots\.parquet: expected receive_time_ns .* was null in 1"):
        next(plot_slices(path, MS))


def test_a_parquet_file_without_the_plot_columns_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"time_ns": [1]}), path)
    with pytest.raises(ValueError, match=r"x\.parquet: expected the plot columns .* was without \['receive_time_ns'"):
        next(plot_slices(path, MS))
