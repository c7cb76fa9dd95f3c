"""What ``sargas doctor`` looks at: one function a thing, each answers with findings and how to mend."""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from sargas.cli.failure import NO_ROOM, describe
from sargas.runtime.config import Settings
from sargas.runtime.config_check import find_doubts, refuse_faults
from sargas.runtime.config_load import load_settings
from sargas.runtime.feeds.url import UdpUrl, parse_url
from sargas.runtime.store import StoreError, open_store

DISK_FAIL_BYTES = 1 << 30
DISK_WARN_BYTES = 10 << 30
FSYNC_WARN_S = 0.05
"""Slower than this and the journal's group commit falls behind a busy radar feed."""
CLOCK_WARN_S = 0.1
"""A plot of a 250 m/s airliner is 25 m wrong after this."""
BEFORE_THIS_CODE_NS = 1_760_000_000 * 1_000_000_000

_TIME_ERROR = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: ``ok``, ``warn`` (works, but look) or ``fail`` (mend before serving)."""

    name: str
    status: Literal["ok", "warn", "fail"]
    text: str
    mend: str = ""


def examine(config: Path | None) -> list[Finding]:
    """Look at everything; with settings that cannot be read the rest is looked at with the defaults."""
    settings = Settings()
    try:
        loaded = load_settings(config)
        settings = loaded.settings
        refuse_faults(loaded)
        found = [Finding("settings", "ok", str(loaded.origins.path or "no file, defaults"))]
        found += [
            Finding("settings", "warn", doubt, "bring the file there, or mend the setting")
            for doubt in find_doubts(loaded)
        ]
    except (ValueError, OSError) as error:
        found = [Finding("settings", "fail", describe(error), "sargas config check lists every fault")]
    found += check_ports(settings)
    found += [check_clock_set(), check_clock_runs(), check_disk_space(settings.node.data_dir)]
    found += [check_disk_speed(settings.node.data_dir), check_database(settings)]
    found += [check_console_files(), check_basemap(), check_kernels()]
    return found


def check_ports(settings: Settings) -> Iterator[Finding]:
    """Try to listen where the console and each UDP feed will."""
    host, port = settings.console.host, settings.console.port
    yield _try_to_bind("console port", host, port, socket.SOCK_STREAM, "set [console] port, or stop what holds it")
    for source in settings.source:
        url = parse_url(source.url)
        if isinstance(url, UdpUrl):
            place = url.group or url.host
            yield _try_to_bind(f"feed {source.name}", place, url.port, socket.SOCK_DGRAM, "stop what holds it")


def _try_to_bind(name: str, host: str, port: int, kind: socket.SocketKind, mend: str) -> Finding:
    place = f"{host}:{port}"
    try:
        family, _, protocol, _, address = socket.getaddrinfo(host, port, type=kind)[0]
        with socket.socket(family, kind, protocol) as probe:
            if kind == socket.SOCK_STREAM or ip_address(address[0]).is_multicast:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return Finding(name, "fail", f"cannot listen on {place}: {(error.strerror or str(error)).lower()}", mend)
    return Finding(name, "ok", f"{place} is free")


class _Timex(ctypes.Structure):
    """Head of the kernel's struct timex (adjtimex(2)); the tail is room for what we do not read."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("tail", ctypes.c_char * 256),
    )


def check_clock_set() -> Finding:
    """Ask the kernel whether something keeps the clock on UTC (adjtimex), and look at the year."""
    mend = "sudo apt-get install -y chrony"
    if time.time_ns() < BEFORE_THIS_CODE_NS:
        return Finding("clock", "fail", f"expected a time after this code was written, was {time.ctime()}", mend)
    timex = _Timex()
    state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    if state < 0:
        return Finding("clock", "warn", f"the kernel does not say: {os.strerror(ctypes.get_errno()).lower()}", mend)
    error_s = timex.maxerror * 1e-6
    if state == _TIME_ERROR:
        return Finding("clock", "warn", "nothing keeps it on UTC: stamps of partners will not agree", mend)
    if error_s > CLOCK_WARN_S:
        return Finding("clock", "warn", f"kept on UTC, but within {error_s * 1e3:.0f} ms only", mend)
    return Finding("clock", "ok", f"kept on UTC within {error_s * 1e3:.1f} ms")


def check_clock_runs() -> Finding:
    """Compare the clock of receive times with the monotonic one over 50 ms: it must not step or run back."""
    start, steady_start = time.time_ns(), time.monotonic_ns()
    last, backwards = start, 0
    while time.monotonic_ns() - steady_start < 50_000_000:
        now = time.time_ns()
        backwards += now < last
        last = now
    step_ms = abs((last - start) - (time.monotonic_ns() - steady_start)) * 1e-6
    if backwards or step_ms > 5:
        text = f"ran back {backwards} times and stepped {step_ms:.1f} ms within 50 ms"
        return Finding("receive clock", "fail", text, "let chrony slew the clock, never step it while serving")
    return Finding("receive clock", "ok", "runs forward, without steps")


def check_disk_space(folder: Path) -> Finding:
    """Look at the room where journal and history go."""
    free = shutil.disk_usage(_existing(folder)).free
    text = f"{free / (1 << 30):.1f} GiB free for {folder}"
    mend = "free some, or set [node] data_dir to a larger disk"
    if free < DISK_FAIL_BYTES:
        return Finding("disk space", "fail", text, mend)
    return Finding("disk space", "warn", text, mend) if free < DISK_WARN_BYTES else Finding("disk space", "ok", text)


def check_disk_speed(folder: Path) -> Finding:
    """Time fsync of 4 KiB where the journal goes; the folder itself is not made."""
    durations = []
    try:
        with tempfile.NamedTemporaryFile(dir=_existing(folder)) as file:
            for _ in range(20):
                begun = time.perf_counter()
                file.write(bytes(4096))
                file.flush()
                os.fsync(file.fileno())
                durations.append(time.perf_counter() - begun)
    except OSError as error:
        if error.errno in NO_ROOM:
            return Finding("disk", "fail", f"no space left to write to {folder}", "free some")
        return Finding("disk", "fail", describe(error), "give the node's user the right to write there")
    worst = sorted(durations)[-2]
    text = f"fsync within {worst * 1e3:.1f} ms"
    if worst > FSYNC_WARN_S:
        return Finding("disk", "warn", text, "put data_dir on a local SSD, or raise [journal] fsync_interval_ms")
    return Finding("disk", "ok", text)


def check_database(settings: Settings) -> Finding:
    """Open the database, bring its tables up to date as a start would, and ask it how it is."""
    if settings.store.url is None and not settings.node.data_dir.is_dir():
        return Finding("database", "ok", "none yet: the first start makes it in data_dir")
    try:
        store = open_store(settings.store_url())
    except StoreError as error:
        return Finding("database", "fail", describe(error), "see [store] url in docs/configuration.md")
    health = store.health()
    store.close()
    place = f"{health['engine']} {health['url']}"
    if not health["ok"]:
        return Finding("database", "fail", f"{place}: {health['reason']}", "see [store] url in docs/configuration.md")
    return Finding("database", "ok", f"{place}, schema {health['schema_expected']}")


def check_console_files() -> Finding:
    """Look for the built console."""
    index = resources.files("sargas.console").joinpath("static", "index.html")
    if index.is_file():
        return Finding("console files", "ok", "built")
    return Finding("console files", "fail", f"{index} is missing", "make demo builds them; a wheel brings them")


def check_basemap() -> Finding:
    """Look for the offline map under the tracks."""
    basemap = resources.files("sargas.console").joinpath("basemap", "baltic.pmtiles")
    if basemap.is_file():
        return Finding("basemap", "ok", "present")
    return Finding(
        "basemap", "warn", f"{basemap} is missing: tracks show on an empty map", "restore it from the release"
    )


def check_kernels() -> Finding:
    """Look for compiled kernels: without them the first start compiles for about half a minute."""
    cached = [p for root in _cache_folders() if root.is_dir() for p in root.rglob("*.nbi")]
    if cached:
        return Finding("kernels", "ok", f"{len(cached)} compiled")
    return Finding("kernels", "warn", "not compiled yet: the first start will take longer", "run: sargas warm-up")


def _cache_folders() -> tuple[Path, ...]:
    override = os.environ.get("NUMBA_CACHE_DIR")
    package = Path(str(resources.files("sargas")))
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "numba"
    return (Path(override),) if override else (package, user)


def _existing(folder: Path) -> Path:
    folder = folder.absolute()
    return next(path for path in (folder, *folder.parents) if path.is_dir())
