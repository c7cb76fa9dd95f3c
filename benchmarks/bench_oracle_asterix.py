"""Compare 10,000 random records of each category with libasterix, item by item, in both directions.

The same code as tests/formats/asterix/test_oracle.py, which compares fewer. Ends with an error at the first difference.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sargas.formats.asterix.specs import category, editions
from sargas.formats.asterix.write import encode_block
from tests.formats.asterix.oracle import assert_decodes_alike, assert_encodes_alike, oracle_expansion, random_items

RECORDS = 10_000
A_BLOCK = 10
CATEGORIES = ("021", "034", "048", "062", "063", "065")
WITH_EXPANSION = ("021", "048", "062")


def compare(name: str) -> tuple[int, int]:
    """Compare records spread over all editions of a category; returns records and leaf values that were equal."""
    records = values = 0
    known = editions(name)
    expansions = editions(f"{name}/RE") if name in WITH_EXPANSION else (None,)
    rng = random.Random(name)
    while records < RECORDS:
        # The newest edition takes half, the others share the rest.
        edition = known[-1] if rng.random() < 0.5 else rng.choice(known)
        expansion = rng.choice(expansions)
        layout = category(int(name), edition, expansion)
        oracle = oracle_expansion(layout, expansion) if expansion else None
        encoded = [assert_encodes_alike(layout, random_items(layout, rng), oracle) for _ in range(A_BLOCK)]
        values += assert_decodes_alike(layout, encode_block(layout, encoded), oracle)
        records += A_BLOCK
    return records, values


def main() -> None:
    """Compare every category, or those named as arguments."""
    for name in sys.argv[1:] or CATEGORIES:
        records, values = compare(name)
        line = {
            "figure": f"ASTERIX {name} records equal to libasterix, both ways",
            "value": records,
            "unit": "records",
            "limit": f">= {RECORDS:,} records",
            "ok": records >= RECORDS,
            "command": "python benchmarks/bench_oracle_asterix.py",
            "note": f"{values:,} values, all items, editions {editions(name)[0]} to {editions(name)[-1]}",
        }
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
