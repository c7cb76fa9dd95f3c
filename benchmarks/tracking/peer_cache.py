"""Let the peer track every scenario of the accuracy figures, so that a later run finds its tracks and is short."""

from __future__ import annotations

import sys
import time

from benchmarks.tracking import hard, surveillance
from benchmarks.tracking.lab import Lab


def fill_peer_cache(lab: Lab) -> None:
    """Run what is not kept yet; tells nothing but progress, since no figure is measured."""
    wanted = [("surveillance", 100, seed, name) for seed in surveillance.SEEDS for name in surveillance.PEERS]
    wanted += [("hard", 100, seed, "gnn") for seed in hard.SEEDS]
    wanted += [("surveillance", 1000, surveillance.LARGE_SEED, name) for name in surveillance.PEERS]
    if lab.peer_python is None:
        print(f"  no peer: {lab.no_peer_reason}", file=sys.stderr)
        return
    for profile, targets, seed, associator in wanted:
        began = time.monotonic()
        report = lab.peer(lab.scenario(targets, seed, profile), associator).report
        print(
            f"  {profile} {targets} seed {seed} {associator}: GOSPA {report['gospa_per_target']:.1f}, "
            f"{time.monotonic() - began:.0f} s",
            file=sys.stderr,
            flush=True,
        )
