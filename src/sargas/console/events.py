"""``GET /api/events``: server-sent events for small consumers (WHATWG HTML, section 9.2). Page: docs/console.md."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Set
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from sargas.console.context import Console
from sargas.console.event_book import KINDS, Event, EventBook, EventKind
from sargas.console.sessions import HasConsole, LoggedIn
from sargas.console.store_away import still_stands
from sargas.runtime.accounts import Session

HEARTBEAT_S = 15.0
RETRY_MS = 3000
STREAM = "text/event-stream"

router = APIRouter()


@router.get(
    "/api/events",
    response_class=StreamingResponse,
    responses={200: {"content": {STREAM: {"schema": {"type": "string"}}}, "description": "Events until either leaves"}},
)
async def follow_events(
    request: Request,
    console: HasConsole,
    session: LoggedIn,
    kind: Annotated[list[EventKind] | None, Query(description="Of these kinds only; none: of all")] = None,
    last_event_id: Annotated[str | None, Header(max_length=40, description="Go on after this id")] = None,
) -> StreamingResponse:
    """Tell what stands and then what changes, one record an event; goes on where a reader was by Last-Event-ID."""
    if not console.has_room_for(session):
        raise HTTPException(503, f"expected at most {console.settings.most_clients} clients", {"Retry-After": "10"})
    console.broadcast.catch_up()
    told = _tell(request, console, session, frozenset(kind) if kind else KINDS, last_event_id)
    return StreamingResponse(told, media_type=STREAM, headers={"X-Accel-Buffering": "no"})


async def _tell(
    request: Request, console: Console, session: Session, kinds: Set[EventKind], last_event_id: str | None
) -> AsyncIterator[str]:
    """Yield the text of the stream; what came while the client took the last piece is told by its newest word."""
    book, reader = console.broadcast.events, object()
    console.clients.add(reader)
    try:
        yield f"retry: {RETRY_MS}\n\n"
        known = None if last_event_id is None else book.number_of(last_event_id)
        if known is None:
            known = book.number
            yield _begin(book, kinds, is_reset=last_event_id is not None)
        loop = asyncio.get_running_loop()
        due = loop.time() + HEARTBEAT_S
        while True:
            if loop.time() >= due:
                if not await run_in_threadpool(still_stands, request, console, session):
                    return
                due = loop.time() + HEARTBEAT_S
                yield ": beat\n\n"
            change = console.broadcast.next_change()
            if known < book.began:
                known = book.number
                yield _begin(book, kinds, is_reset=True)
                continue
            news = book.after(known, kinds)
            known = book.number
            if news:
                yield "".join(_write(book, event) for event in news)
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(_until_news(console, book, known, change), due - loop.time())
    finally:
        console.clients.discard(reader)


async def _until_news(console: Console, book: EventBook, known: int, change: asyncio.Event) -> None:
    """Wait until the book has something newer; the picture changes far more often than that."""
    while book.number == known:
        await change.wait()
        change = console.broadcast.next_change()


def _begin(book: EventBook, kinds: Set[EventKind], *, is_reset: bool) -> str:
    """Write what stands; before it the word that everything known is to be forgotten, where something was known."""
    first = "event: reset\ndata: {}\n\n" if is_reset else ""
    standing = "".join(_write(book, event) for event in book.after(0, kinds) if not event.is_over)
    return f"{first}{standing}event: ready\nid: {book.id_of(book.number)}\ndata: {{}}\n\n"


def _write(book: EventBook, event: Event) -> str:
    return f"event: {event.kind}\nid: {book.id_of(event.number)}\ndata: {event.text}\n\n"
