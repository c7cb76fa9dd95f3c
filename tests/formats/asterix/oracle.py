"""libasterix as the oracle: random records of every item, and the comparison item by item in both directions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from math import isclose
from typing import Any

import asterix.base as base

from sargas.formats.asterix.content import Raw, physical_items
from sargas.formats.asterix.read import Record, decode_datagram
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
from sargas.formats.asterix.write import encode_block, encode_record

_SPARE_BEHIND = {"TAO": (0,)}
"""The one layout told differently on both sides, with the same bits: RE 021 edition 1.5, spare inside STA/TAO."""


def generated() -> Any:
    """Return libasterix's classes of all categories; to read them in takes two seconds, so not before they are used."""
    import asterix.generated

    return asterix.generated


def oracle_category(category: Category) -> Any:
    """Find libasterix's class of a category edition."""
    return getattr(generated(), f"Cat_{category.number:03d}_{category.edition.replace('.', '_')}")


def oracle_expansion(category: Category, edition: str) -> Any:
    """Find libasterix's class of an expansion edition."""
    return getattr(generated(), f"Ref_{category.number:03d}_{edition.replace('.', '_')}").cv_expansion


def random_items(category: Category, rng: random.Random) -> dict[str, Raw]:
    """Draw a record: each item with probability one half, every bit of every field random, spare bits zero."""
    items: dict[str, Raw] = {}
    for item in category.slots:
        if item is None or rng.random() < 0.5:
            continue
        if item.name == "RE" and category.expansion is not None:
            items["RE"] = _random(category.expansion, rng)
        else:
            items[item.name] = _random(item.variation, rng)
    return items or random_items(category, rng)


def _random(variation: Variation, rng: random.Random) -> Raw:
    if isinstance(variation, Element):
        return rng.getrandbits(variation.bits)
    if isinstance(variation, Group):
        return {item.name: _random(item.variation, rng) for item in variation.items if isinstance(item, Item)}
    if isinstance(variation, Extended):
        parts = variation.parts[: rng.randint(1, len(variation.parts))]
        return {item.name: _random(item.variation, rng) for part in parts for item in part if isinstance(item, Item)}
    if isinstance(variation, Repetitive):
        return [_random(variation.of, rng) for _ in range(rng.randint(1, 4))]
    if isinstance(variation, Explicit):
        return rng.randbytes(rng.randint(0, 20))
    slots = [item for item in variation.slots if item is not None]
    chosen = [item for item in slots if rng.random() < 0.5] or [rng.choice(slots)]
    return {item.name: _random(item.variation, rng) for item in chosen}


def oracle_arguments(category: Category, items: Mapping[str, Raw], expansion: Any) -> dict[str, Any]:
    """Write our raw items the way libasterix wants to be told them."""
    layouts = {item.name: item.variation for item in category.slots if item is not None}
    arguments: dict[str, Any] = {}
    for name, raw in items.items():
        if name == "RE" and isinstance(raw, dict):
            assert category.expansion is not None
            fields = _argument(category.expansion, raw)
            arguments[name] = expansion.create(fields).unparse().to_bytes()
        else:
            arguments[name] = _argument(layouts[name], raw)
    return arguments


def _argument(variation: Variation, raw: Any) -> Any:
    if isinstance(variation, Group):
        return tuple(_part(item, raw) for item in variation.items)
    if isinstance(variation, Extended):
        parts = [part for part in variation.parts if any(isinstance(i, Item) and i.name in raw for i in part)]
        has_fx = [variation.last_has_fx or i < len(variation.parts) - 1 for i in range(len(parts))]
        return [
            tuple(_part(item, raw) for item in part) + _SPARE_BEHIND.get(_name(part[0]), ()) + ((None,) if fx else ())
            for part, fx in zip(parts, has_fx, strict=True)
        ]
    if isinstance(variation, Repetitive):
        return [_argument(variation.of, one) for one in raw]
    if isinstance(variation, Compound):
        layouts = {item.name: item.variation for item in variation.slots if item is not None}
        return {name: _argument(layouts[name], value) for name, value in raw.items()}
    return raw


def _name(item: Item | Spare) -> str:
    return item.name if isinstance(item, Item) else ""


def _part(item: Item | Spare, raw: dict[str, Any]) -> Any:
    return 0 if isinstance(item, Spare) else _argument(item.variation, raw[item.name])


def assert_encodes_alike(category: Category, items: Mapping[str, Raw], expansion: Any) -> bytes:
    """Encode with both; the octets must be equal. Returns them."""
    ours = encode_record(category, items)
    theirs = oracle_category(category).cv_record.create(oracle_arguments(category, items, expansion))
    assert ours == theirs.unparse().to_bytes()
    return ours


def assert_decodes_alike(category: Category, block: bytes, expansion: Any) -> int:
    """Decode a block with both; every item must have the same octets, numbers, quantities and strings.

    Returns the number of leaf values compared.
    """
    result = decode_datagram(block, {category.number: category})
    assert not result.refused
    raw_block = base.RawDatablock.parse(base.Bits.from_bytes(block))[0]
    theirs = oracle_category(category).cv_uap.parse(raw_block.get_raw_records())
    assert not isinstance(theirs, ValueError), theirs
    assert len(theirs) == len(result.records)
    compared = 0
    for ours, their in zip(result.records, theirs, strict=True):
        compared += _assert_record_alike(category, ours, their, expansion)
        octets = block[ours.offset : ours.offset + ours.octets]
        assert their.unparse().to_bytes() == octets
        assert encode_record(category, ours.items, ours.fspec_octets) == octets
    assert encode_block(category, [block[r.offset : r.offset + r.octets] for r in result.records]) == block
    return compared


def _assert_record_alike(category: Category, ours: Record, theirs: Any, expansion: Any) -> int:
    assert set(ours.items) == set(theirs.items_regular)
    physical = physical_items(category, ours.items)
    compared = 0
    for name, raw in ours.items.items():
        their = theirs.get_item(name)
        if name == "RE" and isinstance(raw, dict):
            parsed, rest = expansion.parse(base.Bits.from_bytes(their.arg.arg.get_bytes()))
            assert len(rest) == 0
            assert set(parsed.arg) == set(raw)
            for sub, value in raw.items():
                compared += _compare(parsed.arg[sub], value, physical[name][sub], f"RE/{sub}")  # type: ignore[call-overload, index]
        else:
            compared += _compare(their, raw, physical[name], name)
    return compared


def _compare(theirs: Any, raw: Any, physical: Any, path: str) -> int:
    variation = theirs.arg.arg if hasattr(theirs, "arg") and not isinstance(theirs, base.Variation) else theirs
    if isinstance(variation, base.Element):
        return _compare_element(variation, raw, physical, path)
    if isinstance(variation, base.Explicit):
        assert variation.get_bytes() == raw, path
        return 1
    if isinstance(variation, base.Repetitive):
        assert len(variation.arg) == len(raw), path
        return sum(_compare(*row, path) for row in zip(variation.arg, raw, physical, strict=True))
    parts = dict(_parts(variation))
    assert {name for name in raw if not name.startswith("spare@")} - {"presence_octets"} == set(parts), path
    return sum(_compare(part, raw[name], physical[name], f"{path}/{name}") for name, part in parts.items())


def _parts(variation: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(variation, base.Compound):
        yield from variation.arg.items()
        return
    flat = variation.arg if isinstance(variation, base.Group) else [item for part in variation.arg for item in part]
    for item in flat:
        if isinstance(item, base.Item):
            yield item.cv_non_spare.cv_name, item.arg


def _compare_element(element: Any, raw: int, physical: Any, path: str) -> int:
    assert element.as_uint() == raw, path
    rule = element._get_rule()
    if isinstance(rule, base.RuleContentDependent):
        contents = [rule._get_content(index) for index, _ in rule.cv_cases]
        assert any(isclose(physical, content._as_quantity(), rel_tol=1e-15) for content in contents), path
        return 1
    content = rule._get_content()
    if path == "090/FL":  # libasterix reads it unsigned before edition 1.32 of category 048, we never do
        assert physical == (raw - ((raw >> 13) << 14)) / 4
    elif isinstance(content, base.ContentQuantity):
        assert isclose(physical, content._as_quantity(), rel_tol=1e-15), path
    elif isinstance(content, base.ContentInteger):
        assert physical == content.as_integer(), path
    elif isinstance(content, base.ContentString):
        assert physical == content.as_string().rstrip(" "), path
    return 1
