"""Channels of public warnings: a folder, an HTTP gateway, a mail server. Each sends one message, or says how it failed.

None sends a message twice: a file is named after its message and never written over; a gateway gets the message's name
as ``Idempotency-Key`` (IETF draft-ietf-httpapi-idempotency-key-header) and must answer a repetition like the first; a
mail whose server fell silent after the whole message was given is not tried again by itself.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol, assert_never
from urllib.parse import urlsplit

import httpx

from sargas.model.saying import Said
from sargas.runtime.saying import say
from sargas.runtime.warnings.settings import ChannelSettings, EmailChannel, FileChannel, WebhookChannel

CAP_TYPE = "application/cap+xml"
TRY_AGAIN = (408, 425, 429)
"""Answers of 4xx that mean "later"; all others mean "never"."""
MOST_SAID = 200
"""Octets of a gateway's answer that are read; the rest is its own."""
MAIL = SMTP.clone(cte_type="7bit")
"""Lines end in CRLF (RFC 5321 section 2.3.8); no octet has the eighth bit, which no server must take (RFC 6152)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a channel sends: one approved message."""

    identifier: str
    """CAP identifier: without spaces, commas, < and &, and the same at every try."""
    headline: str
    text: str
    cap: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a message was taken, and the taker's own reference, in words."""

    reference: str


class NotSent(Exception):
    """The message did not get out; it may be tried again, and not within ``wait_s`` where the taker said so."""

    def __init__(self, text: str, wait_s: float = 0.0) -> None:
        super().__init__(text)
        self.wait_s = wait_s


class Refused(Exception):
    """The taker will never take this message."""


class Unclear(Exception):
    """The message may or may not have been taken, and a repetition might be a second one: a person must look."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.en)
        self.said = said


class Channel(Protocol):
    """One way out."""

    @property
    def repeats_safely(self) -> bool:
        """Say whether a message can be sent again when nobody knows if it was taken."""
        ...

    def send(self, notice: Notice) -> Receipt:
        """Send one message; called from a thread. Raises NotSent, Refused or Unclear."""
        ...


def open_channel(settings: ChannelSettings) -> Channel:
    """Make the channel that settings describe; nothing is opened before the first message."""
    match settings:
        case FileChannel():
            return _Folder(settings.folder)
        case WebhookChannel():
            return _Webhook(settings)
        case EmailChannel():
            return _Mail(settings)
        case _:
            assert_never(settings)


@dataclass(frozen=True, slots=True)
class _Folder:
    folder: Path
    repeats_safely: bool = True

    def send(self, notice: Notice) -> Receipt:
        place = self.folder / f"{notice.identifier}.cap.xml"
        draft = self.folder / f".{notice.identifier}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(notice.cap)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # then it went out before
                os.link(draft, place)
            draft.unlink()
            _sync_folder(self.folder)
        except OSError as error:
            raise NotSent(f"{place}: {error.strerror or error}") from error
        return Receipt(str(place))


@dataclass(frozen=True, slots=True)
class _Webhook:
    settings: WebhookChannel
    repeats_safely: bool = True

    def send(self, notice: Notice) -> Receipt:
        headers = {"Content-Type": CAP_TYPE, "Idempotency-Key": f'"{notice.identifier}"', "Accept-Encoding": "identity"}
        if self.settings.secret is not None:
            key = self.settings.secret.get_secret_value().encode()
            headers["X-Sargas-Signature"] = f"sha256={hmac.new(key, notice.cap, hashlib.sha256).hexdigest()}"
        where = _public_part(self.settings.url)
        try:
            code, wait_s, text = asyncio.run(self._post(notice.cap, headers))
        except TimeoutError as error:
            raise NotSent(f"{where}: no answer within {self.settings.timeout_s:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotSent(f"{where}: {_innermost(error)}") from error
        said = f"{code} {text}".strip()
        if 200 <= code < 300:
            return Receipt(said)
        if 400 <= code < 500 and code not in TRY_AGAIN:
            raise Refused(f"{where}: {said}")
        raise NotSent(f"{where}: {said}", wait_s)

    async def _post(self, cap: bytes, headers: dict[str, str]) -> tuple[int, float, str]:
        """Return the code of the answer, how long it says to wait (s), and how its text begins, as far as it came.

        Raises TimeoutError when the code is not there in time, however slowly the gateway spells it.
        """
        said = bytearray()
        ends = asyncio.get_running_loop().time() + self.settings.timeout_s
        async with httpx.AsyncClient(timeout=None, trust_env=False) as client:
            request = client.build_request("POST", self.settings.url, content=cap, headers=headers)
            async with asyncio.timeout_at(ends):
                answer = await client.send(request, stream=True)
            try:
                with suppress(httpx.HTTPError, TimeoutError):
                    async with asyncio.timeout_at(ends):
                        async for piece in answer.aiter_raw():
                            said += piece[:MOST_SAID]
                            if len(said) >= MOST_SAID:
                                break
            finally:
                await answer.aclose()
        told = answer.headers.get("Retry-After", "")
        wait_s = float(told) if told.isascii() and told.isdecimal() else 0.0  # a date is not read: clocks differ
        return answer.status_code, wait_s, _in_one_line(said[:MOST_SAID].decode(errors="replace"))


@dataclass(frozen=True, slots=True)
class _Mail:
    settings: EmailChannel
    repeats_safely: bool = False

    def send(self, notice: Notice) -> Receipt:
        try:
            message = self._compose(notice)
            server = self._connect()
        except (OSError, smtplib.SMTPException, ValueError) as error:  # ValueError: letters that mail cannot carry
            raise NotSent(f"{self.settings.host}:{self.settings.port}: {error}") from error
        try:
            return self._hand_over(server, message)
        finally:
            with suppress(OSError, smtplib.SMTPException):  # what was taken stays taken
                server.quit()

    def _connect(self) -> smtplib.SMTP:
        given = self.settings
        kind = smtplib.SMTP_SSL if given.tls == "tls" else smtplib.SMTP
        server = kind(given.host, given.port, timeout=given.timeout_s)
        try:
            if given.tls == "starttls":
                server.starttls()
            if given.user is not None:
                server.login(given.user, given.password.get_secret_value() if given.password else "")
        except BaseException:
            server.close()
            raise
        return server

    def _hand_over(self, server: smtplib.SMTP, message: EmailMessage) -> Receipt:
        """Go through RFC 5321's MAIL, RCPT and DATA; up to DATA nothing is out, after it only an answer tells.

        A recipient that the server does not take keeps the warning from nobody else: it is named with the reference.
        """
        where = f"{self.settings.host}:{self.settings.port}"
        try:
            server.ehlo_or_helo_if_needed()
            _expect(server.mail(self.settings.sender), where)
            left_out = self._name_recipients(server, where)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise NotSent(f"{where}: {error}") from error
        try:
            code, said = server.data(message.as_bytes())
        except smtplib.SMTPDataError as error:
            _expect((error.smtp_code, _bytes(error.smtp_error)), where)
            raise AssertionError from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unclear(say("no_answer", where=where, error=error)) from error
        _expect((code, said), where)
        reference = f"{code} {said.decode(errors='replace')}"
        return Receipt(f"{reference}; not to {', '.join(map(str, left_out))}" if left_out else reference)

    def _name_recipients(self, server: smtplib.SMTP, where: str) -> list[NotSent | Refused]:
        """Name all recipients to the server; return why some are left out. Raises the mildest reason when all are."""
        left_out = list[NotSent | Refused]()
        for recipient in self.settings.recipients:
            try:
                _expect(server.rcpt(recipient), f"{where}: {recipient}")
            except (NotSent, Refused) as reason:
                left_out.append(reason)
        if len(left_out) == len(self.settings.recipients):
            raise next((reason for reason in left_out if isinstance(reason, NotSent)), left_out[0])
        return left_out

    def _compose(self, notice: Notice) -> EmailMessage:
        message = EmailMessage(MAIL)
        message["Date"] = format_datetime(datetime.now(UTC))
        message["From"] = self.settings.sender
        message["To"] = ", ".join(self.settings.recipients)
        message["Subject"] = " ".join(notice.headline.split())
        message["Message-ID"] = f"<{notice.identifier}@{self.settings.sender.partition('@')[2]}>"
        message["X-Priority"] = "1"
        message.set_content(notice.text)
        message.add_attachment(notice.cap, maintype="application", subtype="cap+xml", filename="warning.cap.xml")
        return message


def _public_part(url: str) -> str:
    """Return scheme, host and port: everybody reads why a warning did not go out, and the rest may be a secret."""
    split = urlsplit(url)
    return f"{split.scheme}://{split.netloc.rpartition('@')[2]}"


def _innermost(error: BaseException) -> str:
    """Say what lies under an error: what is wrapped around it only says that something failed."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner.exceptions[0] if isinstance(inner, BaseExceptionGroup) else inner
    if isinstance(error, OSError) and error.errno and error.errno > 0:
        return os.strerror(error.errno)
    return str(error) or type(error).__name__


def _in_one_line(text: str) -> str:
    """Leave out what is no text: control characters are refused by databases and break lines of logs."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _sync_folder(folder: Path) -> None:
    """Make the folder's entries outlive a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _expect(answer: tuple[int, bytes], where: str) -> None:
    """Pass what is 2xx; 4xx means later, 5xx never (RFC 5321 section 4.2.1)."""
    code, said = answer
    if 200 <= code < 300:
        return
    text = f"{where}: {code} {said.decode(errors='replace')}"
    raise Refused(text) if code >= 500 else NotSent(text)


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()
