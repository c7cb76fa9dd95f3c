"""How fast ASTERIX becomes columns, against libasterix on the same bytes in the same run, taken in turn.

CPU seconds of this process, best of the rounds: a busy machine shortens neither side. libasterix only parses here; our
side also extracts the fields, drops duplicates and checks the rules.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import asterix.generated as generated
import numpy as np
from asterix.base import Bits, RawDatablock

from sargas.formats.asterix import (
    encode_adsb_reports,
    encode_service_message,
    encode_system_tracks,
    encode_target_reports,
    open_decoder,
)
from sargas.formats.asterix.decoder import AsterixDecoder
from sargas.formats.asterix.extract import OK, extract_records
from sargas.formats.asterix.sift import sift_records
from sargas.formats.asterix.specs import default_category
from sargas.formats.asterix.write import encode_block, encode_record
from sargas.model.label import Label
from sargas.model.records import Source
from sargas.model.tracks import Tracks

NOON_NS = 1_760_011_200_000_000_000
NOON_S = 43_200.0
ROWS = 20_000
ROUNDS = 7
ORACLE_RECORDS = 400
COMMAND = "python benchmarks/bench_asterix.py"


def radar_datagrams(rng: np.random.Generator) -> list[bytes]:
    """Mode S plots with height, Doppler and radar cross section; 36 octets a record."""
    return encode_target_reports(
        1,
        2,
        time_of_day_s=NOON_S + np.arange(ROWS) / 512,
        range_m=rng.uniform(1e3, 400e3, ROWS),
        azimuth_deg=rng.uniform(0, 360, ROWS),
        flight_level_ft=rng.uniform(0, 40e3, ROWS),
        height_ft=rng.uniform(0, 40e3, ROWS),
        icao_address=rng.integers(0, 1 << 24, ROWS),
        mode_3a=rng.integers(0, 4096, ROWS),
        callsign=np.full(ROWS, b"LOT123"),
        doppler_mps=rng.uniform(-300, 300, ROWS),
        rcs_dbsm=rng.uniform(-20, 20, ROWS),
    )


def adsb_datagrams(rng: np.random.Generator) -> list[bytes]:
    """ADS-B reports with everything our encoder writes."""
    return encode_adsb_reports(
        1,
        3,
        time_of_day_s=NOON_S + np.arange(ROWS) / 512,
        latitude_deg=rng.uniform(50, 60, ROWS),
        longitude_deg=rng.uniform(20, 30, ROWS),
        altitude_m=rng.uniform(0, 12e3, ROWS),
        flight_level_ft=rng.uniform(0, 40e3, ROWS),
        icao_address=rng.integers(0, 1 << 24, ROWS),
        callsign=np.full(ROWS, b"LOT123"),
        velocity_east_mps=rng.uniform(-200, 200, ROWS),
        velocity_north_mps=rng.uniform(-200, 200, ROWS),
        nic=np.full(ROWS, 8),
        nac_p=np.full(ROWS, 9),
        sil=np.full(ROWS, 3),
    )


def track_datagrams(rng: np.random.Generator) -> list[bytes]:
    """System tracks with accuracies."""
    covariance = np.zeros((ROWS, 21))
    covariance[:, (0, 6, 11, 15, 18, 20)] = 400.0
    tracks = Tracks.of(
        time_ns=NOON_NS + np.arange(ROWS) * 2_000_000,
        track_id=np.arange(ROWS),
        latitude_deg=rng.uniform(50, 60, ROWS),
        longitude_deg=rng.uniform(20, 30, ROWS),
        altitude_m=rng.uniform(0, 12e3, ROWS),
        velocity_east_mps=rng.uniform(-200, 200, ROWS),
        velocity_north_mps=rng.uniform(-200, 200, ROWS),
        velocity_up_mps=rng.uniform(-10, 10, ROWS),
        covariance=covariance,
        icao_address=rng.integers(0, 1 << 24, ROWS).astype(np.int32),
        label=Label(),
    )
    return encode_system_tracks(1, 4, tracks)[:-1]


def small_datagrams(number: int) -> list[bytes]:
    """Service messages, packed a hundred to a block."""
    layout = default_category(number)

    def record(i: int) -> bytes:
        if number == 34:
            message = encode_service_message(
                1, 5, message="sector", time_of_day_s=NOON_S + i / 128, azimuth_deg=i * 360 / 32, rotation_period_s=4.0
            )
            return message[3:]
        kind: dict[str, Any] = (
            {"050": {"SAC": 1, "SIC": 2}, "060": {"CON": 0}} if number == 63 else {"000": 2, "015": 0}
        )
        return encode_record(layout, {"010": {"SAC": 1, "SIC": 6}, "030": 43_200 * 128 + i, **kind})

    return [encode_block(layout, [record(i) for i in range(n, n + 100)]) for n in range(0, ROWS, 100)]


def columns_of(number: int, datagrams: list[bytes]) -> Callable[[], int]:
    """Make the step that extracts and judges every record: the hot path up to its columns."""
    decoder = open_decoder(Source(name="bench", format="asterix"), ())
    reading = decoder._readings[number]
    layout, rules = reading.layout, reading.rules
    blocks = [np.frombuffer(datagram, np.uint8) for datagram in datagrams]
    room = max(len(block) for block in blocks) // 2 + 1
    raw, starts = np.zeros((room, layout.columns), np.int64), np.zeros(room + 1, np.int64)
    hashes, verdicts = np.zeros(room, np.uint64), np.zeros(room, np.int64)
    trouble = np.zeros(4, np.int64)
    tables = layout.nodes, layout.slots, layout.wanted, layout.uap_slots
    limits = rules.columns, rules.lowest, rules.highest, rules.optional
    turn = [0]

    def step() -> int:
        turn[0] += 1
        now_ns, records = NOON_NS + turn[0] * 60_000_000_000, 0
        for block in blocks:
            rows = extract_records(block, 3, len(block), *tables, raw, starts, hashes, trouble)
            assert trouble[0] == OK
            records += sift_records(
                raw, rows, hashes, number, now_ns, decoder.seen.window_ns, decoder.seen.hashes,
                decoder.seen.times_ns, *limits, decoder._heard, verdicts, trouble,
            )  # fmt: skip
        return records

    return step


def decoder_of(datagrams: list[bytes]) -> Callable[[], int]:
    """Make the step that decodes datagram by datagram, as the picture does."""

    def step() -> int:
        decoder: AsterixDecoder = open_decoder(Source(name="bench", format="asterix"), ())
        return sum(decoder.decode(NOON_NS, datagram).records for datagram in datagrams)

    return step


def oracle_of(category: Any, datagrams: list[bytes]) -> Callable[[], int]:
    """Make the step that lets libasterix parse datagrams until it has enough records."""

    def step() -> int:
        records = 0
        for datagram in datagrams:
            for block in RawDatablock.parse(Bits.from_bytes(datagram)):
                records += len(category.cv_uap.parse(block.get_raw_records()))
            if records >= ORACLE_RECORDS:
                break
        return records

    return step


def rate(step: Callable[[], int]) -> float:
    """Run once; records a CPU second."""
    started = time.process_time()
    records = step()
    return records / (time.process_time() - started)


def report(figure: str, value: float, unit: str, limit: float | None, note: str) -> None:
    """Print one figure."""
    kept = None if limit is None else value >= limit
    text = None if limit is None else f">= {limit:,.0f} {unit}"
    line = {"figure": figure, "value": value, "unit": unit, "limit": text, "ok": kept, "command": COMMAND, "note": note}
    print(json.dumps(line), flush=True)


def main() -> None:
    """Measure every category."""
    rng = np.random.default_rng(1)
    inputs = {
        48: (radar_datagrams(rng), generated.Cat_048_1_32),
        21: (adsb_datagrams(rng), generated.Cat_021_2_6),
        62: (track_datagrams(rng), generated.Cat_062_1_21),
        34: (small_datagrams(34), generated.Cat_034_1_29),
        63: (small_datagrams(63), generated.Cat_063_1_7),
        65: (small_datagrams(65), generated.Cat_065_1_6),
    }
    for number, (datagrams, category) in inputs.items():
        columns, whole, oracle = columns_of(number, datagrams), decoder_of(datagrams), oracle_of(category, datagrams)
        columns(), whole()
        rounds = [(rate(columns), rate(oracle), rate(whole)) for _ in range(ROUNDS)]
        ours, theirs, full = (max(column) for column in zip(*rounds, strict=True))
        octets = sum(map(len, datagrams)) / ROWS
        name = f"ASTERIX {number:03d}"
        report(f"{name} to columns", ours, "records/s", 1e6, f"{octets:.0f} octets a record, datagrams <= 1,400 octets")
        report(
            f"{name} to columns against libasterix", ours / theirs, "times", 100, f"it parses {theirs:,.0f} records/s"
        )
        report(
            f"{name} through the decoder", full, "records/s", None, "to Plots, Tracks or SensorStatus, each datagram"
        )


if __name__ == "__main__":
    main()
