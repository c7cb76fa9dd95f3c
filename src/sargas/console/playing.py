"""Serve one client its playback over the stream, until it asks for the live picture."""

from __future__ import annotations

import asyncio

from fastapi import WebSocket
from starlette.concurrency import run_in_threadpool

from sargas.console.broadcast import QUIET
from sargas.console.context import Console
from sargas.console.playback import EDGE_NS, Message, Playback, ns_of_ms
from sargas.console.playback_messages import LiveRequest, PlaybackRequest, PlaybackSection
from sargas.console.reader import Reader
from sargas.model.records import Alert

STILL_S = 1.0
"""Longest silence while nothing moves: the client must see that the node is there."""
FLUSH_S = 0.2
MOST_PLAYBACKS = 8


async def play(websocket: WebSocket, console: Console, reader: Reader) -> None:
    """Give a client what it asked for, again and again, until it asks for the live picture."""
    if fault := _why_not(console):
        reader.request = None
        reader.forget()
        await websocket.send_text(PlaybackSection(active=False, fault=fault).model_dump_json())
        return
    reader.wants_snapshot = False
    console.playbacks.add(reader)
    try:
        await _play(websocket, console, reader)
    finally:
        console.playbacks.discard(reader)
    reader.forget()
    await websocket.send_text(PlaybackSection(active=False).model_dump_json())


def _why_not(console: Console) -> str:
    if console.screen_log is None:
        return "expected a record of screens, was none: see screen_log.keep_hours"
    if len(console.playbacks) >= MOST_PLAYBACKS:
        return f"expected at most {MOST_PLAYBACKS} playbacks at a time: try again when another has ended"
    return ""


async def _play(websocket: WebSocket, console: Console, reader: Reader) -> None:
    assert console.screen_log is not None
    playback = Playback(console.screen_log.folder, console.settings.now_ns)
    standing = frozenset(alert.alert_id for alert in console.broadcast.alerts)
    loop = asyncio.get_running_loop()
    moved_at = loop.time()
    while True:
        request, reader.request = reader.request, None
        if isinstance(request, LiveRequest):
            return
        started = loop.time()
        if request is not None:
            await _flush_if_near(console, request)
        async with console.playback_turns:
            if request is not None:
                messages = await run_in_threadpool(playback.obey, request)
                moved_at = started
            elif reader.wants_snapshot:
                messages = await run_in_threadpool(playback.again)
                reader.wants_snapshot = False
            elif playback.owes_trails:
                messages = await run_in_threadpool(playback.trails)
            else:
                messages = await run_in_threadpool(playback.advance, started - moved_at)
                moved_at = started
        await _send(websocket, [playback.section(*_new_alerts(console, standing)), *messages])
        pause_s = console.settings.frame_interval_s - (loop.time() - started)
        await reader.wait_for_request(max(0.0, pause_s) if playback.is_moving or playback.owes_trails else STILL_S)


async def _send(websocket: WebSocket, messages: list[Message]) -> None:
    for message in messages:
        if isinstance(message, str):
            await websocket.send_text(message)
        else:
            await websocket.send_bytes(message)


async def _flush_if_near(console: Console, request: PlaybackRequest) -> None:
    """Have what was shown a moment ago written, when that is what the client wants to see."""
    now_ns = console.settings.now_ns()
    recorder = console.screen_log
    if recorder is not None and (request.time_ms is None or ns_of_ms(request.time_ms) > now_ns - 2 * EDGE_NS):
        await run_in_threadpool(recorder.flush, FLUSH_S)


def _new_alerts(console: Console, standing: frozenset[str]) -> tuple[int, int]:
    """Count what stands live and did not when the playback began: all, and critical ones."""
    new = [alert for alert in console.broadcast.alerts if alert.alert_id not in standing and _waits(alert)]
    return len(new), sum(alert.tier == "critical" for alert in new)


def _waits(alert: Alert) -> bool:
    return alert.state not in QUIET and alert.acknowledged_by is None
