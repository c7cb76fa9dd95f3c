"""What the public may have to be warned of: a firm track, or a raid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sargas.assessment.alert_entry import Place
from sargas.model.label import Label, most_restrictive
from sargas.model.saying import Said

GROUP = "group-"
"""How the key of a raid begins that is a group of the tracker."""
Point4 = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Threat:
    """A firm track, or the members of a raid, that the public may have to be warned of.

    ``reaches``: of each track the forecast (seconds ahead, latitude deg, longitude deg, radius m), the present first;
    ``key``: group or track that one warning is about; ``places``: where each track is and how it flies.
    """

    key: str
    track_ids: tuple[int, ...]
    alert_ids: tuple[str, ...]
    level: Literal["yellow", "red"]
    reaches: tuple[tuple[Point4, ...], ...]
    reasons: tuple[Said, ...]
    label: Label
    first_plot_ns: int | None
    firm_ns: int | None
    threatening_ns: int | None
    """Since when it threatens by the core's own judgement; none: it only flies with what does."""
    is_exercise: bool
    harm: float = 1.0
    """The likeliest to do harm goes first where not all can be drafted."""
    places: tuple[Place, ...] = ()
    joined: tuple[str, ...] = ()
    """Keys of those that joined it."""

    @property
    def keys(self) -> frozenset[str]:
        """Name the groups and tracks that it is made of."""
        return frozenset((self.key, *self.joined))

    def join(self, other: Threat) -> Threat:
        """Return both as one: the higher level, the earlier clock, everybody's way and reasons."""
        first = other if (other.level, self.level) == ("red", "yellow") else self
        return replace(
            first,
            key=self.key,
            track_ids=(*self.track_ids, *other.track_ids),
            alert_ids=tuple(dict.fromkeys((*self.alert_ids, *other.alert_ids))),
            reaches=(*self.reaches, *other.reaches),
            label=most_restrictive((self.label, other.label)),
            first_plot_ns=_earlier(self.first_plot_ns, other.first_plot_ns),
            firm_ns=_earlier(self.firm_ns, other.firm_ns),
            threatening_ns=_earlier(self.threatening_ns, other.threatening_ns),
            is_exercise=self.is_exercise or other.is_exercise,
            harm=max(self.harm, other.harm),
            places=(*self.places, *other.places),
            joined=(*self.joined, other.key, *other.joined),
        )


def _earlier(one_ns: int | None, other_ns: int | None) -> int | None:
    return min((ns for ns in (one_ns, other_ns) if ns is not None), default=None)
