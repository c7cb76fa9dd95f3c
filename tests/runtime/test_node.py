"""A whole node: datagrams over UDP to tracks, alerts, store, history and journal; stopped and started again."""

import asyncio
import hashlib
import socket
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from sargas.cli.main import app
from sargas.model.columns import NS_PER_S
from sargas.model.records import Alert, Claim, Decision, PublicWarning, SourceHealth
from sargas.model.tracks import Tracks
from sargas.picture.ahead import Ahead
from sargas.picture.partner_tracks import FIRST_NUMBER as FIRST_PARTNER_NUMBER
from sargas.runtime.audit import verify
from sargas.runtime.audit.entry import AuditEntry
from sargas.runtime.audit.files import segments
from sargas.runtime.config import ConsoleSettings, NodeSettings, Settings, SourceSettings
from sargas.runtime.history import History
from sargas.runtime.journal_read import read
from sargas.runtime.node import Node
from sargas.runtime.store import open_store
from sargas.runtime.track_numbers import BLOCK, TrackNumbers
from sargas.runtime.warnings.settings import FileChannel
from tests.docs.tables import ROOT, tables_of


@dataclass(frozen=True)
class Run:
    """What one run of the node left."""

    data_dir: Path
    acknowledged: str
    healths: dict[str, SourceHealth]
    stop_s: float
    first_number: int
    highest_number: int
    sent: PublicWarning | None
    figures: str
    ahead: tuple[Ahead | None, Ahead | None]
    """Of a track of the night, and of one that is none."""


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def settings_for(data_dir: Path) -> Settings:
    return Settings(
        node=NodeSettings(name="node", nation="LTU", data_dir=data_dir, exercise=True),
        console=ConsoleSettings(port=0),
        source=(
            SourceSettings(name="night", url="sim:baltic-night?targets=80&seed=2&speed=4&udp=1"),
            SourceSettings(name="gone", url=f"tcp://127.0.0.1:{closed_port()}"),
        ),
        warning_channel=(FileChannel(name="drill", kind="file", folder=data_dir / "out", exercise=True),),
    )


async def run_node(data_dir: Path, *, warns: bool = False) -> Run:
    node = Node(settings_for(data_dir))
    running = asyncio.create_task(node.run())
    acknowledged, sent, said = "", None, set[int]()
    for _ in range(900):
        await asyncio.sleep(0.1)
        shown = node.picture.snapshot()
        say_drones(node, shown.tracks, said)
        raised = [alert for alert in shown.alerts if alert.state == "raised"]
        heard = {health.source: health for health in shown.sources}
        has_failed = "gone" in heard and heard["gone"].state == "failed"
        enough = len(shown.tracks) >= 5 and sum(health.decoded for health in heard.values()) > 300
        if enough and has_failed and not warns:
            break
        if enough and has_failed and raised:
            acknowledged = raised[0].alert_id
            node.enter(decide(node, raised[0], "anna", "acknowledge", acknowledged))
            await asyncio.sleep(3.0)  # ticks, and the decision's way through the journal
            sent = await approve_and_wait(node)
            break
        assert not running.done()
    else:
        pytest.fail(f"expected tracks, a source that failed and an alert within 90 s, was {shown}")
    shown = node.picture.snapshot()
    track_id = int(shown.tracks.track_id[shown.tracks.track_id < FIRST_PARTNER_NUMBER].min())
    ahead = await asyncio.to_thread(node.look_ahead, track_id), await asyncio.to_thread(node.look_ahead, 10**9)
    figures = generate_latest(node.figures.registry).decode()
    started = time.monotonic()
    node.stop()
    await asyncio.wait_for(running, 60)
    return Run(
        data_dir, acknowledged, {health.source: health for health in shown.sources}, time.monotonic() - started,
        int(shown.tracks.track_id.min()), int(shown.tracks.track_id.max()), sent, figures, ahead,
    )  # fmt: skip


async def approve_and_wait(node: Node) -> PublicWarning | None:
    """Approve a draft as a person would, and wait until its message went out."""
    approved = ""
    for _ in range(600):
        for warning in node.picture.snapshot().warnings:
            if warning.sent_ns is not None:
                return warning
            if warning.state == "drafted" and approved != warning.message_id:
                approved = warning.message_id
                node.enter(decide(node, warning, "rasa", "approve", approved))
        await asyncio.sleep(0.1)
    return None


def decide(node: Node, told: Alert | PublicWarning, actor: str, action: str, subject: str) -> Decision:
    return Decision.model_validate(
        {
            "id": f"d/{subject}", "time_ns": node.clock.now_ns(), "origin": actor, "label": told.label, "actor": actor,
            "action": action, "subject": subject,
        }
    )  # fmt: skip


def say_drones(node: Node, tracks: Tracks, said: set[int]) -> None:
    """Say of all that gives no address that it is a drone, as a person would.

    The night flies at four times its speed: no classifier takes its drones for drones.
    """
    for track_id in tracks.track_id[tracks.icao_address < 0].tolist():
        if track_id not in said:
            said.add(track_id)
            node.enter(
                Claim(
                    id=f"claim/{track_id}", time_ns=node.clock.now_ns(), origin="anna", label=tracks.label,
                    claim_id=f"anna/{track_id}/class", track_id=track_id, about="class", value="one_way_drone",
                    probability=0.99, reliability="A", credibility=1, source="anna", is_override=True,
                )
            )  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return asyncio.run(run_node(tmp_path_factory.mktemp("node"), warns=True))


def test_an_alert_is_raised_and_a_decision_takes_effect_and_is_stored(run: Run) -> None:
    assert run.acknowledged, "the night raised no alert"
    store = open_store(f"sqlite:///{run.data_dir / 'sargas.db'}")
    stored = {alert.alert_id: alert for alert in store.alerts()}
    assert run.acknowledged in stored
    assert "anna" in {change.acknowledged_by for change in store.alert_changes(run.acknowledged)}
    assert {decision.actor for decision in store.decisions()} == {"anna", "rasa"}
    assert len(store.configurations()) == 1
    store.close()


def test_the_core_says_where_a_track_will_be(run: Run) -> None:
    ahead, of_none = run.ahead
    assert ahead is not None
    assert len(ahead.places) == 7
    assert of_none is None


def test_an_approved_warning_goes_out_and_its_whole_clock_is_on_record(run: Run) -> None:
    assert run.sent is not None, "the night led to no warning that went out"
    [delivery] = run.sent.deliveries
    message = Path(delivery.reference).read_bytes()
    assert b"<status>Exercise</status>" in message
    times = [run.sent.first_plot_ns, run.sent.firm_ns, run.sent.drafted_ns, run.sent.decided_ns, run.sent.sent_ns]
    known = [time_ns for time_ns in times if time_ns is not None]
    assert len(known) == 5
    assert known[1:] == sorted(known[1:])  # plots of a night at four times its speed are stamped ahead of us
    store = open_store(f"sqlite:///{run.data_dir / 'sargas.db'}")
    [stored] = [one for one in store.newest(PublicWarning) if one.message_id == run.sent.message_id]
    store.close()
    assert stored == run.sent


def test_a_source_that_cannot_be_reached_fails_by_name_and_hurts_no_other(run: Run) -> None:
    assert run.healths["gone"].state == "failed"
    assert run.healths["gone"].reason
    others = [health for name, health in run.healths.items() if name != "gone"]
    assert len(others) > 10
    assert sum(health.decoded for health in others) > 200


def test_the_journal_has_the_configuration_first_every_tick_and_the_decision(run: Run) -> None:
    envelopes = list(read(run.data_dir / "journal"))
    assert [envelope.sequence for envelope in envelopes] == list(range(len(envelopes)))
    assert b'"kind":"configuration"' in envelopes[0].data
    records = [envelope.data for envelope in envelopes if envelope.kind == "record"]
    assert sum(b'"kind":"tick"' in data for data in records) >= 3
    assert sum(b'"kind":"decision"' in data for data in records) >= 2
    assert sum(b'"kind":"warning_delivery"' in data for data in records) >= 1


def test_every_figure_is_told_and_documented(run: Run) -> None:
    families = {family.name: family for family in text_string_to_metric_families(run.figures)}
    told = {name for name in families if name.startswith("sargas_") and not name.endswith("_created")}
    page = {row[0].strip("`") for row in tables_of(ROOT / "docs" / "operator" / "metrics.md")["Figures for Prometheus"]}
    of_partners = {name for name in page if name.startswith("sargas_link_")}
    assert told == page - of_partners
    assert families["sargas_tracks"].samples[0].value >= 5
    turns = {s.name: s.value for s in families["sargas_core_turn_seconds"].samples if "bucket" not in s.name}
    assert turns["sargas_core_turn_seconds_count"] > 5
    states = {(s.labels["source"], s.labels["state"]): s.value for s in families["sargas_source_state"].samples}
    assert states["gone", "failed"] == 1.0


def test_the_audit_has_every_deed_with_the_bytes_it_was_decided_on(run: Run) -> None:
    found = verify(run.data_dir / "audit")
    assert found.faults == ()
    assert found.unsigned == 0  # signed at the stop
    lines = b"".join(path.read_bytes() for path in segments(run.data_dir / "audit")).split(b"\n")[:-1]
    entries = [AuditEntry.of_line(line) for line in lines]
    actions = [entry.action for entry in entries]
    assert (actions[0], actions[-1]) == ("configuration", "stop")
    (acknowledged,) = [e for e in entries if e.action == "acknowledge"]
    assert (acknowledged.actor, acknowledged.object) == ("anna", run.acknowledged)
    journaled = [e for e in read(run.data_dir / "journal") if e.kind == "record"]
    hashes = {hashlib.sha256(e.data).hexdigest(): e.sequence for e in journaled}
    assert acknowledged.journal_sequence <= hashes[acknowledged.inputs_sha256]
    assert [e.object for e in entries if e.action == "approve"]
    assert run.sent is not None
    sent = [(e.object, dict(e.detail)) for e in entries if e.actor == "node" and e.action == "delivery"]
    assert (f"{run.sent.message_id}@drill", {"state": "sent"}) in sent


def test_the_history_has_what_was_tracked(run: Run) -> None:
    now_ns = time.time_ns()
    tracks = History(run.data_dir / "history").tracks_between(now_ns - 600 * NS_PER_S, now_ns + 600 * NS_PER_S)
    assert tracks.num_rows > 50
    assert run.highest_number in set(tracks.column("track_id").to_pylist())


def test_the_store_is_as_far_as_the_journal(run: Run) -> None:
    last = list(read(run.data_dir / "journal"))[-1]
    store = open_store(f"sqlite:///{run.data_dir / 'sargas.db'}")
    assert store.journal_sequence() == last.sequence
    store.close()


def test_records_that_a_store_lacks_come_of_the_journal(run: Run, tmp_path: Path) -> None:
    command = ["journal", "records", str(run.data_dir), "--store", f"sqlite:///{tmp_path / 'again.sqlite'}"]
    first, second = (CliRunner().invoke(app, command, standalone_mode=False) for _ in range(2))
    assert ", 0 of them new" not in first.stdout
    assert ", 0 of them new" in second.stdout
    stores = [open_store(f"sqlite:///{path}") for path in (run.data_dir / "sargas.db", tmp_path / "again.sqlite")]
    live, again = (
        ({alert.id for alert in store.alerts()}, store.decisions(), store.configurations()) for store in stores
    )
    assert again == live
    for store in stores:
        store.close()


def test_a_node_stops_soon_with_everything_written(run: Run) -> None:
    assert run.stop_s < 20


def test_a_restart_goes_on_in_the_journal_and_reuses_no_track_number(run: Run) -> None:
    before = len(list(read(run.data_dir / "journal")))
    again = asyncio.run(run_node(run.data_dir))
    assert again.first_number > run.highest_number
    sequences = [envelope.sequence for envelope in read(run.data_dir / "journal")]
    assert sequences == list(range(len(sequences)))
    assert len(sequences) > before


def test_numbers_are_reserved_before_they_are_used(tmp_path: Path) -> None:
    path = tmp_path / "track-numbers"
    first = TrackNumbers(path)
    assert first.first == 1
    first.use(3)
    first.use(BLOCK * 3)
    assert TrackNumbers(path).first > BLOCK * 3
    path.write_text("many")
    with pytest.raises(ValueError, match="expected one number"):
        TrackNumbers(path)


def test_alerts_of_the_night_carry_reasons(run: Run) -> None:
    store = open_store(f"sqlite:///{run.data_dir / 'sargas.db'}")
    alerts: tuple[Alert, ...] = store.alerts()
    store.close()
    assert alerts
    assert all(alert.reasons and "EXERCISE" in alert.label.caveats for alert in alerts)
