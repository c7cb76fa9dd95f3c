"""``sargas serve``: run a node with its console until it is stopped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

NS_PER_HOUR = 3_600_000_000_000

if TYPE_CHECKING:
    from sargas.runtime.config import Settings


def serve(
    config: Annotated[Path | None, typer.Option(help="Settings; without it ./sargas.toml, when there is one.")] = None,
    host: Annotated[str | None, typer.Option(help="Address of the console.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the console; 0 takes a free one.")] = None,
) -> None:
    """Run the node: feeds in, one picture out, console on one port. Ctrl-C stops it."""
    from sargas.runtime.config_check import refuse_faults
    from sargas.runtime.config_load import load_settings

    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    flags: dict[str, Any] = {"console": given} if given else {}
    loaded = load_settings(config, flags)
    refuse_faults(loaded)
    settings = loaded.settings
    run_node(settings, lambda url: typer.echo(f"Sargas node {settings.node.name} is ready: {url}", err=True))


def run_node(settings: Settings, on_ready: Any, prepare: Any = None) -> None:
    """Run a node and its console in this process until a signal; ``prepare`` is handed the node before it starts."""
    from sargas.cli.warm_up import warm_showing_progress
    from sargas.runtime.kernel_cache import drop_stale_kernels

    if not drop_stale_kernels():
        warm_showing_progress()
    serve_node(settings, on_ready, prepare)


def serve_node(settings: Settings, on_ready: Any, prepare: Any = None) -> None:
    """Run a node as ``run_node`` does, with the kernels as they are."""
    import asyncio
    import os

    from sargas.console.app import create_app
    from sargas.console.context import ConsoleSettings
    from sargas.console.screen_log.writer import Retention
    from sargas.console.serving import serve_beside
    from sargas.runtime.history import History
    from sargas.runtime.history.search import TrackSearch
    from sargas.runtime.logs import set_up_logs
    from sargas.runtime.node import Node
    from sargas.runtime.service_notices import ServiceNotices

    notices = ServiceNotices.of(os.environ)

    async def main() -> None:
        set_up_logs()
        node = Node(settings)
        if prepare is not None:
            prepare(node)
        token = settings.console.metrics_token
        kept = settings.screen_log
        console = ConsoleSettings(
            node=settings.node.name, nation=settings.node.nation, oidc=settings.oidc,
            enter=node.enter_surely, now_ns=node.clock.now_ns, registry=node.figures.registry,
            metrics_token="" if token is None else token.get_secret_value(), why_not_ready=node.why_not_ready,
            alerting=settings.alerting, warnings=settings.warnings,
            taken_over=node.taken_over, look_ahead=node.look_ahead,
            request_burst=settings.console.request_burst, requests_per_s=settings.console.requests_per_s,
            history=History(settings.node.data_dir / "history"),
            search=TrackSearch(settings.node.data_dir / "history"),
            parts=node.parts, release_rules=node.release_rules, audit_folder=node.audit.directory,
            show_screen_trouble=node.show_screen_log,
            screen_folder=settings.node.data_dir / "screen" if kept.keep_hours else None,
            screen_retention=Retention(kept.keep_hours * NS_PER_HOUR, kept.most_bytes),
        )  # fmt: skip
        app = create_app(node.picture, node.accounts, node.store, console)

        def ready(url: str) -> None:
            notices.ready(url)
            on_ready(url)

        def stop() -> None:
            notices.stopping()
            node.stop()

        async with notices.watched():
            place = settings.console
            await serve_beside(app, place.host, place.port, node.run, stop, ready, place.connections_per_address)

    asyncio.run(main())
