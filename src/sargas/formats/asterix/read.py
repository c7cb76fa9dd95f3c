"""Full decoding: datagram to blocks to records to every item, raw integers kept. For tools, tests and inspection.

The wire rules are those of EUROCONTROL-SPEC-0149 (ASTERIX part 1). Every octet ends up decoded, refused or trailing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sargas.formats.asterix.blocks import BlockSpan, Refused, split_blocks
from sargas.formats.asterix.content import Raw
from sargas.formats.asterix.specs import (
    Category,
    Compound,
    Element,
    Explicit,
    Extended,
    Group,
    Item,
    Repetitive,
    Spare,
    Variation,
)
from sargas.formats.asterix.write import encode_variation


@dataclass(frozen=True, slots=True)
class Record:
    """One decoded record: where it stood in the datagram and its items by number.

    ``fspec_octets`` is as sent: some systems send more presence octets than needed.
    """

    category: Category
    offset: int
    octets: int
    fspec_octets: int
    items: Mapping[str, Raw]


@dataclass(frozen=True, slots=True)
class Datagram:
    """One decoded datagram: records, what was refused and why, and how many octets stood behind the last block.

    Octets of records and of the headers of blocks are decoded; decoded + refused + trailing is the whole length.
    """

    records: tuple[Record, ...]
    refused: tuple[Refused, ...]
    decoded_octets: int
    trailing_octets: int


class _Malformed(Exception):
    """Why a record cannot be read; caught before it leaves this module."""


def decode_datagram(data: bytes, categories: Mapping[int, Category]) -> Datagram:
    """Decode every record of the categories given. Never raises on any bytes; a bad record ends its block."""
    spans, refused, trailing = split_blocks(data, categories.keys())
    found = list(refused)
    records: list[Record] = []
    decoded = 0
    for span in spans:
        read, bad = _read_block(data, span, categories[span.category])
        records += read
        found += bad
        decoded += span.octets - sum(one.octets for one in bad)
    found.sort(key=lambda one: one.offset)
    return Datagram(tuple(records), tuple(found), decoded, trailing)


def _read_block(data: bytes, span: BlockSpan, category: Category) -> tuple[list[Record], list[Refused]]:
    records: list[Record] = []
    position, end = span.offset + 3, span.offset + span.octets
    while position < end:
        try:
            record = read_record(data, position, end, category)
        except _Malformed as error:
            return records, [Refused(position, end - position, str(error))]
        records.append(record)
        position += record.octets
    return records, []


def read_record(data: bytes, start: int, end: int, category: Category) -> Record:
    """Read the record at ``start``, which must stop at or before ``end``; raises what ``decode_datagram`` counts."""
    present, position = _presence(data, start, end, len(category.slots), "FSPEC")
    fspec_octets = position - start
    items: dict[str, Raw] = {}
    for slot in present:
        item = category.slots[slot]
        if item is None:
            raise _Malformed(f"expected FRN {slot + 1} of category {category.number:03d} unset, was set")
        path = f"I{category.number:03d}/{item.name}"
        if isinstance(item.variation, Explicit):
            items[item.name], position = _explicit(item.variation, data, position, end, path, category.expansion)
        else:
            items[item.name], position = _read(item.variation, data, position, end, path)
    return Record(category, start, position - start, fspec_octets, items)


def _presence(data: bytes, position: int, end: int, slots: int, path: str) -> tuple[list[int], int]:
    """Read presence octets of 7 bits and FX; returns the slots set (from 0) and the position behind."""
    present: list[int] = []
    for octet in range(-(-slots // 7)):
        value = _octets(data, position, 1, end, path)
        position += 1
        present += [octet * 7 + bit for bit in range(7) if value >> (7 - bit) & 1]
        if not value & 1:
            if present and present[-1] >= slots:
                raise _Malformed(f"expected {path} within {slots} slots, was slot {present[-1] + 1}")
            return present, position
    raise _Malformed(f"expected {path} of at most {-(-slots // 7)} octets, was longer")


def _octets(data: bytes, position: int, count: int, end: int, path: str) -> int:
    if position + count > end:
        raise _Malformed(f"expected {path} to end within its block, was cut off")
    return int.from_bytes(data[position : position + count], "big")


def _read(variation: Variation, data: bytes, position: int, end: int, path: str) -> tuple[Raw, int]:
    if isinstance(variation, Element):
        count = variation.bits // 8
        return _octets(data, position, count, end, path), position + count
    if isinstance(variation, Group):
        count = variation.bits // 8
        fields: dict[str, Raw] = {}
        _read_fields(variation.items, variation.bits, _octets(data, position, count, end, path), 0, fields)
        return fields, position + count
    if isinstance(variation, Extended):
        return _extended(variation, data, position, end, path)
    if isinstance(variation, Repetitive):
        return _repetitive(variation, data, position, end, path)
    if isinstance(variation, Compound):
        return _compound(variation, data, position, end, path)
    return _explicit(variation, data, position, end, path, None)


def _read_fields(items: tuple[Item | Spare, ...], bits: int, raw: int, first_bit: int, into: dict[str, Raw]) -> None:
    """Cut ``bits`` bits into fields; spare bits are kept when set, under ``spare@`` and their bit offset."""
    left = bits
    for item in items:
        width = item.bits if isinstance(item, Spare) else item.variation.bits  # type: ignore[union-attr]
        left -= width
        value = raw >> left & ((1 << width) - 1)
        if isinstance(item, Spare):
            if value:
                into[f"spare@{first_bit + bits - left - width}"] = value
        elif isinstance(item.variation, Group):
            inner: dict[str, Raw] = {}
            _read_fields(item.variation.items, width, value, 0, inner)
            into[item.name] = inner
        else:
            into[item.name] = value


def _extended(variation: Extended, data: bytes, position: int, end: int, path: str) -> tuple[Raw, int]:
    fields: dict[str, Raw] = {}
    first_bit = 0
    for i, (part, bits) in enumerate(zip(variation.parts, variation.part_bits, strict=True)):
        is_open = i == len(variation.parts) - 1 and not variation.last_has_fx
        count = (bits + 7) // 8 if is_open else (bits + 1) // 8
        raw = _octets(data, position, count, end, path)
        position += count
        follows = not is_open and raw & 1
        _read_fields(part, bits, raw if is_open else raw >> 1, first_bit, fields)
        first_bit += bits
        if not follows:
            return fields, position
    start = position
    while _octets(data, position, 1, end, path) & 1:
        position += 1
    fields["more"] = data[start : position + 1]
    return fields, position + 1


def _repetitive(variation: Repetitive, data: bytes, position: int, end: int, path: str) -> tuple[Raw, int]:
    values: list[Raw] = []
    if variation.count_octets:
        times = _octets(data, position, variation.count_octets, end, path)
        position += variation.count_octets
        for _ in range(times):
            value, position = _read(variation.of, data, position, end, path)
            values.append(value)
        return values, position
    count = (variation.bits + 1) // 8
    while True:
        raw = _octets(data, position, count, end, path)
        position += count
        if isinstance(variation.of, Group):
            fields: dict[str, Raw] = {}
            _read_fields(variation.of.items, variation.bits, raw >> 1, 0, fields)
            values.append(fields)
        else:
            values.append(raw >> 1)
        if not raw & 1:
            return values, position


def _compound(variation: Compound, data: bytes, position: int, end: int, path: str) -> tuple[Raw, int]:
    start = position
    if variation.has_fx:
        present, position = _presence(data, position, end, len(variation.slots), f"presence octets of {path}")
    else:
        octet = _octets(data, position, 1, end, path)
        present, position = [bit for bit in range(8) if octet >> (7 - bit) & 1], position + 1
    octets = position - start
    fields: dict[str, Raw] = {}
    for slot in present:
        item = variation.slots[slot] if slot < len(variation.slots) else None
        if item is None:
            raise _Malformed(f"expected subfield {slot + 1} of {path} unset, was set")
        fields[item.name], position = _read(item.variation, data, position, end, f"{path}/{item.name}")
    if variation.has_fx and octets > (present[-1] // 7 + 1 if present else 1):
        fields["presence_octets"] = octets
    return fields, position


def _explicit(
    variation: Explicit, data: bytes, position: int, end: int, path: str, expansion: Compound | None
) -> tuple[Raw, int]:
    """Read RE by its expansion where that gives back the same octets, else keep them raw; SP is always raw."""
    length = _octets(data, position, 1, end, path)
    if length == 0:
        raise _Malformed(f"expected a length of {path} of at least 1, was 0")
    _octets(data, position, length, end, path)
    content = data[position + 1 : position + length]
    if variation.of == "re" and expansion is not None and content:
        try:
            fields, stop = _compound(expansion, data, position + 1, position + length, path)
        except _Malformed:
            return content, position + length
        if stop == position + length and encode_variation(expansion, fields, path) == content:
            return fields, position + length
    return content, position + length
