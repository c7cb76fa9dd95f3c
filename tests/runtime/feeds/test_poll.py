"""Polled documents from a real HTTP server and from a file: new bodies only, limits kept, breaks named."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sargas.runtime.feeds import poll
from sargas.runtime.feeds.poll import FileFeed
from sargas.runtime.feeds.url import PollUrl
from tests.runtime.feeds.wires import Bench, until


class Document:
    """What a server answers with; tests change it while it runs."""

    def __init__(self) -> None:
        self.body = b'{"now":1}'
        self.etag: str | None = None
        self.status = 200
        self.delay_s = 0.0
        self.requests: list[dict[str, str]] = []


@contextmanager
def serving(document: Document) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            document.requests.append({name.lower(): value for name, value in self.headers.items()})
            document.requests[-1]["path"] = self.path
            time.sleep(document.delay_s)
            same = document.etag is not None and self.headers.get("If-None-Match") == document.etag
            status = 304 if same else document.status
            body = b"" if same else document.body
            self.send_response(status)
            if document.etag:
                self.send_header("ETag", document.etag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except ConnectionError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/data/aircraft.json?v=1"
    finally:
        server.shutdown()
        server.server_close()


def test_every_new_body_is_one_datagram_and_an_equal_one_is_none() -> None:
    async def scenario() -> None:
        bench, document = Bench(), Document()
        with serving(document) as url:
            feed = bench.add(f"{url}#interval=0.05", "readsb")
            async with bench.running():
                first = await bench.receive(1)
                await until(lambda: feed.counters.unchanged >= 2)
                document.body = b'{"now":2}'
                second = await bench.receive(1)
        assert [a.data for a in first + second] == [b'{"now":1}', b'{"now":2}']
        assert abs(first[0].receive_time_ns - time.time_ns()) < 60e9
        assert document.requests[0]["path"] == "/data/aircraft.json?v=1"

    asyncio.run(scenario())


def test_an_etag_is_given_back_and_not_modified_costs_nothing() -> None:
    async def scenario() -> None:
        bench, document = Bench(), Document()
        document.etag = '"a1"'
        with serving(document) as url:
            feed = bench.add(f"{url}#interval=0.05", "readsb")
            async with bench.running():
                await until(lambda: feed.counters.unchanged >= 2)
        assert feed.counters.received == 1
        assert "if-none-match" not in document.requests[0]
        assert document.requests[1]["if-none-match"] == '"a1"'

    asyncio.run(scenario())


def test_a_refusing_server_is_asked_again_later_with_its_status_shown() -> None:
    async def scenario() -> None:
        bench, document = Bench(), Document()
        document.status = 503
        with serving(document) as url:
            feed = bench.add(f"{url}#interval=0.05", "readsb")
            async with bench.running():
                await until(lambda: feed.counters.restarts >= 2)
                assert "expected status 200 or 304, was 503" in feed.counters.last_error
                document.status = 200
                await bench.receive(1)

    asyncio.run(scenario())


def test_a_slow_server_is_not_waited_for_longer_than_its_timeout() -> None:
    async def scenario() -> None:
        bench, document = Bench(), Document()
        document.delay_s = 2.0
        with serving(document) as url:
            feed = bench.add(f"{url}#interval=0.05&timeout=0.1", "readsb")
            async with bench.running():
                await until(lambda: feed.counters.restarts >= 1, within_s=1.5)
        assert "Timeout" in feed.counters.last_error

    asyncio.run(scenario())


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_body_larger_than_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    async def scenario() -> None:
        monkeypatch.setattr(poll, "LARGEST_BODY", 5)
        bench, document = Bench(), Document()
        (tmp_path / "aircraft.json").write_bytes(document.body)
        with serving(document) as url:
            feed = bench.add(url if scheme == "http" else f"file:{tmp_path}/aircraft.json", "readsb")
            async with bench.running():
                await until(lambda: feed.counters.restarts >= 1)
        assert "at most 5 bytes" in feed.counters.last_error
        assert feed.counters.received == 0

    asyncio.run(scenario())


def test_a_file_is_read_again_when_it_is_replaced_and_only_then(tmp_path: Path) -> None:
    async def scenario() -> None:
        bench, path = Bench(), tmp_path / "aircraft.json"
        feed = bench.add(f"file:{path}?interval=0.05", "readsb")
        async with bench.running():
            await until(lambda: feed.counters.restarts >= 1)
            assert feed.counters.last_error.startswith("FileNotFoundError")
            path.write_bytes(b"1")
            found = await bench.receive(1)
            await until(lambda: feed.counters.unchanged >= 2)
            (tmp_path / "new").write_bytes(b"2")
            os.replace(tmp_path / "new", path)
            found += await bench.receive(1)
        assert [a.data for a in found] == [b"1", b"2"]

    asyncio.run(scenario())


def test_a_file_system_that_hangs_takes_one_thread_and_no_more(tmp_path: Path) -> None:
    """The threads of the node are few: the audit is signed by them, recordings are read, the journal is compacted."""
    answers, asked = threading.Event(), list[int]()

    class Hanging(FileFeed):
        def _read_if_changed(self) -> bytes | None:
            asked.append(1)
            answers.wait(20)
            return super()._read_if_changed()

    async def scenario() -> None:
        bench = Bench()
        (tmp_path / "aircraft.json").write_bytes(b"1")
        url = PollUrl("file", str(tmp_path / "aircraft.json"), 0.02, 0.02)
        bench.feeds.append(Hanging(url, "readsb", bench.intake.open_queue(), bench.clock))
        async with bench.running():
            await until(lambda: bench.feeds[0].counters.restarts >= 3)
            assert bench.feeds[0].counters.last_error == "TimeoutError"
            assert len(asked) == 1
            answers.set()
            assert [one.data for one in await bench.receive(1)] == [b"1"], "what it read late is not lost"

    try:
        asyncio.run(scenario())
    finally:
        answers.set()


def test_a_pipe_is_no_document_and_holds_up_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "aircraft.json")

    async def scenario() -> None:
        bench = Bench()
        feed = bench.add(f"file:{tmp_path}/aircraft.json", "readsb")
        async with bench.running():
            await until(lambda: feed.counters.restarts >= 2)
        assert "expected a file, was a pipe" in feed.counters.last_error

    asyncio.run(scenario())
