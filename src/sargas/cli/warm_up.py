"""``sargas warm-up``: compile the kernels now, so that no later start waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sargas.runtime.warm import WarmUp


def warm_up() -> None:
    """Compile and cache the kernels of the node; done at once when they are current."""
    from sargas.runtime.kernel_cache import drop_stale_kernels

    if drop_stale_kernels():
        typer.echo("kernels are current")
        return
    done = warm_showing_progress()
    typer.echo(f"{done.compiled} kernels compiled here, all warm after {done.seconds:.1f} s")


def warm_showing_progress() -> WarmUp:
    """Warm the kernels; say so on stderr when some must be compiled, and on a terminal how far it is."""
    from rich.console import Console

    from sargas.runtime.warm import warm_kernels

    screen = Console(stderr=True)
    with screen.status("loading kernels") as status:

        def say(compiled: int, module: str) -> None:
            if compiled == 1:
                screen.print("Compiling kernels: once after each installation, one to two minutes ...")
            status.update(f"compiling kernels: {compiled}, now {module}")

        return warm_kernels(say)
