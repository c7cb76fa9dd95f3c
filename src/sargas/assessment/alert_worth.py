"""What an entry into a zone is worth telling: nothing, a quiet advisory, a critical alert; with hysteresis.

Critical follows from the danger of the object, not from its place alone: what is known and believed, or plainly a bird
or an echo, makes no alert; what no sensor of ours has measured makes an advisory at most. Page: docs/alerts.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from math import exp, log

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label

CRITICAL_ON, CRITICAL_OFF = 0.3, 0.2
"""Danger from which an alert is critical, and below which it is no longer."""
EARLY_NS, LATE_ON, LATE_NS = 90 * NS_PER_S, 0.7, 60 * NS_PER_S
"""What is first thought to be armed so long after it was first judged must be so dangerous, for so long, to become
critical: of an aircraft that was taken for one all along a classifier's doubt comes and goes."""
CERTAIN = 0.9
"""P(armed) that only a person's word gives; it never waits."""
MAY_BE_ARMED = 0.3
"""P(armed) from which an object counts as suspected."""
HARMLESS_ON, HARMLESS_OFF = 0.8, 0.6
"""Probability of a bird or an echo from which an object is not told, and below which it is again."""
PATIENCE_NS = 5 * NS_PER_S
"""An advisory waits so long: most young tracks say who they are by then."""
SETTLE_NS = 15 * NS_PER_S
"""A forecast that is not urgent must be thought critical for so long: the class of a young track flickers."""
SHORT_NS = 10 * NS_PER_S
"""The same of what is inside, or soon will be, but whose class is in doubt: a false plot that a track of birds takes
for its own makes a drone of it for some seconds."""
SURE = 0.5
"""Danger that never waits."""
LOWER_NS = 30 * NS_PER_S
"""A level falls when it has not been deserved for so long."""


class Level(IntEnum):
    """How much an object's entry is worth telling."""

    NOTHING = 0
    ADVISORY = 1
    CRITICAL = 2


FAST_FROM_MPS, FAST_MPS, MOST_FAST = 70.0, 60.0, 2.0
"""Speed that makes what is classified likelier to be a threat: from the first on, a log-odds of 0.5 for each further
step of the second, up to so many steps. Nothing that flies slower than a light aircraft is judged by its speed."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What is thought of one object and one zone."""

    danger: float
    """Probability of harm: that an armed object is in the zone, or will be in time."""
    harmless: float
    """Probability that it is a bird, a flock or an echo of something that does not fly."""
    is_seen: bool
    """A sensor that measures by itself has seen it: more than its own word speaks for it."""
    is_explained: bool
    """It says who it is and a sensor of ours agrees, or it is a friend."""
    armed: float = 1.0
    """Probability that it carries a warhead, wherever it goes."""
    is_of_armed_kind: bool = True
    """What it is likeliest to be can carry a warhead, or nobody knows what it is."""
    is_urgent: bool = True
    """It is inside, or will be within a minute."""
    is_clear: bool = False
    """What it is is hardly in doubt."""
    is_named: bool = False
    """It sends an address that nothing makes doubtful, and no sensor of ours has denied it so far."""
    entry: float | None = None
    """Probability of entry that the danger is made of, 1 once inside; none: not judged."""
    reasons: tuple[str, ...] = ()
    reasons_lt: tuple[str, ...] = ()
    label: Label | None = None
    """Of what others than its own plots say of it, all of which is in the danger; none: nothing is said."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The level an entry has, and since when it deserves another; none: it does not."""

    level: Level = Level.NOTHING
    other: Level | None = None
    since_ns: int = 0

    def after(self, worth: Worth, time_ns: int, *, was_suspected: bool = True) -> Standing:
        """Return the standing once ``worth`` is known at a time (UTC ns).

        ``was_suspected``: it was thought to be armed early in its life; a suspicion that came later waits longest.
        """
        deserved = deserved_level(worth, self.level, was_suspected=was_suspected)
        if deserved == self.level:
            return Standing(self.level)
        since_ns = self.since_ns if self.other is not None and (self.other > self.level) == (
            deserved > self.level
        ) else time_ns  # fmt: skip
        if deserved > self.level:
            is_sure = worth.danger >= SURE or (worth.is_urgent and worth.is_clear)
            settle_ns = 0 if is_sure else SHORT_NS if worth.is_urgent else SETTLE_NS
            settle_ns = settle_ns if was_suspected else LATE_NS
            wait_ns = settle_ns if deserved == Level.CRITICAL else PATIENCE_NS
        else:
            wait_ns = LOWER_NS
        waited_ns = time_ns - since_ns
        if waited_ns >= wait_ns:
            return Standing(deserved)
        is_quiet_yet = self.level == Level.NOTHING and deserved == Level.CRITICAL and waited_ns >= PATIENCE_NS
        return Standing(Level.ADVISORY if is_quiet_yet else self.level, deserved, since_ns)


def danger_of(entry: float, armed: float, exists: float, speed_mps: float, *, counts_speed: bool) -> float:
    """Return the probability that an armed object is in a zone or will be: P(entry) x P(armed) x P(exists).

    It rises with each of them. Speed counts of what is classified and gives no address of its own: a young airliner is
    fast too.
    """
    inner = min(max(armed, 1e-6), 1.0 - 1e-6)
    steps = min(max(speed_mps - FAST_FROM_MPS, 0.0) / FAST_MPS, MOST_FAST) if counts_speed else 0.0
    log_odds = log(inner / (1.0 - inner)) + 0.5 * steps
    return entry * exists / (1.0 + exp(-log_odds))


@dataclass(frozen=True, slots=True)
class Repute:
    """What was thought of a track early: when it was first judged, and whether it was suspected within ``EARLY_NS``."""

    first_ns: int
    was_suspected: bool = False
    last_ns: int = 0
    """When it was last judged."""

    def after(self, worth: Worth, time_ns: int) -> Repute:
        """Return the repute once ``worth`` is known."""
        is_suspected = worth.armed >= MAY_BE_ARMED and worth.is_of_armed_kind
        is_early = time_ns - self.first_ns <= EARLY_NS
        is_suspected = (is_early and is_suspected) or worth.armed >= CERTAIN
        return Repute(self.first_ns, self.was_suspected or is_suspected, time_ns)


def deserved_level(worth: Worth, held: Level, *, was_suspected: bool = True) -> Level:
    """Return the level that a worth deserves; what is held already is held on to near the limits."""
    may_rise = worth.danger >= (CRITICAL_ON if was_suspected else LATE_ON) and worth.is_of_armed_kind
    may_stay = held == Level.CRITICAL and worth.danger >= CRITICAL_OFF
    if worth.is_seen and not worth.is_named and (may_rise or may_stay):
        return Level.CRITICAL
    limit = HARMLESS_OFF if held == Level.NOTHING else HARMLESS_ON
    return Level.NOTHING if worth.is_explained or worth.harmless >= limit else Level.ADVISORY
