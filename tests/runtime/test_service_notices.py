"""A service manager hears over a real socket that a node is ready, alive and stopping; without one nothing is told."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sargas.runtime.service_notices import ServiceNotices

SERVE = """
import sys
from pathlib import Path
from sargas.cli.serve import serve_node
from sargas.runtime.config_load import load_settings
serve_node(load_settings(Path(sys.argv[1])).settings, print)
"""


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """The socket that a service manager listens on."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(60.0)
        yield listening


def test_it_tells_ready_and_stopping(manager: socket.socket) -> None:
    notices = ServiceNotices.of({"NOTIFY_SOCKET": manager.getsockname()})
    notices.ready("http://127.0.0.1:8710")
    notices.stopping()
    assert manager.recv(1000) == b"READY=1\nSTATUS=http://127.0.0.1:8710"
    assert manager.recv(1000) == b"STOPPING=1"


def test_a_name_without_a_file_is_reached_too() -> None:
    name = f"sargas-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name}")
        ServiceNotices.of({"NOTIFY_SOCKET": f"@{name}"}).stopping()
        assert listening.recv(1000) == b"STOPPING=1"


def test_signs_of_life_come_three_times_in_each_patience_and_end_when_the_loop_hangs(manager: socket.socket) -> None:
    notices = ServiceNotices.of({"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "300000"})
    assert notices.watchdog_s == 0.3

    async def live_then_hang() -> None:
        async with notices.watched():
            await asyncio.sleep(0.95)
            time.sleep(0.5)

    asyncio.run(live_then_hang())
    manager.settimeout(0.0)
    heard = 0
    while True:
        try:
            assert manager.recv(1000) == b"WATCHDOG=1"
        except BlockingIOError:
            break
        heard += 1
    assert 5 <= heard <= 10, "a tenth of a second apart for 0.95 s, none while it hung"


def test_nothing_is_told_to_nobody_and_nobody_elses_watchdog_is_fed(manager: socket.socket, tmp_path: Path) -> None:
    ServiceNotices.of({}).ready("nobody listens")
    ServiceNotices.of({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready("it is gone")
    told = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "77"}
    assert ServiceNotices.of(told, 78).watchdog_s == 0.0
    assert ServiceNotices.of(told, 77).watchdog_s == 1.0
    with pytest.raises(ValueError, match="expected a path or @name"):
        ServiceNotices.of({"NOTIFY_SOCKET": "notify"})


def test_a_node_tells_its_service_manager_how_it_lives(manager: socket.socket, tmp_path: Path) -> None:
    (tmp_path / "sargas.toml").write_text(f'[node]\ndata_dir = "{tmp_path / "data"}"\n[console]\nport = 0\n')
    environment = {**os.environ, "NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "1500000"}
    command = [sys.executable, "-c", SERVE, str(tmp_path / "sargas.toml")]
    node = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        heard: list[str] = []
        while heard.count("WATCHDOG=1") < 2 or not any(one.startswith("READY=1") for one in heard):
            heard.append(manager.recv(1000).decode())
        node.send_signal(signal.SIGTERM)
        while heard[-1] != "STOPPING=1":
            heard.append(manager.recv(1000).decode())
        assert node.wait(60) == 0
    finally:
        with suppress(ProcessLookupError):
            os.killpg(node.pid, signal.SIGKILL)
        node.wait(10)
    [ready] = [one for one in heard if one.startswith("READY=1")]
    assert "STATUS=http://127.0.0.1:" in ready
