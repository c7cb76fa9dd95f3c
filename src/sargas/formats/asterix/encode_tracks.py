"""System-track output: category 062 from a batch of tracks, closed by a category 065 end of batch."""

from __future__ import annotations

import numpy as np

from sargas.formats.asterix import specs
from sargas.formats.asterix.pack import (
    Mask,
    Piece,
    codes,
    constant,
    pack_records,
    quantise,
    six_bit_strings,
    time_of_day,
)
from sargas.formats.asterix.units import FEET_PER_MINUTE_MPS, FOOT_M
from sargas.model.columns import NS_PER_S, Float64, PlotFlag, UInt64
from sargas.model.tracks import Tracks, TrackStatus

_DAY_NS = 86_400 * NS_PER_S
_METRES_PER_DEGREE = 111_320.0
_DIAGONAL = (0, 6, 11, 15, 18, 20)
_EAST_NORTH = 1
"""Where the variances, and the covariance of east and north, stand in the 21 numbers of a covariance."""


def encode_system_tracks(
    sac: int, sic: int, tracks: Tracks, *, edition: str = "1.21", simulated: bool = False
) -> list[bytes]:
    """Encode tracks as category 062 datagrams of at most 1,400 octets, then one 065 end of batch.

    I062/040 is ``track_id`` modulo 65,536. Written: 010 070 105 185 060 380 (ADR, ID) 040 080 130 220 500; a row leaves
    out what it does not know. Standard deviations beyond their field saturate. No tracks: no datagrams. Raises
    ValueError for two tracks of one number and for values out of a field's range.
    Source: EUROCONTROL-SPEC-0149-9 (category 062), 0149-15 (category 065).
    """
    rows = len(tracks)
    if rows == 0:
        return []
    number = (tracks.track_id % 65536).astype(np.uint64)
    if len(np.unique(number)) < rows:
        raise ValueError("expected tracks whose track_id differs modulo 65,536, was a repetition")
    frn = specs.category(62, edition).frn
    every = np.ones(rows, bool)
    time, _ = time_of_day((tracks.time_ns % _DAY_NS) / NS_PER_S)
    latitude, has_latitude = quantise("latitude_deg", tracks.latitude_deg, 180 / 2**25, 32, signed=True)
    longitude, has_longitude = quantise("longitude_deg", tracks.longitude_deg, 180 / 2**25, 32, signed=True)
    east, has_east = quantise("velocity_east_mps", tracks.velocity_east_mps, 0.25, 16, signed=True)
    north, has_north = quantise("velocity_north_mps", tracks.velocity_north_mps, 0.25, 16, signed=True)
    height, has_height = quantise("altitude_m", tracks.altitude_m, 6.25 * FOOT_M, 16, signed=True)
    climb, has_climb = quantise("velocity_up_mps", tracks.velocity_up_mps, 6.25 * FEET_PER_MINUTE_MPS, 16, signed=True)
    squawk, has_squawk = codes("mode_3a", tracks.mode_3a, 12)
    address, has_address = codes("icao_address", tracks.icao_address, 24)
    name, has_name = six_bit_strings("callsign", tracks.callsign)
    derived = has_address.astype(np.uint64) << np.uint64(7) | has_name.astype(np.uint64) << np.uint64(6)
    pieces = [
        Piece(frn("010"), 2, constant(sac << 8 | sic, rows), every),
        Piece(frn("070"), 3, time, every),
        Piece(frn("105"), 8, latitude << np.uint64(32) | longitude, has_latitude & has_longitude),
        Piece(frn("185"), 4, east << np.uint64(16) | north, has_east & has_north),
        Piece(frn("060"), 2, squawk, has_squawk),
        Piece(frn("380"), 1, derived, has_address | has_name),
        Piece(frn("380"), 3, address, has_address),
        Piece(frn("380"), 6, name, has_name),
        Piece(frn("040"), 2, number, every),
        *_status(frn("080"), tracks, simulated, has_address | has_squawk | has_name),
        Piece(frn("130"), 2, height, has_height),
        Piece(frn("220"), 2, climb, has_climb),
        *_accuracies(frn("500"), tracks),
    ]
    return [*pack_records(62, pieces), _end_of_batch(sac, sic, int(tracks.time_ns.max()))]


def _status(frn: int, tracks: Tracks, simulated: bool, is_cooperative: Mask) -> list[Piece]:
    """Write I062/080 in the fewest parts: CNF, SPI | SIM, TSE | - | CST | SDS | SFC."""
    parts = np.zeros((6, len(tracks)), np.uint64)
    parts[0] |= _bit(tracks.status == TrackStatus.TENTATIVE, 1) | _bit(tracks.flags & PlotFlag.SPI != 0, 6)
    parts[1] |= _bit((tracks.flags & PlotFlag.SIMULATED != 0) | simulated, 7)
    parts[1] |= _bit(tracks.status == TrackStatus.DROPPED, 6)
    parts[3] |= _bit(tracks.status == TrackStatus.COASTING, 7)
    parts[4] |= _bit(~is_cooperative, 7)
    parts[5] |= _bit(tracks.flags & PlotFlag.ON_GROUND != 0, 4)
    pieces: list[Piece] = []
    follows = np.zeros(len(tracks), bool)
    for part in parts[::-1]:
        present = follows | (part != 0)
        pieces.append(Piece(frn, 1, part | _bit(follows, 0), present))
        follows = present
    first = pieces[-1]
    pieces[-1] = Piece(frn, 1, first.values, np.ones(len(tracks), bool))
    return pieces[::-1]


def _accuracies(frn: int, tracks: Tracks) -> list[Piece]:
    """Write I062/500: APC, COV, APW, AGA, ATV, ARC from the covariance where it is known and the height is."""
    variances = tracks.covariance[:, _DIAGONAL]
    known: Mask = np.asarray(~np.isnan(tracks.covariance).any(axis=1) & (variances >= 0).all(axis=1))
    sigma = np.sqrt(np.where(known[:, None], variances, 0.0))
    covariance = np.where(known, tracks.covariance[:, _EAST_NORTH], 0.0)
    parallel = _METRES_PER_DEGREE * np.maximum(np.cos(np.deg2rad(tracks.latitude_deg)), 1e-6)
    apc = _saturate(sigma[:, 0], 0.5, 16) << np.uint64(16) | _saturate(sigma[:, 1], 0.5, 16)
    root = np.rint(np.sign(covariance) * np.sqrt(np.abs(covariance)) / 0.5).clip(-(2**15), 2**15 - 1)
    cov = root.astype(np.int64).astype(np.uint64) & np.uint64(0xFFFF)
    lsb_deg = 180 / 2**25
    latitude = _saturate(sigma[:, 1] / _METRES_PER_DEGREE, lsb_deg, 16)
    longitude = _saturate(sigma[:, 0] / parallel, lsb_deg, 16)
    height = _saturate(sigma[:, 2], 6.25 * FOOT_M, 8)
    velocity = _saturate(sigma[:, 3], 0.25, 8) << np.uint64(8) | _saturate(sigma[:, 4], 0.25, 8)
    climb = _saturate(sigma[:, 5], 6.25 * FEET_PER_MINUTE_MPS, 8)
    return [
        Piece(frn, 2, constant(0xF580, len(tracks)), known),
        Piece(frn, 4, apc, known),
        Piece(frn, 2, cov, known),
        Piece(frn, 4, latitude << np.uint64(16) | longitude, known),
        Piece(frn, 1, height, known),
        Piece(frn, 2, velocity, known),
        Piece(frn, 1, climb, known),
    ]


def _saturate(sigma: Float64, lsb: float, bits: int) -> UInt64:
    return np.minimum(np.rint(sigma / lsb), 2.0**bits - 1).astype(np.uint64)


def _bit(where: Mask, position: int) -> UInt64:
    return where.astype(np.uint64) << np.uint64(position)


def _end_of_batch(sac: int, sic: int, time_ns: int) -> bytes:
    """Say that a track cycle is complete (I065/000 = 2); the batch number counts seconds modulo 256."""
    frn = specs.default_category(65).frn
    every = np.ones(1, bool)
    time, _ = time_of_day([time_ns % _DAY_NS / NS_PER_S])
    return pack_records(
        65,
        [
            Piece(frn("010"), 2, constant(sac << 8 | sic, 1), every),
            Piece(frn("000"), 1, constant(2, 1), every),
            Piece(frn("015"), 1, constant(0, 1), every),
            Piece(frn("030"), 3, time, every),
            Piece(frn("020"), 1, constant(time_ns // NS_PER_S % 256, 1), every),
        ],
    )[0]
