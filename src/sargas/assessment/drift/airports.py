"""The airports of a node: what drifts into each, and where each stands between open and closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from sargas.assessment.drift.closure import Chance, Closure, Share, State, advance, combine, window_ns
from sargas.assessment.drift.closure_words import Told, tell, tell_removed
from sargas.assessment.drift.ensemble import AHEAD_S, Ensemble
from sargas.assessment.drift.shares import buffered, inside_by_minute
from sargas.geo.plane import RegionPlane
from sargas.geo.zones import ZoneIndex
from sargas.model.columns import NS_PER_S
from sargas.model.drift_records import ClosureAdvice, ClosureRule
from sargas.model.label import Label, most_restrictive
from sargas.model.local_time import LocalTime
from sargas.model.records import Configuration, Zone

LabelOf = Callable[..., Label]
"""Give the label of what is told of tracks, by their numbers."""
EVERY_NS = 10 * NS_PER_S
TOLD_AGAIN_NS = 60 * NS_PER_S
"""An advice whose state did not change is told again so often, when its figures moved."""
MOVED_NS = 60 * NS_PER_S


@dataclass(slots=True)
class Airports:
    """Hold the shares of every drifter in every airport's volume, and what each airport was last advised."""

    zones: tuple[Zone, ...]
    volumes: ZoneIndex
    rule: ClosureRule
    node: str
    label: Label
    local: LocalTime
    exercise: bool
    shares: dict[int, list[Share]] = field(default_factory=dict)
    """By track: one a zone."""
    simulated: set[int] = field(default_factory=set)
    closures: list[Closure] = field(default_factory=list)
    advice: dict[str, ClosureAdvice] = field(default_factory=dict)
    """Last told, by zone id."""
    looked_ns: int = 0

    @classmethod
    def of(cls, configuration: Configuration, plane: RegionPlane) -> Airports:
        """Take the zones that close for balloons, widened by the rule's buffers."""
        zones = tuple(zone for zone in configuration.zones if zone.closes)
        volumes = ZoneIndex.of([buffered(zone, configuration.closure, plane) for zone in zones], plane)
        return cls(
            zones, volumes, configuration.closure, configuration.node, configuration.label, configuration.local_time,
            configuration.exercise,
            closures=[Closure() for _ in zones],
        )  # fmt: skip

    def take(self, track_id: int, ensemble: Ensemble, weight: float, time_ns: int, *, simulated: bool) -> None:
        """Take a drifter's new ensemble."""
        if not self.zones:
            return
        inside, first, last = inside_by_minute(self.volumes, ensemble)
        self.shares[track_id] = [
            Share(track_id, time_ns, weight, inside[k], first[k], last[k]) for k in range(len(self.zones))
        ]
        (self.simulated.add if simulated else self.simulated.discard)(track_id)

    def weigh(self, track_id: int, weight: float) -> None:
        """Let the last ensemble of a track count with another weight: it is held for a drifter no more."""
        if track_id in self.shares:
            self.shares[track_id] = [share._replace(weight=weight) for share in self.shares[track_id]]

    def forget(self, track_id: int) -> None:
        """Forget a drifter that is no more, or is another's old number."""
        self.shares.pop(track_id, None)
        self.simulated.discard(track_id)

    def tick(self, time_ns: int, label_of: LabelOf) -> Iterator[ClosureAdvice]:
        """Advance every airport, at most every ten seconds; tell what changed. ``label_of``: of tracks by number."""
        yield from self._end_removed(time_ns)
        busy = self.shares or any(closure.state != "open" for closure in self.closures)
        if not self.zones or not busy or time_ns - self.looked_ns < EVERY_NS:
            return
        self.looked_ns = time_ns
        self._forget_past(time_ns)
        for k, zone in enumerate(self.zones):
            chance = combine([own[k] for own in self.shares.values()], time_ns, len(AHEAD_S))
            before = self.closures[k]
            self.closures[k] = now = advance(before, chance.any_inside, time_ns, self.rule)
            if before.state != "open" and before.number != now.number:
                yield self._tell(zone, before, _end_of(before.state), chance, time_ns, label_of)
            if now.state != "open":
                told = self._advise(zone, now, now.state, chance, time_ns, label_of)
                if self._is_news(told):
                    yield self._keep(told)
            elif before.state != "open" and before.number == now.number:
                yield self._tell(zone, before, _end_of(before.state), chance, time_ns, label_of)

    def _end_removed(self, time_ns: int) -> Iterator[ClosureAdvice]:
        """End the advice on zones that are no more, or close no more for balloons."""
        known = {zone.id for zone in self.zones}
        for advice in [one for one in self.advice.values() if one.zone_id not in known]:
            if advice.state not in ("reopen", "called_off"):
                texts = tell_removed(advice.zone_name, is_exercise=advice.is_exercise)
                changed = {"state": "called_off", "time_ns": time_ns, "until_ns": time_ns, "texts": texts}
                told = {"id": f"{advice.advice_id}/{time_ns}/called_off", "entry_ns": None, "exit_ns": None}
                yield self._keep(advice.model_copy(update=changed | told))

    def number_of(self, zone_id: str) -> int:
        """Return the number of the last closure of a zone that was advised, also before it was removed; 0: none."""
        advice = self.advice.get(zone_id)
        return 0 if advice is None else int(advice.advice_id.rsplit("/", 1)[1])

    def _forget_past(self, time_ns: int) -> None:
        """Forget drifters whose last ensemble ended: nothing is known of them any more."""
        horizon_ns = round(float(AHEAD_S[-1]) * NS_PER_S)
        for track_id in [i for i, own in self.shares.items() if time_ns - own[0].start_ns > horizon_ns]:
            self.forget(track_id)

    def _tell(
        self, zone: Zone, closure: Closure, state: str, chance: Chance, time_ns: int, label_of: LabelOf
    ) -> ClosureAdvice:
        return self._keep(self._advise(zone, closure, state, chance, time_ns, label_of))

    def _keep(self, advice: ClosureAdvice) -> ClosureAdvice:
        self.advice[advice.zone_id] = advice
        return advice

    def _is_news(self, advice: ClosureAdvice) -> bool:
        before = self.advice.get(advice.zone_id)
        if before is None or before.advice_id != advice.advice_id or before.state != advice.state:
            return True
        if advice.time_ns - before.time_ns < TOLD_AGAIN_NS:
            return False
        ends = (before.until_ns is None) != (advice.until_ns is None)
        moved = abs((before.until_ns or 0) - (advice.until_ns or 0)) >= MOVED_NS
        moved |= abs(before.from_ns - advice.from_ns) >= MOVED_NS
        return ends or moved or abs(before.probability - advice.probability) >= 0.05

    def _advise(
        self, zone: Zone, closure: Closure, state: str, chance: Chance, time_ns: int, label_of: LabelOf
    ) -> ClosureAdvice:
        over = state in ("reopen", "called_off")
        peak = float(chance.any_inside.max())
        entry_ns = None if over else window_ns(chance.first, time_ns)
        exit_ns = None if over else window_ns(chance.last, time_ns)
        is_exercise = self.exercise or any(track_id in self.simulated for track_id in chance.track_ids)
        told = Told(
            state, zone.name, closure.from_ns, closure.until_ns, entry_ns, exit_ns, peak, len(chance.track_ids),
            chance.existence,
        )  # fmt: skip
        advice_id = f"{self.node}/closure/{zone.id}/{closure.number}"
        return ClosureAdvice.model_validate(
            {
                "id": f"{advice_id}/{time_ns}/{state}",
                "time_ns": time_ns,
                "origin": self.node,
                "label": self._label(advice_id, zone, chance, label_of),
                "advice_id": advice_id,
                "state": state,
                "zone_id": zone.id,
                "zone_name": zone.name,
                "from_ns": closure.from_ns,
                "until_ns": time_ns if over else closure.until_ns,
                "probability": min(1.0, peak),
                "probability_now": float(np.clip(chance.any_inside[0], 0.0, 1.0)),
                "close_probability": self.rule.close_probability,
                "open_probability": self.rule.open_probability,
                "entry_ns": entry_ns,
                "exit_ns": exit_ns,
                "track_ids": chance.track_ids[:50],
                "existence": float(np.clip(chance.existence, 0.0, 1.0)),
                "texts": tell(told, self.rule, self.local, is_exercise=is_exercise),
                "is_exercise": is_exercise,
            }
        )

    def _label(self, advice_id: str, zone: Zone, chance: Chance, label_of: LabelOf) -> Label:
        """Return who may know: who may see all drifters behind it, and all that were behind what was told before."""
        before = self.advice.get(zone.id)
        held = [before.label] if before is not None and before.advice_id == advice_id else []
        of_tracks = [label_of(*chance.track_ids)] if chance.track_ids else []
        return most_restrictive((self.label, *held, *of_tracks))


def _end_of(state: State) -> str:
    """Say how a closure ended: one that was only expected is called off."""
    return "called_off" if state == "expected" else "reopen"
