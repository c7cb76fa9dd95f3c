"""The WebSocket /stream: binary track frames and JSON sections, newest wins, a snapshot on every gap."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated, Literal, TypeAlias

from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect
from pydantic import Field, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from sargas.console.context import Console
from sargas.console.messages import ViewRequest
from sargas.console.playback_messages import LiveRequest, PlaybackRequest
from sargas.console.playing import play
from sargas.console.reader import Reader
from sargas.console.sessions import HasConsole, find_session, has_own_origin
from sargas.console.store_away import still_stands
from sargas.model.records import Value
from sargas.runtime.accounts import Session

CLOSE_NO_SESSION = 4401
CLOSE_FULL = 4429
SESSION_CHECK_INTERVAL_S = 15.0


class SnapshotRequest(Value):
    """A client has lost its thread."""

    type: Literal["snapshot"]


Request: TypeAlias = PlaybackRequest | LiveRequest | ViewRequest | SnapshotRequest
REQUEST: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="type")])

router = APIRouter()


@router.websocket("/stream")
async def stream(
    websocket: WebSocket, console: HasConsole, session: Annotated[Session | None, Depends(find_session)]
) -> None:
    """Serve the picture to one client until it leaves, its session ends or the node stops."""
    if not has_own_origin(websocket):
        await websocket.close()  # before the handshake: the other site's page learns nothing, not even that we are here
        return
    await websocket.accept()
    if session is None or "read" not in session.scopes:
        await websocket.close(CLOSE_NO_SESSION, "expected a session, or a token with scope read: log in first")
    elif not console.has_room_for(session):
        await websocket.close(CLOSE_FULL, f"expected at most {console.settings.most_clients} clients")
    else:
        await _serve(websocket, console, session)


async def _serve(websocket: WebSocket, console: Console, session: Session) -> None:
    reader = Reader()
    console.clients.add(reader)
    console.broadcast.catch_up()
    tasks = [
        asyncio.create_task(_send_newest(websocket, console, reader)),
        asyncio.create_task(_hear_requests(websocket, reader)),
        asyncio.create_task(_watch_session(websocket, console, session)),
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if not isinstance(task.exception(), WebSocketDisconnect | None):
                task.result()
    finally:
        console.clients.discard(reader)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send_newest(websocket: WebSocket, console: Console, reader: Reader) -> None:
    """Send what is newest, wait until the client took it, look again: whatever came between is skipped."""
    broadcast = console.broadcast
    while True:
        if reader.wants_playback:
            await play(websocket, console, reader)
        change = broadcast.next_change()
        for name, (number, text) in list(broadcast.sections.items()):
            if reader.sections.get(name) != number:
                reader.sections[name] = number
                await websocket.send_text(text)
        update = broadcast.update
        if update.sequence == 0 or (update.sequence == reader.sequence and not reader.wants_snapshot):
            await reader.wait_for(change)
            continue
        if reader.wants_snapshot or update.base_sequence != reader.sequence:
            update, reader.wants_snapshot = broadcast.snapshot(), False
        reader.sequence = update.sequence
        names, frame = update.names, update.frame
        if reader.cut is not None:
            names, frame = reader.cut.update(update, console.picture)
        if names is not None:
            await websocket.send_text(names)
        await websocket.send_bytes(frame)


async def _hear_requests(websocket: WebSocket, reader: Reader) -> None:
    """Note requests for a snapshot, a view, a playback or the live picture; anything else a client says is ignored."""
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        with suppress(ValidationError):
            match REQUEST.validate_json(message.get("text") or ""):
                case SnapshotRequest():
                    reader.ask_snapshot()
                case ViewRequest() as view:
                    reader.look_at(view)
                case PlaybackRequest() | LiveRequest() as request:
                    reader.ask(request)


async def _watch_session(websocket: WebSocket, console: Console, session: Session) -> None:
    """Close the stream once its session has ended, or the account has other rights than it began with."""
    while await run_in_threadpool(still_stands, websocket, console, session):
        await asyncio.sleep(SESSION_CHECK_INTERVAL_S)
    await websocket.close(CLOSE_NO_SESSION, "the session has ended")
