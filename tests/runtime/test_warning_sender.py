"""What was approved goes out once over each channel, whatever stops in between, and the end is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sargas.assessment.warnings.deliveries import KEPT_NS
from sargas.model.columns import NS_PER_S
from sargas.model.records import Decision, PublicWarning, WarningDelivery
from sargas.runtime.saying import say
from sargas.runtime.store import Store
from sargas.runtime.warnings import sender as sender_module
from sargas.runtime.warnings.outbox import WarningOutbox
from sargas.runtime.warnings.sender import WarningSender, make_notice
from sargas.runtime.warnings.settings import ChannelSettings, EmailChannel, FileChannel, WebhookChannel
from tests.runtime.store_cases import make_warning
from tests.runtime.warnings_receivers import gateway, mail_server

NOW_NS = 1_790_020_800 * NS_PER_S


@dataclass
class Desk:
    """A sender at work on a store, and what it told."""

    store: Store
    channels: tuple[ChannelSettings, ...]
    told: list[WarningDelivery] = field(default_factory=list)
    now_ns: int = NOW_NS

    async def work(self, during: Callable[[WarningSender], Awaitable[None]]) -> None:
        """Run the sender while something happens."""
        sender = WarningSender(self.store, self.channels, "node", lambda: self.now_ns, self.told.append)
        running = asyncio.create_task(sender.run())
        await asyncio.sleep(0)
        try:
            await asyncio.wait_for(during(sender), 20)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def states(self, *wanted: str) -> None:
        """Wait until these ends were told, in any order."""
        while sorted(one.state for one in self.told) != sorted(wanted):
            await asyncio.sleep(0.02)


def approved(number: int = 1, **fields: Any) -> PublicWarning:
    made = {"state": "approved", "decided_by": "rasa", "decided_ns": NOW_NS, "expires_ns": NOW_NS + 600 * NS_PER_S}
    return make_warning(NOW_NS, id=f"a{number}", message_id=f"track-7/1/{number}", number=number, **{**made, **fields})


def run(desk: Desk, messages: Sequence[PublicWarning | Decision], *states: str) -> None:
    async def during(sender: WarningSender) -> None:
        sender.take(1, messages)
        await desk.states(*states)

    asyncio.run(desk.work(during))


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender_module, "PAUSES_S", (0.0,))
    monkeypatch.setattr(sender_module, "LOOK_AGAIN_S", 0.02)


def test_an_approved_message_goes_out_once_over_every_channel(store: Store, tmp_path: Path) -> None:
    folder = FileChannel(name="folder", kind="file", folder=tmp_path / "out")
    with gateway(503, 503) as there, mail_server() as post:
        hook = WebhookChannel(name="hook", kind="webhook", url=there.url)
        mail = EmailChannel(
            name="mail", kind="email", host="127.0.0.1", port=post.port, tls="none", sender="a@b.lt",
            recipients=("c@d.lt",),
        )  # fmt: skip
        desk = Desk(store, (folder, hook, mail))
        run(desk, [approved(), approved()], "sent", "sent", "sent", "failing")
        run(desk, [approved()], "sent", "sent", "sent", "failing")
    assert len(there.asked) == 3
    assert len(there.taken) == len(post.mails) == len(list((tmp_path / "out").iterdir())) == 1
    hook_sent = next(one for one in desk.told if one.channel == "hook" and one.state == "sent")
    assert (hook_sent.attempts, hook_sent.reference) == (3, "200 reference 42")


def test_what_was_approved_while_nobody_sent_goes_out_at_the_next_start(store: Store, tmp_path: Path) -> None:
    store.write([approved()])
    desk = Desk(store, (FileChannel(name="folder", kind="file", folder=tmp_path),))
    run(desk, [], "sent")
    assert [one.message_id for one in desk.told] == ["track-7/1/1"]


def test_what_was_approved_and_expired_while_nobody_sent_is_told_once_and_not_sent(
    store: Store, tmp_path: Path
) -> None:
    late = approved(expires_ns=NOW_NS - 1)
    of_another = {"warning_id": "track-8/1", "message_id": "track-8/1/1"}
    long_ago = approved(2, expires_ns=NOW_NS - KEPT_NS - 1).model_copy(update=of_another)
    store.write([late, long_ago])
    desk = Desk(store, (FileChannel(name="folder", kind="file", folder=tmp_path / "out"),))
    run(desk, [], "expired")
    fresh = approved(3).model_copy(update={"warning_id": "track-9/1", "message_id": "track-9/1/1"})
    run(desk, [fresh], "expired", "sent")
    assert desk.told[0].message_id == late.message_id
    assert (desk.told[0].reason, desk.told[0].reason_lt) == say("expired_untaken")
    assert desk.told[0].attempts == 0
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_after_a_crash_while_sending_a_file_is_sent_again_and_a_mail_is_not(store: Store, tmp_path: Path) -> None:
    warning = approved()
    outbox = WarningOutbox(store)
    notice = make_notice(warning, "node", ())
    outbox.enter(warning.message_id, notice, ("folder", "mail"), warning.expires_ns, warning.label, NOW_NS)
    for channel in ("folder", "mail"):
        outbox.mark(warning.message_id, channel, "sending", 1, NOW_NS)
    with mail_server() as post:
        mail = EmailChannel(
            name="mail", kind="email", host="127.0.0.1", port=post.port, tls="none", sender="a@b.lt",
            recipients=("c@d.lt",),
        )  # fmt: skip
        desk = Desk(store, (FileChannel(name="folder", kind="file", folder=tmp_path), mail))
        run(desk, [], "sent", "unclear")
        assert post.mails == []
        (unclear,) = [one for one in desk.told if one.state == "unclear"]
        assert (unclear.reason, unclear.reason_lt) == say("stopped_while_sending")
        assert unclear.attempts == 1
        again = Decision(
            id="d", time_ns=NOW_NS, origin="node", label=warning.label, actor="rasa", action="resend",
            subject=f"{warning.message_id}@mail",
        )  # fmt: skip
        run(desk, [again], "sent", "unclear", "sent")
        assert len(post.mails) == 1


def test_a_refusal_ends_it_and_so_does_time(store: Store) -> None:
    with gateway(404) as there:
        desk = Desk(store, (WebhookChannel(name="hook", kind="webhook", url=there.url),))
        run(desk, [approved()], "refused")
        assert len(there.asked) == 1
    desk.told.clear()

    async def wait_out(sender: WarningSender) -> None:
        sender.take(1, [approved(2)])
        await desk.states("failing")
        desk.now_ns += 601 * NS_PER_S
        await desk.states("failing", "expired")

    asyncio.run(desk.work(wait_out))
    assert [one.reason_lt for one in desk.told] == ["", say("expired_untaken").lt], "a system's own words are quoted"


def test_an_exercise_goes_to_no_channel_that_does_not_ask_for_it(store: Store, tmp_path: Path) -> None:
    real = FileChannel(name="real", kind="file", folder=tmp_path / "real")
    drill = FileChannel(name="drill", kind="file", folder=tmp_path / "drill", exercise=True)
    desk = Desk(store, (real, drill))
    run(desk, [approved(is_exercise=True)], "sent")
    assert [one.channel for one in desk.told] == ["drill"]
    assert not (tmp_path / "real").exists()
    run(desk, [approved(2)], "sent", "sent", "sent")


@pytest.mark.parametrize(("asked", "waits_s"), [("7", 7.0), ("3600", 30.0), ("Fri, 31 Dec 2032 23:59:59 GMT", 1.0)])
def test_a_gateway_is_not_asked_again_before_the_time_it_names_nor_much_later(
    store: Store, monkeypatch: pytest.MonkeyPatch, asked: str, waits_s: float
) -> None:
    monkeypatch.setattr(sender_module, "PAUSES_S", (1.0, 30.0))
    with gateway(429) as there:
        there.retry_after = asked
        desk = Desk(store, (WebhookChannel(name="hook", kind="webhook", url=there.url),))

        async def wait_out(sender: WarningSender) -> None:
            sender.take(1, [approved()])
            await desk.states("failing")
            desk.now_ns += round((waits_s - 0.1) * NS_PER_S)
            await asyncio.sleep(0.2)
            assert len(there.asked) == 1
            desk.now_ns += round(0.2 * NS_PER_S)
            await desk.states("failing", "sent")

        asyncio.run(desk.work(wait_out))


def test_a_clock_that_is_set_back_holds_up_no_message(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender_module, "PAUSES_S", (1.0, 30.0))
    with gateway(503) as there:
        desk = Desk(store, (WebhookChannel(name="hook", kind="webhook", url=there.url),))

        async def set_back(sender: WarningSender) -> None:
            sender.take(1, [approved()])
            await desk.states("failing")
            desk.now_ns -= 3 * 3600 * NS_PER_S
            await desk.states("failing", "sent")

        asyncio.run(desk.work(set_back))
    assert len(there.taken) == 1


def test_a_message_that_nobody_took_never_follows_the_one_that_came_after_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "PAUSES_S", (5.0,))
    with gateway(503) as there:
        desk = Desk(store, (WebhookChannel(name="hook", kind="webhook", url=there.url),))

        async def clear(sender: WarningSender) -> None:
            sender.take(1, [approved()])
            await desk.states("failing")
            sender.take(2, [approved(2, message="all_clear")])
            await desk.states("failing", "sent")
            desk.now_ns += 6 * NS_PER_S
            await desk.states("failing", "sent", "expired")

        asyncio.run(desk.work(clear))
        again = Decision(
            id="d", time_ns=NOW_NS, origin="node", label=approved().label, actor="rasa", action="resend",
            subject="track-7/1/1@hook",
        )  # fmt: skip
        run(desk, [again], "failing", "sent", "expired", "expired")
    (taken,) = there.taken
    assert taken.endswith('-2"')
    over = desk.told[-1]
    assert (over.reason, over.reason_lt) == say("overtaken", message="track-7/1/2")


def test_a_channel_that_fails_as_nobody_foresaw_holds_up_no_other(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(_: object, notice: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("sargas.runtime.warnings.channels._Webhook.send", break_down)
    monkeypatch.setattr("sargas.runtime.warnings.channels._Mail.send", break_down)
    hook = WebhookChannel(name="hook", kind="webhook", url="http://gateway.lt")
    mail = EmailChannel(name="mail", kind="email", host="post.lt", sender="a@b.lt", recipients=("c@d.lt",))
    desk = Desk(store, (hook, mail, FileChannel(name="folder", kind="file", folder=tmp_path)))
    run(desk, [approved()], "failing", "sent", "unclear")
    assert {(one.channel, one.state, one.reason) for one in desk.told} == {
        ("hook", "failing", "RuntimeError: boom"),
        ("mail", "unclear", "RuntimeError: boom"),
        ("folder", "sent", ""),
    }


def test_what_waits_for_a_channel_that_is_gone_from_the_settings_is_told(store: Store, tmp_path: Path) -> None:
    outbox = WarningOutbox(store)
    warning = approved()
    notice = make_notice(warning, "node", ())
    outbox.enter(warning.message_id, notice, ("old", "post"), warning.expires_ns, warning.label, NOW_NS)
    outbox.mark(warning.message_id, "post", "sending", 1, NOW_NS)
    desk = Desk(store, ())
    run(desk, [], "refused", "unclear")
    assert desk.told[0].reason == say("no_such_channel", channel="old").en
    run(desk, [], "refused", "unclear")


@pytest.mark.parametrize("url", ["http://", "https://gateway:99999/", "http://gateway:0/", "ftp://gateway/"])
def test_an_address_that_no_gateway_can_have_is_refused_with_the_settings(url: str) -> None:
    with pytest.raises(ValueError, match="url"):
        WebhookChannel(name="hook", kind="webhook", url=url)


def test_an_address_in_letters_that_no_mail_carries_is_refused_with_the_settings() -> None:
    with pytest.raises(ValueError, match="recipients"):
        EmailChannel(name="mail", kind="email", host="post.lt", sender="a@b.lt", recipients=("žąsis@d.lt",))
