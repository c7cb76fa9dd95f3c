"""Writes spec/vectors/track-feed.json: ``python -m tests.console.make_vectors``.

Lays every frame out value by value with ``struct``, straight from spec/track-feed.md; shares nothing with the encoder.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[2] / "spec" / "vectors" / "track-feed.json"

PLACE = (("track_id", "I"), ("longitude_deg", "f"), ("latitude_deg", "f"))
COLUMNS = (*PLACE, ("altitude_code", "H"), ("course_code", "H"), ("speed_dmps", "H"), ("deleted", "I"))
CODES = (("affiliation", "B"), ("type", "B"), ("threat", "B"), ("status", "B"))
OPTIONAL = (
    (1, "vertical_rate_dmps", "h"),
    (2, "sigma_major_code", "B"),
    (4, "sigma_minor_code", "B"),
    (8, "sigma_bearing", "B"),
    (16, "age_half_s", "B"),
    (32, "sources", "H"),
)

Frame = dict[str, Any]


def main() -> None:
    """Write the vectors."""
    cases: list[Frame] = [
        {"name": name, "bytes": lay_out(frame).hex(), "frame": frame} for name, frame in good_frames()
    ]
    cases += [{"name": name, "bytes": data.hex(), "error": why} for name, data, why in bad_frames()]
    text = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    TARGET.write_text(f"[\n{text}\n]\n", encoding="utf-8")


def good_frames() -> list[tuple[str, Frame]]:
    """Name frames that every reader must read."""
    empty = frame(sequence=1, flags=1)
    one = frame(sequence=2, base_sequence=1, rows=[(7, 25.5, 54.75, 2201, 49380, 515, 1, 1, 2, 1)])
    three_rows = [
        (1, -0.5, 0.25, 988, 0, 0, 0, 0, 0, 0),
        (4294967295, 180.0, 85.0, 65535, 65535, 65535, 6, 12, 2, 255),
        (1000, 21.125, 57.5, 12000, 16384, 2503, 3, 10, 1, 66),
    ]
    three = frame(sequence=4294967295, base_sequence=4294967294, flags=22, rows=three_rows, deleted=[5, 6, 4294967295])
    everything = frame(sequence=9, flags=31, rows=three_rows)
    everything["columns"].update(
        vertical_rate_dmps=[-32768, 32767, -15],
        sigma_major_code=[0, 255, 83],
        sigma_minor_code=[0, 254, 64],
        sigma_bearing=[0, 255, 64],
        age_half_s=[0, 255, 9],
        sources=[1, 65535, 6],
    )
    some = frame(sequence=10, base_sequence=9, rows=three_rows[2:])
    some["columns"].update(vertical_rate_dmps=[-15], age_half_s=[9])
    gone = frame(sequence=11, base_sequence=10, deleted=[1000])
    return [
        ("empty snapshot", empty),
        ("delta of one track", one),
        ("delta with unknown altitude, padding and deleted tracks", three),
        ("snapshot with every optional column and every flag", everything),
        ("two of the optional columns", some),
        ("deleted tracks alone", gone),
    ]


def bad_frames() -> list[tuple[str, bytes, str]]:
    """Name bytes that every reader must refuse."""
    good = lay_out(good_frames()[1][1])
    return [
        ("nothing", b"", "too short"),
        ("half a header", good[:47], "too short"),
        ("other magic", b"SGTX" + good[4:], "magic"),
        ("later version", good[:4] + struct.pack("<H", 3) + good[6:], "version"),
        ("header shorter than 48", good[:6] + struct.pack("<H", 44) + good[8:], "header"),
        ("header not in fours", good[:6] + struct.pack("<H", 50) + good[8:] + b"\0\0", "header"),
        ("one row fewer than it says", good[:8] + struct.pack("<I", 2) + good[12:], "length"),
        ("more rows than any memory holds", good[:8] + struct.pack("<I", 2**32 - 1) + good[12:], "length"),
        ("a column nobody knows", good[:40] + struct.pack("<I", 64) + good[44:], "optional"),
        ("bytes behind the last column", good + bytes(4), "length"),
    ]


def frame(
    *,
    sequence: int,
    base_sequence: int = 0,
    flags: int = 0,
    rows: list[tuple[Any, ...]] | None = None,
    deleted: Any = (),
) -> Frame:
    """Make a frame from rows."""
    names = [name for name, _ in (*COLUMNS, *CODES) if name != "deleted"]
    return {
        "sequence": sequence,
        "base_sequence": base_sequence,
        "valid_time_ms": 1790000000000.5,
        "send_time_ms": 1790000000123.25,
        "flags": flags,
        "columns": {name: [row[i] for row in rows or []] for i, name in enumerate(names)},
        "deleted": list(deleted),
    }


def lay_out(made: Frame) -> bytes:
    """Lay a frame out byte by byte."""
    columns, rows = made["columns"], len(made["columns"]["track_id"])
    mask = sum(bit for bit, name, _ in OPTIONAL if name in columns)
    data = struct.pack("<I", 0x52544753) + struct.pack("<HH", 2, 48) + struct.pack("<I", rows)
    data += struct.pack("<I", made["sequence"]) + struct.pack("<d", made["valid_time_ms"])
    data += struct.pack("<d", made["send_time_ms"]) + struct.pack("<I", made["base_sequence"])
    data += struct.pack("<I", made["flags"]) + struct.pack("<I", mask) + struct.pack("<I", len(made["deleted"]))
    for name, kind in (*COLUMNS, *CODES, *((name, kind) for bit, name, kind in OPTIONAL if mask & bit)):
        values = made["deleted"] if name == "deleted" else columns[name]
        for value in values:
            data += struct.pack(f"<{kind}", value)
        while len(data) % 4:
            data += b"\0"
    return data


if __name__ == "__main__":
    main()
