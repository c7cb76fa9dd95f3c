"""Microphones and radio direction finders of the night: who hears what, when its sound arrives, and as what it is told.

Once a second each object in reach is heard with P = 0.5^((R / reach)^3.76), so 0.95 at half of reach. A report carries
the time at which the sound arrives and the direction of where it came from. False ones are Poisson. Sites and figures:
figures/listeners.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from typing import Literal

import numpy as np
from pydantic import Field

from sargas.exercise.tables import PLAIN_M, Figures
from sargas.exercise.truth import Truth
from sargas.exercise.wire import SimDatagram
from sargas.formats.plots import encode_plots
from sargas.geo.enu import Frame
from sargas.geo.wgs84 import ecef_from_geodetic
from sargas.model.columns import NS_PER_S, Float64, Int64, PlotFlag
from sargas.model.label import Label, Nation
from sargas.model.plots import SENSOR_CLAIMS, Plots
from sargas.model.record_base import Latitude, Longitude
from sargas.model.records import Sensor, Source

STREAM = 7
"""Of the seeds of a night: the noise of its listeners."""
PERIOD_S = 1.0
"""A listener reports what it hears once in so long."""
FALLOFF = 3.76
SOUND_MPS = 343.0
MAST_M = 3.0


class ListenerModel(Figures):
    """What a kind of listener hears; simulation values."""

    kind: Literal["acoustic", "rf"]
    latency_s: float
    false_per_hour: float
    kind_right: float = Field(description="Share of reports that name the kind rightly")
    channel: Literal["sound", "radio"]
    gives_bearing: bool
    sigma_azimuth_deg: float
    max_range_m: float
    reach_m: dict[str, float] = Field(description="By kind of object; not named: never heard")


class Listener(Figures):
    """Where an invented listener stands."""

    id: str
    model: str
    nation: Nation
    latitude_deg: Latitude
    longitude_deg: Longitude


_table = tomllib.loads(
    resources.files("sargas.exercise").joinpath("figures", "listeners.toml").read_text(encoding="utf-8")
)
MODELS = {name: ListenerModel.model_validate(row) for name, row in _table["model"].items()}
LISTENERS = tuple(Listener.model_validate(row) for row in _table["listener"])
EMITS: dict[str, float] = _table["emits"]
CLAIMS: dict[str, dict[str, str]] = _table["claim"]
WORDS = {
    "sound": ("engine_heard", "jet_heard", "rotor_heard", "multirotor_heard"),
    "radio": ("drone_link",),
}


def sensor_of(listener: Listener) -> Sensor:
    """Describe a listener as a node knows it."""
    model = MODELS[listener.model]
    return Sensor(
        id=listener.id,
        kind=model.kind,
        latitude_deg=listener.latitude_deg,
        longitude_deg=listener.longitude_deg,
        height_m=PLAIN_M + MAST_M,
        scan_period_s=PERIOD_S,
        max_range_m=model.max_range_m,
        sigma_azimuth_deg=model.sigma_azimuth_deg,
        clutter_per_scan=model.false_per_hour * PERIOD_S / 3600.0,
    )


def source_of(listener: Listener, label: Label) -> Source:
    """Describe what a listener sends: a stream of plots a report."""
    return Source(name=listener.id, format="plots", label=label)


def listen(
    listeners: Sequence[tuple[int, Listener]],
    seed: int,
    truth: Callable[[float], Truth],
    start_time_ns: int,
    duration_s: float,
) -> Iterator[SimDatagram]:
    """Yield what listeners send, in order of arrival; each has the number that seeds its noise.

    ``truth`` is asked at times that rise.
    """
    frames = [Frame(one.latitude_deg, one.longitude_deg, PLAIN_M + MAST_M) for _, one in listeners]
    late: list[tuple[int, str, bytes]] = []
    step = 0
    while (time_s := step * PERIOD_S) < duration_s:
        there = truth(time_s)
        for (number, one), frame in zip(listeners, frames, strict=True):
            rng = np.random.default_rng([seed, STREAM, number, step])
            late += _hear(one, frame, there, time_s, start_time_ns, rng, seed)
        step += 1
        # nothing of the steps to come can be there before
        due_ns = round(step * PERIOD_S * NS_PER_S)
        late.sort()
        while late and late[0][0] < due_ns:
            yield SimDatagram(*late.pop(0))
    yield from (SimDatagram(*one) for one in late)


def _hear(
    listener: Listener,
    frame: Frame,
    truth: Truth,
    time_s: float,
    start_time_ns: int,
    rng: np.random.Generator,
    seed: int,
) -> list[tuple[int, str, bytes]]:
    """Return reports of what sounds or sends at one time: when each is at the node (ns), who sends it, its bytes."""
    model = MODELS[listener.model]
    enu = frame.enu_from_ecef(ecef_from_geodetic(truth.latitude_deg, truth.longitude_deg, truth.altitude_m))
    range_m = np.linalg.norm(enu, axis=1)
    reach_m = np.array([model.reach_m.get(kind, 0.0) for kind in truth.kind])
    sends = np.array([_sends(seed, int(i), kind, model) for i, kind in zip(truth.object_id, truth.kind, strict=True)])
    likely = np.where(reach_m > 0.0, 0.5 ** np.minimum((range_m / np.maximum(reach_m, 1.0)) ** FALLOFF, 60.0), 0.0)
    heard = np.flatnonzero((rng.random(len(truth)) < likely) & sends)
    words, noise = WORDS[model.channel], rng.standard_normal(len(heard))
    told = [CLAIMS[model.channel][truth.kind[row]] for row in heard.tolist()]
    told = [word if rng.random() < model.kind_right else words[rng.integers(len(words))] for word in told]
    azimuth_deg = np.degrees(np.arctan2(enu[heard, 0], enu[heard, 1])) + model.sigma_azimuth_deg * noise
    travel_s = range_m[heard] / SOUND_MPS if model.kind == "acoustic" else np.zeros(len(heard))
    for _ in range(int(rng.poisson(model.false_per_hour * PERIOD_S / 3600.0))):
        azimuth_deg = np.append(azimuth_deg, rng.uniform(0.0, 360.0))
        travel_s, told = np.append(travel_s, 0.0), [*told, words[rng.integers(len(words))]]
    if not model.gives_bearing:
        azimuth_deg = np.full(len(told), np.nan)
    arrival_ns = np.rint((time_s + travel_s) * NS_PER_S).astype(np.int64)
    latency_ns = round(model.latency_s * NS_PER_S)
    return [
        (
            int(arrival_ns[k]) + latency_ns,
            listener.id,
            _encode(listener.id, start_time_ns + arrival_ns[k : k + 1], latency_ns, azimuth_deg[k : k + 1], told[k]),
        )
        for k in range(len(told))
    ]


def _encode(sensor_id: str, time_ns: Int64, latency_ns: int, azimuth_deg: Float64, word: str) -> bytes:
    plots = Plots.of(
        time_ns=time_ns,
        receive_time_ns=time_ns + latency_ns,
        sensor_ids=(sensor_id,),
        label=Label(),
        azimuth_deg=azimuth_deg % 360.0,
        claim=np.array([SENSOR_CLAIMS.index(word)], np.int8),
        flags=np.array([PlotFlag.SIMULATED], np.uint16),
    )
    return encode_plots(plots)


def _sends(seed: int, object_id: int, kind: str, model: ListenerModel) -> bool:
    if model.channel == "sound":
        return True
    rng = np.random.default_rng([seed, STREAM, 999, object_id])
    return bool(rng.random() < EMITS.get(kind, 0.0))
