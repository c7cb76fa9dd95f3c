"""Pages of what was found in the past: each begins after a row that was shown, or ends before one.

What names the place of a row (``next``, ``previous``) is made of that row alone: who may see the row knows all of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, HTTPException, Query

from sargas.console.strictness import read_strictly
from sargas.runtime.history.row_order import RowPlace

Row = TypeVar("Row")
LARGEST = 2**63 - 1
Place = Annotated[str | None, Query(max_length=1500, description="Page after a row: `next` of the page before it")]
Back = Annotated[str | None, Query(max_length=1500, description="Page before a row: `previous` of the page after it")]


@dataclass(frozen=True, slots=True)
class PageAsked:
    """Which page: after a place, before it (``backwards``), or the first one (no place)."""

    place: str | None
    backwards: bool

    def place_of(self, value: type[str] | type[float], key: type[str] | type[int]) -> RowPlace | None:
        """Return the place, its value and id of such types. Raises HTTPException 422 for what is none."""
        if self.place is None:
            return None
        try:
            told = read_strictly(self.place)
        except ValueError:
            told = None
        is_pair = isinstance(told, list) and len(told) == 2
        if not (is_pair and (told[0] is None or _fits(told[0], value)) and _fits(told[1], key)):
            raise HTTPException(422, f"expected a place that a page told for this order, was {self.place!r}")
        return RowPlace(*told)


def asked_page(after: Place = None, before: Back = None) -> PageAsked:
    """Read which page is asked for. Raises HTTPException 422 for both ways at once."""
    if after is not None and before is not None:
        raise HTTPException(422, "expected one of after and before, was both")
    return PageAsked(after if before is None else before, before is not None)


AskedPage = Annotated[PageAsked, Depends(asked_page)]


def write_place(place: RowPlace) -> str:
    """Write a place as ``after`` and ``before`` take it."""
    return json.dumps(place, ensure_ascii=False, separators=(",", ":"))


def cut(rows: Sequence[Row], limit: int, asked: PageAsked) -> tuple[list[Row], bool, bool]:
    """Cut a page out of rows beyond its place, one more than fit, in the order they were walked in.

    Return them in the order of the page, and whether there are pages before and after it.
    """
    page, has_more = list(rows[:limit]), len(rows) > limit
    if asked.backwards:
        return page[::-1], has_more, True
    return page, asked.place is not None, has_more


def _fits(told: Any, expected: type[str] | type[float] | type[int]) -> bool:
    if isinstance(told, bool):
        return False
    if expected is str:
        return isinstance(told, str)
    if expected is int and not isinstance(told, int):
        return False
    return isinstance(told, int | float) and abs(told) <= LARGEST
