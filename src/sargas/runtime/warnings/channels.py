"""Channels of public warnings: a folder, an HTTP gateway, a mail server. Each sends one message, or says how it failed.

None sends a message twice: a file is named after its message and never written over; a gateway gets the message's name
as ``Idempotency-Key`` (IETF draft-ietf-httpapi-idempotency-key-header) and must answer a repetition like the first; a
mail whose server fell silent after the whole message was given is not tried again by itself.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol, assert_never

import httpx

from sargas.model.saying import Said
from sargas.runtime.saying import say
from sargas.runtime.warnings.settings import ChannelSettings, EmailChannel, FileChannel, WebhookChannel

CAP_TYPE = "application/cap+xml"
TRY_AGAIN = (408, 425, 429)
"""Answers of 4xx that mean "later"; all others mean "never"."""


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
    """The message did not get out; it may be tried again."""


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
        headers = {"Content-Type": CAP_TYPE, "Idempotency-Key": f'"{notice.identifier}"'}
        if self.settings.secret is not None:
            key = self.settings.secret.get_secret_value().encode()
            headers["X-Sargas-Signature"] = f"sha256={hmac.new(key, notice.cap, hashlib.sha256).hexdigest()}"
        try:
            answer = httpx.post(
                self.settings.url, content=notice.cap, headers=headers, timeout=self.settings.timeout_s,
                follow_redirects=False, trust_env=False,
            )  # fmt: skip
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotSent(f"{self.settings.url}: {error or type(error).__name__}") from error
        said = f"{answer.status_code} {answer.text[:200].strip()}".strip()
        if answer.is_success:
            return Receipt(said)
        if answer.is_client_error and answer.status_code not in TRY_AGAIN:
            raise Refused(f"{self.settings.url}: {said}")
        raise NotSent(f"{self.settings.url}: {said}")


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
        message = EmailMessage()
        message["From"] = self.settings.sender
        message["To"] = ", ".join(self.settings.recipients)
        message["Subject"] = " ".join(notice.headline.split())
        message["Message-ID"] = f"<{notice.identifier}@{self.settings.sender.partition('@')[2]}>"
        message["X-Priority"] = "1"
        message.set_content(notice.text)
        message.add_attachment(notice.cap, maintype="application", subtype="cap+xml", filename="warning.cap.xml")
        return message


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
