"""``sargas demo --nations``: one simulated night heard by three nations, each with a node and a bus of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from itertools import permutations
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sargas.runtime.config import Settings
    from sargas.runtime.network.identity import OwnIdentity

NODES = {"LTU": "vilnius", "LVA": "riga", "POL": "bialystok"}
READY_WITHIN_S = 180.0


def run_nations(data_dir: Path, targets: int, seed: int, host: str, port: int, speed: float = 1.0) -> None:
    """Run the three nodes, each in a process of its own, until Ctrl-C or until one of them ends."""
    from sargas.cli.warm_up import warm_showing_progress
    from sargas.runtime.kernel_cache import drop_stale_kernels

    if not drop_stale_kernels():  # once, and not three times side by side
        warm_showing_progress()
    make_networks(data_dir)
    context = multiprocessing.get_context("spawn")
    ready: Queue[tuple[str, str]] = context.Queue()
    nodes: list[BaseProcess] = []
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for place, nation in enumerate(NODES):
            settings = nation_settings(data_dir, nation, targets, seed, host, port + place if port else 0, speed)
            node = context.Process(target=_run_nation, args=(settings, nation, ready), name=f"sargas {nation}")
            node.start()
            nodes.append(node)
        for nation, link in _links(ready, nodes):
            typer.echo(f"{nation}  {NODES[nation]:10} {link}")
        typer.echo("\nThree nations, one night; simulated data only. Each link works once. Ctrl-C stops all three.")
        typer.echo("The first intruder enters Lithuania after a minute and Latvia two minutes later.")
        while all(node.is_alive() for node in nodes):
            nodes[0].join(1.0)
    except KeyboardInterrupt:
        pass
    finally:
        _stop(nodes)


def make_networks(data_dir: Path) -> None:
    """Make the network folder of each nation and let each invite the others; folders that are there stay."""
    import time

    from sargas.runtime.network.making import add_partner, invite, make_network, sealed_invitation

    folders = {nation: data_dir / nation.lower() / "network" for nation in NODES}
    if all((folder / "network.json").is_file() for folder in folders.values()):
        return
    for nation, folder in folders.items():
        make_network(folder, _identity(nation, time.time_ns()))
    for nation, guest in permutations(NODES, 2):
        file = data_dir / f"{nation.lower()}-for-{guest.lower()}.json"
        file.write_bytes(sealed_invitation(folders[nation], invite(folders[nation], guest, time.time_ns())))
        add_partner(folders[guest], file, time.time_ns())
        agreement = folders[guest] / "partners" / nation / "agreement.json"
        agreement.write_text(demo_agreement(nation))


def demo_agreement(partner: str) -> str:
    """Return what each nation of the demo agrees to tell a partner, as JSON."""
    from sargas.sharing.agreement import Agreement

    kinds = ("track", "alert", "warning", "approval", "interference", "handover", "cue")
    agreed = Agreement.model_validate(
        {
            "nation": partner,
            "kinds": kinds,
            "groups": ("NATO", "neighbours"),
            "exercise": True,
            "clearance": "restricted",
        }
    )
    return agreed.model_dump_json(indent=1) + "\n"


def nation_settings(
    data_dir: Path, nation: str, targets: int, seed: int, host: str, port: int, speed: float = 1.0
) -> Settings:
    """Return the settings of one nation's node: its own sensors hear the night of all three."""
    from sargas.model.records import WarningPolicy
    from sargas.runtime.config import ConsoleSettings, NodeSettings, Settings, SourceSettings
    from sargas.runtime.network.settings import NetworkSettings
    from sargas.runtime.warnings.settings import FileChannel

    folder = data_dir / nation.lower()
    night = f"sim:baltic-night?targets={targets}&seed={seed}&across=1&heard_by={nation}&speed={speed:g}"
    return Settings(
        node=NodeSettings(
            name=NODES[nation], nation=nation, data_dir=folder, exercise=True, releasable_to=tuple(sorted(NODES))
        ),
        network=NetworkSettings(dir=folder / "network"),
        console=ConsoleSettings(host=host, port=port),
        source=(SourceSettings(name="night", url=night),),
        warnings=WarningPolicy(proof_lasts_s=0.0),  # its account has no password that anybody knows
        warning_channel=(FileChannel(name="folder", kind="file", folder=folder / "warnings", exercise=True),),
    )


def _identity(nation: str, now_ns: int) -> OwnIdentity:
    from sargas.exercise.tables import BORDERS
    from sargas.runtime.bus.server import free_port
    from sargas.runtime.network.identity import OwnIdentity

    return OwnIdentity(
        nation=nation, node=NODES[nation], leaf_host="127.0.0.1", leaf_port=free_port(), leaf_listen="127.0.0.1",
        area=BORDERS[nation].ring, made_ns=now_ns,
    )  # fmt: skip


def _run_nation(settings: Settings, nation: str, ready: Queue[tuple[str, str]]) -> None:
    """Run one node in this process; its link goes to the process that started it."""
    from sargas.cli.one_time_link import issue_link
    from sargas.cli.serve import run_node

    _end_with_parent()
    link: list[str] = []
    run_node(
        settings,
        lambda url: ready.put((nation, f"{url}/enter?token={link[0]}")),
        lambda node: link.append(issue_link(node.accounts, "demo", "operator")),
    )


def _end_with_parent() -> None:
    """Stop this node when the process that started it is gone, however that ended."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def _links(ready: Queue[tuple[str, str]], nodes: list[BaseProcess]) -> Iterator[tuple[str, str]]:
    """Yield each nation's link as its node becomes ready. Raises Failure when one ends before."""
    import queue
    import time

    from sargas.cli.failure import Failure

    end_s, left = time.monotonic() + READY_WITHIN_S, len(nodes)
    while left:
        try:
            yield ready.get(timeout=1.0)
            left -= 1
        except queue.Empty:
            ended = [node.name for node in nodes if not node.is_alive()]
            if ended or time.monotonic() > end_s:
                raise Failure(f"{', '.join(ended) or 'a node'}: expected to become ready, was not: see above") from None


def _stop(nodes: list[BaseProcess]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave nodes behind
    for node in nodes:
        if node.is_alive():
            node.terminate()  # the node's own way to stop: it writes everything first
    for node in nodes:
        node.join(20.0)
        if node.is_alive():
            node.kill()
            node.join()
