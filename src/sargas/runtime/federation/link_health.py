"""How each partner's link is, in words for the screen; where feeds stand by for a partner that is gone, it says so.

Nothing is ever taken over because of it: a person decides.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from sargas.model.columns import NS_PER_S
from sargas.runtime.bus.status import PartnerStatus

Shown = Literal["ok", "degraded", "failed"]
CountStandby = Callable[[str], tuple[int, int]]
"""Of a nation: how many sources stand by for it, and how many of it are taken over."""


class LinkHealth:
    """Judge links as they are looked at; remember since when a partner is not reached, either way."""

    def __init__(self, advise_after_s: float, count_standby: CountStandby) -> None:
        self._advise_after_ns = round(advise_after_s * NS_PER_S)
        self._count_standby = count_standby
        self._gone_since_ns: dict[str, int] = {}

    def judge(self, link: PartnerStatus, now_ns: int) -> tuple[Shown, str]:
        """Return the state of a link at ``now_ns`` (UTC ns), and why it is not well."""
        if not link.is_dialled and not link.dials_us:
            since_ns = self._gone_since_ns.setdefault(link.partner, now_ns)
            if now_ns - since_ns >= self._advise_after_ns and (advice := self._advice(link.partner)):
                return "failed", f"{link.partner} is not reached since {_clock(since_ns)} UTC: {advice}"
            return "failed", f"{link.partner} is not reached, either way: what it is to get waits here"
        self._gone_since_ns.pop(link.partner, None)
        if not link.connected:
            way = "its releases do not come" if not link.is_dialled else "our releases do not reach it: they wait here"
            return "degraded", f"{link.partner}: {way}"
        if link.is_filling:
            return "degraded", f"{link.partner}: its outbox is {link.outbox_fill:.0%} full"
        return "ok", ""

    def _advice(self, nation: str) -> str:
        waiting, taken = self._count_standby(nation)
        if waiting:
            feeds = "1 standby feed" if waiting == 1 else f"{waiting} standby feeds"
            return f"{feeds} can be taken over (sargas network take-over {nation})"
        return f"taken over: {taken} of its feeds" if taken else ""


def _clock(time_ns: int) -> str:
    return datetime.fromtimestamp(time_ns / NS_PER_S, UTC).strftime("%H:%M:%S")
