"""Where a node hands in deeds for its audit: what the audit does not take now waits, and is written once it can be."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import structlog

from sargas.model.saying import NOTHING, Said
from sargas.runtime.audit import AuditError, AuditLog, Deed
from sargas.runtime.problem import Shown
from sargas.runtime.saying import say

SIGN_AUDIT_S = 60.0
MOST_UNWRITTEN = 10_000
"""Deeds kept for an audit that cannot be written now."""

_log = structlog.get_logger("sargas.node")


class DeedDesk:
    """Note deeds from any thread; nobody waits for a disk under the audit that is full, and all see that it is."""

    def __init__(
        self,
        audit: AuditLog,
        node: str,
        now_ns: Callable[[], int],
        show_health: Callable[[str, Shown, Said], None],
    ) -> None:
        self._audit, self._node, self._now_ns, self._show_health = audit, node, now_ns, show_health
        self._lock = threading.Lock()
        self._unwritten: list[Deed] = []

    def note(self, *deeds: Deed) -> None:
        """Write deeds into the audit, after those that it did not take before."""
        with self._lock:
            waited, self._unwritten = self._unwritten, []
            try:
                self._audit.append(*waited, *deeds)
            except (OSError, AuditError) as error:
                _log.error("the audit cannot be written", error=str(error), deeds=[repr(deed) for deed in deeds])
                now_ns = str(self._now_ns())
                late = [replace(deed, detail={**deed.detail, "noted_ns": now_ns}) for deed in deeds]
                self._unwritten = [*waited, *late][:MOST_UNWRITTEN]
                self._show_health("audit", "failed", say("left_to_log", error=error))
            else:
                if waited:
                    _log.warning("the audit is written again, with what waited", deeds=len(waited))
                    self._show_health("audit", "ok", NOTHING)

    async def sign_regularly(self) -> None:
        """Sign every minute how long the audit is, and write what it did not take before."""
        is_signed = True
        while True:
            await asyncio.sleep(SIGN_AUDIT_S)
            if self._unwritten:
                await asyncio.to_thread(self.note)
            try:
                await asyncio.to_thread(self._audit.checkpoint)
            except (OSError, AuditError) as error:
                is_signed = False
                self._show_health("audit", "failed", say("audit_unsigned", error=error))
            else:
                if not is_signed and not self._unwritten:
                    is_signed = True
                    self._show_health("audit", "ok", NOTHING)

    def end(self) -> None:
        """Note that the node has stopped, and sign that."""
        self.note(Deed(actor=self._node, action="stop", object=self._node))
        with suppress(OSError, AuditError):  # said above already
            self._audit.checkpoint()
