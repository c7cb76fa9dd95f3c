"""Where the rules of a Cedar text begin, and what they are called: errors then have a line."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PIECES = re.compile(r'//[^\n]*|"(?:\\.|[^"\\\n])*"|;|\n|[^\s"/;]+|/|"|[^\S\n]+')
_ID = re.compile(r'@id\s*\(\s*"([^"]*)"\s*\)')


@dataclass(frozen=True, slots=True)
class Statement:
    """One rule: its line (from 1), its text, its id, and whether its semicolon was found."""

    line: int
    text: str
    rule_id: str
    is_closed: bool


def split_statements(text: str) -> tuple[Statement, ...]:
    """Split a Cedar text at the semicolons that are in no comment and no string."""
    found, pieces = list[Statement](), list[str]()
    line, start = 1, 0
    for match in _PIECES.finditer(text):
        piece = match.group()
        if piece.startswith("//"):
            continue
        if not start and not piece.isspace():
            start = line
        if start:
            pieces.append(piece)
        line += piece.count("\n")
        if piece == ";":
            found.append(_statement(start, pieces, is_closed=True))
            pieces, start = [], 0
    if start:
        found.append(_statement(start, pieces, is_closed=False))
    return tuple(found)


def _statement(line: int, pieces: list[str], *, is_closed: bool) -> Statement:
    text = "".join(pieces).strip()
    named = _ID.search(text)
    return Statement(line, text, named.group(1) if named else "", is_closed)
