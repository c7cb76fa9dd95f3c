"""Measure tracking; the parts stand in the folder ``tracking``.

``python benchmarks/bench_tracking.py [--quick] [surveillance|speed|hard|single-target|confirmation|peer-cache ...]``

``--quick`` takes few seeds. The peer gets an environment of its own in .cache/peer, where its tracks are kept too, by
hash of scenario and peer; ``peer-cache`` fills that. SARGAS_PEER_CACHE names another folder, SARGAS_PEER_PYTHON an
interpreter that has the peer.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.tracking.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
