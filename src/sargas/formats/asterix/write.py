"""Full encoding: items of a record, as raw integers by name, to octets. The inverse of ``read``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sargas.formats.asterix.content import Raw, checked
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


def encode_block(category: Category, records: Iterable[bytes]) -> bytes:
    """Put records behind one block header. Raises ValueError beyond the 65,535 octets a block can count."""
    content = b"".join(records)
    octets = len(content) + 3
    if octets > 0xFFFF:
        raise ValueError(f"expected records of at most 65,532 octets together, was {len(content)}: use more blocks")
    return bytes((category.number,)) + octets.to_bytes(2, "big") + content


def encode_record(category: Category, items: Mapping[str, Raw], fspec_octets: int = 0) -> bytes:
    """Encode a record in UAP order, with the fewest FSPEC octets but at least ``fspec_octets``.

    Raises ValueError for an unknown item or field and for a value that does not fit its bits.
    """
    unknown = set(items) - {item.name for item in category.slots if item is not None}
    if unknown:
        raise ValueError(f"expected items of category {category.number:03d} {category.edition}, was {sorted(unknown)}")
    slots = [i for i, item in enumerate(category.slots) if item is not None and item.name in items]
    parts = [_presence(slots, fspec_octets)]
    for slot in slots:
        item = category.slots[slot]
        if item is not None:
            path = f"I{category.number:03d}/{item.name}"
            expansion = category.expansion if item.name == "RE" else None
            parts.append(_encode_item(item, items[item.name], path, expansion))
    return b"".join(parts)


def _encode_item(item: Item, value: Raw, path: str, expansion: Compound | None) -> bytes:
    if isinstance(item.variation, Explicit) and isinstance(value, dict):
        if expansion is None:
            raise ValueError(f"expected octets of {path}, was fields: no edition of the expansion is set")
        value = encode_variation(expansion, value, path)
    return encode_variation(item.variation, value, path)


def _presence(slots: Sequence[int], least_octets: int) -> bytes:
    octets = bytearray(max(1, least_octets, *(slot // 7 + 1 for slot in slots)))
    for slot in slots:
        octets[slot // 7] |= 0x80 >> slot % 7
    for i in range(len(octets) - 1):
        octets[i] |= 1
    return bytes(octets)


def encode_variation(variation: Variation, value: Raw, path: str) -> bytes:
    """Encode one item's value by its layout. Raises ValueError that names the field."""
    if isinstance(variation, Element):
        return checked(value, variation.bits, path).to_bytes(variation.bits // 8, "big")
    if isinstance(variation, Group):
        return _fields(variation.items, variation.bits, value, 0, path).to_bytes(variation.bits // 8, "big")
    if isinstance(variation, Extended):
        return _extended(variation, value, path)
    if isinstance(variation, Repetitive):
        return _repetitive(variation, value, path)
    if isinstance(variation, Compound):
        return _compound(variation, value, path)
    if not isinstance(value, bytes) or len(value) > 254:
        raise ValueError(f"expected at most 254 octets of {path}, was {value!r}")
    return bytes((len(value) + 1,)) + value


def _fields(
    items: tuple[Item | Spare, ...], bits: int, value: Raw, first_bit: int, path: str, *, is_whole: bool = True
) -> int:
    """Join fields to one integer; a field that is not given is zero."""
    if not isinstance(value, dict):
        raise ValueError(f"expected the fields of {path}, was {value!r}")
    raw, used = 0, first_bit
    if is_whole:
        known = {item.name for item in items if isinstance(item, Item)}
        _refuse_unknown(value, known, path)
    for item in items:
        if isinstance(item, Spare):
            width = item.bits
            part = checked(value.get(f"spare@{used}", 0), width, f"{path}/spare@{used}")
        elif isinstance(item.variation, Group):
            width = item.variation.bits
            part = _fields(item.variation.items, width, value.get(item.name, {}), 0, f"{path}/{item.name}")
        elif isinstance(item.variation, Element):
            width = item.variation.bits
            part = checked(value.get(item.name, 0), width, f"{path}/{item.name}")
        else:
            raise ValueError(f"expected a field of fixed width, was {path}/{item.name}")
        raw = raw << width | part
        used += width
    if used - first_bit != bits:
        raise ValueError(f"expected {bits} bits of {path}, was {used - first_bit}")
    return raw


def _extended(variation: Extended, value: Raw, path: str) -> bytes:
    """Write the fewest parts that hold all fields given."""
    if not isinstance(value, dict):
        raise ValueError(f"expected the fields of {path}, was {value!r}")
    _refuse_unknown(value, _names(variation.parts), path)
    starts = [sum(variation.part_bits[:i]) for i in range(len(variation.parts))]
    last = max(
        (i for i, part in enumerate(variation.parts) if _holds(value, part, starts[i], variation.part_bits[i])),
        default=0,
    )
    more = value.get("more", b"")
    if more:
        last = len(variation.parts) - 1
    octets = bytearray()
    for i in range(last + 1):
        bits = variation.part_bits[i]
        raw = _fields(variation.parts[i], bits, value, starts[i], path, is_whole=False)
        if i == len(variation.parts) - 1 and not variation.last_has_fx:
            octets += raw.to_bytes(bits // 8, "big")
        else:
            octets += (raw << 1 | (i < last or bool(more))).to_bytes((bits + 1) // 8, "big")
    return bytes(octets) + (more if isinstance(more, bytes) else b"")


def _holds(value: Mapping[str, Raw], part: tuple[Item | Spare, ...], first_bit: int, bits: int) -> bool:
    names = {item.name for item in part if isinstance(item, Item)}
    spares = {f"spare@{bit}" for bit in range(first_bit, first_bit + bits)}
    return not value.keys().isdisjoint(names | spares)


def _names(parts: Iterable[tuple[Item | Spare | None, ...]]) -> set[str]:
    return {item.name for part in parts for item in part if isinstance(item, Item)} | {"more", "presence_octets"}


def _refuse_unknown(value: Mapping[str, Raw], known: set[str], path: str) -> None:
    unknown = sorted(name for name in value if name not in known and not name.startswith("spare@"))
    if unknown:
        raise ValueError(f"expected fields of {path} out of {', '.join(sorted(known))}, was {', '.join(unknown)}")


def _repetitive(variation: Repetitive, value: Raw, path: str) -> bytes:
    if not isinstance(value, list):
        raise ValueError(f"expected a list of {path}, was {value!r}")
    if variation.count_octets:
        times = checked(len(value), 8 * variation.count_octets, f"number of {path}")
        copies = [encode_variation(variation.of, one, path) for one in value]
        return times.to_bytes(variation.count_octets, "big") + b"".join(copies)
    if not value:
        raise ValueError(f"expected one or more of {path}, was none: the item has no way to say none")
    octets = bytearray()
    for i, one in enumerate(value):
        if isinstance(variation.of, Group):
            raw = _fields(variation.of.items, variation.bits, one, 0, path)
        else:
            raw = checked(one, variation.bits, path)
        octets += (raw << 1 | (i < len(value) - 1)).to_bytes((variation.bits + 1) // 8, "big")
    return bytes(octets)


def _compound(variation: Compound, value: Raw, path: str) -> bytes:
    if not isinstance(value, dict):
        raise ValueError(f"expected the subfields of {path}, was {value!r}")
    _refuse_unknown(value, _names((variation.slots,)), path)
    present = [i for i, item in enumerate(variation.slots) if item is not None and item.name in value]
    if variation.has_fx:
        octets = value.get("presence_octets", 0)
        parts = [_presence(present, octets if isinstance(octets, int) else 0)]
    else:
        parts = [bytes((sum(0x80 >> i for i in present),))]
    for i in present:
        item = variation.slots[i]
        if item is not None:
            parts.append(encode_variation(item.variation, value[item.name], f"{path}/{item.name}"))
    return b"".join(parts)
