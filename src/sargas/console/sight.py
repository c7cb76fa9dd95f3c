"""What an account may see: everything up to its clearance, of another nation only what labels release to that nation.

The bounds are those of releases between nodes (sharing/policy), asked of each label; what they forbid stays here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from sargas.model.label import Classification, Label
from sargas.model.record_base import Record
from sargas.model.records import Configuration
from sargas.runtime.accounts import Account
from sargas.sharing.policy.bounds import broken_bounds
from sargas.sharing.policy.words import Owner, Recipient

HIGHEST = max(Classification)
NOT_OF_PEOPLE = frozenset({"bound-exercise"})
"""Exercise and live data are kept apart between nodes; whoever looks at an exercise node may see its exercise."""
OWN_WORD = frozenset({"bound-releasable-to", "bound-originator-control"})
"""What a nation said itself its people may see."""
Labelled = TypeVar("Labelled", bound=Record)


@dataclass(frozen=True, slots=True)
class Sight:
    """What the people of ``nation`` with a clearance may see on a node of nation ``own``."""

    own: str
    nation: str
    clearance: Classification

    @property
    def is_whole(self) -> bool:
        """Say whether nothing is kept from them."""
        return not self.is_foreign and self.clearance >= HIGHEST

    @property
    def is_foreign(self) -> bool:
        """Say whether they are of another nation than the node."""
        return self.nation != self.own

    def may_see(self, label: Label) -> bool:
        """Say whether they may see what carries a label."""
        return _may_see(self, label)

    def of(self, records: Iterable[Labelled]) -> tuple[Labelled, ...]:
        """Keep the records they may see, in order."""
        return tuple(record for record in records if _may_see(self, record.label))


def sight_of(account: Account, own: str) -> Sight:
    """Return what an account may see on a node of a nation; ``own`` empty: not known, as in a recording without one.

    Without a clearance of its own an account of the node's nation sees everything, another what is unclassified.
    """
    return sight_for(account.nation, account.clearance, own)


def sight_for(nation: str, clearance: Classification | None, own: str) -> Sight:
    """Return what people of a nation with a clearance, or none of their own, may see on a node of a nation."""
    whose = nation if nation and own else own
    usual = HIGHEST if whose == own else Classification.UNCLASSIFIED
    return Sight(own, whose, usual if clearance is None else clearance)


def narrow_configuration(configuration: Configuration, sight: Sight) -> Configuration:
    """Leave out of a configuration what must not be seen: sensors and sources of others, and what its label forbids."""
    seen = [source for source in configuration.sources if sight.may_see(source.label)]
    named = {source.sensor_id or source.name for source in seen}
    hides = len(seen) < len(configuration.sources)
    changed = {
        "sources": tuple(seen),
        # a stream names its sensors itself: whose feed brings a sensor that no source names is not known
        "sensors": tuple(sensor for sensor in configuration.sensors if not hides or sensor.id in named),
    }
    if sight.is_foreign:
        changed = dict.fromkeys(("sources", "sensors", "partners", "routes", "area"), ())
    if not sight.may_see(configuration.label):
        changed |= dict.fromkeys(("sources", "sensors", "zones", "routes", "partners", "area"), ())
    # a nation's are some hundred kilobytes, and no screen draws one that is not warned: a warning brings its own
    changed["municipalities"] = ()
    return configuration.model_copy(update=changed)


@lru_cache(maxsize=4096)
def _may_see(sight: Sight, label: Label) -> bool:
    if not sight.is_foreign:
        return label.classification <= sight.clearance
    broken = set(broken_bounds(Owner(sight.own), Recipient(sight.nation, sight.clearance), label)) - NOT_OF_PEOPLE
    return not (broken - OWN_WORD if label.originator == sight.nation else broken)
