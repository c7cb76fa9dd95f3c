"""Standby sources: feeds of a partner's sensors that are used once a person has taken them over from that partner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sargas.model.records import Decision, Source

ACTIONS = ("take_over", "give_back")


@dataclass(slots=True)
class Standby:
    """Follow which standby sources are taken over, and by which decision."""

    nation_of: Mapping[str, str]
    """By standby source: the nation whose feed it is."""
    taken: dict[str, Decision] = field(default_factory=dict)
    """By standby source that is taken over: the decision it was taken over by."""

    @classmethod
    def of(cls, sources: Iterable[Source], decisions: Iterable[Decision] = ()) -> Standby:
        """Start with nothing taken over and follow decisions, the oldest first."""
        standby = cls({source.name: source.standby_for for source in sources if source.standby_for})
        for decision in decisions:
            standby.decide(decision)
        return standby

    def named(self, subject: str) -> tuple[str, ...]:
        """Return, by name, the sources that ``NATION`` or ``NATION/source`` means."""
        nation, _, name = subject.partition("/")
        return tuple(sorted(one for one, whose in self.nation_of.items() if whose == nation and name in ("", one)))

    def decide(self, decision: Decision) -> tuple[str, ...]:
        """Apply a decision; return, by name, the sources that it changed. What is taken over already stays as it is."""
        if decision.action == "take_over":
            changed = tuple(name for name in self.named(decision.subject) if name not in self.taken)
            self.taken |= dict.fromkeys(changed, decision)
        elif decision.action == "give_back":
            changed = tuple(name for name in self.named(decision.subject) if name in self.taken)
            for name in changed:
                del self.taken[name]
        else:
            changed = ()
        return changed

    def waits_for(self, name: str) -> str:
        """Return the nation that a source stands by for now; empty: it is none, or it is taken over."""
        return "" if name in self.taken else self.nation_of.get(name, "")
