"""Hostile octets: nothing raises or hangs, and every octet is accounted for."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.formats.asterix import DEFAULT_EDITIONS, open_decoder
from sargas.formats.asterix.read import decode_datagram
from sargas.formats.asterix.specs import default_category
from sargas.formats.asterix.write import encode_block, encode_record
from sargas.model.records import Source
from tests.formats.asterix.oracle import random_items

CATEGORIES = {int(name): default_category(int(name)) for name in DEFAULT_EDITIONS if "/" not in name}
NOON_NS = 1_760_011_200_000_000_000


def valid_block(number: int, seed: int, records: int = 3) -> bytes:
    rng = random.Random(seed)
    layout = CATEGORIES[number]
    return encode_block(layout, [encode_record(layout, random_items(layout, rng)) for _ in range(records)])


def assert_survives(data: bytes) -> None:
    full = decode_datagram(data, CATEGORIES)
    assert full.decoded_octets + sum(one.octets for one in full.refused) + full.trailing_octets == len(data)
    for record in full.records:
        octets = data[record.offset : record.offset + record.octets]
        assert encode_record(record.category, record.items, record.fspec_octets) == octets
    for framing in ("none", "final"):
        result = open_decoder(Source(name="fuzz", format="asterix", framing=framing), ()).decode(NOON_NS, data)
        assert 0 <= result.trailing_bytes <= len(data)
        assert all(0 <= reject.offset <= len(data) for reject in result.rejects)
        if framing == "none" and not result.quarantine and not full.refused and not full.records:
            assert result.plots is None


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_random_octets(data: bytes) -> None:
    assert_survives(data)


@settings(max_examples=100)
@given(st.sampled_from(sorted(CATEGORIES)), st.binary(max_size=200))
def test_random_octets_behind_a_true_header(number: int, data: bytes) -> None:
    assert_survives(bytes((number,)) + (len(data) + 3).to_bytes(2, "big") + data)


@st.composite
def mutated_blocks(draw: Any) -> bytes:
    data = bytearray(valid_block(draw(st.sampled_from(sorted(CATEGORIES))), draw(st.integers(0, 50))))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(data) - 1))
        match draw(st.sampled_from(["flip", "set", "drop", "insert"])):
            case "flip":
                data[place] ^= 1 << draw(st.integers(0, 7))
            case "set":
                data[place] = draw(st.sampled_from([0, 1, 0x7F, 0x80, 0xFE, 0xFF]))
            case "drop" if len(data) > 1:
                del data[place]
            case _:
                data.insert(place, draw(st.integers(0, 255)))
    if draw(st.booleans()):
        data[1:3] = len(data).to_bytes(2, "big")
    return bytes(data)


@settings(max_examples=150)
@given(mutated_blocks())
def test_mutated_blocks(data: bytes) -> None:
    assert_survives(data)


@pytest.mark.parametrize("number", sorted(CATEGORIES))
def test_blocks_cut_at_every_octet(number: int) -> None:
    data = valid_block(number, seed=number, records=2)
    for end in range(len(data)):
        assert_survives(data[:end])
        if end > 3:
            assert_survives(data[:1] + end.to_bytes(2, "big") + data[3:end])


@pytest.mark.parametrize(
    "data",
    [
        b"\x30\x00\x00",
        b"\x30\x00\x01\x00",
        b"\x30\xff\xff" + bytes(10),
        b"\x30\x00\x40" + b"\xff" * 61,
        b"\x3e\x00\x40" + b"\x01" * 61,
        b"\x30\x00\x0c\x01\x20\xff" + bytes(6),
        b"\x30\x00\x08\x01\x01\x01\x02\x00",
        b"\x15\x10\x00" + b"\xff" * 4093,
        bytes(65_535),
        b"\x00\x09\x00\x00\x00\x00\x30\x00\x03",
    ],
    ids=lambda data: data[:8].hex(),
)
def test_hostile_octets_named_in_the_reference(data: bytes) -> None:
    assert_survives(data)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(sorted(CATEGORIES)), st.integers(0, 20)), min_size=1, max_size=5))
def test_splitting_a_datagram_at_its_blocks_changes_no_record(blocks: list[tuple[int, int]]) -> None:
    parts = [valid_block(number, seed) for number, seed in blocks]
    together = decode_datagram(b"".join(parts), CATEGORIES)
    alone = [record.items for part in parts for record in decode_datagram(part, CATEGORIES).records]
    assert [record.items for record in together.records] == alone
