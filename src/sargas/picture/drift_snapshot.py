"""The state of the drifters as bytes, and back: JSON, whose numbers read back as they were."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np

from sargas.assessment.drift.airports import Airports
from sargas.assessment.drift.closure import Closure, Share
from sargas.assessment.drift.drifters import Drifter, Drifters
from sargas.assessment.drift.following import Followed, Look
from sargas.assessment.drift.launch import Launch
from sargas.model.drift_records import ClosureAdvice, LaunchEstimate, WindTable
from sargas.model.label import Label
from sargas.model.parts import pack, unpack
from sargas.picture.drift_telling import Sites

MARK = b"SARGAS-DRIFTING-2\n"
Entries = dict[int, list[list[float]]]


def dump_drift(
    drifters: Drifters,
    airports: Airports,
    sites: Sites,
    entries: Entries,
    told_ns: dict[int, int],
    labels: dict[int, Label],
) -> bytes:
    """Write the whole state."""
    state = {
        "epoch_ns": drifters.epoch_ns,
        "chosen_ns": drifters.chosen_ns,
        "tables": [table.model_dump(mode="json") for table in drifters.tables.values()],
        "looks": [[track_id, asdict(look), count] for track_id, look, count in drifters.pooled.looks],
        "drifters": [_dump_drifter(held) for held in drifters.by_track.values()],
        "shares": [[_dump_share(share) for share in own] for own in airports.shares.values()],
        "simulated": sorted(airports.simulated),
        "closures": [asdict(closure) for closure in airports.closures],
        "advice": [advice.model_dump(mode="json") for advice in airports.advice.values()],
        "looked_ns": airports.looked_ns,
        "launches": [[number, _dump_launch(one), first_s] for number, (one, first_s) in sites.launches.items()],
        "sites": [[first, told.model_dump(mode="json")] for first, told in sites.told.items()],
        "entries": list(entries.items()),
        "told_ns": list(told_ns.items()),
        "labels": [[number, label.model_dump(mode="json")] for number, label in labels.items()],
    }
    return pack(MARK, {}, [json.dumps(state).encode()])


def load_drift(
    data: bytes, drifters: Drifters, airports: Airports, sites: Sites
) -> tuple[Entries, dict[int, int], dict[int, Label]]:
    """Read the state into parts that were set up anew. Raises ValueError for bytes that are none."""
    _, (octets,) = unpack(MARK, data, 1)
    state = json.loads(octets.tobytes())
    drifters.epoch_ns = state["epoch_ns"]
    drifters.tables = {
        one.table_id: one for one in map(WindTable.model_validate_json, map(json.dumps, state["tables"]))
    }
    drifters.pooled.looks = [(track_id, _load_look(look), count) for track_id, look, count in state["looks"]]
    drifters.by_track = {one.followed.track_id: one for one in map(_load_drifter, state["drifters"])}
    drifters.restore_wind(state["chosen_ns"])
    airports.shares = {own[0]["track_id"]: [_load_share(share) for share in own] for own in state["shares"]}
    airports.simulated = set(state["simulated"])
    airports.closures = [Closure(**closure) for closure in state["closures"]]
    told = map(ClosureAdvice.model_validate_json, map(json.dumps, state["advice"]))
    airports.advice = {advice.zone_id: advice for advice in told}
    airports.looked_ns = state["looked_ns"]
    sites.launches = {number: (_load_launch(one), first_s) for number, one, first_s in state["launches"]}
    sites.told = {first: LaunchEstimate.model_validate_json(json.dumps(told)) for first, told in state["sites"]}
    labels = {number: Label.model_validate(label) for number, label in state["labels"]}
    return dict(state["entries"]), dict(state["told_ns"]), labels


def _dump_drifter(held: Drifter) -> dict[str, Any]:
    kept = {name: getattr(held, name) for name in Drifter.__slots__ if name not in ("followed", "launch")}
    return kept | {"followed": asdict(held.followed), "launch": held.launch and _dump_launch(held.launch)}


def _load_drifter(kept: dict[str, Any]) -> Drifter:
    followed = kept.pop("followed")
    followed["looks"] = [_load_look(look) for look in followed["looks"]]
    launch = kept.pop("launch")
    return Drifter(Followed(**followed), launch=launch and _load_launch(launch), **kept)


def _load_look(look: dict[str, Any]) -> Look:
    return Look(**(look | {"told": tuple(look["told"])}))


def _dump_launch(launch: Launch) -> list[Any]:
    return [launch.x_m, launch.y_m, launch.covariance_m2.tolist(), launch.before_s]


def _load_launch(kept: list[Any]) -> Launch:
    low, middle, high = kept[3]
    return Launch(kept[0], kept[1], np.array(kept[2]), (low, middle, high))


def _dump_share(share: Share) -> dict[str, Any]:
    arrays = ("inside", "first", "last")
    return {name: value.tolist() if name in arrays else value for name, value in share._asdict().items()}


def _load_share(kept: dict[str, Any]) -> Share:
    return Share(**(kept | {name: np.array(kept[name]) for name in ("inside", "first", "last")}))
