"""Measure the console at 10,000 tracks and 2 Hz: fifty readers, and one page in Chromium. One JSON line a figure.

``python benchmarks/bench_console.py [--tracks N] [--readers N] [--seconds S] [--only readers|page]``. The console runs
in a process of its own that does nothing else; its readers, or the browser with software drawing, in others on the same
machine. Seed 5.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.queues import Queue
from pathlib import Path

import numpy as np
import psutil
import websockets
from playwright.sync_api import CDPSession, Page, sync_playwright

from sargas.console.app import create_app
from sargas.console.context import ConsoleSettings
from sargas.console.server import make_server
from sargas.console.sessions import COOKIE
from sargas.model.label import Label
from sargas.model.records import Configuration
from sargas.model.tracks import Tracks
from sargas.runtime.accounts import Accounts
from sargas.runtime.live_picture import LivePicture
from sargas.runtime.store import open_store

SEED = 5
PERIOD_S = 0.5
WARM_S = 6.0
PAGE_WARM_S = 30.0
"""The page lives for a night; before, its code is still being compiled better."""
LABEL = Label(releasable_to=("LTU",), originator="LTU")
FLAGS = ("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
LONG_TASKS = """window.__long = [];
new PerformanceObserver((list) => window.__long.push(...list.getEntries().map((entry) => entry.duration)))
  .observe({type: "longtask"});"""


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=10_000)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--only", choices=("readers", "page"))
    chosen = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="sargas-console-") as folder:
        said: Queue[tuple[str, str]] = context.Queue()
        server = context.Process(target=run_console, args=(Path(folder), chosen.tracks, said), daemon=True)
        server.start()
        try:
            url, token = said.get(timeout=60)
            if chosen.only != "page":
                measure_readers(server.pid or 0, url, token, chosen.readers, chosen.seconds, chosen.tracks)
            if chosen.only != "readers":
                measure_page(url, token, chosen.seconds, chosen.tracks)
        finally:
            server.terminate()
            server.join(10)


def run_console(folder: Path, tracks: int, said: Queue[tuple[str, str]]) -> None:
    """Serve a sky that moves twice a second; in a process of its own."""
    store = open_store(f"sqlite:///{folder / 'store.sqlite'}")
    accounts = Accounts(store, time.time_ns, nation="LTU")
    accounts.create("bench", "fifty screens in one hall", "operator")
    account = accounts.verify("bench", "fifty screens in one hall", "bench")
    assert account is not None
    picture = LivePicture()
    app = create_app(picture, accounts, store, ConsoleSettings(node="bench", nation="LTU", enter=lambda *_: None))
    server = make_server(app, "127.0.0.1", 0)

    async def serve() -> None:
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        said.put((f"http://127.0.0.1:{port}", accounts.open_session(account)))
        feeding = asyncio.create_task(feed(picture, tracks))
        await serving
        feeding.cancel()

    asyncio.run(serve())


async def feed(picture: LivePicture, count: int) -> None:
    """Move every track at 2 Hz, for as long as the console is served."""
    rng = np.random.default_rng(SEED)
    course, speed = rng.uniform(0, 2 * np.pi, count), rng.uniform(20, 240, count)
    latitude, longitude = rng.uniform(53.6, 58.5, count), rng.uniform(20.5, 28.0, count)
    east, north = speed * np.sin(course), speed * np.cos(course)
    begun = time.monotonic()
    for turn in range(1_000_000):
        now_ns, elapsed_s = time.time_ns(), time.monotonic() - begun
        told = Tracks.of(
            time_ns=np.full(count, now_ns), track_id=np.arange(1, count + 1), label=LABEL,
            latitude_deg=latitude + north * elapsed_s / 111_000,
            longitude_deg=longitude + east * elapsed_s / (111_000 * np.cos(np.radians(latitude))),
            altitude_m=np.full(count, 2000.0), velocity_east_mps=east, velocity_north_mps=north,
            velocity_up_mps=np.zeros(count), update_time_ns=np.full(count, now_ns),
        )  # fmt: skip
        first = [configuration(now_ns)] if turn == 0 else []
        picture.apply([*first, told], now_ns)
        await asyncio.sleep(max(0.0, begun + (turn + 1) * PERIOD_S - time.monotonic()))


def configuration(now_ns: int) -> Configuration:
    """Return what the console is told of the node."""
    return Configuration(
        id="configuration/1", time_ns=now_ns, origin="bench", label=LABEL, node="bench", nation="LTU",
        origin_latitude_deg=55.2, origin_longitude_deg=24.0,
    )  # fmt: skip


def measure_readers(pid: int, url: str, token: str, readers: int, seconds: float, tracks: int) -> None:
    """Measure the processor that the console takes with so many readers, beside what it takes with none."""
    process = psutil.Process(pid)
    time.sleep(WARM_S)
    alone = cores(process, seconds / 3)
    frames, octets = [0] * readers, [0] * readers

    async def read(place: int, until_s: float) -> None:
        headers = {"Cookie": f"{COOKIE}={token}", "Origin": url}
        async with websockets.connect(
            f"{url.replace('http', 'ws')}/stream", additional_headers=headers, max_size=None, compression=None
        ) as connection:
            while time.monotonic() < until_s:
                message = await connection.recv()
                if isinstance(message, bytes):
                    frames[place] += 1
                    octets[place] += len(message)

    async def all_read() -> float:
        until_s = time.monotonic() + WARM_S + seconds
        reading = [asyncio.create_task(read(place, until_s)) for place in range(readers)]
        await asyncio.sleep(WARM_S)
        taken = await asyncio.to_thread(cores, process, seconds - 1.0)
        await asyncio.gather(*reading)
        return taken

    together = asyncio.run(all_read())
    note = f"{tracks} tracks at 2 Hz, {readers} readers of the whole picture; with none {alone:.2f}"
    tell("readers", "processor of the console with fifty readers", together, "cores", 1.0, note)
    rate = min(frames) / (WARM_S + seconds)
    tell(
        "readers",
        "frames a second of the slowest reader",
        rate,
        "1/s",
        None,
        f"fastest {max(frames) / (WARM_S + seconds):.1f}",
    )
    each = sum(octets) / max(1, sum(frames)) / tracks
    tell("readers", "octets a track and frame", each, "B", 28.1, "headers in it; every track moved in every frame")


def cores(process: psutil.Process, seconds: float) -> float:
    """Return how many cores a process takes over a while."""
    before, began = process.cpu_times(), time.monotonic()
    time.sleep(seconds)
    after = process.cpu_times()
    return float(after.user + after.system - before.user - before.system) / (time.monotonic() - began)


def measure_page(url: str, token: str, seconds: float, tracks: int) -> None:
    """Measure the page: work of the main thread an update, long tasks, and from sending to drawn."""
    chromium = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    if chromium is None:
        tell("page", "main thread an update, mean", None, "ms", 2.0, "no Chromium is installed")
        return
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=[*FLAGS, "--ignore-gpu-blocklist"])
        context = browser.new_context(viewport={"width": 1280, "height": 720})
        context.add_cookies([{"name": COOKIE, "value": token, "url": url, "sameSite": "Strict"}])
        page = context.new_page()
        page.goto(f"{url}/?zoom=5.7")
        page.wait_for_timeout(1000 * PAGE_WARM_S)
        while not page.evaluate("__m.map"):  # the basemap's shaders are compiled once, not an update
            page.wait_for_timeout(500)
        devtools = context.new_cdp_session(page)
        page.evaluate(LONG_TASKS)
        latency_before = page.evaluate("__m.latency.length")
        windows = list(watch_updates(page, devtools, seconds))
        taken = [ms for n, ms, _ in watch_updates(page, devtools, seconds / 2, "threadTicks") if n]
        latency, long_tasks, renderer = page.evaluate("[__m.latency, window.__long, __m.renderer]")
        whole = octets_an_update(page)
        page.goto(f"{url}/?zoom=9.5")
        while not page.evaluate("window.__m?.frames && __m.tracks < 0.5 * " + str(tracks)):
            page.wait_for_timeout(500)
        part, held = octets_an_update(page), page.evaluate("__m.tracks")
        browser.close()
    script_ms = [ms for updates, ms, _ in windows if updates]
    updates = sum(updates for updates, _, _ in windows)
    shown = sorted(latency[latency_before:] or latency)
    note = f"{tracks} tracks at 2 Hz, {updates} updates, {renderer} by software; script of everything on the page"
    tell("page", "main thread an update, median", statistics.median(script_ms), "ms", 2.0, note)
    tell(
        "page",
        "main thread an update, processor time, median",
        statistics.median(taken),
        "ms",
        2.0,
        "what the thread itself ran",
    )
    mean = sum(ms * n for n, ms, _ in windows) / updates
    tell("page", "main thread an update, mean", mean, "ms", None, f"worst {max(script_ms):.1f} ms; garbage is in it")
    tasks = statistics.median(ms for n, _, ms in windows if n)
    tell(
        "page",
        "main thread an update, all tasks, median",
        tasks,
        "ms",
        None,
        "laying out, painting, the browser's own too",
    )
    tell(
        "page",
        "long tasks a minute",
        60 * len(long_tasks) / seconds,
        "1/min",
        0.0,
        f"longest {max(long_tasks, default=0):.0f} ms",
    )
    tell("page", "octets an update, whole picture", whole, "B", None, f"{tracks} tracks, each moved")
    tell(
        "page",
        "octets an update, map near",
        part,
        "B",
        whole / 4,
        f"zoom 9.5, 1280 by 720: {held} tracks in and around the view",
    )
    tell("page", "sent to drawn, median", statistics.median(shown), "ms", 100.0, "of the console's clock; one machine")
    tell("page", "sent to drawn, 99 %", shown[int(0.99 * (len(shown) - 1))], "ms", 500.0, f"{len(shown)} drawings")


def octets_an_update(page: Page) -> float:
    """Return the bytes of track frames that reach the page with each update, over six seconds."""
    frames, octets = page.evaluate("[__m.frames, __m.bytes]")
    page.wait_for_timeout(6000)
    frames_after, octets_after = page.evaluate("[__m.frames, __m.bytes]")
    return float((octets_after - octets) / max(1, frames_after - frames))


def watch_updates(
    page: Page, devtools: CDPSession, seconds: float, clock: str = "timeTicks"
) -> Iterator[tuple[int, float, float]]:
    """Yield for each half second its updates, and milliseconds an update of script and of all tasks."""
    devtools.send("Performance.disable")
    devtools.send("Performance.enable", {"timeDomain": clock})
    before, frames_before = of(devtools.send("Performance.getMetrics")), frames_of(devtools)
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        page.wait_for_timeout(1000 * PERIOD_S)
        now, frames = of(devtools.send("Performance.getMetrics")), frames_of(devtools)
        script, tasks = (1000 * (now[name] - before[name]) for name in ("ScriptDuration", "TaskDuration"))
        updates = frames - frames_before
        yield updates, script / max(1, updates), tasks / max(1, updates)
        before, frames_before = now, frames


def frames_of(devtools: CDPSession) -> int:
    """Return how many updates the page has drawn, asked with as little script as can be: it is in the figure."""
    return int(devtools.send("Runtime.evaluate", {"expression": "__m.frames"})["result"]["value"])


def of(found: dict[str, list[dict[str, float]]]) -> dict[str, float]:
    """Return the browser's own counters by name."""
    return {str(one["name"]): one["value"] for one in found["metrics"]}


def tell(part: str, figure: str, value: float | None, unit: str, limit: float | None, note: str) -> None:
    """Print one figure of a part; its limit is the most it may be. Its command measures that part alone."""
    line = {
        "figure": figure,
        "value": None if value is None else round(value, 4),
        "unit": unit,
        "limit": None if limit is None else f"<= {limit:g} {unit}",
        "ok": None if limit is None or value is None else bool(value <= limit),
        "command": f"python benchmarks/bench_console.py --only {part}",
        "note": f"{note}; seed {SEED}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
    }
    print(json.dumps(line), flush=True)
    print(f"{figure}: {value}", file=sys.stderr)


if __name__ == "__main__":
    main()
