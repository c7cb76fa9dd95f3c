"""The kernel takes the same numbers out of a block as the full decoder, in every edition, and stops where it must."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.formats.asterix import adsb_plots, radar_plots, sensor_reports, system_tracks
from sargas.formats.asterix.extract import (
    CUT_OFF,
    EMPTY,
    OK,
    TOO_LONG,
    UNUSED_SLOT,
    ZERO_LENGTH,
    extract_records,
)
from sargas.formats.asterix.layout import ABSENT, Layout, compile_layout
from sargas.formats.asterix.read import decode_datagram
from sargas.formats.asterix.specs import DEFAULT_EDITIONS, category, default_category, editions
from sargas.formats.asterix.write import encode_block, encode_record
from tests.formats.asterix.oracle import random_items

PATHS = {21: adsb_plots.PATHS, 48: radar_plots.PATHS, 62: system_tracks.PATHS, **sensor_reports.PATHS}
MORE = {
    21: ("271/LW", "260/TID", "074/TOMRP", "295/SCC", "RE/SGV/HGT"),
    34: ("070", "100/THETAEND"),
    48: ("130/APD", "170/TCC", "250", "030/X", "RE/RPC/SCO", "RE/MD5/SUM/M5"),
    62: ("270/WIDTH", "510", "390/CS", "340/TYP/TYP", "RE/TVS/VX"),
    63: ("091", "060/SPO/VAL"),
    65: ("050",),
}
EDITIONS = [(int(name), edition) for name in DEFAULT_EDITIONS if "/" not in name for edition in editions(name)]
RADAR = compile_layout(default_category(48), radar_plots.PATHS)


def extract(layout: Layout, data: bytes) -> tuple[Any, list[int], tuple[int, int]]:
    """Run the kernel over records without a block header; return rows, starts and (reason, offset)."""
    octets = np.frombuffer(data, np.uint8)
    room = len(data) // 2 + 1
    out, starts = np.zeros((room, layout.columns), np.int64), np.zeros(room + 1, np.int64)
    hashes, trouble = np.zeros(room, np.uint64), np.zeros(4, np.int64)
    tables = layout.nodes, layout.slots, layout.wanted, layout.uap_slots
    rows = extract_records(octets, 0, len(data), *tables, out, starts, hashes, trouble)
    return out[:rows], starts[: rows + 1].tolist(), (int(trouble[0]), int(trouble[1]))


def value_at(items: Any, path: str) -> Any:
    for name in path.split("/"):
        items = items.get(name) if isinstance(items, dict) else None
    return items


@pytest.mark.parametrize(("number", "edition"), EDITIONS)
def test_every_wanted_field_is_the_one_of_the_full_decoder(number: int, edition: str) -> None:
    layout = category(number, edition, DEFAULT_EDITIONS.get(f"{number:03d}/RE"))
    paths = (*PATHS[number], *MORE[number])
    tables = compile_layout(layout, paths)
    signs = {column: (bits, signed) for column, _, bits, signed in tables.wanted.tolist()}
    rng = random.Random(edition)
    records = [encode_record(layout, random_items(layout, rng)) for _ in range(60)]
    rows, starts, trouble = extract(tables, b"".join(records))
    full = decode_datagram(encode_block(layout, records), {number: layout}).records
    assert trouble[0] == OK
    assert [start + 3 for start in starts[:-1]] == [record.offset for record in full]
    found = 0
    for row, record in zip(rows.tolist(), full, strict=True):
        for column, path in enumerate(paths):
            expected = value_at(record.items, path)
            if isinstance(expected, int):
                bits, signed = signs[column]
                expected -= ((expected >> (bits - 1)) << bits) if signed else 0
            elif isinstance(expected, list) and column in signs:
                expected = sum(1 << value for value in set(expected) if value < 63)
            else:
                expected = ABSENT
            assert row[column] == expected, path
            found += expected != ABSENT
    assert found > 60


@pytest.mark.parametrize(
    ("data", "reason", "offset"),
    [
        ("8019c9 00", EMPTY, 3),
        ("8019c9 80", CUT_OFF, 3),
        ("8019c9 ffff", CUT_OFF, 3),
        ("ffffffffff", TOO_LONG, 0),
        ("01010102 00", ZERO_LENGTH, 0),
        ("01010102 05ff", CUT_OFF, 0),
        ("0120 ff 0000", CUT_OFF, 0),
        ("2081", CUT_OFF, 0),
    ],
)
def test_the_walk_stops_at_what_cannot_be_read(data: str, reason: int, offset: int) -> None:
    _, _, trouble = extract(RADAR, bytes.fromhex(data))
    assert trouble == (reason, offset)


def test_unused_slots_and_subfields_stop_the_walk() -> None:
    tracks = compile_layout(default_category(62), system_tracks.PATHS)
    assert extract(tracks, b"\x40\x00")[2] == (UNUSED_SLOT, 0)
    service = compile_layout(default_category(34), PATHS[34])
    assert extract(service, b"\x04\x40")[2] == (UNUSED_SLOT, 0)


def test_an_expansion_that_cannot_be_read_leaves_the_record_whole() -> None:
    good = encode_record(default_category(48), {"010": {"SAC": 1, "SIC": 2}, "RE": {"ERR": 500}})
    bad = encode_record(default_category(48), {"010": {"SAC": 3, "SIC": 4}, "RE": b"\x01\x03\x00"})
    rows, _, trouble = extract(RADAR, bad + good)
    far = radar_plots.PATHS.index("RE/ERR")
    assert trouble[0] == OK
    assert rows[:, :2].tolist() == [[3, 4], [1, 2]]
    assert rows[:, far].tolist() == [ABSENT, 500]


@given(st.binary(max_size=120))
def test_random_octets_end_the_kernel_inside_its_block(data: bytes) -> None:
    for number, paths in PATHS.items():
        tables = compile_layout(default_category(number), paths)
        _, starts, (reason, offset) = extract(tables, data)
        assert starts == sorted(starts)
        assert starts[-1] <= len(data)
        assert (reason == OK) == (starts[-1] == len(data)) or offset == starts[-1]


@given(st.binary(max_size=80))
def test_the_kernel_and_the_full_decoder_find_the_same_records(data: bytes) -> None:
    layout = default_category(48)
    _, starts, trouble = extract(RADAR, data)
    full = decode_datagram(encode_block(layout, [data]), {48: layout}).records
    if trouble[0] == EMPTY:  # the full decoder keeps a record of nothing, for inspection
        full = full[: len(starts) - 1]
    if data:
        assert [record.offset - 3 for record in full] == starts[:-1]
