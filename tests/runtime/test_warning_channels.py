"""A message goes out over a folder, a gateway and a mail server; each failure says whether it may be tried again."""

from __future__ import annotations

import email
import hashlib
import hmac
import time
from email.policy import default
from pathlib import Path

import pytest
from pydantic import SecretStr

from sargas.runtime.warnings.channels import Notice, NotSent, Refused, Unclear, open_channel
from sargas.runtime.warnings.settings import EmailChannel, FileChannel, WebhookChannel
from tests.runtime.warnings_receivers import dripping, gateway, mail_server

NOTICE = Notice("node-track-7-1", "Oro pavojus: Vilnius", "Dronas skrenda į Vilnių.\n\nSlėpkitės.", b"<alert/>\n")


def mail_to(port: int, *recipients: str) -> EmailChannel:
    return EmailChannel(
        name="mail", kind="email", host="127.0.0.1", port=port, tls="none", sender="sargas@example.lt",
        recipients=recipients or ("budi@example.lt",), timeout_s=2.0,
    )  # fmt: skip


def test_a_file_is_there_whole_and_is_never_written_twice(tmp_path: Path) -> None:
    channel = open_channel(FileChannel(name="folder", kind="file", folder=tmp_path / "out"))
    receipt = channel.send(NOTICE)
    place = tmp_path / "out" / "node-track-7-1.cap.xml"
    assert receipt.reference == str(place)
    place.write_bytes(b"read and signed")
    assert channel.send(NOTICE) == receipt
    assert place.read_bytes() == b"read and signed"
    assert [one.name for one in place.parent.iterdir()] == [place.name]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(NotSent, match=r"out/node-track-7-1\.cap\.xml: File exists"):
        open_channel(FileChannel(name="folder", kind="file", folder=tmp_path / "out")).send(NOTICE)


def test_a_gateway_gets_the_message_its_name_and_a_signature() -> None:
    with gateway() as there:
        secret = WebhookChannel(name="hook", kind="webhook", url=there.url, secret=SecretStr("k"))
        receipt = open_channel(secret).send(NOTICE)
    assert receipt.reference == "200 reference 42"
    [asked] = there.asked
    assert asked["Content-Type"] == "application/cap+xml"
    assert asked["X-Sargas-Signature"] == "sha256=" + hmac.new(b"k", b"<alert/>\n", hashlib.sha256).hexdigest()
    assert there.taken == {'"node-track-7-1"': b"<alert/>\n"}


@pytest.mark.parametrize(("code", "error"), [(503, NotSent), (429, NotSent), (404, Refused), (302, NotSent)])
def test_a_gateways_answer_says_whether_to_try_again(code: int, error: type[Exception]) -> None:
    with gateway(code) as there, pytest.raises(error, match=str(code)):
        open_channel(WebhookChannel(name="hook", kind="webhook", url=there.url)).send(NOTICE)


def test_a_gateway_that_hangs_up_may_be_asked_again() -> None:
    with gateway(0) as there:
        channel = open_channel(WebhookChannel(name="hook", kind="webhook", url=there.url))
        with pytest.raises(NotSent):
            channel.send(NOTICE)
        channel.send(NOTICE)
    assert len(there.asked) == 2
    assert len(there.taken) == 1, "the same key names the same message"
    with pytest.raises(NotSent, match="Connection refused"):
        channel.send(NOTICE)


def test_a_gateway_that_drips_its_answer_is_waited_for_no_longer_than_the_settings_say() -> None:
    began = time.monotonic()
    with (
        dripping(b"HTTP/1.1 20") as url,
        pytest.raises(NotSent, match=r"^http://127\.0\.0\.1:\d+: no answer within 0\.5 s$"),
    ):
        open_channel(WebhookChannel(name="hook", kind="webhook", url=url, timeout_s=0.5)).send(NOTICE)
    with dripping(b"HTTP/1.1 202 Accepted\r\n\r\nid ") as url:
        receipt = open_channel(WebhookChannel(name="hook", kind="webhook", url=url, timeout_s=0.5)).send(NOTICE)
    assert receipt.reference.startswith("202 id a"), "2xx acknowledges, whatever becomes of its text"
    assert time.monotonic() - began < 3.0


def test_a_gateways_text_is_kept_as_one_short_line() -> None:
    with gateway() as there:
        there.text = b"id\x00 7\r\n\xff" + b"x" * 10_000_000
        receipt = open_channel(WebhookChannel(name="hook", kind="webhook", url=there.url)).send(NOTICE)
    assert receipt.reference.startswith("200 id 7 \N{REPLACEMENT CHARACTER}xx")
    assert len(receipt.reference) < 220


def test_what_stands_in_a_gateways_address_is_told_to_nobody() -> None:
    with gateway(404) as there:
        url = there.url.replace("://", "://sargas:hunter2@") + "/T0P5ECRET?key=hunter3"
        with pytest.raises(Refused) as refused:
            open_channel(WebhookChannel(name="hook", kind="webhook", url=url)).send(NOTICE)
    assert str(refused.value) == there.url.removesuffix("/warnings") + ": 404 reference 42"
    with pytest.raises(NotSent, match="Connection refused") as failed:
        open_channel(WebhookChannel(name="hook", kind="webhook", url=url)).send(NOTICE)
    assert "hunter" not in str(failed.value)


def test_a_mail_carries_the_text_and_the_message() -> None:
    with mail_server() as there:
        receipt = open_channel(mail_to(there.port, "budi@example.lt", "meras@example.lt")).send(NOTICE)
    assert receipt.reference == "250 taken as 77"
    [raw] = there.mails
    mail = email.message_from_bytes(raw, policy=default)
    assert mail["Subject"] == NOTICE.headline
    assert mail["Message-ID"] == "<node-track-7-1@example.lt>"
    body = mail.get_body()
    assert body is not None
    assert body.get_content().strip().replace("\r\n", "\n") == NOTICE.text
    [cap] = mail.iter_attachments()
    assert cap.get_content_type() == "application/cap+xml"
    assert cap.get_content() == NOTICE.cap


def test_a_mail_goes_as_every_server_takes_it() -> None:
    """RFC 5321 section 2.3.8: no LF without CR; RFC 6152: no octet above 127 unasked; RFC 5322 section 3.6: a date."""
    long = Notice("n" * 120, "Oro pavojus: " + "Vilniaus rajonas, " * 20, "ąčę\n.\n" + "ž" * 1200, "<a>ž</a>".encode())
    with mail_server() as there:
        open_channel(mail_to(there.port)).send(long)
    [raw] = there.mails
    assert raw.count(b"\n") == raw.count(b"\r\n") > 10
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    mail = email.message_from_bytes(raw, policy=default)
    assert abs(mail["Date"].datetime.timestamp() - time.time()) < 60
    assert mail["Subject"] == long.headline.strip()
    assert mail["Message-ID"] == f"<{'n' * 120}@example.lt>"
    body = mail.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").replace("\n..\n", "\n.\n").strip() == long.text


def test_a_mail_that_nobody_answered_is_unclear_and_one_that_was_refused_is_not() -> None:
    with mail_server() as there:
        there.is_mute = True
        with pytest.raises(Unclear, match="no answer after the message was given") as unclear:
            open_channel(mail_to(there.port)).send(NOTICE)
        assert "pranešimas perduotas, bet atsakymo negauta" in unclear.value.said.lt
        there.refuses = "budi@"
        with pytest.raises(Refused, match=r"budi@example\.lt: 550 unknown here"):
            open_channel(mail_to(there.port)).send(NOTICE)
    assert len(there.mails) == 1
    with pytest.raises(NotSent, match="refused"):
        open_channel(mail_to(there.port)).send(NOTICE)


def test_a_recipient_that_is_not_taken_keeps_the_warning_from_nobody_else() -> None:
    with mail_server() as there:
        there.refuses, there.defers = "gone@", "slow@"
        channel = open_channel(mail_to(there.port, "gone@example.lt", "budi@example.lt", "slow@example.lt"))
        told = channel.send(NOTICE).reference
        assert len(there.mails) == 1
        assert told.startswith("250 taken as 77; not to ")
        assert "gone@example.lt: 550 unknown here" in told
        assert "slow@example.lt: 451 later" in told
        with pytest.raises(NotSent, match=r"slow@example\.lt: 451 later"):
            open_channel(mail_to(there.port, "gone@example.lt", "slow@example.lt")).send(NOTICE)
    assert len(there.mails) == 1
