"""Snapshot of a tracker: a JSON header and the used part of every array, each as .npy, one after the other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from sargas.model.columns import Int64
from sargas.model.label import Label
from sargas.model.parts import read_array, write_array
from sargas.model.records import Sensor
from sargas.sensors.registration import Registration
from sargas.sensors.site import SiteTable
from sargas.tracking.state import HIGH_WATER, TrackState, allocate, trim

MAGIC = b"SARGAS-TRACKS-5\n"
REGISTRATION = ("entries", "index", "information", "pull")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a snapshot holds."""

    state: TrackState
    counts: Int64
    call: int
    sensors: tuple[Sensor, ...]
    labels: tuple[Label, ...]
    ended: dict[int, int]
    """Label bits of tracks that ended lately."""
    learned: SiteTable
    registration: Registration


def dump_snapshot(
    state: TrackState,
    counts: Int64,
    call: int,
    sensors: tuple[Sensor, ...],
    labels: tuple[Label, ...],
    ended: dict[int, int],
    learned: SiteTable,
    registration: Registration,
) -> bytes:
    """Write a tracker's state; equal states give equal bytes."""
    header = {
        "capacity": len(state.book),
        "call": call,
        "sensors": [sensor.model_dump() for sensor in sensors],
        "labels": [label.model_dump() for label in labels],
        "ended": list(ended.items()),
        "registration_ns": registration.time_ns,
    }
    out: list[bytes | memoryview] = [MAGIC]
    write_array(out, np.frombuffer(json.dumps(header, sort_keys=True).encode(), np.uint8))
    for values in (counts, learned, *(getattr(registration, name) for name in REGISTRATION)):
        write_array(out, values)
    for values in trim(state).values():
        write_array(out, values)
    return b"".join(out)


def load_snapshot(data: bytes) -> Snapshot:
    """Read a snapshot. Raises ValueError for bytes that are not one or are cut short."""
    if not data.startswith(MAGIC):
        raise ValueError(f"expected a tracker snapshot that begins with {MAGIC!r}, was {data[: len(MAGIC)]!r}")
    found, view, at = list[np.ndarray[Any, Any]](), memoryview(data), len(MAGIC)
    while at < len(data):
        values, at = read_array(view, at)
        found.append(values)
    if len(found) != 3 + len(REGISTRATION) + len(TrackState._fields):
        raise ValueError("expected a whole tracker snapshot, was cut short: take the one before")
    header, counts, learned = json.loads(found[0].tobytes()), found[1].copy(), found[2]
    registration = Registration()
    for name, values in zip(REGISTRATION, found[3:], strict=False):
        setattr(registration, name, values.copy())
    registration.time_ns = header["registration_ns"]
    arrays = dict(zip(TrackState._fields, found[3 + len(REGISTRATION) :], strict=True))
    state = allocate(header["capacity"], arrays["contributing"].shape[1])
    for name, values in state._asdict().items():
        values[: len(arrays[name])] = arrays[name]
    if int(state.registers[HIGH_WATER]) != len(arrays["book"]):
        raise ValueError("expected a whole tracker snapshot, was damaged: take the one before")
    return Snapshot(
        state=state,
        counts=counts,
        call=header["call"],
        sensors=tuple(Sensor.model_validate(fields) for fields in header["sensors"]),
        labels=tuple(Label.model_validate(fields) for fields in header["labels"]),
        ended=dict(header["ended"]),
        learned=learned,
        registration=registration,
    )
