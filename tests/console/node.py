"""A console over a real picture, store and accounts, with a sky that tests script themselves."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import numpy as np
from argon2 import PasswordHasher
from fastapi import FastAPI

from sargas.assessment.warnings.approval import decided
from sargas.console.app import create_app
from sargas.console.context import ConsoleSettings
from sargas.console.server import make_server
from sargas.model.columns import PlotFlag
from sargas.model.label import Label
from sargas.model.records import (
    Alert,
    Configuration,
    Decision,
    EnteredRecord,
    LostTrack,
    Sensor,
    SensorRegistration,
    Source,
    SourceHealth,
    WarningPolicy,
    Zone,
)
from sargas.model.tracks import CLASSES, Tracks, TrackStatus
from sargas.picture.ahead import Ahead
from sargas.runtime.accounts import Accounts
from sargas.runtime.audit import AuditLog
from sargas.runtime.live_picture import LivePicture
from sargas.runtime.store import Store, open_store
from tests.clock import Clock
from tests.runtime.store_cases import make_warning

LABEL = Label(releasable_to=("LTU", "LVA", "POL"), originator="LTU")
NOW_NS = 1_790_000_000_000_000_000
PASSWORD = "vakaro zvaigzde dega"
_ports = deque((0, 0), maxlen=2)
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def make_tracks(
    track_ids: Sequence[int], *, time_ns: int = NOW_NS, latitude: float = 55.0, **columns: object
) -> Tracks:
    """Make tracks in a row north of each other, flying east at 100 m/s."""
    n = len(track_ids)
    given = {
        "longitude_deg": np.full(n, 25.0),
        "latitude_deg": latitude + 0.1 * np.arange(n),
        "altitude_m": np.full(n, 1000.0),
        "velocity_east_mps": np.full(n, 100.0),
        "velocity_north_mps": np.zeros(n),
        "velocity_up_mps": np.zeros(n),
        **columns,
    }
    return Tracks.of(time_ns=np.full(n, time_ns), track_id=np.array(track_ids, np.int64), label=LABEL, **given)  # type: ignore[arg-type]


def make_lost(track_id: int, **fields: object) -> LostTrack:
    """Make a lost track that most likely flies on below coverage."""
    return LostTrack.model_validate(
        {
            "id": f"lost/{track_id}/{fields.get('state', 'lost')}",
            "time_ns": NOW_NS,
            "origin": "LTU-1",
            "label": LABEL,
            "lost_id": f"lost/{track_id}",
            "track_id": track_id,
            "state": "lost",
            "last_seen_ns": NOW_NS,
            "last_seen": (25.0, 55.0),
            "course_deg": 270.0,
            "speed_mps": 45.0,
            "level": 0.8,
            "hypotheses": ({"name": "hidden", "probability": 1.0},),
            "regions": ({"polygon": ((25.0, 55.0), (25.1, 55.0), (25.1, 55.1))},),
            "area_km2": 30.0,
            "dead_reckoning_km2": 90.0,
            "most_probable": (25.05, 55.02),
            **fields,
        }
    )


def make_alert(alert_id: str, track_id: int, tier: str = "critical", state: str = "raised", **fields: object) -> Alert:
    """Make an alert of a track entering Lithuania."""
    return Alert.model_validate(
        {
            "id": f"{alert_id}/{state}",
            "time_ns": NOW_NS,
            "origin": "LTU-1",
            "label": LABEL,
            "alert_id": alert_id,
            "tier": tier,
            "state": state,
            "rule": "zone_entry",
            "track_ids": (track_id,),
            "zone_id": "lt-east",
            "zone_name": "Rytų siena",
            "raised_ns": NOW_NS,
            "reasons": ("entered from the east", "no transponder reply"),
            **fields,
        }
    )


def make_health(source: str, state: str = "ok", **fields: object) -> SourceHealth:
    """Make the health of a source."""
    base = {"id": f"health/{source}", "time_ns": NOW_NS, "origin": "LTU-1", "label": LABEL}
    return SourceHealth.model_validate({**base, "source": source, "state": state, **fields})


def make_registration(sensor_id: str, state: str = "registered", **fields: object) -> SensorRegistration:
    """Make what is told of how far a radar is off."""
    base = {"id": f"registration/{sensor_id}", "time_ns": NOW_NS, "origin": "LTU-1", "label": LABEL, "since_ns": NOW_NS}
    biases = {"range_bias_m": -90.5, "azimuth_bias_deg": 0.25, "elevation_bias_deg": 0.0, "time_bias_s": 0.002}
    sigmas = {"range_bias_sigma_m": 4.0, "azimuth_bias_sigma_deg": 0.01, "elevation_bias_sigma_deg": 0.05}
    given = {**base, **biases, **sigmas, "time_bias_sigma_s": 0.01, "pairs": 4720}
    return SensorRegistration.model_validate({**given, "sensor_id": sensor_id, "state": state, **fields})


def make_configuration(*, exercise: bool = False) -> Configuration:
    """Make a configuration with one zone of each shape, two radars and a source each."""
    border = ((26.6, 55.68), (26.8, 55.3), (25.9, 54.95), (25.75, 54.3), (25.2, 54.1), (25.0, 54.6), (25.6, 55.3))
    return Configuration(
        id="configuration/1",
        time_ns=NOW_NS,
        origin="LTU-1",
        label=LABEL,
        node="LTU-1",
        nation="LTU",
        exercise=exercise,
        origin_latitude_deg=55.2,
        origin_longitude_deg=24.0,
        sources=(Source(name="radar-east", format="asterix"), Source(name="radar-west", format="asterix")),
        sensors=(
            Sensor(id="radar-east", kind="radar-3d", latitude_deg=55.3, longitude_deg=25.6, max_range_m=250e3),
            Sensor(id="radar-west", kind="radar-2d", latitude_deg=55.6, longitude_deg=22.2, max_range_m=250e3),
        ),
        zones=(
            Zone(id="lt-east", name="Rytų siena", kind="border", polygon=border),
            Zone(id="plant", name="Elektrinė", kind="protected", centre=(24.9, 54.75), radius_m=8000.0),
        ),
    )


@dataclass
class ScriptedNode:
    """One node's console and what feeds it; ``decisions`` holds what operators decided."""

    picture: LivePicture
    store: Store
    accounts: Accounts
    app: FastAPI
    decisions: list[Decision] = field(default_factory=list)
    entered: list[EnteredRecord] = field(default_factory=list)
    ahead: dict[int, Ahead] = field(default_factory=dict)
    """What the core would forecast, by track."""
    url: str = ""

    def enter(self, *records: EnteredRecord) -> None:
        """Take what a person says as the core would: permissions and claims as they are, alerts acknowledged."""
        self.entered += records
        for record in records:
            if isinstance(record, Decision):
                self.decide(record)
            else:
                self.picture.apply([record], NOW_NS)

    def decide(self, decision: Decision) -> None:
        """Take a decision as the core would: the alert comes back acknowledged."""
        self.decisions.append(decision)
        if decision.action in ("approve", "refuse"):
            self._decide_on_warning(decision)
        if decision.action != "acknowledge":
            return
        alert = next(a for a in self.picture.snapshot().alerts if a.alert_id == decision.subject)
        changed = alert.model_copy(
            update={"id": decision.id, "state": "acknowledged", "acknowledged_by": decision.actor}
        )
        self.picture.apply([changed], NOW_NS)

    def _decide_on_warning(self, decision: Decision) -> None:
        """Let a decision on a draft take effect by the core's own rule."""
        shown = self.picture.snapshot()
        policy = shown.configuration.warnings if shown.configuration else WarningPolicy()
        for draft in shown.warnings:
            if draft.message_id == decision.subject and (changed := decided(draft, decision, policy)):
                self.picture.apply([changed], NOW_NS)

    def one_time_link(self) -> str:
        """Make a link that logs the operator in."""
        return f"{self.url}/enter?token={self.accounts.issue_one_time_link('jonas', 600)}"


def make_node(folder: Path, **settings: object) -> ScriptedNode:
    """Build a node with the accounts ``jonas`` (operator) and ``ona`` (viewer) and an empty picture.

    ``audit=True``: what is done to accounts goes into an audit in the folder.
    """
    (folder / "sargas.db").write_bytes(_new_database())
    store = open_store(f"sqlite:///{folder / 'sargas.db'}")
    clock = settings.get("now_ns", lambda: NOW_NS)
    audit = AuditLog(folder / "audit", "LTU-1", clock) if settings.pop("audit", False) else None  # type: ignore[arg-type]
    told = (lambda deed: None) if audit is None else audit.append
    accounts = Accounts(store, clock, nation="LTU", hasher=CHEAP_HASHER, audit=told)  # type: ignore[arg-type]
    if audit is not None:
        settings["audit_folder"] = audit.directory
    picture = LivePicture()
    node: list[ScriptedNode] = []
    given = {"node": "LTU-1", "enter": lambda *records: node[0].enter(*records), "now_ns": lambda: NOW_NS, **settings}
    given.setdefault("look_ahead", lambda track_id: node[0].ahead.get(track_id))
    given = {"nation": "LTU", "request_burst": 100_000} | given  # tests ask faster than people and most programs do
    app = create_app(picture, accounts, store, ConsoleSettings(**given))  # type: ignore[arg-type]
    node.append(ScriptedNode(picture, store, accounts, app))
    return node[0]


def make_two_person_node(folder: Path, clock: Clock, first_approval_s: float) -> ScriptedNode:
    """Build a node whose red warnings two persons approve, ``jonas`` and ``rasa``, with one that waits."""
    made = make_node(folder, now_ns=clock)
    made.accounts.create("rasa", PASSWORD, "operator")
    policy = WarningPolicy(two_persons=("red",), first_approval_s=first_approval_s, proof_lasts_s=300.0)
    made.picture.apply([make_configuration().model_copy(update={"warnings": policy})], NOW_NS)
    made.picture.apply([make_warning(NOW_NS, approvals_needed=2)], NOW_NS)
    return made


@cache
def _new_database() -> bytes:
    """Make the database once; every node gets a copy."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sargas.db"
        store = open_store(f"sqlite:///{path}")
        accounts = Accounts(store, lambda: NOW_NS, nation="LTU", hasher=CHEAP_HASHER)
        accounts.create("jonas", PASSWORD, "operator")
        accounts.create("ona", PASSWORD, "viewer")
        store.close()
        assert not path.with_name("sargas.db-wal").exists(), "everything is in the one file"
        return path.read_bytes()


@contextmanager
def serve(node: ScriptedNode) -> Iterator[ScriptedNode]:
    """Serve the node's console from a thread on a port of this machine: that of the last node but one, when free.

    A browser keeps by address what it compiled of a page, which is a third of what opening it costs; and it tells late
    of the node it was at last.
    """
    with _listen(_ports[0]) as listener:
        _ports.append(listener.getsockname()[1])
        server = make_server(node.app, "127.0.0.1", 0)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive(), "the server has stopped"
        node.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            yield node
        finally:
            server.should_exit = True
            thread.join(10)
            assert not thread.is_alive(), "the server did not stop"


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:  # another node is there
        return socket.create_server(("127.0.0.1", 0))


def open_client(url: str = "", **given: Any) -> httpx.Client:
    """Open a client of nodes on this machine, who speak plain HTTP: to read all certificates takes it 20 ms."""
    return httpx.Client(base_url=url, verify=False, **given)


@contextmanager
def log_in(
    url: str, name: str, password: str = PASSWORD, code: str = "", timeout: float = 60.0
) -> Iterator[httpx.Client]:
    """Open a client of somebody who has logged in, and may change things."""
    with open_client(url, timeout=60.0) as client:
        answer = client.post("/api/session", json={"name": name, "password": password, "code": code})
        client.headers["X-CSRF-Token"] = answer.raise_for_status().json()["csrf_token"]
        yield client


def mixed_sky(time_ns: int, elapsed_s: float, count: int = 40, *, simulated: bool = False) -> Tracks:
    """Make a night over the Baltics: airliners with transponders, some coasting, and a dark drone from the east."""
    rng = np.random.default_rng(5)
    course = rng.uniform(0, 2 * np.pi, count)
    speed = rng.uniform(60, 240, count)
    east, north = speed * np.sin(course), speed * np.cos(course)
    latitude, longitude = rng.uniform(53.6, 58.5, count), rng.uniform(20.5, 28.0, count)
    kinds = rng.choice([9, 9, 9, 6, 8, 4, 3], count)
    latitude[0], longitude[0], east[0], north[0], kinds[0] = 54.93, 26.55, -50.0, 5.0, 0
    latitude += north * elapsed_s / 111_000
    longitude += east * elapsed_s / (111_000 * np.cos(np.radians(latitude)))
    probabilities = np.zeros((count, len(CLASSES)), np.float32)
    probabilities[np.arange(count), kinds] = 0.9
    probabilities[count // 2 :: 5] = np.nan
    heard = np.isin(kinds, (9, 6, 8))
    status = np.where(rng.random(count) < 0.1, TrackStatus.COASTING, TrackStatus.CONFIRMED).astype(np.uint8)
    status[0] = TrackStatus.CONFIRMED
    return Tracks.of(
        time_ns=np.full(count, time_ns),
        track_id=np.arange(1001, 1001 + count),
        latitude_deg=latitude,
        longitude_deg=longitude,
        altitude_m=np.where(heard, rng.uniform(2000, 11000, count), rng.uniform(80, 900, count)),
        velocity_east_mps=east,
        velocity_north_mps=north,
        velocity_up_mps=np.zeros(count),
        label=LABEL,
        sensor_ids=("radar-east", "radar-west"),
        contributing=rng.integers(1, 4, (count, 1)).astype(np.uint64),
        covariance=np.tile(np.eye(6)[np.triu_indices(6)] * 2500.0, (count, 1)),
        class_probabilities=probabilities,
        status=status,
        update_time_ns=np.where(status == TrackStatus.COASTING, time_ns - 12_000_000_000, time_ns),
        icao_address=np.where(heard, 0x503000 + np.arange(count), -1).astype(np.int32),
        mode_3a=np.where(heard, rng.integers(0o1000, 0o7000, count), -1).astype(np.int16),
        callsign=np.array([f"LOT{i:03d}" if h else "" for i, h in enumerate(heard)], "S8"),
        flags=np.full(count, PlotFlag.SIMULATED if simulated else 0, np.uint16),
    )
