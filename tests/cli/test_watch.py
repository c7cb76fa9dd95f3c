"""A replay on a console: its clock is the recording's, and what has run can be gone back to."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from sargas.cli.watch import RecordingClock

FIRST_NS = 1_790_000_000_000_000_000


def test_the_clock_runs_at_the_speed_of_the_recording_and_stands_at_its_end() -> None:
    now_s = [100.0]
    clock = RecordingClock(FIRST_NS, 8.0, lambda: now_s[0])
    assert clock.now_ns() == FIRST_NS
    now_s[0] += 2.0
    assert clock.now_ns() == FIRST_NS + 16 * 10**9
    assert clock.wait_s(FIRST_NS + 24 * 10**9) == 1.0
    clock.stop()
    now_s[0] += 9.0
    assert clock.now_ns() == FIRST_NS + 16 * 10**9


@pytest.mark.slow
def test_what_has_run_is_on_the_time_axis_and_shown_again_as_it_was(shared_data: Path) -> None:
    recording = shared_data / "real/drone/uav_rot.csv"  # a quarter of an hour: it does not end while it is looked at
    command = [sys.executable, "-m", "sargas.cli.main", "replay", str(recording), "--speed", "8", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        try:
            assert running.stdout is not None
            url = next(found[0] for line in running.stdout if (found := re.search(r"http://\S+/enter\S+", line)))
            base = url.split("/enter")[0]
            with httpx.Client(base_url=base, timeout=20) as client:
                client.get(url, follow_redirects=False)
                shown = wait_for_timeline(client)
                cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
            headers = {"Cookie": cookie, "Origin": base}
            with connect(base.replace("http", "ws") + "/stream", additional_headers=headers, max_size=None) as stream:
                front = hear(stream, lambda told: told["type"] == "clock")
                assert front["replay"]
                assert front["server_time_ms"] < time.time() * 1000 - 86_400_000, "the recording's time, not ours"
                wanted_ms = (shown["first_ms"] + shown["last_ms"]) / 2
                stream.send(json.dumps({"type": "playback", "time_ms": wanted_ms, "paused": True}))
                told = hear(stream, lambda told: told["type"] == "playback" and told["active"])
                assert abs(told["time_ms"] - wanted_ms) < 1
                assert hear(stream, lambda told: told["type"] == "clock")["server_time_ms"] == told["time_ms"]
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(20)


def wait_for_timeline(client: httpx.Client) -> dict[str, Any]:
    """Wait until some seconds of the recording can be shown again."""
    for _ in range(300):
        shown: dict[str, Any] = client.get("/api/timeline", params={"from_ms": 0, "until_ms": 8e12}).json()
        if shown["first_ms"] is not None and shown["last_ms"] - shown["first_ms"] > 3000:
            return shown
        time.sleep(0.1)
    raise AssertionError(f"expected some seconds on record, was {shown}")


def hear(stream: Any, is_it: Any) -> dict[str, Any]:
    """Return the first text message of a kind."""
    while True:
        message = stream.recv(timeout=10)
        if isinstance(message, str) and is_it(told := json.loads(message)):
            return dict(told)
