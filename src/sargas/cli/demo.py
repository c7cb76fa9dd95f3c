"""``sargas demo``: a simulated Baltic night through the whole node, in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sargas.runtime.config import Settings
    from sargas.runtime.node import Node


def demo(
    targets: Annotated[int, typer.Option(min=0, max=100_000, help="Objects in the air.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="One seed, one night.")] = 1,
    host: Annotated[str, typer.Option(help="Address of the console.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the console; 0 takes a free one.")] = 8710,
    data_dir: Annotated[
        Path | None, typer.Option(help="Keep journal and history here; none: a temporary folder.")
    ] = None,
    nations: Annotated[
        bool, typer.Option("--nations", help="Three nations that share: three nodes, three buses, three consoles.")
    ] = False,
    speed: Annotated[float, typer.Option(min=0.1, max=20.0, help="So many times as fast as the night is.")] = 1.0,
) -> None:
    """Run a node on a simulated night and print the address to open. Ctrl-C stops it."""
    from tempfile import TemporaryDirectory

    from sargas.cli.demo_nations import run_nations

    run = run_nations if nations else _run
    with TemporaryDirectory(prefix="sargas-demo-") as temporary:
        run(data_dir or Path(temporary), targets, seed, host, port, speed)


def _run(data_dir: Path, targets: int, seed: int, host: str, port: int, speed: float) -> None:
    from sargas.cli.one_time_link import issue_link
    from sargas.cli.serve import run_node

    link: list[str] = []

    def prepare(node: Node) -> None:
        link.append(issue_link(node.accounts, "demo", "operator"))

    def say_ready(url: str) -> None:
        typer.echo(f"Sargas demo is ready. Open (works once):\n\n    {url}/enter?token={link[0]}\n")
        typer.echo("Simulated data only. The first intruder crosses the border after about a minute. Ctrl-C stops.")

    run_node(demo_settings(data_dir, targets, seed, host, port, speed), say_ready, prepare)


def demo_settings(data_dir: Path, targets: int, seed: int, host: str, port: int, speed: float = 1.0) -> Settings:
    """Return the settings of a node that hears a simulated night through its own UDP sockets."""
    from sargas.model.records import WarningPolicy
    from sargas.runtime.config import ConsoleSettings, NodeSettings, Settings, SourceSettings
    from sargas.runtime.warnings.settings import FileChannel

    outgoing = FileChannel(name="folder", kind="file", folder=data_dir / "warnings", exercise=True)
    night = f"sim:baltic-night?targets={targets}&seed={seed}&udp=1&speed={speed:g}"
    return Settings(
        node=NodeSettings(name="demo", nation="LTU", data_dir=data_dir, exercise=True),
        console=ConsoleSettings(host=host, port=port),
        source=(SourceSettings(name="night", url=night),),
        warnings=WarningPolicy(proof_lasts_s=0.0),  # its account has no password that anybody knows
        warning_channel=(outgoing,),
    )
