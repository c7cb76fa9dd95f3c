"""Where each setting of a TOML file stands: line numbers for messages, since tomllib reports none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Place: TypeAlias = tuple[str | int, ...]
"""Path of a setting: table names, positions in arrays of tables, key."""

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")


def find_lines(text: str) -> dict[Place, int]:
    """Map the place of every table header and key to its line, counted from 1; the text must be valid TOML."""
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _enter(_parts(header[2]), counts, is_array=header[1] == "[[")
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *_parts(key[1])), number)
    return lines


def line_of(place: Sequence[str | int], lines: Mapping[Place, int]) -> int | None:
    """Return the line of a place or of the nearest table around it, of an array the first; None: not in the file."""
    for length in range(len(place), 0, -1):
        for found in (tuple(place[:length]), (*place[:length], 0)):
            if found in lines:
                return lines[found]
    return None


def _enter(names: Sequence[str], counts: dict[Place, int], is_array: bool) -> Place:
    place: Place = ()
    for name in names[:-1]:
        place = (*place, name)
        if place in counts:
            place = (*place, counts[place] - 1)
    place = (*place, names[-1])
    if is_array:
        counts[place] = counts.get(place, 0) + 1
        place = (*place, counts[place] - 1)
    return place


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(name))
