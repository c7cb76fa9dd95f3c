"""Snapshot of the whole state: what a replay from the first envelope would have led to, as bytes.

``load_state`` goes on from it bit by bit: later outputs, digests and snapshots are those of a run without a break, by
the same version of the code. Page: docs/determinism.md.
"""

from __future__ import annotations

from sargas.model.parts import Part, pack, unpack
from sargas.model.records import Configuration
from sargas.picture.digest import Digest
from sargas.picture.state import Picture, State

MARK = b"SARGAS-PICTURE-17\n"
"""Kind and version: raised whenever a part reads as something else than before."""


def dump_state(state: State, sequence: int) -> bytes:
    """Write a state; ``sequence``: of the last envelope that is in it. Equal states give equal bytes."""
    picture = state.picture
    header = {
        "sequence": sequence,
        "time_ns": state.time_ns,
        "digest": state.digest.hex(),
        "configuration": None if picture is None else picture.configuration.model_dump(mode="json"),
    }
    return pack(MARK, header, [] if picture is None else [part.snapshot() for part in _parts(picture)])


def load_state(data: bytes) -> tuple[State, int]:
    """Return the state of a snapshot and the sequence of the last envelope that is in it.

    Raises ValueError for bytes that are no snapshot, are of another version, damaged or cut short.
    """
    header, arrays = unpack(MARK, data)
    state = State(time_ns=header["time_ns"], digest=Digest(bytes.fromhex(header["digest"])))
    if header["configuration"] is not None:
        state.picture = Picture.of(Configuration.model_validate(header["configuration"]))
        for part, values in zip(_parts(state.picture), arrays, strict=True):
            part.restore(values.tobytes())
        state.picture.zones.likelihood = state.picture.outlook.likelihood
        state.picture.alerting.likelihood = state.picture.outlook.likelihood
    return state, header["sequence"]


def _parts(picture: Picture) -> tuple[Part, ...]:
    return (
        picture.intake,
        picture.health,
        picture.tracker,
        picture.groups,
        picture.fused,
        picture.zones,
        picture.alerting,
        picture.registrations,
        picture.cooperation,
        picture.said,
        picture.identity,
        picture.appraisal,
        picture.outlook,
        picture.drifting,
        picture.lost,
        picture.network,
        picture.touched,
        picture.unheard,
        picture.integrity,
        picture.reports,
        picture.contained,
    )
