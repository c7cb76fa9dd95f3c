"""When a firm track threatens the public, by the core's own judgement, whether or not an alert stands about it yet.

Harm is P(it enters a country or a protected zone within ten minutes) x P(it is armed) x P(it exists); P(armed) is its
mean over the last minute, or over the track's life where that is shorter: a false plot makes a drone of a flock for
some seconds. A track threatens from a harm on, once it has not fallen below a quarter of that for some seconds, and
down to that quarter: the forecast of a young track swings widely. Pure and deterministic. Page: docs/warnings.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import exp
from typing import Any, Literal, NamedTuple

from sargas.model.columns import NS_PER_S

HARM_ON, HARM_OFF = 0.2, 0.05
"""Harm from which a track threatens, and below which it no longer does; a critical alert begins at 0.3."""
SETTLE_NS = 3 * NS_PER_S
"""So long harm must have stood. A critical alert has waited already."""
PROBABLE = 0.5
"""Red: armed and an entry, each likelier than not. Yellow: possible."""
MEMORY_S = 60.0
"""P(armed) is a mean over so long."""
UNSEEN_NS = 15 * NS_PER_S
"""Who was not looked at for so long was held to be harmless meanwhile."""
HARMLESS = 0.03
"""P(armed) from which a track is looked at."""
SUSPECTED = 0.3
"""P(armed) that a track must have been thought to have: unknown and from abroad is less."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What is thought of one firm track now."""

    entry: float
    """Largest probability of entry into any country or protected zone; 1 inside."""
    armed: float
    exists: float
    is_alerted: bool
    """A critical alert about it stands."""

    @property
    def harm(self) -> float:
        """Return the probability that an armed object is there or comes."""
        return self.entry * self.armed * self.exists

    @property
    def level(self) -> Literal["yellow", "red"]:
        """Return red for what is probable, yellow for what is possible."""
        return "red" if self.armed >= PROBABLE and self.entry >= PROBABLE else "yellow"


class Threatening(NamedTuple):
    """Since when (UTC ns) a track threatens, and what is thought of it over the last minute."""

    since_ns: int
    prospect: Prospect


class Mean(NamedTuple):
    """P(armed) of one track over time, and its largest: since when (UTC ns), up to when."""

    armed: float
    largest: float
    first_ns: int
    last_ns: int


@dataclass(slots=True)
class ThreatWatch:
    """Remember which tracks threaten, and since when."""

    since_ns: dict[int, int] = field(default_factory=dict)
    """UTC ns at which each track that threatens, or is about to, first did without a break."""
    standing: set[int] = field(default_factory=set)
    """Those that have done so for long enough."""
    means: dict[int, Mean] = field(default_factory=dict)

    def look(self, track_id: int, now: Prospect, firm_ns: int, time_ns: int) -> Threatening | None:
        """Say since when a track threatens that has been firm since ``firm_ns``; none: not, or not for long enough."""
        mean = self.means[track_id] = _after(self.means.get(track_id), now.armed, firm_ns, time_ns)
        held = now if now.is_alerted else replace(now, armed=mean.armed)
        least = HARM_OFF if track_id in self.since_ns else HARM_ON
        if not held.is_alerted and (held.harm < least or mean.largest < SUSPECTED):
            self.since_ns.pop(track_id, None)
            self.standing.discard(track_id)
            return None
        since_ns = self.since_ns.setdefault(track_id, time_ns)
        if held.is_alerted or time_ns - since_ns >= SETTLE_NS:
            self.standing.add(track_id)
        return Threatening(since_ns, held) if track_id in self.standing else None

    def forget(self, track_ids: Iterable[int]) -> None:
        """Forget tracks; those not known are passed over."""
        for track_id in track_ids:
            self.since_ns.pop(track_id, None)
            self.means.pop(track_id, None)
            self.standing.discard(track_id)

    def to_lists(self) -> list[Any]:
        """Return the state as plain values, for a snapshot."""
        return [list(self.since_ns.items()), sorted(self.standing), [[i, *mean] for i, mean in self.means.items()]]

    def from_lists(self, lists: list[Any]) -> None:
        """Go on from what ``to_lists`` gave."""
        since_ns, standing, means = lists
        self.since_ns, self.standing = dict(since_ns), set(standing)
        self.means = {track_id: Mean(*mean) for track_id, *mean in means}


def _after(before: Mean | None, armed: float, firm_ns: int, time_ns: int) -> Mean:
    """Return the mean of P(armed) once it is known at a time; who is new and was firm long was held to be harmless."""
    if before is None:
        if time_ns - firm_ns <= UNSEEN_NS:
            return Mean(armed, armed, time_ns, time_ns)
        before = Mean(HARMLESS, armed, firm_ns, time_ns - NS_PER_S)
    gap_ns, mean = time_ns - before.last_ns, before.armed
    if gap_ns > UNSEEN_NS:
        mean += (HARMLESS - mean) * _weight(gap_ns, gap_ns)
        gap_ns = NS_PER_S
    mean += (armed - mean) * _weight(gap_ns, time_ns - before.first_ns)
    return Mean(mean, max(before.largest, armed), before.first_ns, time_ns)


def _weight(gap_ns: int, age_ns: int) -> float:
    """Return the weight of what is new after a gap in a life so long."""
    memory_s = min(max(age_ns / NS_PER_S, 1.0), MEMORY_S)
    return 1.0 - exp(-gap_ns / NS_PER_S / memory_s)
