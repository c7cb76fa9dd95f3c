"""What two radars and one ADS-B station report of a scene, and the core that hears it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np

from benchmarks.alerts.no_drafts import draft_nothing
from benchmarks.danger.scenes import SEEN_S, Flyer, Scene
from sargas.exercise.detection import FALSE_ALARM_PROBABILITY, REFERENCE_SNR
from sargas.formats.plots import encode_plots
from sargas.geo.enu import Frame
from sargas.geo.wgs84 import ecef_from_geodetic
from sargas.model.columns import NO_CODE, NS_PER_S, Float64
from sargas.model.envelope import Envelope
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.records import Configuration, FlightPermission, Sensor, Source, Tick
from sargas.picture.state import State
from sargas.picture.step import step

START_NS = 1_790_020_800 * NS_PER_S
LABEL = Label(originator="LTU", caveats=("EXERCISE",))
GROUND_M = 100.0
FIRST_ADDRESS = 0xF00100
RADARS = {
    "gap": {"period_s": 2.0, "reach_m": 48e3, "max_m": 75e3, "range_m": 25.0, "azimuth_deg": 0.25, "elevation_deg": 0.5,
            "rate_mps": 1.0, "least_mps": 3.0, "false": 3.0, "mast_m": 50.0},
    "long": {"period_s": 10.0, "reach_m": 240e3, "max_m": 300e3, "range_m": 70.0, "azimuth_deg": 0.12,
             "elevation_deg": 0.25, "rate_mps": 1.5, "least_mps": 8.0, "false": 6.0, "mast_m": 70.0},
}  # fmt: skip


class Run:
    """The core that hears one scene; ``state`` is read at the seconds that ``play`` yields."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.state = scene, State()
        self.rng = np.random.default_rng([scene.seed, 78])
        angle = self.rng.uniform(0.0, 2 * np.pi, 2)
        away_m = np.array([self.rng.uniform(2e3, 15e3), self.rng.uniform(30e3, 70e3)])
        at = scene.plane.geodetic_from_plane(away_m * np.cos(angle), away_m * np.sin(angle))
        self.frames = {
            name: Frame(float(at[0][k]), float(at[1][k]), GROUND_M + RADARS[name]["mast_m"])
            for k, name in enumerate(RADARS)
        }

    def play(self) -> Iterator[int]:
        """Step the core second by second; yield each second once its tick is in."""
        numbers = count()

        def enter(kind: str, source: str, time_ns: int, data: bytes) -> None:
            step(self.state, Envelope(next(numbers), time_ns, source, kind, data))  # type: ignore[arg-type]

        for record in (self._configuration(), *self._permissions()):
            enter("record", "bench", START_NS, record.model_dump_json().encode())
        draft_nothing(self.state)
        for second in range(1, SEEN_S + 1):
            now_ns = START_NS + second * NS_PER_S
            for name, radar in RADARS.items():
                if second % radar["period_s"] == 0:
                    enter("datagram", name, now_ns, encode_plots(self._look(name, second)))
            told = self._hear(second)
            if len(told):
                enter("datagram", "adsb", now_ns, encode_plots(told))
            tick = Tick(id=str(second), time_ns=now_ns, origin="bench", label=LABEL)
            enter("record", "bench", now_ns, tick.model_dump_json().encode())
            yield second

    def ecef(self, second: int) -> Float64:
        """Return where all objects are, ECEF (n, 3)."""
        return self._places(np.array([flyer.states[second] for flyer in self.scene.flyers]))

    def _places(self, states: Float64) -> Float64:
        latitude, longitude = self.scene.plane.geodetic_from_plane(states[:, 0], states[:, 1])
        return ecef_from_geodetic(latitude, longitude, states[:, 2] + GROUND_M)

    def _look(self, name: str, second: int) -> Plots:
        """Report one turn: every object at the moment the beam passes, Swerling 1, false plots among them."""
        radar, frame, rng = RADARS[name], self.frames[name], self.rng
        flyers = self.scene.flyers
        enu = frame.enu_from_ecef(self.ecef(second))
        azimuth = np.degrees(np.arctan2(enu[:, 0], enu[:, 1])) % 360.0
        back_s = radar["period_s"] * (1.0 - azimuth / 360.0)
        states = np.array([_at(flyer, second - back) for flyer, back in zip(flyers, back_s.tolist(), strict=True)])
        enu = frame.enu_from_ecef(self._places(states))
        range_m = np.linalg.norm(enu, axis=1)
        rate = self._rates(frame, states, enu, range_m)
        mean_snr = REFERENCE_SNR * 10.0 ** (np.array([f.rcs_dbsm for f in flyers]) / 10.0) * (
            radar["reach_m"] / np.maximum(range_m, 300.0)) ** 4  # fmt: skip
        power = (1.0 + mean_snr) * rng.standard_exponential(len(flyers))
        horizon_m = 4122.0 * (np.sqrt(radar["mast_m"]) + np.sqrt(np.maximum(states[:, 2], 0.0)))
        spread = np.array([rng.uniform(*f.kind.spread_mps) for f in flyers])
        seen_rate = rate + 0.3 * spread * rng.standard_normal(len(flyers))
        hit = np.flatnonzero(
            (power > -np.log(FALSE_ALARM_PROBABILITY)) & (np.abs(seen_rate) >= radar["least_mps"])
            & (states[:, 2] > 5.0) & (range_m < np.minimum(horizon_m, radar["max_m"]))
        )  # fmt: skip
        false, noise = int(rng.poisson(radar["false"])), rng.standard_normal((4, len(hit)))
        flat = np.degrees(np.arctan2(enu[hit, 2], np.hypot(enu[hit, 0], enu[hit, 1])))
        rcs = np.array([flyers[k].rcs_dbsm for k in hit.tolist()]) + 10.0 * np.log10((power[hit] - 1.0) / mean_snr[hit])
        times = np.r_[second - back_s[hit], second - radar["period_s"] * rng.random(false)]
        order = np.argsort(times, kind="stable")
        columns = {
            "range_m": np.r_[range_m[hit] + radar["range_m"] * noise[0], rng.uniform(1e3, 0.7 * radar["max_m"], false)],
            "azimuth_deg": np.r_[azimuth[hit] + radar["azimuth_deg"] * noise[1], rng.uniform(0.0, 360.0, false)]
            % 360.0,
            "elevation_deg": np.r_[flat + radar["elevation_deg"] * noise[2], rng.uniform(0.0, 3.0, false)],
            "range_rate_mps": np.r_[seen_rate[hit] + radar["rate_mps"] * noise[3], rng.normal(0.0, 15.0, false)],
            "rcs_dbsm": np.clip(np.r_[rcs, rng.normal(-18.0, 5.0, false)], -60.0, 60.0),
            "radial_speed_spread_mps": np.r_[spread[hit], rng.uniform(0.3, 8.0, false)],
        }
        return self._plots(name, times[order], second, {key: values[order] for key, values in columns.items()})

    def _rates(self, frame: Frame, states: Float64, enu: Float64, range_m: Float64) -> Float64:
        ahead = states.copy()
        ahead[:, :3] += states[:, 3:]
        moved = frame.enu_from_ecef(self._places(ahead)) - enu
        rates: Float64 = (moved * enu).sum(axis=1) / np.maximum(range_m, 1.0)
        return rates

    def _hear(self, second: int) -> Plots:
        """Report what senders say of their place."""
        who = [k for k, flyer in enumerate(self.scene.flyers) if flyer.sends and self.rng.random() < 0.93]
        states = np.array([self.scene.flyers[k].states[second] for k in who]).reshape(-1, 6)
        noise = self.rng.normal(0.0, 12.0, (2, len(who)))
        latitude, longitude = self.scene.plane.geodetic_from_plane(states[:, 0] + noise[0], states[:, 1] + noise[1])
        columns = {
            "latitude_deg": latitude, "longitude_deg": longitude, "altitude_m": states[:, 2] + GROUND_M,
            "velocity_east_mps": states[:, 3], "velocity_north_mps": states[:, 4],
            "icao_address": np.array([FIRST_ADDRESS + k for k in who], np.int32),
            "callsign": np.array([self._callsign(k) for k in who], "S8"),
            "nic": np.full(len(who), 8), "nac_p": np.full(len(who), 9), "sil": np.full(len(who), 3),
        }  # fmt: skip
        return self._plots("adsb", np.full(len(who), float(second)), second, columns)

    def _callsign(self, k: int) -> bytes:
        return b"GUARD%d" % k if self.scene.flyers[k].intent == "friend" else b"LY%03d" % k

    def _plots(self, name: str, seconds: Float64, second: int, columns: dict[str, Any]) -> Plots:
        n = len(seconds)
        time_ns = START_NS + np.round(seconds * NS_PER_S).astype(np.int64)
        arrival = np.full(n, START_NS + second * NS_PER_S, np.int64)
        scan = np.full(n, second, np.int64)
        assert NO_CODE == -1
        return Plots.of(time_ns=time_ns, receive_time_ns=arrival, sensor_ids=(name,), label=LABEL, scan=scan, **columns)

    def _configuration(self) -> Configuration:
        sensors = [
            Sensor(
                id=name, kind="radar-3d", latitude_deg=frame.latitude_deg, longitude_deg=frame.longitude_deg,
                height_m=frame.height_m, scan_period_s=radar["period_s"], max_range_m=radar["max_m"],
                sigma_range_m=radar["range_m"], sigma_azimuth_deg=radar["azimuth_deg"],
                sigma_elevation_deg=radar["elevation_deg"], sigma_range_rate_mps=radar["rate_mps"],
                clutter_per_scan=radar["false"],
            )
            for (name, radar), frame in zip(RADARS.items(), self.frames.values(), strict=True)
        ]  # fmt: skip
        sensors.append(Sensor(id="adsb", kind="ads-b", scan_period_s=1.0, sigma_position_m=12.0, clutter_per_scan=0.0))
        plane = self.scene.plane
        return Configuration(
            id="scene", time_ns=START_NS, origin="bench", label=LABEL, node="bench", nation="LTU", exercise=True,
            origin_latitude_deg=plane.latitude_deg, origin_longitude_deg=plane.longitude_deg, sensors=tuple(sensors),
            sources=tuple(Source(name=sensor.id, format="plots", label=LABEL) for sensor in sensors),
            zones=(*self.scene.assets, self.scene.border),
        )  # fmt: skip

    def _permissions(self) -> list[FlightPermission]:
        plane = self.scene.plane
        return [
            FlightPermission(
                id=f"p{k}", time_ns=START_NS, origin="bench", label=LABEL, permission_id=f"own-{k}",
                holder="Border guard", purpose="own_drone", valid_from_ns=0, valid_until_ns=1 << 62,
                centre=(plane.longitude_deg, plane.latitude_deg), radius_m=200e3,
                callsign=self._callsign(k).decode(),
            )
            for k, flyer in enumerate(self.scene.flyers) if flyer.intent == "friend"
        ]  # fmt: skip


def _at(flyer: Flyer, second: float) -> Float64:
    """Return the state of an object between whole seconds."""
    at = min(max(second, 0.0), len(flyer.states) - 1.001)
    k = int(at)
    found: Float64 = flyer.states[k] + (at - k) * (flyer.states[k + 1] - flyer.states[k])
    return found
