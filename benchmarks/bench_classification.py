"""Measure the classifier: simulated tracks of seeds of their own, real flights, and how fast it is.

Run: python benchmarks/bench_classification.py. One JSON object a line: figure, value, unit, limit, ok, command, note.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.classification.main import main

if __name__ == "__main__":
    sys.exit(main())
