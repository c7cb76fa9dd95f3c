"""From what the watch over navigation found to the records that tell of it, each event under one identity."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from sargas.identification.gnss import GnssEvent
from sargas.identification.gnss_alarms import CellState
from sargas.identification.gnss_areas import Area, Areas, cell_outline
from sargas.identification.gnss_watch import GnssWatch
from sargas.identification.parallel_tracks import Parallel
from sargas.identification.residuals import Disagreement
from sargas.identification.saying import say
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label, most_restrictive
from sargas.model.parts import pack, unpack
from sargas.model.records import Configuration, GnssInterference
from sargas.model.saying import as_reason
from sargas.model.tracks import Tracks

MARK = b"SARGAS-INTEGRITY-RECORDS-1\n"
CONFIDENCE = {"spoofing": 0.95, "jamming": 0.9, "disagreement": 0.9}
"""Of what one aircraft's reports show; set, not measured. No ordinary flight of the recordings raised any."""
BESIDE_CONFIDENCE = 0.6
"""Two that fly alike may be two after all."""
TRACKS_EVERY_NS = 10 * NS_PER_S
AREA_EVERY_NS = 60 * NS_PER_S
LARGE_STEP = 0.2
"""A share that moved by this much is told again, at most once a minute."""
AircraftEvent = GnssEvent | Disagreement | Parallel
State = Literal["begun", "changed", "ended"]


class IntegrityRecords:
    """Remember what was told and is not over. Deterministic."""

    def __init__(self, configuration: Configuration) -> None:
        self._node = configuration.node
        self._areas = Areas()
        self._open: dict[str, GnssInterference] = {}
        self._tracks_ns = 0

    def of_aircraft(
        self,
        events: Sequence[GnssEvent],
        apart: Sequence[Disagreement | Parallel],
        tracks: Tracks,
        time_ns: int,
        label: Label,
        label_of: Callable[[str], Label],
    ) -> list[GnssInterference]:
        """Tell what begins and ends of aircraft at ``time_ns`` (UTC ns), and which tracks they are now.

        ``label``: of what aircraft claim; ``label_of``: of what a sensor reports, which a disagreement names.
        """
        told = [self._tell_aircraft(event, tracks, time_ns, label) for event in events]
        for event in apart:
            named = most_restrictive((label, label_of(event.sensor_id)))
            told.append(self._tell_aircraft(event, tracks, time_ns, named))
        if time_ns - self._tracks_ns >= TRACKS_EVERY_NS:
            self._tracks_ns = time_ns
            for name, record in list(self._open.items()):
                if record.icao_address is None:
                    continue
                numbers = _tracks_of(record.icao_address, tracks)
                if not set(numbers) <= set(record.track_ids):
                    label = most_restrictive((record.label, tracks.label_of(*numbers)))
                    told.append(self._revise(name, time_ns, "changed", track_ids=numbers, label=label))
        return told

    def of_cells(self, watch: GnssWatch, time_ns: int, label: Label) -> list[GnssInterference]:
        """Tell areas that begin, changed or end at ``time_ns`` (UTC ns), and cells whose colour on the map changed."""
        states = watch.alarms.states
        told = [self._tell_area(area, watch, time_ns, label) for area in self._areas.update(states.values(), time_ns)]
        for area in self._areas.open:
            name = self._area_name(area)
            before = self._open[name]
            share = watch.count_area(area.cells, area.is_high).share
            is_due = time_ns - before.time_ns >= AREA_EVERY_NS
            if is_due and before.share is not None and abs(share - before.share) >= LARGE_STEP:
                told.append(self._tell_area(area, watch, time_ns, label))
        told += [self._tell_cell(state, time_ns, label) for state in watch.alarms.due(time_ns)]
        present = {self._cell_name(state) for state in states.values()}
        for name, record in list(self._open.items()):
            if not record.is_alarm and name not in present:
                told.append(self._revise(name, time_ns, "ended", end_ns=time_ns, **as_reason(say("gnss_cell_empty"))))
        return told

    def end_all(self, time_ns: int) -> list[GnssInterference]:
        """End all that is not over at ``time_ns`` (UTC ns): who watched begins anew after a fault."""
        why = as_reason(say("gnss_anew"))
        return [self._revise(name, time_ns, "ended", end_ns=time_ns, **why) for name in list(self._open)]

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        records = [json.loads(record.model_dump_json()) for record in self._open.values()]
        return pack(MARK, {"open": records, "tracks_ns": self._tracks_ns}, [self._areas.snapshot()])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, (areas,) = unpack(MARK, data, 1)
        self._areas.restore(areas.tobytes())
        records = [GnssInterference.model_validate_json(json.dumps(fields)) for fields in header["open"]]
        self._open = {record.event_id: record for record in records}
        self._tracks_ns = header["tracks_ns"]

    def _tell_aircraft(self, event: AircraftEvent, tracks: Tracks, time_ns: int, label: Label) -> GnssInterference:
        cause = event.kind if isinstance(event, GnssEvent) else "disagreement"
        address = f"{event.icao_address:06x}"
        name = f"{self._node}/gnss/{cause}/{address}/{event.start_ns}"
        if event.end_ns is not None and name in self._open:
            return self._revise(name, time_ns, "ended", end_ns=event.end_ns)
        numbers, confidence = _tracks_of(address, tracks), CONFIDENCE[cause]
        if isinstance(event, Parallel):
            numbers, confidence = (event.claim_track, event.radar_track), BESIDE_CONFIDENCE
        label = most_restrictive((label, tracks.label_of(*numbers))) if numbers else label
        return self._begin(
            name, time_ns, label, cause=cause, icao_address=address, track_ids=numbers, start_ns=event.start_ns,
            found_ns=event.found_ns, end_ns=event.end_ns, confidence=confidence, **as_reason(event.why),
        )  # fmt: skip

    def _tell_area(self, area: Area, watch: GnssWatch, time_ns: int, label: Label) -> GnssInterference:
        name = self._area_name(area)
        if area.end_ns is not None:
            return self._revise(name, time_ns, "ended", end_ns=area.end_ns, **as_reason(area.why_ended))
        count = watch.count_area(area.cells, area.is_high)
        source = watch.locate(area)
        why = say("gnss_area_loud" if count.is_loud else "gnss_area", affected=count.affected, aircraft=count.aircraft)
        if source is not None:
            near = {"radius": source.radius_90_m / 1e3, "latitude": source.latitude_deg}
            why = say("gnss_area_source", what=why, longitude=source.longitude_deg, **near)
        fields: dict[str, Any] = {
            "polygon": area.outline(),
            "confidence": count.confidence,
            "aircraft": count.aircraft,
            "affected": count.affected,
            "share": count.share,
            **as_reason(why),
        }
        if name in self._open:
            return self._revise(name, time_ns, "changed", **fields)
        cell = watch.alarms.states[area.first, area.is_high]
        return self._begin(
            name, time_ns, label, cause=count.cause, cell=cell.name, band=cell.band, start_ns=area.start_ns,
            found_ns=area.found_ns, **fields,
        )  # fmt: skip

    def _tell_cell(self, state: CellState, time_ns: int, label: Label) -> GnssInterference:
        name = self._cell_name(state)
        fields: dict[str, Any] = {
            "confidence": state.confidence,
            "aircraft": state.aircraft,
            "affected": state.affected,
            "share": state.share,
        }
        if name in self._open:
            return self._revise(name, time_ns, "changed", **fields)
        return self._begin(
            name, time_ns, label, cause="jamming", cell=state.name, band=state.band, polygon=cell_outline(state.cell),
            start_ns=time_ns, found_ns=time_ns, is_alarm=False, **fields,
        )  # fmt: skip

    def _begin(self, name: str, time_ns: int, label: Label, **fields: Any) -> GnssInterference:
        is_over = fields.get("end_ns") is not None
        record = GnssInterference(
            id=f"{name}/begun/{time_ns}", time_ns=time_ns, origin=self._node, label=label, event_id=name,
            state="ended" if is_over else "begun", **fields,
        )  # fmt: skip
        if not is_over:
            self._open[name] = record
        return record

    def _revise(self, name: str, time_ns: int, state: State, **fields: Any) -> GnssInterference:
        changed = {"id": f"{name}/{state}/{time_ns}", "time_ns": time_ns, "state": state, **fields}
        record = self._open[name].model_copy(update=changed)
        if state == "ended":
            del self._open[name]
        else:
            self._open[name] = record
        return record

    def _area_name(self, area: Area) -> str:
        return f"{self._node}/gnss/area/{area.first:x}/{'high' if area.is_high else 'low'}/{area.found_ns}"

    def _cell_name(self, state: CellState) -> str:
        return f"{self._node}/gnss/cell/{state.name}/{state.band}"


def _tracks_of(address: str, tracks: Tracks) -> tuple[int, ...]:
    """Name the tracks that carry an address, rising."""
    found = tracks.track_id[tracks.icao_address == int(address, 16)]
    return tuple(np.sort(found).tolist())
