"""Write spec/vectors/release: python -m tests.formats.release.make_vectors. The same files on every run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from sargas.formats.release.envelope import Release, seal
from sargas.formats.release.plot_wire import Place, pack_plots, unpack_plots
from sargas.formats.release.record_wire import pack_record
from sargas.formats.release.track_wire import Detail, ToldTracks, pack_tracks, unpack_tracks
from sargas.model.label import Classification, Label
from sargas.model.plots import Plots
from sargas.model.sharing_records import PartnerNotice
from tests.formats.release.making import KEY, SEED, T0_NS, release, tracks

FOLDER = Path(__file__).resolve().parents[3] / "spec" / "vectors" / "release"
LABEL = Label(
    classification=Classification.RESTRICTED,
    releasable_to=("EST", "LTU", "POL"),
    caveats=("BALTNET",),
    originator="LVA",
)
COLUMNS = (
    "time_ns", "track_id", "latitude_deg", "longitude_deg", "altitude_m", "velocity_east_mps", "velocity_north_mps",
    "velocity_up_mps", "status", "update_time_ns", "flags", "rcs_dbsm", "position_95_m",
)  # fmt: skip
PLOT_COLUMNS = (
    "time_ns",
    "scan",
    "range_m",
    "azimuth_deg",
    "elevation_deg",
    "range_rate_mps",
    "flight_level_ft",
    "flags",
)


def column(values: np.ndarray[Any, Any]) -> list[Any]:
    """Return a column as JSON numbers, null for NaN."""
    return [None if value != value else value for value in values.tolist()]


def envelope_of(one: Release) -> dict[str, Any]:
    """Return the fields of an envelope as JSON."""
    return {
        "origin": one.origin,
        "destination": one.destination,
        "traffic": one.traffic,
        "token": one.token,
        "epoch": one.epoch,
        "sequence": one.sequence,
        "created_ns": one.created_ns,
        "policy_hash": one.policy_hash.hex(),
        "label": one.label.model_dump(mode="json"),
        "body": one.body.hex(),
        "message_id": one.message_id,
    }


def tracks_as_told(body: bytes) -> dict[str, Any]:
    """Return what a reader takes out of a body of tracks."""
    found, bucket, buckets = unpack_tracks(body, "LVA", LABEL)
    columns = {name: column(getattr(found.tracks, name)) for name in COLUMNS}
    best = found.tracks.class_probabilities.argmax(axis=1)
    return columns | {
        "bucket": bucket,
        "buckets": buckets,
        "network_id": [v.decode() for v in found.tracks.network_id.tolist()],
        "network_since_ns": found.tracks.network_since_ns.tolist(),
        "danger": found.danger.tolist(),
        "class_index": best.tolist(),
        "sensors": found.tracks.contributing_sensor_ids(),
    }


def plots_as_told(body: bytes) -> dict[str, Any]:
    """Return what a reader takes out of a body of plots."""
    found, place = unpack_plots(body, "LVA:rezekne", T0_NS, LABEL)
    assert place is not None
    where = [place.latitude_deg, place.longitude_deg, place.height_m]
    return {name: column(getattr(found, name)) for name in PLOT_COLUMNS} | {"place": where}


def vectors() -> dict[str, dict[str, Any]]:
    """Make every vector: file name to content."""
    batch = tracks(
        3,
        buckets=4,
        network_id=np.array([b"", b"LTU-812", b""], "S16"),
        sensor_ids=("rezekne", "daugavpils"),
        network_since_ns=np.array([T0_NS - 9_000_000_000, T0_NS - 12_345, -1]),
        contributing=np.array([[1], [3], [2]], np.uint64),
        rcs_dbsm=np.array([-8, np.nan, 3], np.float32),
        time_ns=np.array([T0_NS, T0_NS - 500_000_000, T0_NS], np.int64),
    )
    told = ToldTracks(batch, np.array([0, 2, 1], np.uint8))
    whole = Detail(full_accuracy=True, sensor_names=True, echo=True)
    notice = PartnerNotice(
        id="x", time_ns=T0_NS, origin="LVA", label=LABEL, nation="LVA", notice_id="LVA-alert-0123456789ab",
        about="alert", state="raised", level="critical", headline="Predicted to enter a protected area",
        network_ids=("LTU-812",), eta_ns=(T0_NS + 90_000_000_000, T0_NS + 90_000_000_000),
    )  # fmt: skip
    plots = Plots.of(
        time_ns=np.array([T0_NS, T0_NS - 7_000_000]), receive_time_ns=np.array([T0_NS, T0_NS]),
        scan=np.array([812, 811]),
        sensor_ids=("rezekne",), label=LABEL, range_m=np.array([81_234.5, 9_000.0]),
        azimuth_deg=np.array([359.999, 45.0]),
        elevation_deg=np.array([1.25, np.nan]), range_rate_mps=np.array([-51.2, np.nan]),
        flight_level_ft=np.array([np.nan, 1_200.0]),
    )  # fmt: skip
    bodies = {"tracks": pack_tracks(told, "LVA", 3, 4), "tracks-in-full": pack_tracks(told, "LVA", 3, 4, whole)}
    found: dict[str, dict[str, Any]] = {}
    for name, body in bodies.items():
        one = release(body, token="b03", sequence=41, epoch=T0_NS, label=LABEL)
        found[f"{name}.json"] = {"envelope": envelope_of(one), "told": tracks_as_told(body), "sealed": hexed(one)}
    one = release(pack_record(notice), traffic="log", token="alert", sequence=7, epoch=T0_NS, label=LABEL)
    told_notice = json.loads(one.body)
    found["notice.json"] = {"envelope": envelope_of(one), "told": told_notice, "sealed": hexed(one)}
    body = pack_plots(plots, Place(56.5, 27.25, 141.5))
    one = release(body, traffic="plots", token="rezekne", sequence=9, epoch=T0_NS, label=LABEL)
    found["plots.json"] = {"envelope": envelope_of(one), "told": plots_as_told(body), "sealed": hexed(one)}
    return {name: {"signing_key_seed": SEED.hex(), "verify_key": KEY} | content for name, content in found.items()}


def hexed(one: Release) -> str:
    """Return the sealed octets in hexadecimal."""
    return seal(one, SEED).hex()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in vectors().items():
        (FOLDER / name).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
