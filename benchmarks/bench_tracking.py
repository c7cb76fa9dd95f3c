"""Measure tracking; the parts stand in the folder ``tracking``.

``python benchmarks/bench_tracking.py [--quick] [surveillance|speed|hard|single-target|confirmation|peer-cache ...]``
"""

from __future__ import annotations

import sys

from tracking.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
