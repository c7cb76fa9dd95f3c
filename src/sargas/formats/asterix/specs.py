"""ASTERIX item definitions: the JSON files under specs/ read into frozen trees, once each.

Origin of the files: asterix-specs by KZPS (specs/LICENSE); the truth is the EUROCONTROL document each names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any, Literal, TypeAlias

DEFAULT_EDITIONS: Mapping[str, str] = {
    "021": "2.6",
    "021/RE": "1.5",
    "034": "1.29",
    "048": "1.32",
    "048/RE": "1.13",
    "062": "1.21",
    "062/RE": "1.3",
    "063": "1.7",
    "065": "1.6",
}
"""Editions assumed where a source does not say; ``NNN/RE`` is that of the reserved expansion field of category NNN."""


@dataclass(frozen=True, slots=True)
class Content:
    """Say how the bits of one element become a value. ``low`` and ``high`` are the stated limits, inclusive."""

    kind: Literal["raw", "table", "string", "integer", "quantity", "bds", "case"]
    signed: bool = False
    lsb: Fraction = Fraction(1)
    unit: str = ""
    alphabet: Literal["", "ascii", "icao", "octal"] = ""
    low: Fraction | None = None
    high: Fraction | None = None
    high_is_open: bool = False
    on: tuple[str, ...] = ()
    """Of a case: path of the field that selects, from the item number down."""
    cases: Mapping[int, Content] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Element:
    """One number of ``bits`` bits."""

    bits: int
    content: Content


@dataclass(frozen=True, slots=True)
class Spare:
    """Bits without meaning: sent as zero, ignored on receipt, kept so that bytes survive."""

    bits: int


@dataclass(frozen=True, slots=True)
class Group:
    """Fields side by side."""

    items: tuple[Item | Spare, ...]
    bits: int


@dataclass(frozen=True, slots=True)
class Extended:
    """Parts that each end in an FX bit; ``part_bits`` count the part without its FX bit.

    The last part may have no FX bit (I021/271 in edition 2.1): then nothing can follow it.
    """

    parts: tuple[tuple[Item | Spare, ...], ...]
    part_bits: tuple[int, ...]
    last_has_fx: bool


@dataclass(frozen=True, slots=True)
class Repetitive:
    """Copies of one layout: ``count_octets`` octets tell how many, or 0: an FX bit ends each copy."""

    count_octets: int
    of: Element | Group
    bits: int


@dataclass(frozen=True, slots=True)
class Compound:
    """Subfields announced by presence octets; with ``has_fx`` false there is exactly one such octet."""

    slots: tuple[Item | None, ...]
    has_fx: bool = True


@dataclass(frozen=True, slots=True)
class Explicit:
    """Octets behind a length octet that counts itself: RE (reserved expansion) or SP (private)."""

    of: Literal["re", "sp"]


Variation: TypeAlias = Element | Group | Extended | Repetitive | Compound | Explicit


@dataclass(frozen=True, slots=True)
class Item:
    """A named field or data item."""

    name: str
    title: str
    variation: Variation


@dataclass(frozen=True, slots=True)
class Category:
    """One edition of a category: its user application profile in FRN order, with the expansion chosen for it."""

    number: int
    edition: str
    slots: tuple[Item | None, ...]
    expansion: Compound | None = None

    def frn(self, name: str) -> int:
        """Return the field reference number (from 1) of an item. Raises ValueError for an unknown item."""
        for i, item in enumerate(self.slots):
            if item is not None and item.name == name:
                return i + 1
        raise ValueError(f"expected an item of category {self.number:03d} edition {self.edition}, was {name!r}")


def editions(category: str) -> tuple[str, ...]:
    """List the known editions of ``"048"`` or of its expansion ``"048/RE"``, oldest first.

    Raises ValueError for a category that is not covered, naming those that are.
    """
    number, _, part = category.partition("/")
    prefix = "ref-" if part == "RE" else "cat-"
    folder = resources.files("sargas.formats.asterix").joinpath(f"specs/cat{number}")
    found = [f.name for f in folder.iterdir()] if folder.is_dir() else []
    names = [name.removeprefix(prefix).removesuffix(".json") for name in found if name.startswith(prefix)]
    if not names or part not in ("", "RE"):
        raise ValueError(f"expected an ASTERIX category out of {', '.join(DEFAULT_EDITIONS)}, was {category!r}")
    return tuple(sorted(names, key=lambda name: tuple(map(int, name.split(".")))))


@cache
def category(number: int, edition: str, expansion: str | None = None) -> Category:
    """Read one edition of a category, with an edition of its expansion field (or none: RE stays raw octets).

    Raises ValueError naming the editions that are known.
    """
    name = f"{number:03d}"
    data = _load(name, "cat", edition)
    items = {item["name"]: _item(item) for item in data["items"]}
    if number == 48:
        items["090"] = _with_signed_level(items["090"])
    slots = tuple(None if slot is None else items[slot] for slot in data["uap"])
    compound = None
    if expansion is not None:
        layout = _load(f"{name}/RE", "ref", expansion)
        compound = Compound(tuple(_slot(item) for item in layout["items"]), has_fx=layout["fspec"] == "fx")
    return Category(number, edition, slots, compound)


def default_category(number: int, edition: str | None = None) -> Category:
    """Read a category at an edition (the default one when none), with its default expansion."""
    name = f"{number:03d}"
    return category(number, edition or DEFAULT_EDITIONS[name], DEFAULT_EDITIONS.get(f"{name}/RE"))


def _load(name: str, prefix: str, edition: str) -> dict[str, Any]:
    known = editions(name)
    if edition not in known:
        raise ValueError(f"expected an edition of category {name} out of {', '.join(known)}, was {edition!r}")
    path = f"specs/cat{name[:3]}/{prefix}-{edition}.json"
    data: dict[str, Any] = json.loads(resources.files("sargas.formats.asterix").joinpath(path).read_text("utf-8"))
    return data


def _with_signed_level(item: Item) -> Item:
    """Read I048/090 as two's complement before edition 1.32 too: its text says unsigned, note 4 and radars do not."""
    group = item.variation
    if not isinstance(group, Group):
        raise ValueError("expected I048/090 to be a group of fields")
    level = group.items[-1]
    if not isinstance(level, Item) or not isinstance(level.variation, Element):
        raise ValueError("expected the flight level at the end of I048/090")
    signed = Element(level.variation.bits, replace(level.variation.content, signed=True))
    return replace(item, variation=replace(group, items=(*group.items[:-1], replace(level, variation=signed))))


def _slot(data: dict[str, Any] | None) -> Item | None:
    return None if data is None else _item(data)


def _item(data: dict[str, Any]) -> Item:
    return Item(data["name"], data["title"], _variation(data["variation"]))


def _part(data: dict[str, Any]) -> Item | Spare:
    return Spare(data["spare"]) if "spare" in data else _item(data)


def _variation(data: dict[str, Any]) -> Variation:
    kind = data["type"]
    if kind == "element":
        return Element(data["bits"], _content(data["content"]))
    if kind == "group":
        items = tuple(_part(item) for item in data["items"])
        return Group(items, sum(map(width, items)))
    if kind == "extended":
        return _extended(data["items"])
    if kind == "repetitive":
        of = _variation(data["variation"])
        if not isinstance(of, Element | Group):
            raise ValueError(f"expected a repetition of an element or a group, was {of}")
        return Repetitive(0 if data["rep"] == "fx" else int(data["rep"]), of, of.bits)
    if kind == "compound":
        return Compound(tuple(_slot(item) for item in data["items"]))
    if kind == "explicit":
        return Explicit(data["of"])
    raise ValueError(f"expected a variation this codec knows, was {kind!r}")


def _extended(items: list[dict[str, Any] | None]) -> Extended:
    parts: list[tuple[Item | Spare, ...]] = []
    current: list[Item | Spare] = []
    for item in items:
        if item is None:
            parts.append(tuple(current))
            current = []
        else:
            current.append(_part(item))
    if current:
        parts.append(tuple(current))
    return Extended(tuple(parts), tuple(sum(map(width, part)) for part in parts), last_has_fx=not current)


def width(item: Item | Spare) -> int:
    """Count the bits of a field of fixed width. Raises ValueError for one that has none."""
    if isinstance(item, Spare):
        return item.bits
    if isinstance(item.variation, Element | Group):
        return item.variation.bits
    raise ValueError(f"expected a field of fixed width, was {item.name}: {type(item.variation).__name__}")


def _content(data: dict[str, Any]) -> Content:
    kind = data["kind"]
    if kind == "case":
        cases = {int(c["when"]): _content(c["content"]) for c in data["cases"] if c["when"] != "default"}
        return Content("case", on=tuple(data["on"].split("/")), cases=cases)
    if kind == "string":
        return Content("string", alphabet=data["type"])
    if kind not in ("quantity", "integer"):
        return Content(kind)
    limits = _limits(data["constraints"])
    lsb = _fraction(data["lsb"]) if kind == "quantity" else Fraction(1)
    return Content(
        kind,
        signed=data["signed"],
        lsb=lsb,
        unit=data.get("unit", ""),
        low=limits.get(">="),
        high=limits.get("<=", limits.get("<")),
        high_is_open="<" in limits,
    )


def _limits(text: str) -> dict[str, Fraction]:
    words = text.split()
    return {sign: _fraction(value) for sign, value in zip(words[::2], words[1::2], strict=True)}


def _fraction(text: str) -> Fraction:
    """Evaluate ``180/2^25``, ``1/10^6`` or ``-90/1`` exactly."""
    top, _, bottom = text.partition("/")
    return _power(top) / (_power(bottom) if bottom else 1)


def _power(text: str) -> Fraction:
    base, _, exponent = text.partition("^")
    return Fraction(base) ** int(exponent) if exponent else Fraction(base)
