"""What is told of the registration of radars: at once when the state changes, else once a minute."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label, most_restrictive
from sargas.model.records import Configuration, SensorRegistration
from sargas.model.saying import NOTHING, Said, as_reason, joined
from sargas.sensors.registration import Registration
from sargas.sensors.saying import say
from sargas.sensors.site import Sites

REPORT_EVERY_NS = 60 * NS_PER_S
WALKED_OFF_EVERY_NS = 10 * NS_PER_S
"""A radar that walked off is told of again this often: how far it is off then changes."""
TOLD_SHARE = 0.4
"""What has changed by less than this share of the radar's own noise is not told as a reason."""
KEPT_SIGMAS = 1.0
"""A registered radar stays so until its azimuth is known no better than to its own noise: no flicker at the limit."""

RegistrationState = Literal["uncertain", "registered", "walked_off"]


@dataclass(frozen=True, slots=True)
class RadarBias:
    """What is known of one radar: biases and their sigmas (range m, azimuth deg, elevation deg, time s).

    ``moved_m``, ``moved_deg``: what range and azimuth have changed by since it walked off at ``astray_ns`` (UTC ns).
    """

    sensor_id: str
    bias: tuple[float, float, float, float]
    sigma: tuple[float, float, float, float]
    pairs: int
    is_registered: bool
    is_walking: bool
    is_astray: bool
    astray_ns: int
    moved_m: float
    moved_deg: float
    noise_m: float
    noise_deg: float


def read_biases(registration: Registration, sites: Sites) -> tuple[RadarBias, ...]:
    """Read what is known of every radar among the sites, in order of their index."""
    if not len(registration.entries):
        return ()
    found, variances = registration.estimate()
    units = np.array([1.0, np.rad2deg(1.0), np.rad2deg(1.0), 1.0])
    told = []
    for entry, bias, variance in zip(registration.entries, found, variances, strict=True):
        site = sites.table[entry["site"]]
        values, sigmas = (bias * units).tolist(), (np.sqrt(variance) * units).tolist()
        told.append(
            RadarBias(
                sensor_id=sites.ids[entry["site"]],
                bias=(values[0], values[1], values[2], values[3]),
                sigma=(sigmas[0], sigmas[1], sigmas[2], sigmas[3]),
                pairs=int(entry["pairs"]),
                is_registered=bool(site["registered"]),
                is_walking=bool(entry["walking"]),
                is_astray=bool(entry["astray"]),
                astray_ns=int(entry["astray_ns"]),
                moved_m=values[0] - float(entry["before"][0]),
                moved_deg=values[1] - float(np.rad2deg(entry["before"][1])),
                noise_m=float(site["sigma_range_m"]),
                noise_deg=float(np.rad2deg(site["sigma_azimuth_rad"])),
            )
        )
    return tuple(told)


class RegistrationBook:
    """Remember what was told of each radar, and say at ticks what is due; deterministic."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._told: dict[str, SensorRegistration] = {}
        self._label = configuration.label
        """Strictest of all tracks so far: a bias outlives those whose plots it came of."""

    def tick(
        self,
        time_ns: int,
        registration: Registration,
        sites: Sites,
        tracks: Label | None,
        label_of: Callable[[str], Label],
    ) -> tuple[SensorRegistration, ...]:
        """Return what is due at ``time_ns`` (UTC ns), by sensor id, when the biases were estimated at this tick.

        ``tracks`` is the label of the tracks, none where nothing flies: the biases come of the same plots.
        ``label_of`` gives that of what a sensor reports: who may not see it is not told of the sensor.
        """
        if tracks is not None:
            self._label = most_restrictive((self._label, tracks))
        if registration.time_ns != time_ns:
            return ()
        due = []
        for radar in sorted(read_biases(registration, sites), key=lambda radar: radar.sensor_id):
            before = self._told.get(radar.sensor_id)
            label = most_restrictive((self._label, label_of(radar.sensor_id)))
            record = self._record(radar, before, label, time_ns)
            if before is None or record.state != before.state or time_ns - before.time_ns >= _interval_ns(record):
                self._told[radar.sensor_id] = record
                due.append(record)
        return tuple(due)

    def walked_off(self) -> dict[str, Said]:
        """Name the sensors that walked off, with the reason last told."""
        return {
            name: Said(told.reason, told.reason_lt) for name, told in self._told.items() if told.state == "walked_off"
        }

    def go_on_from(self, before: RegistrationBook, time_ns: int) -> tuple[()]:
        """Begin anew after a part that failed; the biases are the tracker's, and who may know of them stays."""
        self._label = before._label
        return ()

    def snapshot(self) -> bytes:
        """Return what was told as JSON; equal states give equal bytes."""
        told = [told.model_dump(mode="json") for told in self._told.values()]
        return json.dumps({"told": told, "label": self._label.model_dump(mode="json")}).encode()

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot."""
        state = json.loads(data)
        told = (SensorRegistration.model_validate(fields) for fields in state["told"])
        self._told = {record.sensor_id: record for record in told}
        self._label = Label.model_validate(state["label"])

    def _record(
        self, radar: RadarBias, before: SensorRegistration | None, label: Label, time_ns: int
    ) -> SensorRegistration:
        state = _judge(radar, before)
        since_ns = before.since_ns if before is not None and before.state == state else time_ns
        since_ns = radar.astray_ns if state == "walked_off" else since_ns
        node, why = self._configuration.node, _reason(radar, state)
        return SensorRegistration(
            id=f"{node}/registration/{radar.sensor_id}/{time_ns}",
            time_ns=time_ns,
            origin=node,
            label=label,
            sensor_id=radar.sensor_id,
            state=state,
            since_ns=since_ns,
            **as_reason(why),
            pairs=radar.pairs,
            range_bias_m=radar.bias[0],
            range_bias_sigma_m=radar.sigma[0],
            azimuth_bias_deg=radar.bias[1],
            azimuth_bias_sigma_deg=radar.sigma[1],
            elevation_bias_deg=radar.bias[2],
            elevation_bias_sigma_deg=radar.sigma[2],
            time_bias_s=radar.bias[3],
            time_bias_sigma_s=radar.sigma[3],
        )


def _judge(radar: RadarBias, before: SensorRegistration | None) -> RegistrationState:
    if radar.is_astray:
        return "walked_off"
    was = before is not None and before.state == "registered"
    is_known = radar.is_registered or (was and radar.sigma[1] < KEPT_SIGMAS * radar.noise_deg)
    return "registered" if is_known else "uncertain"


def _reason(radar: RadarBias, state: RegistrationState) -> Said:
    """Say why a radar is not registered; of one that walked off what has changed, and since when."""
    if state == "registered":
        return NOTHING
    if state == "uncertain":
        return say("too_few_objects" if radar.pairs else "no_object_yet")
    parts = list[Said]()
    if abs(radar.moved_deg) >= TOLD_SHARE * radar.noise_deg:
        parts.append(say("azimuth_off", degrees=radar.moved_deg))
    if abs(radar.moved_m) >= TOLD_SHARE * radar.noise_m:
        parts.append(say("range_off", metres=radar.moved_m))
    minutes = radar.astray_ns // (60 * NS_PER_S)
    what = joined(parts, Said(", ", ", ")) if parts else say("changed")
    return say("since", what=what, time=f"{minutes // 60 % 24:02d}:{minutes % 60:02d}")


def _interval_ns(record: SensorRegistration) -> int:
    return WALKED_OFF_EVERY_NS if record.state == "walked_off" else REPORT_EVERY_NS
