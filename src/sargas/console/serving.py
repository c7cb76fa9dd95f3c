"""The console beside what it shows, in one event loop: started together, stopped together by SIGINT or SIGTERM."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

import uvicorn
from fastapi import FastAPI

from sargas.console.server import OF_ONE_ADDRESS, make_server


async def serve_beside(
    app: FastAPI,
    host: str,
    port: int,
    work: Callable[[], Awaitable[None]],
    stop: Callable[[], None],
    on_ready: Callable[[str], None],
    of_one_address: int = OF_ONE_ADDRESS,
) -> None:
    """Serve ``app`` while ``work`` runs; ``on_ready`` gets the address once the port answers.

    ``of_one_address``: connections that one address may have at once.

    A signal calls ``stop``, which must let ``work`` end; the server ends with it. Raises what ``work`` raises, and
    OSError when the port cannot be opened.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    server = make_server(app, host, port, of_one_address)
    serving = asyncio.create_task(server.serve(), name="console")
    working = asyncio.create_task(_as_coroutine(work), name="node")
    try:
        await _until_started(server, serving)
        on_ready(f"http://{host}:{_port_of(server)}")
        await asyncio.wait((serving, working), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop()
        server.should_exit = True
        await asyncio.gather(serving, working, return_exceptions=True)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    working.result()


async def _as_coroutine(work: Callable[[], Awaitable[None]]) -> None:
    await work()


async def _until_started(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    while not server.started:
        if serving.done():
            serving.result()
            raise OSError("console: ended before it began; start the node again")
        await asyncio.sleep(0.02)


def _port_of(server: uvicorn.Server) -> int:
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port
