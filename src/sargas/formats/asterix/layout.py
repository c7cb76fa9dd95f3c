"""Flat tables for the kernels: an edition's item tree as integer arrays, with the fields that a column wants.

``nodes`` has one row an item or subfield: kind, octets, first child slot, number of child slots, first wanted field,
end of wanted fields. ``slots`` holds node numbers (-1: unused slot); the profile's slots come first. ``wanted`` has one
row a field: column, first bit from the start of the item (FX bits counted), bits, signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

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
    width,
)
from sargas.model.columns import Int32

FIXED, EXTENDED, EXTENDED_TWO_PARTS, REPETITIVE, REPETITIVE_FX, COMPOUND, EXPLICIT, EXPANSION = range(8)
"""Kinds of nodes. EXTENDED_TWO_PARTS ends without FX bit behind its second part."""

ABSENT = np.iinfo(np.int64).min
"""Raw value of a field that a record does not have."""


class Layout(NamedTuple):
    """The tables of one edition; ``columns`` counts the wanted fields, found in this edition or not."""

    nodes: Int32
    slots: Int32
    wanted: Int32
    uap_slots: int
    columns: int


class _Tables:
    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = paths
        self.nodes: list[list[int]] = []
        self.slots: list[int] = []
        self.wanted: list[tuple[int, int, int, int]] = []

    def add_slots(self, items: Sequence[Item | None], prefix: str, expansion: Compound | None = None) -> int:
        start = len(self.slots)
        self.slots += [-1] * len(items)
        for i, item in enumerate(items):
            if item is not None:
                self.slots[start + i] = self.add_node(item.variation, f"{prefix}{item.name}", expansion)
        return start

    def add_node(self, variation: Variation, path: str, expansion: Compound | None = None) -> int:
        number = len(self.nodes)
        first_wanted = len(self.wanted)
        self.wanted += self._fields(variation, path)
        self.nodes.append([FIXED, 0, 0, 0, first_wanted, len(self.wanted)])
        row = self.nodes[number]
        if isinstance(variation, Element | Group):
            row[1] = variation.bits // 8
        elif isinstance(variation, Extended):
            row[0] = EXTENDED if variation.last_has_fx else EXTENDED_TWO_PARTS
            row[1] = (variation.part_bits[0] + 1) // 8
        elif isinstance(variation, Repetitive):
            row[0] = REPETITIVE if variation.count_octets else REPETITIVE_FX
            row[1] = variation.bits // 8 if variation.count_octets else (variation.bits + 1) // 8
        elif isinstance(variation, Compound):
            row[0] = COMPOUND
            row[2:4] = self.add_slots(variation.slots, f"{path}/"), len(variation.slots)
        elif isinstance(variation, Explicit) and variation.of == "re" and expansion is not None:
            row[0] = EXPANSION
            row[2:4] = self.add_slots(expansion.slots, f"{path}/"), len(expansion.slots)
        else:
            row[0] = EXPLICIT
        return number

    def _fields(self, variation: Variation, path: str) -> list[tuple[int, int, int, int]]:
        found: list[tuple[int, int, int, int]] = []
        for column, wanted in enumerate(self.paths):
            if wanted == path or wanted.startswith(f"{path}/"):
                place = _place(variation, wanted[len(path) + 1 :].split("/") if wanted != path else [])
                if place is not None:
                    found.append((column, *place))
        return found


def _place(variation: Variation, names: list[str]) -> tuple[int, int, int] | None:
    """Find first bit, bits and sign of a field inside an item; none when it is not one of fixed place."""
    if isinstance(variation, Element):
        return None if names else (0, variation.bits, int(variation.content.signed))
    if isinstance(variation, Repetitive) and isinstance(variation.of, Element) and not variation.count_octets:
        return None if names else (0, variation.bits, 0)
    if isinstance(variation, Group) and names:
        return _place_among(variation.items, names, 0)
    if isinstance(variation, Extended) and names:
        bit = 0
        for part, bits in zip(variation.parts, variation.part_bits, strict=True):
            place = _place_among(part, names, bit)
            if place is not None:
                return place
            bit += bits + 1
    return None


def _place_among(items: Sequence[Item | Spare], names: list[str], bit: int) -> tuple[int, int, int] | None:
    for item in items:
        if isinstance(item, Item) and item.name == names[0]:
            place = _place(item.variation, names[1:])
            return None if place is None else (bit + place[0], place[1], place[2])
        bit += width(item)
    return None


def compile_layout(category: Category, paths: Sequence[str]) -> Layout:
    """Compile an edition for the fields named, column i holding ``paths[i]`` such as ``"040/RHO"``.

    A field that the edition does not have stays absent. For a repetition by FX the column holds a bit mask of the
    values 0 to 62 that occur.
    """
    tables = _Tables(paths)
    tables.add_slots(category.slots, "", category.expansion)
    wanted = np.array(tables.wanted or [(0, 0, 0, 0)], np.int32)
    nodes = np.array(tables.nodes, np.int32)
    return Layout(nodes, np.array(tables.slots, np.int32), wanted, len(category.slots), len(paths))
