"""Measure the journal and the feeds, one JSON line a figure: python benchmarks/bench_journal.py [--megabytes N]."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from sargas.runtime.arrival import Arrival
from sargas.runtime.clock import SystemClock
from sargas.runtime.feeds import Feed, Intake, Supervisor, open_feed
from sargas.runtime.journal import Journal
from sargas.runtime.journal_compact import compact
from sargas.runtime.journal_read import read
from sargas.runtime.journal_segment import list_segments

DATAGRAM_BYTES = 250
BATCH = 500


def report(figure: str, value: float, unit: str, limit: str, note: str) -> None:
    """Print one figure and whether it keeps its limit, "<= N" or ">= N" in the same unit."""
    sign, _, bound = limit.partition(" ")
    ok = value <= float(bound) if sign == "<=" else value >= float(bound)
    line = {
        "figure": figure,
        "value": round(value, 3),
        "unit": unit,
        "limit": f"{limit} {unit}",
        "ok": bool(ok),
        "command": "python benchmarks/bench_journal.py",
        "note": f"{note}; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
    }
    print(json.dumps(line), flush=True)


def make_arrivals(clock: SystemClock, count: int) -> list[Arrival]:
    """Make datagrams like those of a radar: incompressible bytes of one usual size."""
    return [Arrival("radar-kaunas", clock.now_ns(), os.urandom(DATAGRAM_BYTES)) for _ in range(count)]


def measure_append_rate(directory: Path, megabytes: int) -> None:
    """Append as fast as possible with group commit; then how late each single row is acknowledged."""
    clock = SystemClock()
    arrivals = make_arrivals(clock, BATCH)
    rows = megabytes * 2**20 // (DATAGRAM_BYTES + 50)
    with Journal.open(directory, clock=clock, fsync_interval_ms=50) as journal:
        started = time.perf_counter()
        while journal.next_sequence < rows:
            journal.append(arrivals)
        journal.sync()
        seconds = time.perf_counter() - started
        p99_ms, fsyncs = journal.status().fsync_p99_ms, journal.status().fsyncs
    rate = journal.next_sequence / seconds
    note = f"{BATCH} datagrams of {DATAGRAM_BYTES} B an append, fsync every 50 ms, all acknowledged at the end"
    report("journal append rate", rate, "datagrams/s", ">= 50000", note)
    report("journal fsync p99 at full rate", p99_ms, "ms", "<= 200", f"{fsyncs} fsyncs")


def measure_latency(directory: Path) -> None:
    """Append small batches at a calm rate; time until written and until acknowledged."""
    clock = SystemClock()
    written, acknowledged = [], []
    with Journal.open(directory, clock=clock, fsync_interval_ms=10) as journal:
        for _ in range(200):
            arrivals = make_arrivals(clock, 20)
            started = time.perf_counter()
            journal.append(arrivals)
            written.append(time.perf_counter() - started)
            journal.sync()
            acknowledged.append(time.perf_counter() - started)
            threading.Event().wait(0.005)
    w, a = np.percentile(written, 99) * 1e3, np.percentile(acknowledged, 99) * 1e3
    report("journal append p99", w, "ms", "<= 20", "20 datagrams an append, written, not yet synced")
    report("journal append and sync p99", a, "ms", "<= 100", "20 datagrams an append, acknowledged")


def measure_recovery(directory: Path) -> None:
    """Open after a kill: the last segment is read and checked, the others only listed."""
    last = list_segments(directory)[-1].path
    with open(last, "r+b") as file:
        file.truncate(last.stat().st_size - 100)
    size = sum(s.path.stat().st_size for s in list_segments(directory))
    started = time.perf_counter()
    journal = Journal.open(directory, clock=SystemClock())
    seconds = time.perf_counter() - started
    torn = journal.recovery.torn_bytes
    journal.close()
    note = f"journal of {size / 2**30:.2f} GiB, torn last batch of {torn} B cut and set aside"
    report("journal recovery", seconds, "s", "<= 5", note)


def measure_reading_and_compaction(directory: Path) -> None:
    """Compact what was written, then read everything as envelopes."""
    started = time.perf_counter()
    done = compact(directory)
    rate = done.rows / (time.perf_counter() - started)
    note = f"{done.rows} rows, hashed, read back and hashed again; incompressible payload"
    report("journal compaction", rate, "rows/s", ">= 50000", note)
    started = time.perf_counter()
    rows = sum(1 for _ in read(directory))
    rate = rows / (time.perf_counter() - started)
    report("journal read as envelopes", rate, "rows/s", ">= 100000", f"{rows} rows from Parquet")


FLOOD = """
import socket, sys, time
wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
wire.connect(("127.0.0.1", int(sys.argv[1])))
data, end = bytes(range(250)), time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    for _ in range(50):
        wire.send(data)
"""
FLOOD_S = 4.0


async def measure_flood(directory: Path) -> None:
    """Flood one UDP feed as fast as another process can; see what the calm one beside it feels, with the journal on."""
    clock, intake = SystemClock(), Intake()
    ports = {"flooded": free_port(), "calm": free_port()}
    feeds = [open_feed(f"udp://127.0.0.1:{port}", name, intake.open_queue(), clock) for name, port in ports.items()]
    latencies_ms: list[float] = []
    journaled = {"flooded": 0, "calm": 0}

    async def consume(journal: Journal) -> None:
        while True:
            envelopes = await asyncio.to_thread(journal.append, await intake.next_batch(250, 0.5))
            now_ns = time.time_ns()
            for envelope in envelopes:
                journaled[envelope.source] += 1
                if envelope.source == "calm":
                    latencies_ms.append((now_ns - envelope.receive_time_ns) / 1e6)

    with Journal.open(directory, clock=clock) as journal:
        tasks = [asyncio.create_task(Supervisor(feeds).run()), asyncio.create_task(consume(journal))]
        await asyncio.sleep(0.2)
        flood = await asyncio.create_subprocess_exec(sys.executable, "-c", FLOOD, str(ports["flooded"]), str(FLOOD_S))
        sent = 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            while flood.returncode is None:
                wire.sendto(b"calm", ("127.0.0.1", ports["calm"]))
                sent += 1
                await asyncio.sleep(0.005)
        await asyncio.sleep(1.0)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    report_flood(feeds, sent, journaled, latencies_ms)


def report_flood(feeds: list[Feed], sent: int, journaled: dict[str, int], latencies_ms: list[float]) -> None:
    """Print what the flooded and the calm feed went through."""
    flooded = feeds[0].read_counters()
    p50_ms, p99_ms = np.percentile(latencies_ms, (50, 99))
    flood = f"{flooded.received + flooded.lost_socket} datagrams in {FLOOD_S} s"
    note = f"flood of {flood} from another process; p50 {p50_ms:.1f} ms"
    report("flood: calm feed p99, socket to journal", p99_ms, "ms", "<= 300", note)
    lost = sent - journaled["calm"]
    report("flood: calm feed lost", lost, "datagrams", "<= 0", f"{sent} sent")
    rate = journaled["flooded"] / FLOOD_S
    note = f"one core for receiving and journaling; dropped and counted: {flooded.lost}"
    report("flood: journaled of the flood", rate, "datagrams/s", ">= 10000", note)


def free_port() -> int:
    """Find a UDP port nobody uses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Measure everything in a temporary directory on the disk of the present one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=512, help="journal size for the rate, recovery, compaction")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".") as name:
        directory = Path(name)
        measure_append_rate(directory / "rate", arguments.megabytes)
        measure_latency(directory / "latency")
        measure_recovery(directory / "rate")
        measure_reading_and_compaction(directory / "rate")
        asyncio.run(measure_flood(directory / "flood"))


if __name__ == "__main__":
    main()
