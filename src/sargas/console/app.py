"""The console application: everything a browser or a small program can ask of the node, on one port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from sargas.console import (
    claims,
    files,
    forecast_views,
    network_views,
    operations,
    permission_views,
    place_views,
    reports,
    sessions,
    story,
    stream,
    timeline_views,
    views,
    warnings,
    wind_views,
    zone_views,
)
from sargas.console.broadcast import Broadcast
from sargas.console.context import Console, ConsoleSettings
from sargas.console.entered_reports import EnteredReports
from sargas.console.protection import Protection
from sargas.console.screen_log.recorder import ScreenRecorder
from sargas.console.screen_log.tap import ScreenTap
from sargas.console.throttle import Throttle
from sargas.runtime.accounts import Accounts
from sargas.runtime.live_picture import LivePicture
from sargas.runtime.store import Store


def create_app(picture: LivePicture, accounts: Accounts, store: Store, settings: ConsoleSettings) -> FastAPI:
    """Build the application; its life span follows the picture from start-up to shutdown."""
    broadcast = Broadcast(picture, settings.now_ns, replay=settings.replay, interval_s=settings.frame_interval_s)

    @asynccontextmanager
    async def follow_picture(app: FastAPI) -> AsyncIterator[None]:
        console: Console = app.state.console
        console.screen_log = _record_screens(broadcast, settings)
        following = asyncio.create_task(broadcast.run())
        try:
            yield
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
            if console.screen_log is not None:
                await asyncio.to_thread(console.screen_log.close)

    app = FastAPI(
        title="Sargas console",
        summary="The recognised air picture of one node.",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=follow_picture,
    )
    throttle = Throttle(settings.login_burst, settings.login_refill_s)
    app.state.console = Console(picture, accounts, store, settings, broadcast, throttle, EnteredReports(store))
    for part in (
        sessions,
        views,
        claims,
        story,
        warnings,
        permission_views,
        place_views,
        forecast_views,
        reports,
        wind_views,
        zone_views,
        network_views,
        operations,
        timeline_views,
        stream,
        files,
    ):
        app.include_router(part.router)
    if (settings.static_folder / "index.html").is_file():
        app.mount("/", files.Pages(settings.static_folder))
    else:
        app.add_api_route("/", files.say_not_built, include_in_schema=False)
    app.add_middleware(Protection)
    return app


def _record_screens(broadcast: Broadcast, settings: ConsoleSettings) -> ScreenRecorder | None:
    """Begin to keep what readers are told, where the settings say so; a recording is not recorded again."""
    if settings.screen_folder is None or settings.replay:
        return None
    recorder = ScreenRecorder(settings.screen_folder, settings.screen_retention, settings.show_screen_trouble)
    broadcast.on_announce = ScreenTap(broadcast, recorder, settings.now_ns).take
    return recorder
