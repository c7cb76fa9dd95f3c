"""The console's server leaves nothing open behind it."""

from __future__ import annotations

import asyncio
import socket

import pytest
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from sargas.console.server import make_server
from sargas.console.serving import serve_beside

MORE_THAN_A_SOCKET_HOLDS = b"." * (64 << 20)


async def answer_at_length(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with more than a client takes that does not read."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": MORE_THAN_A_SOCKET_HOLDS})


def test_a_client_that_does_not_read_is_cut_off_at_the_end() -> None:
    async def run() -> tuple[int, bool]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = make_server(answer_at_length, "127.0.0.1", 0)
            serving = asyncio.create_task(server.serve([listener]))
            while not server.started:
                await asyncio.sleep(0.01)
            with socket.create_connection(listener.getsockname()) as client:
                client.sendall(b"GET / HTTP/1.1\r\nHost: node\r\n\r\n")
                while not server.server_state.connections:
                    await asyncio.sleep(0.01)
                (connection,) = server.server_state.connections
                server.should_exit = True
                await asyncio.wait_for(serving, 20)
                return len(server.server_state.connections), bool(connection.transport.is_closing())

    assert asyncio.run(run()) == (0, True)


@pytest.mark.parametrize("host", ["127.0.0.1", "no such host"])
def test_a_port_that_cannot_be_opened_says_so_once_and_ends_no_process(
    host: str, capfd: pytest.CaptureFixture[str]
) -> None:
    async def idle() -> None:
        await stopped.wait()

    async def run(port: int) -> None:
        await serve_beside(FastAPI(), host, port, idle, stopped.set, lambda url: None)

    stopped = asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            OSError, match=f"^console at {host} port {port}: .*; set .console. host and port, or --port"
        ):
            asyncio.run(run(port))
    assert capfd.readouterr().err == ""
