"""Warm kernels: everything the node compiles, compiled or loaded before the first datagram comes.

A short simulated night, and a partner's tracks beside it, go through the real core: what is compiled is what will run.
The compiled kernels are cached beside their modules; ``runtime/kernel_cache.py`` knows when that is out of date. When
some must be compiled, a second process takes the tracker's and those of lost tracks, about half of it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba.core import event

from sargas.assessment.drift.warm import warm_up as warm_drift
from sargas.assessment.lost.warm import warm_up as lose_one_track
from sargas.assessment.prediction.goals import judge_goals, remember
from sargas.assessment.prediction.predictor import Predictor
from sargas.exercise.night import DEFAULT_START_NS
from sargas.exercise.open import open_night
from sargas.formats.asterix.encode_tracks import encode_system_tracks
from sargas.identification.classifier import Classifier, states_of
from sargas.identification.gnss_aircraft import check_reports
from sargas.identification.gnss_layout import AIRCRAFT, EVENT, REPORT
from sargas.identification.model_file import ClassifierModel, shipped_model
from sargas.identification.sky import Expected, weigh_by_sky
from sargas.identification.trace import trace
from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.label import Label
from sargas.model.records import Configuration, Source, Tick
from sargas.model.tracks import CLASSES, Tracks
from sargas.picture.intake import Intake
from sargas.picture.state import Picture, State
from sargas.picture.step import step
from sargas.runtime.kernel_cache import digest_kernel_modules, drop_stale_kernels, mark_kernels_current
from sargas.tracking.warm import warm_up as track_some_plots

NIGHT_S = 12
"""Long enough that the radars turn more than once and tracks are confirmed."""
TARGETS = 20
PARTNER = "partner"
NODE = "warm-up"
_OTHER_HALF = """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that waits: it ends this one
from sargas.assessment.lost.warm import warm_up as lose_one_track
from sargas.tracking.warm import warm_up as track_some_plots
track_some_plots()
lose_one_track()
"""


@dataclass(frozen=True, slots=True)
class WarmUp:
    """What warming took: wall-clock seconds, and how many kernels had to be compiled."""

    seconds: float
    compiled: int


Progress = Callable[[int, str], None]
"""Is told how many kernels were compiled so far, and the module that is compiled now."""


def warm_kernels(progress: Progress | None = None) -> WarmUp:
    """Compile or load every kernel; ``progress`` hears of each one that must be compiled, and of none when warm."""
    started = time.monotonic()
    digests = digest_kernel_modules()  # now: the code may change while it is compiled
    counter = _Counter(progress)
    with event.install_listener("numba:compile", counter):
        if drop_stale_kernels():
            inputs = list(warm_inputs())
        else:
            inputs = _compile_side_by_side()
        state = State()
        for envelope in inputs:
            step(state, envelope)
        track_some_plots()
        lose_one_track()
        _appraise_one_track()
    mark_kernels_current(digests)
    return WarmUp(time.monotonic() - started, counter.compiled)


def _compile_side_by_side() -> list[Envelope]:
    """Compile one half in another process, the other in this one; return the inputs."""
    with subprocess.Popen([sys.executable, "-c", _OTHER_HALF]) as other:
        try:
            inputs = _compile_this_half()
        except BaseException:
            other.kill()
            raise
    if other.returncode != 0:
        raise RuntimeError(f"expected the other half of the kernels to compile, exit code was {other.returncode}")
    return inputs


def _compile_this_half() -> list[Envelope]:
    inputs = list(warm_inputs())
    intake = Intake(_configuration(inputs))
    for envelope in inputs[1:]:
        if envelope.kind == "datagram":
            intake.decode(envelope.source, envelope.receive_time_ns, envelope.data)
    _assess_one_track(_configuration(inputs))
    _appraise_one_track()
    return inputs


def _configuration(inputs: list[Envelope]) -> Configuration:
    return Configuration.model_validate_json(inputs[0].data)


def _assess_one_track(configuration: Configuration) -> None:
    """Move one track through the zones."""
    picture = Picture.of(configuration)
    for second in range(3):
        time_ns = configuration.time_ns + second * NS_PER_S
        origin = (configuration.origin_latitude_deg, configuration.origin_longitude_deg)
        picture.zones.assess(_one_track(time_ns, configuration.label, origin), time_ns)


def _appraise_one_track() -> None:
    """Classify, forecast and check the navigation of one track: a short night has no time for all of it."""
    _forecast_one_track()
    _classify_one_track()
    warm_drift()
    check_reports(np.zeros(1, REPORT), np.zeros(1, AIRCRAFT), np.zeros(2, EVENT))


def _classify_one_track() -> None:
    """Classify one track, alone."""
    classifier = Classifier(ClassifierModel.from_bytes(shipped_model()))
    tracks = [_one_track(DEFAULT_START_NS + second * NS_PER_S, Label(), (55.0, 24.0)) for second in range(2)]
    for told in tracks:
        classifier.update(told)
    states = np.concatenate([states_of(told) for told in tracks])
    time_ns = np.concatenate([told.time_ns for told in tracks])
    trace(np.array([0, 2]), time_ns, states, np.zeros((2, 2)), np.ones(2, np.bool_))
    even = np.full((1, len(CLASSES)), 1.0 / len(CLASSES))
    weigh_by_sky(
        time_ns,
        np.zeros(2, np.int64),
        states[:, 3],
        np.zeros(2),
        even.repeat(2, 0).astype(np.float32),
        Expected(np.zeros(0), even),
    )


def _forecast_one_track() -> None:
    """Forecast one track, and note what it makes for."""
    predictor = Predictor()
    predictor.update(_one_track(DEFAULT_START_NS, Label(), (55.0, 24.0)))
    predictor.forecast(np.array([7]), np.array([60.0]))
    remember(np.full((1, 6), np.nan), np.zeros(1, np.int64), np.zeros((1, 5)), np.zeros((1, 6)))
    judge_goals(np.zeros((1, 5)), np.zeros((1, 6)), np.ones((1, 2)), np.ones(1), np.ones(1))


def warm_inputs() -> Iterator[Envelope]:
    """Yield the journal of a short night: its configuration, its datagrams, a partner's tracks, ticks."""
    night = open_night("baltic-night", targets=str(TARGETS), duration_s=str(NIGHT_S), nations="LTU")
    start_ns = DEFAULT_START_NS
    label = Label(caveats=("EXERCISE",))
    settings = night.configuration()
    configuration = Configuration(
        id=f"{NODE}/configuration", time_ns=start_ns, origin=NODE, label=label, node=NODE,
        origin_latitude_deg=settings.origin[0], origin_longitude_deg=settings.origin[1],
        sources=(*settings.sources, Source(name=PARTNER, format="asterix", label=label)),
        sensors=settings.sensors, zones=settings.zones, exercise=True, nation="LTU",
    )  # fmt: skip
    yield _envelope(0, start_ns, configuration)
    sequence, tick_ns = 1, start_ns + NS_PER_S
    for datagram in night.datagrams():
        while start_ns + datagram.offset_ns >= tick_ns:
            for data in _partner_tracks(tick_ns, label, settings.origin):
                yield Envelope(sequence, tick_ns, PARTNER, "datagram", data)
                sequence += 1
            yield _envelope(sequence, tick_ns, Tick(id=f"{NODE}/{tick_ns}", time_ns=tick_ns, origin=NODE, label=label))
            sequence, tick_ns = sequence + 1, tick_ns + NS_PER_S
        yield Envelope(sequence, start_ns + datagram.offset_ns, datagram.source, "datagram", datagram.data)
        sequence += 1


def _envelope(sequence: int, time_ns: int, record: Configuration | Tick) -> Envelope:
    return Envelope(sequence, time_ns, NODE, "record", record.model_dump_json().encode())


def _partner_tracks(time_ns: int, label: Label, origin: tuple[float, float]) -> list[bytes]:
    """Encode one partner track as category 062 with its 065."""
    return encode_system_tracks(0, 1, _one_track(time_ns, label, origin), simulated=True)


def _one_track(time_ns: int, label: Label, origin: tuple[float, float]) -> Tracks:
    """Fly one track straight on from the origin."""
    elapsed_s = (time_ns - DEFAULT_START_NS) / NS_PER_S
    return Tracks.of(
        time_ns=np.array([time_ns]), track_id=np.array([7]), latitude_deg=np.array([origin[0] + 1e-3 * elapsed_s]),
        longitude_deg=np.array([origin[1]]), altitude_m=np.array([3000.0]), velocity_east_mps=np.array([0.0]),
        velocity_north_mps=np.array([111.0]), velocity_up_mps=np.array([0.0]), label=label,
        callsign=np.array([b"WARM1"], "S8"),
    )  # fmt: skip


class _Counter(event.Listener):
    """Count compilations of our own kernels; numba's inner ones are part of them."""

    def __init__(self, progress: Progress | None) -> None:
        self.compiled = 0
        self._progress = progress

    def on_start(self, event: Any) -> None:
        function = event.data["dispatcher"].py_func
        if function.__module__.startswith("sargas."):
            self.compiled += 1
            if self._progress is not None:
                self._progress(self.compiled, function.__module__)

    def on_end(self, event: Any) -> None:
        """Nothing to do: what started is counted."""
