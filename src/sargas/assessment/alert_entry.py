"""One object's entry into one zone, as the rules see it, with what is thought of it and where it was last."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from math import hypot
from typing import Any

from sargas.assessment.alert_worth import Level, Standing, Worth
from sargas.model.columns import NO_CODE, NS_PER_S
from sargas.model.label import Label
from sargas.model.records import Alert

TOGETHER_M, TOGETHER_MPS = 5_000.0, 15.0
"""Objects so near, of velocities so alike, that enter one zone are one raid."""
AGAIN_M, AGAIN_MPS, AGAIN_NS = 3_000.0, 20.0, 120 * NS_PER_S
"""An object that appears so near to where one would be that was lost so lately is taken for the same."""
NOTHING_KNOWN = Worth(danger=0.0, harmless=0.0, is_seen=False, is_explained=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object was and how it flew: region plane, m and m/s, at a time (UTC ns)."""

    x_m: float
    y_m: float
    x_mps: float
    y_mps: float
    time_ns: int

    def at(self, time_ns: int) -> tuple[float, float]:
        """Return where it is at another time if it flies on."""
        ahead_s = (time_ns - self.time_ns) / NS_PER_S
        return self.x_m + ahead_s * self.x_mps, self.y_m + ahead_s * self.y_mps

    def gap(self, other: Place, time_ns: int) -> tuple[float, float]:
        """Return how far apart two are at a time (m) and how unlike they fly (m/s)."""
        (x, y), (u, v) = self.at(time_ns), other.at(time_ns)
        return hypot(x - u, y - v), hypot(self.x_mps - other.x_mps, self.y_mps - other.y_mps)


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold the cause of one track and zone, as the rule last told it."""

    cause: Alert
    track_id: int
    place: Place
    group_id: int = NO_CODE
    worth: Worth = NOTHING_KNOWN
    standing: Standing = Standing()
    alert_id: str | None = None
    """Alert that it is told by; none: by none."""

    def judged(self, worth: Worth, time_ns: int, *, was_suspected: bool) -> Entry:
        """Return the entry with what is thought of it now."""
        standing = self.standing.after(worth, time_ns, was_suspected=was_suspected)
        return replace(self, worth=worth, standing=standing)

    def flies_with(self, other: Entry, time_ns: int) -> bool:
        """Say whether two are of one raid: of one group, or near and alike in velocity."""
        if self.group_id != NO_CODE and self.group_id == other.group_id:
            return True
        gap_m, unlike_mps = self.place.gap(other.place, time_ns)
        return gap_m <= TOGETHER_M and unlike_mps <= TOGETHER_MPS

    def follows(self, lost: Place, time_ns: int) -> bool:
        """Say whether it may be an object that was lost at a place."""
        gap_m, unlike_mps = self.place.gap(lost, time_ns)
        return time_ns - lost.time_ns <= AGAIN_NS and gap_m <= AGAIN_M and unlike_mps <= AGAIN_MPS


def dump_entry(entry: Entry) -> dict[str, Any]:
    """Return an entry as plain values, for a snapshot."""
    place, worth, standing = entry.place, entry.worth, entry.standing
    return {
        "cause": entry.cause.model_dump(mode="json"),
        "track_id": entry.track_id,
        "group_id": entry.group_id,
        "alert_id": entry.alert_id,
        "place": [place.x_m, place.y_m, place.x_mps, place.y_mps, place.time_ns],
        "worth": asdict(replace(worth, label=None)),
        "said": None if worth.label is None else worth.label.model_dump(mode="json"),
        "standing": [standing.level, standing.other, standing.since_ns],
    }


def load_entry(fields: dict[str, Any]) -> Entry:
    """Read what ``dump_entry`` gave."""
    worth = fields["worth"]
    told = {name: tuple(worth[name]) for name in ("reasons", "reasons_lt")}
    level, other, since_ns = fields["standing"]
    return Entry(
        Alert.model_validate(fields["cause"]),
        fields["track_id"],
        Place(*fields["place"]),
        fields["group_id"],
        Worth(**(worth | told | {"label": None if fields["said"] is None else Label.model_validate(fields["said"])})),
        Standing(Level(level), None if other is None else Level(other), since_ns),
        fields["alert_id"],
    )
