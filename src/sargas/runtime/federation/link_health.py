"""How each partner's link is, in words for the screen; where feeds stand by for a partner that is gone, it says so.

Nothing is ever taken over because of it: a person decides.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from sargas.model.columns import NS_PER_S
from sargas.model.saying import NOTHING, Said
from sargas.runtime.bus.status import PartnerStatus
from sargas.runtime.saying import say

Shown = Literal["ok", "degraded", "failed"]
CountStandby = Callable[[str], tuple[int, int]]
"""Of a nation: how many sources stand by for it, and how many of it are taken over."""


class LinkHealth:
    """Judge links as they are looked at; remember since when a partner is not reached, either way."""

    def __init__(self, advise_after_s: float, count_standby: CountStandby) -> None:
        self._advise_after_ns = round(advise_after_s * NS_PER_S)
        self._count_standby = count_standby
        self._gone_since_ns: dict[str, int] = {}

    def judge(self, link: PartnerStatus, now_ns: int) -> tuple[Shown, Said]:
        """Return the state of a link at ``now_ns`` (UTC ns), and why it is not well."""
        if not link.is_dialled and not link.dials_us:
            since_ns = self._gone_since_ns.setdefault(link.partner, now_ns)
            if now_ns - since_ns >= self._advise_after_ns and (advice := self._advice(link.partner)):
                return "failed", say("link_gone_since", nation=link.partner, time=_clock(since_ns), advice=advice)
            return "failed", say("link_gone", nation=link.partner)
        self._gone_since_ns.pop(link.partner, None)
        if not link.connected:
            return "degraded", say("link_mute" if link.is_dialled else "link_deaf", nation=link.partner)
        if link.is_filling:
            return "degraded", say("link_filling", nation=link.partner, fill=link.outbox_fill)
        return "ok", NOTHING

    def _advice(self, nation: str) -> Said | None:
        waiting, taken = self._count_standby(nation)
        if waiting:
            return say("feed_waits", nation=nation) if waiting == 1 else say("feeds_wait", count=waiting, nation=nation)
        return say("feeds_taken", count=taken) if taken else None


def _clock(time_ns: int) -> str:
    return datetime.fromtimestamp(time_ns / NS_PER_S, UTC).strftime("%H:%M:%S")
