"""Send what persons approved: over every channel, tried until it is taken or over, never twice, every end on record.

One task a channel, so that a slow gateway holds up no other. What became of a message is handed in as a record
``warning_delivery``: journaled, and shown beside the warning.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Literal, ParamSpec, TypeVar

import structlog

from sargas.assessment.warnings.deliveries import KEPT_NS
from sargas.formats.cap import encode_cap
from sargas.formats.cap.encode import identifier_of
from sargas.model.columns import NS_PER_S
from sargas.model.message import Message
from sargas.model.records import Decision, PublicWarning, WarningDelivery
from sargas.model.saying import NOTHING, Said, quoted
from sargas.runtime.saying import say
from sargas.runtime.store import Store, StoreAway
from sargas.runtime.warnings.channels import Channel, Notice, NotSent, Refused, Unclear, open_channel
from sargas.runtime.warnings.outbox import Due, WarningOutbox
from sargas.runtime.warnings.settings import ChannelSettings

PAUSES_S = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""Between tries; the last one again and again until the message expires, and the longest that a gateway may ask for."""
LOOK_AGAIN_S = 1.0
RESENT_LASTS_NS = 600 * NS_PER_S
"""What a person sends again is tried for so long."""

Given = ParamSpec("Given")
Found = TypeVar("Found")

_log = structlog.get_logger("sargas.warnings")
State = Literal["sent", "failing", "refused", "unclear", "expired"]


class WarningSender:
    """Take approved messages from the core's thread, send them from the event loop."""

    def __init__(
        self,
        store: Store,
        settings: Sequence[ChannelSettings],
        node: str,
        now_ns: Callable[[], int],
        enter: Callable[[WarningDelivery], None],
    ) -> None:
        self._store = store
        self._outbox = WarningOutbox(store)
        self._settings = {one.name: one for one in settings}
        self._channels: dict[str, Channel] = {one.name: open_channel(one) for one in settings}
        self._node = node
        self._now_ns = now_ns
        self._enter = enter
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news: deque[PublicWarning | Decision] = deque()
        self._has_news = asyncio.Event()
        self._wakes = {name: asyncio.Event() for name in self._channels}

    def take(self, sequence: int, messages: Sequence[Message]) -> None:
        """Note what the core told: approvals, and persons' wishes to send again. Called from the core's thread."""
        if not self._channels:
            return
        news = [one for one in messages if isinstance(one, PublicWarning | Decision) and _is_for_channels(one)]
        self._news.extend(news)
        if news and self._loop is not None:  # before it runs they wait for it
            self._loop.call_soon_threadsafe(self._has_news.set)

    async def run(self) -> None:
        """Send until cancelled."""
        if not self._channels:
            await _patiently(self._end_strays)
            return
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._take_news(), name="warnings")
            for name in self._channels:
                tasks.create_task(self._serve(name), name=f"warnings-{name}")

    def _end_strays(self) -> None:
        """Settle what was to go over channels that the settings do not have any more: nobody else would tell of it."""
        for name, due, was in self._outbox.strays(tuple(self._channels)):
            if was == "waiting":
                self._end(name, due, "refused", "", say("no_such_channel", channel=name))
            else:
                self._end(name, due, "unclear", "", say("stopped_while_sending"))

    async def _take_news(self) -> None:
        await _patiently(self._end_strays)
        await _patiently(self._enter_unknown)
        while True:
            self._has_news.clear()
            while self._news:
                news = self._news.popleft()
                if isinstance(news, PublicWarning):
                    await _patiently(self._enter_approved, news)
                else:
                    await _patiently(self._reopen, news)
                for wake in self._wakes.values():
                    wake.set()
            await self._has_news.wait()

    def _enter_unknown(self) -> None:
        """Enter what was approved and is in no outbox: the node stopped in between. What expired since is told so."""
        known, now_ns = self._outbox.known(), self._now_ns()
        for warning in reversed(self._store.newest(PublicWarning, "approved")):
            if warning.message_id not in known and warning.expires_ns + KEPT_NS > now_ns:
                self._enter_approved(warning)

    def _enter_approved(self, warning: PublicWarning) -> None:
        names = [one.name for one in self._settings.values() if one.exercise or not warning.is_exercise]
        on_record = self._store.newest(PublicWarning, "approved")
        of_it = [one for one in reversed(on_record) if one.warning_id == warning.warning_id]
        earlier = [one for one in of_it if one.number < warning.number]
        notice = make_notice(warning, self._node, earlier)
        self._outbox.enter(warning.message_id, notice, names, warning.expires_ns, warning.label, self._now_ns())

    def _reopen(self, decision: Decision) -> None:
        message_id, _, channel = decision.subject.rpartition("@")
        now_ns = self._now_ns()
        if not self._outbox.reopen(message_id, channel, now_ns, now_ns + RESENT_LASTS_NS):
            _log.warning("nothing to send again", subject=decision.subject, actor=decision.actor)

    async def _serve(self, name: str) -> None:
        await _patiently(self._recover, name)
        while True:
            self._wakes[name].clear()
            waiting = await _patiently(self._outbox.due, name, "waiting")
            now_ns = self._now_ns()
            for due in (one for one in waiting if _has_come(one.next_ns, now_ns)):
                await self._attempt(name, due)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wakes[name].wait(), LOOK_AGAIN_S)

    def _recover(self, name: str) -> None:
        """Settle what was being sent when the node stopped: again where that is safe, else a person must look."""
        for due in self._outbox.due(name, "sending"):
            if self._channels[name].repeats_safely:
                self._outbox.mark(due.message_id, name, "waiting", due.attempts, self._now_ns())
            else:
                self._end(name, due, "unclear", "", say("stopped_while_sending"))

    async def _attempt(self, name: str, due: Due) -> None:
        if self._now_ns() >= due.expires_ns:
            await _patiently(self._end, name, due, "expired", "", say("expired_untaken"))
            return
        if (later := await _patiently(self._outbox.later, name, due.message_id)) is not None:
            await _patiently(self._end, name, due, "expired", "", say("overtaken", message=later))
            return
        due = replace(due, attempts=due.attempts + 1)
        await _patiently(self._outbox.mark, due.message_id, name, "sending", due.attempts, self._now_ns())
        try:
            receipt = await asyncio.to_thread(self._channels[name].send, due.notice)
        except NotSent as error:
            await _patiently(self._put_off, name, due, quoted(str(error)), error.wait_s)
        except Refused as error:
            await _patiently(self._end, name, due, "refused", "", quoted(str(error)))
        except Unclear as error:
            await _patiently(self._end, name, due, "unclear", "", error.said)
        except Exception as error:  # whatever one channel meets, the others go on sending
            _log.exception("a channel failed as nobody foresaw", channel=name, message=due.message_id)
            await self._settle(name, due, quoted(f"{type(error).__name__}: {error}"))
        else:
            await _patiently(self._end, name, due, "sent", receipt.reference, NOTHING)

    async def _settle(self, name: str, due: Due, reason: Said) -> None:
        """Try again where that is safe, else a person must look."""
        if self._channels[name].repeats_safely:
            await _patiently(self._put_off, name, due, reason)
        else:
            await _patiently(self._end, name, due, "unclear", "", reason)

    def _put_off(self, name: str, due: Due, reason: Said, wait_s: float = 0.0) -> None:
        pause_s = max(PAUSES_S[min(due.attempts, len(PAUSES_S)) - 1], min(wait_s, PAUSES_S[-1]))
        self._outbox.mark(due.message_id, name, "waiting", due.attempts, self._now_ns() + round(pause_s * NS_PER_S))
        _log.warning("warning not sent, tried again", channel=name, message=due.message_id, reason=reason.en)
        if due.attempts == 1:  # the first failure is told; the rest is in the log, and the end is told again
            self._tell(name, due, "failing", "", reason)

    def _end(self, name: str, due: Due, state: State, reference: str, reason: Said) -> None:
        self._outbox.mark(due.message_id, name, state, due.attempts, self._now_ns())
        self._tell(name, due, state, reference, reason)

    def _tell(self, name: str, due: Due, state: State, reference: str, reason: Said) -> None:
        now_ns = self._now_ns()
        self._enter(
            WarningDelivery(
                id=f"{self._node}/delivery/{due.message_id}/{name}/{now_ns}",
                time_ns=now_ns,
                origin=self._node,
                label=due.label,
                message_id=due.message_id,
                channel=name,
                state=state,
                attempts=due.attempts,
                reference=reference[:200],
                reason=reason.en[:500],
                reason_lt=reason.lt[:500],
            )
        )


def _has_come(next_ns: int, now_ns: int) -> bool:
    """Tell whether a try is due; one further off than any pause is: the clock was set back since."""
    return not 0 < next_ns - now_ns <= PAUSES_S[-1] * NS_PER_S


def make_notice(warning: PublicWarning, node: str, earlier: Sequence[PublicWarning]) -> Notice:
    """Write an approved message for the channels, all its languages one after the other."""
    parts = [f"{text.headline}\n\n{text.description}\n\n{text.instruction}" for text in warning.texts]
    cap = encode_cap(warning, node, earlier)
    return Notice(identifier_of(warning), warning.texts[0].headline, "\n\n\n".join(parts), cap)


def _is_for_channels(message: PublicWarning | Decision) -> bool:
    """Say whether a message is a fresh approval, or a person's wish to send again."""
    if isinstance(message, Decision):
        return message.action == "resend"
    return message.state == "approved" and not message.deliveries


async def _patiently(do: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Found:
    """Work with the store in a thread; while it is away, wait."""
    while True:
        try:
            return await asyncio.to_thread(do, *given, **named)
        except StoreAway as error:
            _log.warning("the store is away; warnings wait", error=str(error))
            await asyncio.sleep(LOOK_AGAIN_S)
