"""Raw integers to physical values and back, for one element or for the whole tree of an item."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

from sargas.formats.asterix.specs import (
    Category,
    Compound,
    Content,
    Element,
    Explicit,
    Extended,
    Group,
    Item,
    Repetitive,
    Spare,
    Variation,
)

Raw: TypeAlias = "int | bytes | list[Raw] | dict[str, Raw]"
"""Decoded item: unsigned integers at the leaves; fields of groups, extended and compound items by name."""

Physical: TypeAlias = "int | float | str | list[Physical] | dict[str, Physical]"

_ICAO = [""] * 64
_ICAO[1:27] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ICAO[32] = " "
_ICAO[48:58] = "0123456789"
_ALPHABETS = {"ascii": (8, [chr(i) for i in range(256)]), "icao": (6, _ICAO), "octal": (3, list("01234567"))}
_HEX_FROM_BITS = 24
_SATURATING = {"021/295", "062/290", "062/295"}
"""Ages whose largest value means "this or more"."""


def physical_value(content: Content, bits: int, raw: int, siblings: Mapping[str, Raw]) -> int | float | str:
    """Convert one raw element: quantities in their unit, strings stripped, codes as integers, long raw bits as hex.

    ``siblings`` are the fields beside it, for a layout that depends on one of them.
    """
    if content.kind == "case":
        selector = siblings.get(content.on[-1])
        chosen = content.cases.get(selector) if isinstance(selector, int) else None
        return raw if chosen is None else physical_value(chosen, bits, raw, siblings)
    if content.kind == "string":
        return _text(content.alphabet, bits, raw)
    signed = raw - (1 << bits) if content.signed and raw >> (bits - 1) else raw
    if content.kind == "quantity":
        return signed * content.lsb.numerator / content.lsb.denominator
    if content.kind in ("raw", "bds") and bits >= _HEX_FROM_BITS:
        return f"{raw:0{-(-bits // 4)}x}"
    return signed


def _text(alphabet: str, bits: int, raw: int) -> str:
    width, letters = _ALPHABETS[alphabet]
    shifts = range(bits - width, -1, -width)
    text = "".join(letters[(raw >> shift) & ((1 << width) - 1)] for shift in shifts)
    return text if alphabet == "octal" else text.rstrip(" ")


def raw_value(
    content: Content, bits: int, value: int | float | str, siblings: Mapping[str, Raw], path: str, saturate: bool
) -> int:
    """Convert one physical element back; halves round to even. Raises ValueError for what the field cannot hold."""
    if content.kind == "case":
        selector = siblings.get(content.on[-1])
        chosen = content.cases.get(selector) if isinstance(selector, int) else None
        return raw_value(chosen or Content("raw"), bits, value, siblings, path, saturate)
    if isinstance(value, str):
        return _raw_text(content, bits, value, path)
    number = round(Fraction(value) / content.lsb)
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if content.signed else (0, (1 << bits) - 1)
    if content.low is not None:
        low = max(low, -(-content.low // content.lsb))
    if content.high is not None:
        high = min(high, content.high // content.lsb - (content.high_is_open and content.high % content.lsb == 0))
    if saturate:
        number = min(number, high)
    if not low <= number <= high:
        limits = f"{float(low * content.lsb):g}..{float(high * content.lsb):g} {content.unit}".rstrip()
        raise ValueError(f"expected {path} within {limits}, was {value}")
    return number & ((1 << bits) - 1)


def _raw_text(content: Content, bits: int, value: str, path: str) -> int:
    if content.kind != "string":
        return checked(int(value, 16), bits, path)
    width, letters = _ALPHABETS[content.alphabet]
    raw = 0
    for letter in value.ljust(bits // width, "0" if content.alphabet == "octal" else " "):
        if letter not in letters:
            raise ValueError(f"expected {path} of the {content.alphabet} alphabet, was {value!r}")
        raw = raw << width | letters.index(letter)
    return checked(raw, bits, path)


def checked(raw: Raw, bits: int, path: str) -> int:
    """Return a raw integer that fits its bits. Raises ValueError otherwise."""
    if not isinstance(raw, int) or not 0 <= raw < 1 << bits:
        raise ValueError(f"expected {path} within 0..{(1 << bits) - 1}, was {raw!r}")
    return raw


def physical_items(category: Category, items: Mapping[str, Raw]) -> dict[str, Physical]:
    """Convert a record's raw items to physical values, names and order kept; private octets become hex text."""
    layouts = {item.name: item.variation for item in category.slots if item is not None}
    return {
        name: _physical(category.expansion if name == "RE" and isinstance(raw, dict) else layouts[name], raw, {})
        for name, raw in items.items()
    }


def _physical(variation: Variation | None, raw: Raw, siblings: Mapping[str, Raw]) -> Physical:
    if isinstance(raw, bytes):
        return raw.hex()
    if isinstance(raw, int):
        return (
            physical_value(variation.content, variation.bits, raw, siblings) if isinstance(variation, Element) else raw
        )
    if isinstance(raw, list):
        of = variation.of if isinstance(variation, Repetitive) else None
        return [_physical(of, one, {}) for one in raw]
    layouts = named_parts(variation)
    return {name: _physical(layouts.get(name), value, raw) for name, value in raw.items()}


def raw_items(category: Category, items: Mapping[str, Physical]) -> dict[str, Raw]:
    """Convert physical items to raw ones: the inverse of ``physical_items``.

    Ages saturate (their largest value means "or more"). Raises ValueError for an unknown item or field, a value out of
    range or out of the stated limits, and letters that an alphabet lacks.
    """
    layouts = {item.name: item.variation for item in category.slots if item is not None}
    result: dict[str, Raw] = {}
    for name, value in items.items():
        path = f"I{category.number:03d}/{name}"
        if name not in layouts:
            raise ValueError(f"expected an item of category {category.number:03d} {category.edition}, was {name!r}")
        layout = category.expansion if name == "RE" and isinstance(value, dict) else layouts[name]
        result[name] = _raw(layout, value, {}, path, f"{category.number:03d}/{name}" in _SATURATING)
    return result


def _raw(variation: Variation | None, value: Physical, siblings: Mapping[str, Raw], path: str, saturate: bool) -> Raw:
    if isinstance(variation, Element) and isinstance(value, int | float | str):
        return raw_value(variation.content, variation.bits, value, siblings, path, saturate)
    if isinstance(variation, Explicit) and isinstance(value, str):
        return bytes.fromhex(value)
    if isinstance(variation, Repetitive) and isinstance(value, list):
        return [_raw(variation.of, one, {}, path, saturate) for one in value]
    if not isinstance(value, dict):
        raise ValueError(f"expected the fields of {path}, was {value!r}")
    layouts = named_parts(variation)
    fields: dict[str, Raw] = {}
    for name, part in value.items():
        if name in layouts:
            fields[name] = _raw(layouts[name], part, fields, f"{path}/{name}", saturate)
        elif isinstance(part, int) and name.startswith(("spare@", "presence_octets")):
            fields[name] = part
        elif isinstance(part, str) and name == "more":
            fields[name] = bytes.fromhex(part)
        else:
            raise ValueError(f"expected a field of {path} out of {', '.join(layouts)}, was {name!r}")
    return fields


def named_parts(variation: Variation | None) -> dict[str, Variation]:
    """Give the layouts inside a group, an extended or a compound item by name; empty for any other."""
    items: tuple[Item | Spare | None, ...] = ()
    if isinstance(variation, Group):
        items = variation.items
    elif isinstance(variation, Extended):
        items = tuple(item for part in variation.parts for item in part)
    elif isinstance(variation, Compound):
        items = variation.slots
    return {item.name: item.variation for item in items if isinstance(item, Item)}
