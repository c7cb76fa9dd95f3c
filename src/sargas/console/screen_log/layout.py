"""Names, headers and index lines of the screen log's files. Specification: spec/screen-log.md."""

from __future__ import annotations

import re
import zlib
from enum import IntFlag
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

MAGIC = 0x32524353
"""The bytes "SCR2": form and version in one."""
SEGMENT, INDEX = ".screen", ".index"
NS_PER_HOUR = 3_600_000_000_000
_NAME = re.compile(r"^screen-([0-9]{20})\.screen$")
_FIELDS = [
    ("magic", "<u4"),
    ("flags", "<u4"),
    ("first_ns", "<i8"),
    ("last_ns", "<i8"),
    ("stored_bytes", "<u4"),
    ("raw_bytes", "<u4"),
    ("body_crc", "<u4"),
    ("header_crc", "<u4"),
]
HEADER = np.dtype(_FIELDS)
LINE = np.dtype([("offset", "<u8"), *_FIELDS])
"""One line of an index: where a block begins, then its header."""
_GUARDED_BYTES = HEADER.itemsize - 4

Lines = np.ndarray[Any, np.dtype[np.void]]


class BlockFlag(IntFlag):
    """What a block is."""

    KEY = 1
    """Begins with the whole state: reading can begin here."""
    AFTER_GAP = 2
    """Between the block before and this one nothing was recorded."""


class Segment(NamedTuple):
    """One file of the log, by the time it begins at."""

    first_ns: int
    path: Path


def segment_path(folder: Path, first_ns: int) -> Path:
    """Name a segment by the time of its first update."""
    return folder / f"screen-{first_ns:020d}{SEGMENT}"


def list_segments(folder: Path) -> list[Segment]:
    """List the segments of a folder, oldest first; none when there is no such folder."""
    if not folder.is_dir():
        return []
    found = ((match, path) for path in folder.iterdir() if (match := _NAME.match(path.name)))
    return sorted(Segment(int(match[1]), path) for match, path in found)


def make_header(flags: BlockFlag, first_ns: int, last_ns: int, body: bytes, raw_bytes: int) -> bytes:
    """Make the header of a block; times are UTC ns of its first and last update."""
    header = np.array([(MAGIC, flags, first_ns, last_ns, len(body), raw_bytes, zlib.crc32(body), 0)], HEADER)
    header["header_crc"] = zlib.crc32(header.tobytes()[:_GUARDED_BYTES])
    return header.tobytes()


def read_headers(data: bytes, base: int) -> Lines:
    """Find every whole block in what stands from byte ``base`` of a segment on, stepping over what is damaged.

    An unfinished last block is none.
    """
    lines, at, mark = [], 0, MAGIC.to_bytes(4, "little")
    while at + HEADER.itemsize <= len(data):
        header = np.frombuffer(data, HEADER, 1, at)
        end = at + HEADER.itemsize + int(header["stored_bytes"][0])
        sound = header["magic"][0] == MAGIC and zlib.crc32(data[at : at + _GUARDED_BYTES]) == header["header_crc"][0]
        if sound and end <= len(data):
            lines.append((base + at, *header[0].tolist()))
            at = end
        else:
            at = data.find(mark, at + 1)
            if at < 0:
                break
    return np.array(lines, LINE)
