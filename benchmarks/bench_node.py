"""Measure the whole node on a night of many targets: plot to WebSocket, and its journal replayed against real time.

``python benchmarks/bench_node.py``: 10,000 targets; ``SARGAS_BENCH_TARGETS`` says how many others.

The node runs as in production (UDP sockets, journal, core, store, history, console) on a simulated night that is sent
to its sockets; a second process reads the WebSocket as a browser would. A row's latency runs from the kernel's receive
stamp of the datagram that changed the track to the arrival of the frame that carries it. Prints one JSON line a figure.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import structlog

TARGETS = int(os.environ.get("SARGAS_BENCH_TARGETS", "10000"))
WARM_S, MEASURE_S = 40.0, 60.0
COMMAND = "python benchmarks/bench_node.py"
if TARGETS != 10_000:
    COMMAND = f"SARGAS_BENCH_TARGETS={TARGETS} {COMMAND}"


def main() -> None:
    """Print all figures; with an address and a cookie as arguments be the reading process instead."""
    if len(sys.argv) == 3:
        asyncio.run(read_stream(sys.argv[1], sys.argv[2]))
        return
    # what the node logs is not a figure
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with tempfile.TemporaryDirectory(prefix="sargas-bench-") as folder:
        asyncio.run(measure_live(Path(folder)))
        measure_replay(Path(folder) / "journal")


async def measure_live(data_dir: Path) -> None:
    """Run node, console and reader; print latency percentiles and what was lost."""
    from sargas.cli.demo import demo_settings
    from sargas.console.app import create_app
    from sargas.console.context import ConsoleSettings
    from sargas.console.serving import serve_beside
    from sargas.runtime.node import Node

    node = Node(demo_settings(data_dir, TARGETS, 1, "127.0.0.1", 0))
    sent = log_changes(node)
    account = node.accounts.create("bench", os.urandom(16).hex(), "viewer")
    cookie = node.accounts.open_session(account)
    reader: list[subprocess.Popen[str]] = []

    def begin(url: str) -> None:
        command = [sys.executable, __file__, url, cookie]
        reader.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))

    async def work() -> None:
        running = asyncio.create_task(node.run())
        await asyncio.sleep(WARM_S + MEASURE_S)
        node.stop()
        await running

    started_cpu = time.process_time()
    console = ConsoleSettings(node="bench", enter=node.enter, now_ns=node.clock.now_ns)
    app = create_app(node.picture, node.accounts, node.store, console)
    await serve_beside(app, "127.0.0.1", 0, work, node.stop, begin)
    cpu_s = time.process_time() - started_cpu
    arrivals = json.loads(reader[0].communicate(timeout=30)[0])
    report_latency(arrivals, sent, node, cpu_s)


def log_changes(node: Any) -> dict[int, np.ndarray[Any, Any]]:
    """Keep, by frame sequence, when the plots behind its rows arrived; the stream makes one frame a change."""
    sent: dict[int, np.ndarray[Any, Any]] = {}
    original = node.picture.changes

    def changes(since_revision: int) -> Any:
        change = original(since_revision)
        if since_revision >= 0 or not sent:
            sent[len(sent) + 1] = change.receive_time_ns
        return change

    node.picture.changes = changes
    return sent


async def read_stream(url: str, cookie: str) -> None:
    """Read frames like a browser until the node goes; print sequence, base and arrival of each as JSON."""
    import websockets
    from websockets.typing import Origin

    from sargas.console.sessions import COOKIE

    frames: list[tuple[int, int, int, int]] = []
    address = url.replace("http:", "ws:") + "/stream"
    headers = {"Cookie": f"{COOKIE}={cookie}"}
    async with websockets.connect(address, additional_headers=headers, origin=Origin(url), max_size=None) as stream:
        try:
            async for message in stream:
                if isinstance(message, bytes):
                    rows, sequence = np.frombuffer(message, "<u4", 2, 8).tolist()
                    base = int(np.frombuffer(message, "<u4", 1, 32)[0])
                    frames.append((sequence, base, time.time_ns(), rows))
        except websockets.ConnectionClosed:
            pass
    print(json.dumps(frames))


def report_latency(arrivals: list[list[int]], sent: dict[int, np.ndarray[Any, Any]], node: Any, cpu_s: float) -> None:
    """Print the figures of the live run, from the second part of it."""
    begin_ns = arrivals[0][2] + int(WARM_S * 1e9)
    deltas = [(seq, at) for seq, base, at, _ in arrivals if base and at > begin_ns and seq in sent]
    waits = np.concatenate([(at - sent[seq]) / 1e6 for seq, at in deltas if len(sent[seq])])
    shown = len(node.picture.snapshot().tracks)
    lost = sum(health.lost for health in node.picture.snapshot().sources)
    note = f"{TARGETS} targets, {shown} tracks shown, {len(waits)} updates in {len(deltas)} frames, {MEASURE_S:g} s"
    tell("plot to WebSocket p95", np.percentile(waits, 95), "ms", 300, note)
    tell("plot to WebSocket p50", np.percentile(waits, 50), "ms", None, note)
    tell("plot to WebSocket p99", np.percentile(waits, 99), "ms", None, note)
    tell("datagrams lost before the journal", lost, "", 0, note)
    tell("CPU of node with simulation", 100 * cpu_s / (WARM_S + MEASURE_S), "% of a core", None, note)


def measure_replay(journal: Path) -> None:
    """Replay the journal of the live run at full speed; print how many times faster than it was lived."""
    from sargas.picture.state import State
    from sargas.runtime.replay import ReplaySummary, journal_inputs, replay

    summary = ReplaySummary()
    started = time.process_time()
    for _ in replay(journal_inputs(journal), State(), summary):
        pass
    cpu_s = time.process_time() - started
    lived_s = (summary.last_ns - (summary.first_ns or 0)) / 1e9
    note = f"{summary.envelopes} inputs, {summary.plots} plots, {len(summary.tracks)} confirmed tracks, one core"
    tell("replay of the night, times real time", lived_s / cpu_s, "x", (1.0, "at least"), note)


def tell(figure: str, value: float, unit: str, limit: float | tuple[float, str] | None, note: str) -> None:
    """Print one figure as a JSON line; ``limit`` is an upper bound, or (bound, "at least")."""
    least = isinstance(limit, tuple)
    bound = limit[0] if isinstance(limit, tuple) else limit
    ok = True if bound is None else bool(value >= bound if least else value <= bound)
    text = None if bound is None else f"{'>=' if least else '<='} {bound:g}"
    line = {
        "figure": f"{figure}, {TARGETS:,} targets", "value": round(float(value), 3), "unit": unit, "limit": text,
        "ok": ok, "command": COMMAND,
        "note": note,
    }  # fmt: skip
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
