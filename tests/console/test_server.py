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
UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    "Sec-WebSocket-Version: 13\r\n"
)


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


async def greet(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request, and accept a WebSocket and hold it."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"hi"})
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await receive()


def test_connections_that_ask_for_nothing_are_given_up_and_never_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a file of the process, which journal and history need."""
    monkeypatch.setattr("sargas.console.server.MOST_CONNECTIONS", 4)
    monkeypatch.setattr("sargas.console.server.FIRST_REQUEST_S", 0.5)
    asked, handshake = b"GET / HTTP/1.1\r\nHost: node\r\n", UPGRADE.encode() + b"\r\n"

    async def run() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = make_server(greet, "127.0.0.1", 0)
            serving = asyncio.create_task(server.serve([listener]))
            while not server.started:
                await asyncio.sleep(0.01)
            told = [asked + b"\r\n", asked + handshake, asked, b""]
            held = [await asyncio.open_connection(*listener.getsockname()) for _ in told]
            for (_, writer), text in zip(held, told, strict=True):
                writer.write(text)
            answers = [await asyncio.wait_for(reader.readline(), 10) for reader, _ in held[:2]]
            assert answers == [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 101 Switching Protocols\r\n"]
            held.append(await asyncio.open_connection(*listener.getsockname()))
            assert await is_over(held[-1][0])
            assert [await is_over(reader) for reader, _ in held[2:4]] == [True, True]
            assert [await is_over(reader, 0.2) for reader, _ in held[:2]] == [False, False]
            server.should_exit = True
            for _, writer in held:
                writer.close()
            await asyncio.wait_for(serving, 20)

    asyncio.run(run())


def test_one_address_takes_no_more_places_than_it_may_and_a_proxy_on_this_machine_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sargas.console.server._is_here", lambda address: address == "127.0.0.1")
    streams, answers = b"GET / HTTP/1.1\r\nHost: node\r\n" + UPGRADE.encode() + b"\r\n", b"HTTP/1.1 101"

    async def run() -> dict[str, list[bool]]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = make_server(greet, "127.0.0.1", 0, of_one_address=3)
            serving = asyncio.create_task(server.serve([listener]))
            while not server.started:
                await asyncio.sleep(0.01)
            place, served, held = listener.getsockname(), dict[str, list[bool]](), list[asyncio.StreamWriter]()
            for source in ("127.0.0.2", "127.0.0.3", "127.0.0.1"):
                served[source] = []
                for _ in range(5):
                    reader, writer = await asyncio.open_connection(*place, local_addr=(source, 0))
                    held.append(writer)
                    writer.write(streams)
                    try:
                        told = await asyncio.wait_for(reader.readline(), 10)
                    except ConnectionError:
                        told = b""
                    served[source].append(told.startswith(answers))
            held[0].close()
            while len(server.server_state.connections) > 10:
                await asyncio.sleep(0.01)
            reader, writer = await asyncio.open_connection(*place, local_addr=("127.0.0.2", 0))
            held.append(writer)
            writer.write(streams)
            served["127.0.0.2"].append((await asyncio.wait_for(reader.readline(), 10)).startswith(answers))
            server.should_exit = True
            for writer in held:
                writer.close()
            await asyncio.wait_for(serving, 20)
            return served

    served = asyncio.run(run())
    of_one = [True] * 3 + [False] * 2
    assert served == {"127.0.0.2": [*of_one, True], "127.0.0.3": of_one, "127.0.0.1": [True] * 5}


async def stream_at_length(scope: Scope, receive: Receive, send: Send) -> None:
    """Send more than a client takes that does not read, over HTTP or a WebSocket."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "bytes": MORE_THAN_A_SOCKET_HOLDS})
    await answer_at_length(scope, receive, send)


@pytest.mark.parametrize("path", ["", UPGRADE])
def test_a_client_that_reads_nothing_is_given_up_and_one_that_reads_slowly_is_not(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is stopped answers no ping, and would hold its place for as long as its machine is there."""
    monkeypatch.setattr("sargas.console.server.LONGEST_STALL_S", 0.6)

    async def run() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = make_server(stream_at_length, "127.0.0.1", 0)
            serving = asyncio.create_task(server.serve([listener]))
            while not server.started:
                await asyncio.sleep(0.01)
            stopped, slow = socket.create_connection(listener.getsockname()), socket.socket()
            slow.connect(listener.getsockname())
            for client in (stopped, slow):
                client.sendall(f"GET / HTTP/1.1\r\nHost: node\r\n{path}\r\n".encode())
                client.setblocking(False)
            loop = asyncio.get_running_loop()
            for _ in range(20):
                await loop.sock_recv(slow, 1 << 20)
                await asyncio.sleep(0.1)
            (left,) = server.server_state.connections
            assert getattr(left, "client", None) == slow.getsockname()
            stopped.close()
            slow.close()
            server.should_exit = True
            await asyncio.wait_for(serving, 20)

    asyncio.run(run())


async def is_over(reader: asyncio.StreamReader, within_s: float = 5.0) -> bool:
    """Say whether a connection ends, whatever it says before."""
    try:
        await asyncio.wait_for(reader.read(-1), within_s)
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True
    return True


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
