"""The way out: what the core offers goes through the guard, is audited, sealed, and only then put on the bus.

Alerts, warnings, decisions and interference come of the store's outbox, in whose transaction they are stored: a crash
between both loses nothing, and what may have gone already goes once more. Tracks, plots, hand-overs and cues are live.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from sargas.formats.release.envelope import seal
from sargas.model.message import Message
from sargas.model.plots import Plots
from sargas.model.records import (
    RECORD,
    Cue,
    Handover,
    OneRecord,
    SensorRegistration,
)
from sargas.model.saying import NOTHING, Said
from sargas.model.tracks import Tracks
from sargas.runtime.audit import AuditError, AuditLog, Deed
from sargas.runtime.federation.partner_outbox import PartnerOutbox, Sealed
from sargas.runtime.federation.stored import OUTBOX_SUBJECT
from sargas.runtime.saying import say
from sargas.runtime.store import OutboxMessage, Store, StoreAway
from sargas.sharing.guard import Guard, Offer

TURN_S = 0.1
"""Longest that something offered waits for the guard."""
OUTBOX_EVERY_S = 0.25
MOST_OF_OUTBOX = 200
MOST_LIVE = 5000
"""Live records and batches of plots that may wait for a guard that is held up by a full disk."""
AUDIT_RETRY_S = 1.0
SENT_KEPT_NS = 3600 * 1_000_000_000
FORGET_EVERY_S = 600.0
"""Rows of the store's outbox that went an hour ago are deleted this often."""
LIVE = (Handover, Cue, SensorRegistration)

_log = structlog.get_logger("sargas.federation")


class Offers(Protocol):
    """What the core gave out for one envelope."""

    @property
    def messages(self) -> tuple[Message, ...]: ...

    @property
    def offered(self) -> tuple[Tracks, ...] | None: ...


class Releaser:
    """Run the guard beside the core: ``take`` from the core's thread, ``run`` in the event loop."""

    def __init__(
        self,
        guard: Guard,
        node: str,
        signing_seed: bytes,
        store: Store,
        audit: AuditLog,
        now_ns: Callable[[], int],
        outboxes: Sequence[PartnerOutbox],
        on_trouble: Callable[[Said], None],
    ) -> None:
        self._guard, self._node, self._seed = guard, node, signing_seed
        self._store, self._audit, self._now_ns = store, audit, now_ns
        self._outboxes = {outbox.partner: outbox for outbox in outboxes}
        self._on_trouble = on_trouble
        self._lock = threading.Lock()
        self._offered: tuple[Tracks, ...] | None = None
        self._records: list[OneRecord] = []
        self._plots: list[Plots] = []
        self._under_way: set[str] = set()
        self._read_to = 0
        self._is_troubled = self._is_shown = False
        self.decided = 0

    def take(self, outputs: Offers) -> None:
        """Take what the core gave out; of the offered tracks the newest count."""
        live = [message for message in outputs.messages if isinstance(message, LIVE) and message.origin == self._node]
        plots = [message for message in outputs.messages if isinstance(message, Plots)]
        with self._lock:
            if outputs.offered is not None:
                self._offered = outputs.offered
            self._records += live[: MOST_LIVE - len(self._records)]
            self._plots = [*self._plots, *plots][-MOST_LIVE:]

    async def run(self) -> None:
        """Decide, write down, seal and hand on, until cancelled."""
        loop, next_look_s = asyncio.get_running_loop(), 0.0
        next_forget_s = loop.time() + FORGET_EVERY_S
        while True:
            if loop.time() >= next_forget_s:
                next_forget_s = loop.time() + FORGET_EVERY_S
                await self._forget_sent()
            stored: tuple[OutboxMessage, ...] = ()
            if loop.time() >= next_look_s:
                self._end_trouble()
                stored = await self._read_outbox()
                next_look_s = loop.time() + OUTBOX_EVERY_S
            told, unread = _read_records(stored)
            offer = await asyncio.to_thread(self._decide, told)
            if offer.audit or unread:
                await self._write_down(offer, unread)
            sealed = await asyncio.to_thread(self._seal, offer)
            self._hand_on(sealed, [message.uuid for message in stored])
            await asyncio.sleep(TURN_S)

    async def _read_outbox(self) -> tuple[OutboxMessage, ...]:
        try:
            found = await asyncio.to_thread(self._store.unsent, MOST_OF_OUTBOX, self._read_to)
        except StoreAway as error:
            self._note_trouble(say("store_away_alerts", error=error))
            return ()
        if found:
            self._read_to = found[-1].position
        return tuple(one for one in found if one.subject == OUTBOX_SUBJECT and one.uuid not in self._under_way)

    async def _forget_sent(self) -> None:
        try:
            await asyncio.to_thread(self._store.delete_sent, self._now_ns() - SENT_KEPT_NS)
        except StoreAway as error:
            self._note_trouble(say("store_away", error=error))

    def _note_trouble(self, reason: Said) -> None:
        self._is_troubled = self._is_shown = True
        self._on_trouble(reason)

    def _end_trouble(self) -> None:
        """Show that all is well again once there was no trouble between two looks at the store."""
        if self._is_shown and not self._is_troubled:
            self._is_shown = False
            self._on_trouble(NOTHING)
        self._is_troubled = False

    def _decide(self, stored: Sequence[OneRecord]) -> Offer:
        with self._lock:
            offered, records, plots = self._offered, self._records, self._plots
            self._offered, self._records, self._plots = None, [], []
        self.decided += 1
        return self._guard.offer(self._now_ns(), offered, [*stored, *records], plots)

    async def _write_down(self, offer: Offer, unread: Sequence[OutboxMessage]) -> None:
        """Audit the decisions; while that cannot be, nothing goes."""
        deeds = [
            Deed(actor=self._node, action="release:unreadable", object=message.uuid, inputs=message.payload)
            for message in unread
        ]
        deeds += [
            Deed(
                actor=self._node,
                action=f"release:{entry.decision}",
                object=f"{entry.partner} {entry.message_id or entry.kind}",
                inputs=entry.to_json().encode(),
                detail=json.loads(entry.to_json()),
            )
            for entry in offer.audit
        ]
        while True:
            try:
                await asyncio.to_thread(self._audit.append, *deeds)
                return
            except (OSError, AuditError) as error:
                _log.error("releases wait: the audit cannot be written", error=str(error))
                self._note_trouble(say("audit_unwritten", error=error))
                await asyncio.sleep(AUDIT_RETRY_S)

    def _seal(self, offer: Offer) -> list[tuple[str, Sealed]]:
        return [
            (
                draft.partner,
                Sealed(
                    draft.release.subject, draft.release.message_id, seal(draft.release, self._seed),
                    draft.release.traffic,
                ),
            )
            for draft in offer.drafts
        ]  # fmt: skip

    def _hand_on(self, sealed: Sequence[tuple[str, Sealed]], uuids: Sequence[str]) -> None:
        """Put releases into the partners' outboxes; the store's rows are done when the last of the log is kept."""
        self._under_way.update(uuids)
        log = [one for _, one in sealed if one.traffic == "log"]
        left = len(log)

        def done() -> None:
            nonlocal left
            left -= 1
            if not left:
                self._mark_sent(uuids)

        for partner, one in sealed:
            if one.traffic == "log" and uuids:
                one = Sealed(one.subject, one.message_id, one.data, one.traffic, done)
            self._outboxes[partner].put(one)
        if uuids and not log:
            self._mark_sent(uuids)

    def _mark_sent(self, uuids: Sequence[str]) -> None:
        asyncio.get_running_loop().create_task(self._mark_in_store(list(uuids)))

    async def _mark_in_store(self, uuids: list[str]) -> None:
        try:
            await asyncio.to_thread(self._store.mark_sent, uuids, self._now_ns())
        except StoreAway as error:  # they come again: the partner's copy says the same
            self._note_trouble(say("store_away_again", error=error))
            self._read_to = 0
        self._under_way.difference_update(uuids)


def _read_records(stored: Sequence[OutboxMessage]) -> tuple[list[OneRecord], list[OutboxMessage]]:
    """Read the records of the outbox, and pick out what is none to this program: it would hold up all behind it."""
    told, unread = list[OneRecord](), list[OutboxMessage]()
    for message in stored:
        try:
            told.append(RECORD.validate_json(message.payload))
        except ValueError as error:  # written by another version
            _log.error("a record cannot be read; partners are not told of it", uuid=message.uuid, error=str(error))
            unread.append(message)
    return told, unread
