"""The way out: what the core offers goes through the guard, is audited, sealed, and only then put on the bus.

Alerts, warnings, decisions and interference come of the store's outbox, in whose transaction they are stored: a crash
between both loses nothing, and what may have gone already goes once more. Tracks, plots, hand-overs and cues are live.
A partner that takes nothing is told later of what waits in the store, and holds up no other.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
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
from sargas.runtime.federation.stored import StoredReading, Stretch
from sargas.runtime.saying import say
from sargas.runtime.store import OutboxMessage, Store, StoreAway
from sargas.sharing.guard import Guard, Offer

TURN_S = 0.1
"""Longest that something offered waits for the guard."""
OUTBOX_EVERY_S = 0.25
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
        self._stored = StoredReading(store, self._outboxes)
        self._on_trouble = on_trouble
        self._lock = threading.Lock()
        self._offered: tuple[Tracks, ...] | None = None
        self._records: list[OneRecord] = []
        self._plots: list[Plots] = []
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
            stretches: Sequence[Stretch] = ()
            if loop.time() >= next_look_s:
                self._end_trouble()
                stretches = await self._read_outbox()
                next_look_s = loop.time() + OUTBOX_EVERY_S
            new, unread = _read_records([row for one in stretches if one.is_new for row in one.rows])
            offer = await asyncio.to_thread(self._decide, new, self._behind(stretches))
            if offer.audit or unread:
                await self._write_down(offer, unread)
            sealed = await asyncio.to_thread(self._seal, offer)
            self._hand_on(sealed, stretches)
            await asyncio.sleep(TURN_S)

    async def _read_outbox(self) -> Sequence[Stretch]:
        with_room = [partner for partner, outbox in self._outboxes.items() if outbox.has_room]
        try:
            await asyncio.to_thread(self._stored.mark, self._now_ns())
            return await asyncio.to_thread(self._stored.read, with_room)
        except StoreAway as error:
            self._note_trouble(say("store_away_alerts", error=error))
            return ()

    def _behind(self, stretches: Sequence[Stretch]) -> dict[str, Sequence[OneRecord] | None]:
        """Return what partners that are not told the newest are told in its place; none: nothing, for want of room."""
        late = {partner: one for one in stretches if not one.is_new for partner in one.partners}
        behind: dict[str, Sequence[OneRecord] | None] = {
            partner: _read_records(stretch.rows)[0] for partner, stretch in late.items()
        }
        for partner, outbox in self._outboxes.items():
            if partner not in late and not any(partner in one.partners for one in stretches):
                if not outbox.has_room:
                    behind[partner] = None
                elif self._stored.is_behind(partner):
                    behind[partner] = ()
        return behind

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

    def _decide(self, stored: Sequence[OneRecord], behind: Mapping[str, Sequence[OneRecord] | None]) -> Offer:
        with self._lock:
            offered, records, plots = self._offered, self._records, self._plots
            self._offered, self._records, self._plots = None, [], []
        self.decided += 1
        return self._guard.offer(self._now_ns(), offered, [*stored, *records], plots, behind)

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

    def _hand_on(self, sealed: Sequence[tuple[str, Sealed]], stretches: Sequence[Stretch]) -> None:
        """Put releases into the partners' outboxes; rows of the store are done once all partners have theirs."""
        for partner, one in sealed:
            self._outboxes[partner].put(one)
        for stretch in stretches:
            for partner in stretch.partners:
                self._outboxes[partner].call_when_kept(
                    partial(self._stored.note_kept, partner, stretch.until, stretch.ids)
                )
            if not self._outboxes:
                self._stored.note_kept(None, stretch.until, stretch.ids)


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
