"""When to close an airport and when to open it again: a rule with two thresholds over the chance of any balloon inside.

Close from the first time at which a balloon is in the protected volume with more than the closing probability, and say
so the time before that clearing the runway takes. Reopen when it stayed below the lower probability for the hold time,
now and as far ahead as a closure would have to be told anyway; what is expected only is called off when it did so at
all times ahead. Page: docs/closures.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from sargas.model.columns import NS_PER_S, Float64
from sargas.model.drift_records import ClosureRule

State = Literal["open", "expected", "close", "closed"]
STEP_S = 60.0


class Share(NamedTuple):
    """Of one balloon and one airport: shares of its ensemble (k,) by minutes from ``start_ns`` on."""

    track_id: int
    start_ns: int
    weight: float
    """Probability that there is such a drifter at all: existence times that it drifts."""
    inside: Float64
    """In the volume at each time."""
    first: Float64
    """Entering it for the first time."""
    last: Float64
    """Leaving it for the last time; those still inside at the end leave then."""


class Chance(NamedTuple):
    """Of any balloon in one volume, by minutes from now on."""

    any_inside: Float64
    first: Float64
    """Expected first entries a minute."""
    last: Float64
    track_ids: tuple[int, ...]
    """By weight in it, the weightiest first."""
    existence: float
    """That any of those balloons is there at all."""


@dataclass(frozen=True, slots=True)
class Closure:
    """Where one airport stands; ``begin`` is the first."""

    state: State = "open"
    number: int = 0
    """Of closures so far: names the advice."""
    from_ns: int = 0
    until_ns: int | None = None
    below_since_ns: int | None = None
    """Since when the chance has been below the reopening threshold."""


def combine(shares: list[Share], now_ns: int, steps: int) -> Chance:
    """Combine balloons as independent: 1 - prod(1 - weight x share), by whole minutes from now on."""
    ahead = STEP_S * np.arange(steps)
    none, first, last = np.ones(steps), np.zeros(steps), np.zeros(steps)
    peaks: list[tuple[float, int, float]] = []
    for share in shares:
        elapsed_s = (now_ns - share.start_ns) / NS_PER_S
        own = STEP_S * np.arange(len(share.inside))
        inside = share.weight * np.interp(elapsed_s + ahead, own, share.inside)
        none *= 1.0 - np.clip(inside, 0.0, 1.0)
        # who has entered or left already is not told as still to do so
        first += share.weight * _moved(share.first, elapsed_s, steps)
        last += share.weight * _moved(share.last, elapsed_s, steps)
        peaks.append((-float(inside.max(initial=0.0)), share.track_id, share.weight))
    weighty = [peak for peak in sorted(peaks) if peak[0] < -1e-3]
    existence = 1.0 - float(np.prod([1.0 - weight for _, _, weight in weighty])) if weighty else 0.0
    return Chance(1.0 - none, first, last, tuple(track_id for _, track_id, _ in weighty), existence)


def _moved(counts: Float64, elapsed_s: float, steps: int) -> Float64:
    """Count by minutes from now on what is counted by minutes from a start; what was before now is left out."""
    at = np.floor((STEP_S * np.arange(len(counts)) - elapsed_s) / STEP_S + 0.5).astype(np.int64)
    found = np.zeros(steps)
    there = (at >= 0) & (at < steps)
    np.add.at(found, at[there], counts[there])
    return found


def advance(closure: Closure, chance: Float64, now_ns: int, rule: ClosureRule) -> Closure:
    """Advance one airport; ``chance`` (k,) of any balloon inside, by minutes from now on."""
    above = np.flatnonzero(chance > rule.close_probability)
    ahead_s = STEP_S * np.arange(len(chance))
    near = ahead_s <= rule.reopen_ahead_s
    is_below = not (chance[near] >= rule.open_probability).any()
    below_ns = (closure.below_since_ns or now_ns) if is_below else None
    first_ns = now_ns + round(float(ahead_s[above[0]]) * NS_PER_S) if len(above) else None
    until_ns = _until(chance, now_ns, rule)
    if closure.state in ("close", "closed"):
        held = below_ns is not None and now_ns - below_ns >= rule.hold_s * NS_PER_S
        if held:
            return _opened(closure, first_ns, until_ns, now_ns, rule)
        from_ns = closure.from_ns
        if closure.state == "close" and first_ns is not None:
            from_ns = min(from_ns, first_ns)  # sooner is told at once; later would be no reason to start again
        state: State = "closed" if from_ns <= now_ns else "close"
        return Closure(state, closure.number, from_ns, until_ns, below_ns)
    if first_ns is None:
        return _still_expected(closure, chance, now_ns, rule) or Closure("open", closure.number)
    number = closure.number + (closure.state == "open")
    return Closure(_due(first_ns, now_ns, rule), number, first_ns, until_ns)


def _still_expected(closure: Closure, chance: Float64, now_ns: int, rule: ClosureRule) -> Closure | None:
    """Keep what was expected until the chance stayed below the lower threshold, for the hold time and all along."""
    if closure.state != "expected":
        return None
    is_below = not (chance >= rule.open_probability).any()
    below_ns = (closure.below_since_ns or now_ns) if is_below else None
    if below_ns is not None and now_ns - below_ns >= rule.hold_s * NS_PER_S:
        return None
    return Closure("expected", closure.number, max(closure.from_ns, now_ns), closure.until_ns, below_ns)


def _opened(closure: Closure, first_ns: int | None, until_ns: int | None, now_ns: int, rule: ClosureRule) -> Closure:
    """Open, or go straight on to the next closure that is expected."""
    if first_ns is None:
        return Closure("open", closure.number)
    return Closure(_due(first_ns, now_ns, rule), closure.number + 1, first_ns, until_ns)


def _due(first_ns: int, now_ns: int, rule: ClosureRule) -> State:
    if first_ns <= now_ns:
        return "closed"
    return "close" if first_ns - now_ns <= rule.clearing_s * NS_PER_S else "expected"


def _until(chance: Float64, now_ns: int, rule: ClosureRule) -> int | None:
    """Return when the airport will probably reopen: behind the first stretch above, if it ends within sight."""
    above = np.flatnonzero(chance >= rule.open_probability)
    if not len(above):
        return None
    apart = np.flatnonzero(np.diff(above) * STEP_S > rule.reopen_ahead_s)
    end = int(above[apart[0]]) if len(apart) else int(above[-1])
    if end == len(chance) - 1:
        return None
    return now_ns + round(((end + 1) * STEP_S + rule.hold_s) * NS_PER_S)


def window_ns(counts: Float64, now_ns: int) -> tuple[int, int] | None:
    """Return when 5 % and 95 % of what is counted by minutes will have happened; None when nothing is."""
    total = float(counts.sum())
    if total < 1e-6:
        return None
    reached = np.cumsum(counts) / total
    low, high = (int(np.searchsorted(reached, share)) for share in (0.05, 0.95))
    high = min(high, len(counts) - 1)
    return now_ns + round(low * STEP_S * NS_PER_S), now_ns + round(high * STEP_S * NS_PER_S)
