"""The console application: everything a browser or a small program can ask of the node, on one port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.routing import BaseRoute

from sargas.console import (
    administration_views,
    claims,
    events,
    files,
    forecast_views,
    history_views,
    incident_views,
    network_views,
    oidc_views,
    operations,
    password_views,
    permission_views,
    place_views,
    policy_views,
    record_views,
    reports,
    roster_views,
    sessions,
    shift,
    source_labels,
    source_views,
    story,
    stream,
    timeline_views,
    token_views,
    unit_views,
    views,
    warnings,
    wind_views,
    zone_views,
)
from sargas.console.broadcast import Broadcast
from sargas.console.context import Console, ConsoleSettings
from sargas.console.description import ConsoleApi
from sargas.console.entered_reports import EnteredReports
from sargas.console.imports import NotText, refuse_what_is_no_text
from sargas.console.operations import say_not_journaled
from sargas.console.protection import Protection
from sargas.console.rate_limit import limit_rate
from sargas.console.screen_log.recorder import ScreenRecorder
from sargas.console.screen_log.tap import ScreenTap
from sargas.console.store_away import refuse_while_away
from sargas.console.strictness import refuse_loose_json, refuse_what_does_not_fit
from sargas.console.throttle import Throttle
from sargas.runtime.accounts import Accounts
from sargas.runtime.control import NotJournaled
from sargas.runtime.live_picture import LivePicture
from sargas.runtime.oidc import OidcProvider
from sargas.runtime.store import Store, StoreAway
from sargas.runtime.tasks import cancel

PARTS = (
    sessions,
    password_views,
    views,
    claims,
    story,
    shift,
    warnings,
    permission_views,
    place_views,
    forecast_views,
    reports,
    wind_views,
    zone_views,
    network_views,
    oidc_views,
    operations,
    timeline_views,
    token_views,
    roster_views,
    administration_views,
    source_views,
    source_labels,
    policy_views,
    unit_views,
    incident_views,
    history_views,
    record_views,
    events,
    stream,
    files,
)


def create_app(picture: LivePicture, accounts: Accounts, store: Store, settings: ConsoleSettings) -> FastAPI:
    """Build the application; its life span follows the picture from start-up to shutdown."""
    broadcast = Broadcast(picture, settings.now_ns, replay=settings.replay, interval_s=settings.frame_interval_s)

    @asynccontextmanager
    async def follow_picture(app: FastAPI) -> AsyncIterator[None]:
        console.screen_log = _record_screens(broadcast, settings)
        following = asyncio.create_task(broadcast.run())
        console.sights.begin()
        try:
            yield
        finally:
            await console.sights.end()
            await cancel(following)
            if console.screen_log is not None:
                await asyncio.to_thread(console.screen_log.close)

    app = make_api(follow_picture)
    throttle = Throttle(settings.login_burst, settings.login_refill_s)
    requests = Throttle(settings.request_burst, 1.0 / settings.requests_per_s)
    oidc = OidcProvider(settings.oidc, settings.now_ns) if settings.oidc.issuer else None
    reports = EnteredReports(store)
    console = app.state.console = Console(
        picture, accounts, store, settings, broadcast, throttle, requests, reports, oidc
    )
    if (settings.static_folder / "index.html").is_file():
        app.mount("/", files.Pages(settings.static_folder))
    else:
        app.add_api_route("/", files.say_not_built, include_in_schema=False)
    app.add_middleware(Protection)
    return app


def make_api(lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None) -> ConsoleApi:
    """Build the application with its operations and nothing behind them yet."""
    app = ConsoleApi(
        title="Sargas console",
        summary="The recognised air picture of one node.",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.add_exception_handler(NotText, refuse_what_is_no_text)
    app.add_exception_handler(RequestValidationError, refuse_what_does_not_fit)
    app.add_exception_handler(StoreAway, refuse_while_away)
    app.add_exception_handler(NotJournaled, say_not_journaled)
    app.router.routes.extend(_operations())
    return app


@cache
def _operations() -> tuple[BaseRoute, ...]:
    """List what can be asked, once: to work out what each operation takes costs the first console 0.1 s."""
    asked = [Depends(limit_rate), Depends(refuse_loose_json)]
    every = APIRouter(dependencies=asked, generate_unique_id_function=lambda route: route.name)
    for part in PARTS:
        every.include_router(part.router)
    return tuple(every.routes)


def _record_screens(broadcast: Broadcast, settings: ConsoleSettings) -> ScreenRecorder | None:
    """Begin to keep what readers are told, where the settings say so."""
    if settings.screen_folder is None:
        return None
    recorder = ScreenRecorder(settings.screen_folder, settings.screen_retention, settings.show_screen_trouble)
    broadcast.on_announce = ScreenTap(broadcast, recorder, settings.now_ns).take
    return recorder
