"""Measure the classifier: simulated tracks of seeds of their own, real flights, and how fast it is.

Run: python benchmarks/bench_classification.py. One JSON object a line: figure, value, unit, limit, ok, command, note.
"""

from __future__ import annotations

import sys

from classification.main import main

if __name__ == "__main__":
    sys.exit(main())
