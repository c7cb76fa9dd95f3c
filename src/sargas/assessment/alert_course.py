"""The life of one alert: raised, updated, acknowledged, ended, resumed; each change a new ``Alert`` of one alert_id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.records import Alert, Zone
from sargas.model.saying import Said, in_english, in_lithuanian

OFF_DELAY_NS = 30 * NS_PER_S
"""The cause must be gone for so long before an alert ends."""
HOLD_NS = 30 * NS_PER_S
"""An alert whose cause comes back so soon after its end is resumed, not raised anew."""
UPDATE_PERIOD_NS = 10 * NS_PER_S
"""New figures alone are told no more often than this."""
ETA_STEP_NS = 5 * NS_PER_S
"""A change of the expected time that is told at once."""

Rule = Literal["zone_entry", "zone_predicted"]
Tier = Literal["advisory", "critical"]
Key = tuple[Rule, str, int]
"""Rule, zone id, track id: what an alert is about."""
Place = tuple[float, float]
"""x, y in the region plane, m."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why there is an alert now: its tier, the expected time of entry if it lies ahead, the reasons, the label."""

    tier: Tier
    eta_ns: int | None
    reasons: tuple[Said, ...]
    label: Label
    probability: float | None = None


@dataclass(slots=True)
class AlertCourse:
    """Follow one alert of a key; ``alert`` is its latest message."""

    alert: Alert
    number: int
    """Of this alert among those of its key, from 1."""
    revision: int
    gone_since_ns: int | None
    """Since when the cause has been seen to be gone; none: it holds."""
    entry: Place | None
    """Where the track came in; none: nobody saw it come in."""
    looked_ns: int
    """When the figures were last worked out."""

    @classmethod
    def begin(
        cls, key: Key, number: int, zone: Zone, cause: Cause, entry: Place | None, origin: str, time_ns: int
    ) -> Self:
        """Raise the alert."""
        rule, zone_id, track_id = key
        alert_id = alert_id_of(key, number)
        alert = Alert(
            id=f"{alert_id}:1",
            time_ns=time_ns,
            origin=origin,
            label=cause.label,
            alert_id=alert_id,
            tier=cause.tier,
            state="raised",
            rule=rule,
            track_ids=(track_id,),
            zone_id=zone_id,
            zone_name=zone.name,
            raised_ns=time_ns,
            probability=cause.probability,
            eta_ns=cause.eta_ns,
            reasons=in_english(cause.reasons),
            reasons_lt=in_lithuanian(cause.reasons),
        )
        return cls(alert, number, 1, None, entry, time_ns)

    def is_over(self, time_ns: int) -> bool:
        """Say whether the alert ended so long ago that the same cause is a new alert."""
        ended_ns = self.alert.ended_ns
        return ended_ns is not None and time_ns - ended_ns >= HOLD_NS

    @property
    def has_ended(self) -> bool:
        """Say whether the latest message ended the alert."""
        return self.alert.state == "ended"

    def is_due(self, time_ns: int, eta_ns: int | None) -> bool:
        """Say whether new figures are worth working out: after a while, or when the expected time has moved."""
        old = self.alert.eta_ns
        has_moved = eta_ns is not None and old is not None and abs(eta_ns - old) >= ETA_STEP_NS
        return self.has_ended or has_moved or time_ns - self.looked_ns >= UPDATE_PERIOD_NS

    def refresh(self, cause: Cause, time_ns: int) -> Alert | None:
        """Take over what is new of a cause that holds; none when nothing is.

        The tier stays. An ended alert is resumed, acknowledged if it was.
        """
        self.looked_ns = time_ns
        told = (self.alert.reasons, self.alert.eta_ns, self.alert.label)
        if not self.has_ended and (in_english(cause.reasons), cause.eta_ns, cause.label) == told:
            return None
        return self._change(
            time_ns,
            state="acknowledged" if self.alert.acknowledged_by else "raised",
            ended_ns=None,
            probability=cause.probability,
            eta_ns=cause.eta_ns,
            reasons=in_english(cause.reasons),
            reasons_lt=in_lithuanian(cause.reasons),
            label=cause.label,
        )

    def end(self, time_ns: int, why: Said) -> Alert:
        """End the alert; the reason of its end comes first."""
        told = {"reasons": (why.en, *self.alert.reasons), "reasons_lt": (why.lt, *self.alert.reasons_lt)}
        return self._change(time_ns, state="ended", ended_ns=time_ns, eta_ns=None, **told)

    def _change(self, time_ns: int, **fields: Any) -> Alert:
        self.revision += 1
        identity = f"{self.alert.alert_id}:{self.revision}"
        self.alert = self.alert.model_copy(update={"id": identity, "time_ns": time_ns, **fields})
        return self.alert


def alert_id_of(key: Key, number: int) -> str:
    """Return the alert_id of a key's alert of a number; the same in every replay."""
    rule, zone_id, track_id = key
    return f"{rule}:{zone_id}:{track_id}:{number}"


def dump_course(course: AlertCourse) -> dict[str, Any]:
    """Return a course as plain values, for a snapshot."""
    return {
        "alert": course.alert.model_dump(mode="json"),
        "number": course.number,
        "revision": course.revision,
        "gone_since_ns": course.gone_since_ns,
        "entry": course.entry,
        "looked_ns": course.looked_ns,
    }


def load_course(fields: dict[str, Any]) -> AlertCourse:
    """Read what ``dump_course`` gave."""
    entry = fields["entry"]
    return AlertCourse(
        Alert.model_validate(fields["alert"]),
        fields["number"],
        fields["revision"],
        fields["gone_since_ns"],
        None if entry is None else (entry[0], entry[1]),
        fields["looked_ns"],
    )
