"""The full codec keeps every octet, counts what it refuses, and says why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.formats.asterix.blocks import MOST_BLOCKS, split_blocks
from sargas.formats.asterix.content import physical_items, raw_items
from sargas.formats.asterix.read import Datagram, decode_datagram
from sargas.formats.asterix.specs import DEFAULT_EDITIONS, category, default_category
from sargas.formats.asterix.write import encode_block, encode_record

CATEGORIES = {int(name): default_category(int(name)) for name in DEFAULT_EDITIONS if "/" not in name}
PLOT = bytes.fromhex("f0 19c9 356d4d a0 c5aff1e0".replace(" ", ""))
"""I048: 010, 140, 020, 040."""


def block(number: int, *records: bytes) -> bytes:
    return encode_block(CATEGORIES[number], records)


def assert_accounted(result: Datagram, octets: int) -> None:
    refused = sum(one.octets for one in result.refused)
    assert result.decoded_octets + refused + result.trailing_octets == octets
    assert all(0 <= one.offset < octets for one in result.refused)


def reason_of(data: bytes) -> str:
    result = decode_datagram(data, CATEGORIES)
    assert_accounted(result, len(data))
    assert len(result.refused) == 1
    return result.refused[0].reason


def test_a_plot_is_told_in_physical_units() -> None:
    (record,) = decode_datagram(block(48, PLOT), CATEGORIES).records
    assert physical_items(record.category, record.items) == {
        "010": {"SAC": 25, "SIC": 201},
        "140": 27354.6015625,
        "020": {"TYP": 5, "SIM": 0, "RDP": 0, "SPI": 0, "RAB": 0},
        "040": {"RHO": 197.68359375, "THETA": 340.13671875},
    }


def test_physical_items_are_the_way_back() -> None:
    layout = CATEGORIES[62]
    physical = {
        "010": {"SAC": 1, "SIC": 2},
        "070": 3600.5,
        "105": {"LAT": 55.0, "LON": -24.0},
        "060": {"V": 0, "G": 0, "CH": 0, "MODE3A": "7700"},
        "380": {"ADR": "4ca123", "ID": "LOT123", "IAS": {"IM": 1, "IAS": 0.78}},
        "390": {"CS": "LOT123"},
        "295": {"MFL": 63.75},
    }
    raw = raw_items(layout, physical)
    assert raw["105"] == {"LAT": 10252743, "LON": (1 << 32) - 4473924}
    (record,) = decode_datagram(block(62, encode_record(layout, raw)), CATEGORIES).records
    found = physical_items(layout, record.items)
    assert found["380"] == physical["380"]
    assert found["060"] == physical["060"]
    assert found["105"] == {"LAT": pytest.approx(55.0, abs=3e-6), "LON": pytest.approx(-24.0, abs=3e-6)}


def test_halves_round_to_even() -> None:
    layout = CATEGORIES[62]
    assert [raw_items(layout, {"136": level})["136"] for level in (0.125, 0.375, 0.625)] == [0, 2, 2]


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ({"136": 1501.0}, "expected I062/136 within -15..1500 FL, was 1501.0"),
        ({"105": {"LAT": 91.0}}, "expected I062/105/LAT within -90..90"),
        ({"070": -1.0}, "expected I062/070 within 0.."),
        ({"390": {"CS": "Ł"}}, "expected I062/390/CS of the ascii alphabet"),
        ({"380": {"ID": "lot"}}, "expected I062/380/ID of the icao alphabet"),
        ({"999": 1}, "expected an item of category 062 1.21, was '999'"),
        ({"105": {"LATITUDE": 1.0}}, "expected a field of I062/105 out of LAT, LON, was 'LATITUDE'"),
        ({"105": 1.0}, "expected the fields of I062/105"),
    ],
)
def test_values_that_do_not_fit_are_refused(items: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words.replace(".", r"\.").replace("(", r"\(")):
        raw_items(CATEGORIES[62], items)  # type: ignore[arg-type]


def test_ages_saturate_because_their_largest_value_means_or_more() -> None:
    assert raw_items(CATEGORIES[62], {"290": {"PSR": 1000.0}}) == {"290": {"PSR": 255}}
    assert raw_items(CATEGORIES[21], {"295": {"QI": 99.0}}) == {"295": {"QI": 255}}


@pytest.mark.parametrize(
    "items",
    [
        {"040": {"RHO": 1 << 16}},
        {"010": {"SAC": -1}},
        {"220": 1 << 24},
        {"XXX": 1},
        {"020": {"NONE": 1}},
        {"130": {"NONE": 1}},
        {"030": []},
        {"SP": bytes(255)},
        {"250": [{"MBDATA": 1}] * 256},
        {"010": {"SAC": 1, "SIK": 2}},
    ],
)
def test_raw_values_that_do_not_fit_are_refused(items: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="expected"):
        encode_record(CATEGORIES[48], items)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", None),
        (b"\x30", "expected a data block of more than 3 octets"),
        (b"\x30\x00\x00\x00", "expected a block length within the datagram"),
        (b"\x30\x00\x02\x00", "expected a block length within the datagram"),
        (b"\x30\x00\x03", "expected a data block of more than 3 octets"),
        (b"\x30\xff\xff\xf0", "expected a block length within the datagram"),
        (b"\x05\x00\x04\x00", "category 005 is not configured"),
        (block(48, b"\xff\xff\xff\xff\xff"), "expected FSPEC of at most 4 octets, was longer"),
        (block(48, b"\xff\xff"), "expected FSPEC to end within its block"),
        (block(62, b"\x40\x00"), "expected FRN 2 of category 062 unset, was set"),
        (block(48, b"\x80\x19"), "expected I048/010 to end within its block"),
        (block(48, b"\x01\x01\x01\x02\x00"), "expected a length of I048/RE of at least 1, was 0"),
        (block(48, b"\x01\x20\xff" + bytes(8)), "expected I048/250 to end within its block"),
        (block(34, b"\x04\x40"), "expected subfield 2 of I034/050 unset, was set"),
        (block(62, b"\x01\x01\x01\x04\x01\x01\x01"), "expected presence octets of I062/500 of at most 2 octets"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_rule_it_breaks(data: bytes, words: str | None) -> None:
    if words is None:
        assert decode_datagram(data, CATEGORIES) == Datagram((), (), 0, 0)
    else:
        assert words in reason_of(data)


def test_records_before_a_bad_one_are_kept() -> None:
    data = block(48, PLOT, PLOT, b"\x80")
    result = decode_datagram(data, CATEGORIES)
    assert len(result.records) == 2
    assert (result.refused[0].offset, result.refused[0].octets) == (len(data) - 1, 1)
    assert_accounted(result, len(data))


def test_octets_behind_the_last_block_are_counted_and_no_category_invented() -> None:
    tail = bytes.fromhex("4000081122334455") + b"\x00"
    result = decode_datagram(block(48, PLOT) + tail, CATEGORIES)
    assert (len(result.records), result.refused, result.trailing_octets) == (1, (), 9)


def test_a_block_that_is_not_configured_is_skipped_when_lengths_lead_to_the_end() -> None:
    data = block(48, PLOT) + b"\xf7\x00\x05ab" + block(48, PLOT)
    result = decode_datagram(data, CATEGORIES)
    assert [record.offset for record in result.records] == [3, len(block(48, PLOT)) + 8]
    assert [one.reason for one in result.refused] == ["category 247 is not configured"]
    assert_accounted(result, len(data))


def test_more_blocks_than_any_radar_sends_are_refused_as_one_stretch() -> None:
    data = block(48, PLOT) * (MOST_BLOCKS + 50)
    result = decode_datagram(data, CATEGORIES)
    assert len(result.records) == MOST_BLOCKS
    assert [one.reason for one in result.refused] == [f"expected at most {MOST_BLOCKS} blocks, was more"]
    assert_accounted(result, len(data))


@pytest.mark.parametrize("start", [b"", b"\x30\x00\x04\x00"])
@pytest.mark.parametrize("end", [b"", b"\x00"])
def test_a_datagram_full_of_tiny_blocks_is_split_in_linear_time(start: bytes, end: bytes) -> None:
    data = start + b"\x05\x00\x04\x00" * 16_000 + end
    spans, refused, trailing = split_blocks(data, CATEGORIES)
    assert sum(span.octets for span in spans) + sum(one.octets for one in refused) + trailing == len(data)
    assert len(spans) + len(refused) <= MOST_BLOCKS + 1


def test_further_parts_of_a_later_edition_are_skipped_and_kept() -> None:
    later = encode_record(CATEGORIES[48], {"020": {"TYP": 1, "TST": 1, "ADSB": {"EP": 1}, "ACASXV": {"EP": 1}}})
    older = category(48, "1.30")
    result = decode_datagram(encode_block(older, [later]), {48: older})
    (record,) = result.records
    assert isinstance(record.items["020"], dict)
    assert record.items["020"]["more"] == later[-2:]
    assert encode_record(older, record.items) == later


def test_an_expansion_that_its_edition_does_not_explain_stays_octets() -> None:
    data = encode_record(CATEGORIES[48], {"RE": b"\x01\x03\x00"})
    (record,) = decode_datagram(block(48, data), CATEGORIES).records
    assert record.items["RE"] == b"\x01\x03\x00"
    assert physical_items(record.category, record.items) == {"RE": "010300"}


def test_private_octets_are_kept_and_never_guessed() -> None:
    data = encode_record(CATEGORIES[48], {"SP": b"\x00private"})
    (record,) = decode_datagram(block(48, data), CATEGORIES).records
    assert record.items == {"SP": b"\x00private"}


@pytest.mark.parametrize(
    "record",
    [
        bytes.fromhex("f1010100") + PLOT[1:],
        bytes.fromhex("80") + bytes((25, 12)),
        encode_record(CATEGORIES[48], {"130": {"SRL": 1, "presence_octets": 1}}),
        b"\x01\x80\x81\x00\x05",
        b"\x10\xff\xff",
    ],
)
def test_unusual_but_legal_octets_survive_the_way_there_and_back(record: bytes) -> None:
    result = decode_datagram(block(48, record), CATEGORIES)
    octets = b"".join(encode_record(r.category, r.items, r.fspec_octets) for r in result.records)
    refused = sum(one.octets for one in result.refused)
    assert octets == record[: len(record) - refused]


@given(st.integers(0, (1 << 24) - 1))
def test_a_time_of_day_survives_as_seconds(raw: int) -> None:
    layout = CATEGORIES[34]
    seconds = physical_items(layout, {"030": raw})["030"]
    assert seconds == raw / 128
    assert raw_items(layout, {"030": seconds}) == {"030": raw}
