"""Who takes public warnings in tests: an HTTP gateway and a mail server, each as bad as a test wants it."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Gateway:
    """An HTTP gateway that answers with the codes given, then with 200; knows what it took by idempotency key."""

    url: str = ""
    codes: list[int] = field(default_factory=list)
    retry_after: str = ""
    text: bytes = b"reference 42"
    asked: list[dict[str, str]] = field(default_factory=list)
    taken: dict[str, bytes] = field(default_factory=dict)


@contextmanager
def gateway(*codes: int) -> Iterator[Gateway]:
    """Run a gateway on loopback; a code of 0 takes the message and hangs up without an answer."""
    state = Gateway(codes=list(codes))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.asked.append(dict(self.headers))
            code = state.codes.pop(0) if state.codes else 200
            if code < 300:
                state.taken.setdefault(self.headers["Idempotency-Key"], body)
            if code:
                self.send_response(code)
                if state.retry_after:
                    self.send_header("Retry-After", state.retry_after)
                self.end_headers()
                self.wfile.write(state.text)
            else:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        state.url = f"http://127.0.0.1:{server.server_port}/warnings"
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def dripping(beginning: bytes) -> Iterator[str]:
    """Run what answers with a beginning at once and then an octet every 50 ms without end; yield its address."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            with suppress(OSError):
                self.request.sendall(beginning)
                while not over.wait(0.05):
                    self.request.sendall(b"a")

    over = threading.Event()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            over.set()
            server.shutdown()
            thread.join()


@dataclass
class MailServer:
    """A mail server (RFC 5321, as far as a client needs it) and the mails it took."""

    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    refuses: str = ""
    """Recipient that it does not know."""
    defers: str = ""
    """Recipient that it takes later."""
    is_mute: bool = False
    """Takes a mail and falls silent."""


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server on loopback."""
    state = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 ready")
            while line := self.rfile.readline().strip().decode():
                verb = line[:4].upper()
                if verb == "DATA":
                    self.say("354 go on")
                    if not self.take():
                        return
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                elif verb == "RCPT" and state.refuses and state.refuses in line:
                    self.say("550 unknown here")
                elif verb == "RCPT" and state.defers and state.defers in line:
                    self.say("451 later")
                else:
                    self.say("250 fine")

        def take(self) -> bool:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line)
            state.mails.append(b"".join(lines))
            if not state.is_mute:
                self.say("250 taken as 77")
            return not state.is_mute

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        state.port = server.server_address[1]
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
