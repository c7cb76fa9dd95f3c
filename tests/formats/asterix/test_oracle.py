"""Our codec and libasterix agree, item by item and octet by octet, in both directions."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sargas.formats.asterix.specs import Category, category, default_category, editions
from sargas.formats.asterix.write import encode_block
from sargas.formats.pcap import packets
from tests.formats.asterix.oracle import (
    assert_decodes_alike,
    assert_encodes_alike,
    oracle_expansion,
    random_items,
)

WITH_EXPANSION = ("021", "048", "062")
RECORDS = {"021": 60, "034": 300, "048": 80, "062": 50, "063": 400, "065": 500}
"""Of the newest edition; benchmarks/bench_oracle_asterix.py compares 10,000 of each."""

NEWEST = [(name, editions(name)[-1]) for name in RECORDS]
OTHERS = [(name, edition) for name in RECORDS for edition in editions(name)[:-1]]


def compare(name: str, edition: str, records: int) -> int:
    expansion = editions(f"{name}/RE")[-1] if name in WITH_EXPANSION else None
    layout = category(int(name), edition, expansion)
    oracle = oracle_expansion(layout, expansion) if expansion else None
    rng = random.Random(f"{name} {edition}")
    compared = 0
    for _ in range(records // 10):
        encoded = [assert_encodes_alike(layout, random_items(layout, rng), oracle) for _ in range(10)]
        compared += assert_decodes_alike(layout, encode_block(layout, encoded), oracle)
    return compared


@pytest.mark.parametrize(("name", "edition"), NEWEST)
def test_random_records_of_the_newest_editions_are_equal_to_the_oracle(name: str, edition: str) -> None:
    assert compare(name, edition, RECORDS[name]) > 2 * RECORDS[name]


@pytest.mark.parametrize(("name", "edition"), OTHERS)
def test_random_records_of_every_other_edition_are_equal_to_the_oracle(name: str, edition: str) -> None:
    assert compare(name, edition, 10) > 20


@pytest.mark.parametrize("name", ["021/RE", "048/RE", "062/RE"])
def test_older_expansions_are_equal_to_the_oracle(name: str) -> None:
    for edition in editions(name)[:-1]:
        layout = category(int(name[:3]), editions(name[:3])[-1], edition)
        oracle = oracle_expansion(layout, edition)
        rng = random.Random(name + edition)
        only = {"010": {"SAC": 1, "SIC": 2}}
        encoded = [
            assert_encodes_alike(layout, {**only, "RE": random_expansion(layout, rng)}, oracle) for _ in range(10)
        ]
        assert assert_decodes_alike(layout, encode_block(layout, encoded), oracle) > 20


def random_expansion(layout: Category, rng: random.Random) -> object:
    while True:
        items = random_items(layout, rng)
        if "RE" in items:
            return items["RE"]


@pytest.mark.parametrize(("name", "blocks"), [("cat034_048", 100), ("cat062_065", 2)])
def test_every_record_of_the_samples_is_equal_to_the_oracle(shared_data: Path, name: str, blocks: int) -> None:
    compared = values = 0
    for packet in packets((shared_data / f"real/asterix/{name}.pcap").read_bytes()):
        payload = packet.payload
        while payload:
            octets = int.from_bytes(payload[1:3], "big")
            values += assert_decodes_alike(default_category(payload[0]), payload[:octets], None)
            payload = payload[octets:]
            compared += 1
    assert compared >= blocks
    assert values > 20 * blocks
