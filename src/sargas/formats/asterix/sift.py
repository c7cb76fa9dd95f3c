"""Sifting of extracted records: duplicates of about one rotation out, implausible ones marked with the broken rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sargas.formats.asterix.content import named_parts
from sargas.formats.asterix.layout import ABSENT
from sargas.formats.asterix.specs import Category, Element, Variation
from sargas.model.columns import Int16, Int64, UInt64
from sargas.model.kernel import inlined_kernel, kernel

KEEP, DUPLICATE = 0, 1
"""Verdicts on a record; from 2 on: number of the broken rule, plus 2."""

_PROBES = 8
_SLOTS = 1 << 16


class SeenRecords:
    """Remember the records of about one rotation by hash and time; the oldest gives way when there are too many."""

    def __init__(self, window_ns: int) -> None:
        self.window_ns = window_ns
        self.hashes = np.zeros(_SLOTS, np.uint64)
        self.times_ns = np.full(_SLOTS, -(1 << 62), np.int64)


@dataclass(frozen=True, slots=True)
class Rules:
    """What every record of a category keeps: fields that must be there, and limits of those that are there.

    Arrays run over the rules: column, lowest and highest raw value, and whether the field may be absent.
    """

    columns: Int64
    lowest: Int64
    highest: Int64
    optional: Int64
    reasons: tuple[str, ...]


def compile_rules(
    category: Category,
    paths: Sequence[str],
    mandatory: Sequence[str],
    limits: Sequence[tuple[str, float, float]],
) -> Rules:
    """Turn limits in physical units into limits of raw columns; fields that the edition lacks make no rule."""
    rows: list[tuple[int, int, int, int, str]] = []
    for path in mandatory:
        item = f"I{category.number:03d}/{path.split('/')[0]}"
        rows.append((paths.index(path), ABSENT, -ABSENT - 1, 0, f"expected {item}, was absent"))
    for path, low, high in limits:
        lsb = _lsb(category, path)
        if lsb is not None:
            reason = f"expected I{category.number:03d}/{path} within {low:g}..{high:g}, was outside: wrong edition?"
            rows.append((paths.index(path), -(-Fraction(low) // lsb), Fraction(high) // lsb, 1, reason))
    table = np.array([row[:4] for row in rows], np.int64).reshape(-1, 4)
    columns, lowest, highest, optional = (np.ascontiguousarray(table[:, i]) for i in range(4))
    return Rules(columns, lowest, highest, optional, tuple(row[4] for row in rows))


def _lsb(category: Category, path: str) -> Fraction | None:
    first, *rest = path.split("/")
    layouts = {item.name: item.variation for item in category.slots if item is not None}
    variation: Variation | None = layouts.get(first)
    for name in rest:
        variation = named_parts(variation).get(name)
    return variation.content.lsb if isinstance(variation, Element) else None


@kernel
def sift_records(
    raw: Int64,
    rows: int,
    hashes: UInt64,
    category: int,
    receive_time_ns: int,
    window_ns: int,
    seen: UInt64,
    seen_ns: Int64,
    columns: Int64,
    lowest: Int64,
    highest: Int64,
    optional: Int64,
    heard: Int16,
    verdicts: Int64,
    trouble: Int64,
) -> int:
    """Give each record its verdict; returns how many are kept. ``trouble[3]`` counts those of sensors not yet known.

    Columns 0 and 1 of ``raw`` are SAC and SIC.
    """
    kept = 0
    trouble[3] = 0
    for row in range(rows):
        hashed = hashes[row] ^ np.uint64(category * 0x9E3779B97F4A7C1)
        if _was_seen(hashed, receive_time_ns, window_ns, seen, seen_ns):
            verdicts[row] = DUPLICATE
            continue
        verdict = KEEP
        for i in range(len(columns)):
            value = raw[row, columns[i]]
            if value == ABSENT:
                if optional[i]:
                    continue
            elif lowest[i] <= value <= highest[i]:
                continue
            verdict = i + 2
            break
        verdicts[row] = verdict
        if verdict == KEEP:
            kept += 1
            trouble[3] += heard[raw[row, 0] << 8 | raw[row, 1]] < 0
    return kept


@inlined_kernel
def _was_seen(hashed: int, now_ns: int, window_ns: int, seen: UInt64, seen_ns: Int64) -> bool:
    """Look a hash up and remember it; entries older than the window, or from a future that was taken back, are free."""
    mask = np.uint64(len(seen) - 1)
    place, oldest_ns = np.uint64(0), np.int64(0x7FFFFFFFFFFFFFFF)
    for probe in range(_PROBES):
        slot = (hashed + np.uint64(probe)) & mask
        if seen[slot] == hashed and abs(now_ns - seen_ns[slot]) < window_ns:
            return True
        if seen_ns[slot] < oldest_ns:
            place, oldest_ns = slot, seen_ns[slot]
    seen[place] = hashed
    seen_ns[place] = now_ns
    return False
