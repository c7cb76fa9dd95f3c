"""Live equals replay: a node fed over real UDP, and its journal replayed in fresh processes, give one digest."""

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sargas.cli.main import app
from sargas.runtime.config import ConsoleSettings, NodeSettings, Settings, SourceSettings
from sargas.runtime.node import Node

LIVE_S = 6.0
LEAST_DATAGRAMS = 300


def settings_for(data_dir: Path) -> Settings:
    return Settings(
        node=NodeSettings(name="parity", nation="LTU", data_dir=data_dir, exercise=True),
        console=ConsoleSettings(port=0),
        source=(
            SourceSettings(name="night", url="sim:baltic-night?targets=70&seed=3&speed=4&udp=1", format="asterix"),
        ),
    )


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Run a node on a night sent to its UDP sockets; return its journal and the digest of what it put out."""
    data_dir = tmp_path_factory.mktemp("parity")

    async def run() -> Node:
        node = Node(settings_for(data_dir))
        running = asyncio.create_task(node.run())
        for _ in range(600):  # kernels may have to be compiled first
            await asyncio.sleep(0.1)
            if len(node.picture.snapshot().tracks) >= 3 or running.done():
                break
        await asyncio.sleep(LIVE_S)
        node.stop()
        await asyncio.wait_for(running, 60)
        return node

    node = asyncio.run(run())
    assert node.journal.status().rows >= LEAST_DATAGRAMS
    assert len(node.picture.snapshot().tracks) >= 3, "the live run tracked nothing, equality would prove nothing"
    return data_dir / "journal", node.state.digest.hex()


def replay_digest(journal: Path, hash_seed: str, threads: str, *more: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "NUMBA_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
    command = [sys.executable, "-m", "sargas.cli.main", "replay", str(journal), "--digest", *more]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=170, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
@pytest.mark.parametrize(("hash_seed", "threads"), [("0", "1"), ("1", "2"), ("4242", "1")])
def test_the_replay_of_a_live_journal_gives_the_live_digest(
    live: tuple[Path, str], hash_seed: str, threads: str
) -> None:
    journal, digest = live
    assert len(digest) == 64
    assert replay_digest(journal, hash_seed, threads) == digest


def test_one_missing_byte_changes_the_digest(live: tuple[Path, str], tmp_path: Path) -> None:
    from sargas.picture.state import State
    from sargas.runtime.replay import ReplaySummary, journal_inputs
    from sargas.runtime.replay import replay as run_core

    journal, digest = live
    inputs = list(journal_inputs(journal))
    changed = max(range(len(inputs)), key=lambda i: len(inputs[i].data) if inputs[i].kind == "datagram" else 0)
    inputs[changed] = replace(inputs[changed], data=inputs[changed].data[:-1])
    summary = ReplaySummary()
    for _ in run_core(inputs, State(), summary):
        pass
    assert summary.digest != digest


def test_a_replay_from_a_snapshot_half_way_gives_the_live_digest(live: tuple[Path, str], tmp_path: Path) -> None:
    journal, digest = live
    half = str(tmp_path / "half.state")
    begin = ["replay", str(journal), "--digest", "--until", str(LEAST_DATAGRAMS), "--snapshot", half]
    begun = CliRunner().invoke(app, begin, standalone_mode=False)
    assert len(begun.stdout.strip()) == 64
    assert begun.stdout.strip() != digest
    assert replay_digest(journal, "4242", "2", "--from", half) == digest
