"""Surveillance profile against the tuned peer, on seeds never tuned on: accuracy, numbers, waits, throughput."""

from __future__ import annotations

import statistics

import numpy as np

from benchmarks.tracking.figure import Limit, tell, tell_skipped
from benchmarks.tracking.lab import Lab, Scored
from benchmarks.tracking.paired import describe, quantile_interval, ratio_interval
from sargas.exercise.scoring.latency import ONE_WAY, first_waits

SEEDS = tuple(range(21, 31))
LARGE_SEED = 21
PEERS = ("gnn", "jpda")


def measure_surveillance(lab: Lab) -> None:
    """Tell every figure of the surveillance profile."""
    seeds = SEEDS[:2] if lab.is_quick else SEEDS
    pairs: list[tuple[Scored, dict[str, Scored]]] = []
    for seed in seeds:
        scenario = lab.scenario(100, seed, "surveillance")
        pairs.append((lab.product(scenario), peers_on(lab, scenario)))
    large, large_peers = measure_large(lab)
    ours = [product for product, _ in pairs]
    _tell_own(ours, large)
    if lab.peer_python is None:
        for figure in ("GOSPA / peer", "ID switches / peer", "time to first confirmed track / peer"):
            tell_skipped(f"{figure}, surveillance", lab.no_peer_reason)
        return
    _tell_accuracy(pairs, seeds)
    _tell_switches(pairs, large, large_peers)
    _tell_waits([*ours, large], [*(peers for _, peers in pairs), large_peers])


def peers_on(lab: Lab, scenario: object) -> dict[str, Scored]:
    """Run the peer's two associators on a scenario; none without the peer."""
    if lab.peer_python is None:
        return {}
    return {name: lab.peer(scenario, name) for name in PEERS}  # type: ignore[arg-type]


def measure_large(lab: Lab) -> tuple[Scored, dict[str, Scored]]:
    """Time and score 1,000 objects: product, peer, product, all on one file."""
    scenario = lab.scenario(1000, LARGE_SEED, "surveillance")
    before = [lab.track(scenario)[0] for _ in range(3)]
    peers = {} if lab.peer_python is None else {"gnn": lab.peer(scenario, "gnn", is_timed=True)}
    after = [lab.track(scenario)[0] for _ in range(2)]
    product = lab.product(scenario)
    runs = [*before, *after, product.run]
    speed = statistics.median(run["plots_per_second"] for run in runs)
    gospa = product.report["gospa_per_target"]
    tell(
        "plots per CPU second, surveillance, 1,000 objects", speed, "1/s", None,
        f"seed {LARGE_SEED}, median of {len(runs)} runs ({min(r['plots_per_second'] for r in runs):.0f} to "
        f"{max(r['plots_per_second'] for r in runs):.0f}), one thread; p50 {product.run['p50_ms']}, p99 "
        f"{product.run['p99_ms']} ms a scan; peak {product.run['peak_rss_mb']} MB; the run scored below",
    )  # fmt: skip
    if not peers:
        tell_skipped("throughput / peer, surveillance, 1,000 objects", lab.no_peer_reason)
        tell_skipped("GOSPA / peer, surveillance, 1,000 objects", lab.no_peer_reason)
        return product, peers
    theirs = peers["gnn"].run["plots_per_cpu_s"]
    tell(
        "throughput / peer, surveillance, 1,000 objects", speed / theirs, "x", Limit(at_least=100, goal=">= 300 x"),
        f"Stone Soup 1.9.1 GNN {theirs:.0f} plots per CPU s in the same minute on the same file",
    )  # fmt: skip
    peers["jpda"] = lab.peer(scenario, "jpda") if not lab.is_quick else peers["gnn"]
    best = min(PEERS, key=lambda name: peers[name].report["gospa_per_target"])
    anchor = peers[best].report["gospa_per_target"]
    tell(
        "GOSPA / peer, surveillance, 1,000 objects", gospa / anchor, "", Limit(at_most=0.92, goal="<= 0.80"),
        f"seed {LARGE_SEED}: product {_losses(product)}; peer ({best}) {_losses(peers[best])}; same configuration and "
        "run as the throughput",
    )  # fmt: skip
    return product, peers


def _losses(scored: Scored) -> str:
    r = scored.report
    return (
        f"{r['gospa_per_target']:.1f} (location {r['loc_rmse']:.1f} m, missed {r['missed']:.4f}, "
        f"false {r['false']:.4f})"
    )


def _tell_own(ours: list[Scored], large: Scored) -> None:
    values = [s.report["gospa_per_target"] for s in ours]
    tell(
        "GOSPA per object, surveillance, 100 objects", float(np.mean(values)), "m", None,
        f"{len(values)} seeds, {min(values):.0f} to {max(values):.0f}",
    )  # fmt: skip
    figures = large.report["consistency"]
    if figures is not None:
        nees = figures["position_nees"]
        tell(
            "truth inside the horizontal 95 % ellipse, surveillance, 1,000 objects",
            figures["inside_95_ellipse_share"], "", None,
            f"0.95 expected; seed {LARGE_SEED}; position NEES mean {nees['mean']:.2f}, median {nees['median']:.2f} "
            f"(2.37 expected), inside its band at {nees['inside_band_share']:.0%} of times; all manoeuvres",
        )  # fmt: skip


def _tell_accuracy(pairs: list[tuple[Scored, dict[str, Scored]]], seeds: tuple[int, ...]) -> None:
    ours = [product.report["gospa_per_target"] for product, _ in pairs]
    theirs = {name: [peers[name].report["gospa_per_target"] for _, peers in pairs] for name in PEERS}
    best = min(PEERS, key=lambda name: float(np.mean(theirs[name])))
    tell(
        "GOSPA / peer, surveillance, 100 objects", ratio_interval(ours, theirs[best])[0], "",
        Limit(at_most=0.92, goal="<= 0.80"),
        f"seeds {seeds[0]} to {seeds[-1]}, peer's better associator ({best}): {describe(ours, theirs[best])}",
    )  # fmt: skip


def _tell_switches(
    pairs: list[tuple[Scored, dict[str, Scored]]], large: Scored, large_peers: dict[str, Scored]
) -> None:
    ours = [product.report["id_switches"] for product, _ in pairs]
    theirs = {name: [peers[name].report["id_switches"] for _, peers in pairs] for name in PEERS}
    best = min(PEERS, key=lambda name: float(np.mean(theirs[name])))
    limit = Limit(at_most=0.7, goal="<= 0.3")
    tell(
        "ID switches / peer, surveillance, 100 objects", ratio_interval(ours, theirs[best])[0], "", limit,
        f"per object-minute, the better of GNN and JPDA ({best}): {describe(ours, theirs[best], 4)}",
    )  # fmt: skip
    best = min(PEERS, key=lambda name: large_peers[name].report["id_switches"])
    anchor = large_peers[best].report["id_switches"]
    tell(
        "ID switches / peer, surveillance, 1,000 objects", large.report["id_switches"] / anchor if anchor else np.inf,
        "", limit, f"per object-minute: product {large.report['id_switches']:.4f}, peer ({best}) {anchor:.4f}",
    )  # fmt: skip


def _tell_waits(ours: list[Scored], theirs: list[dict[str, Scored]]) -> None:
    for kind in (None, ONE_WAY):
        mine = waits_of(ours, kind)
        peers = {name: waits_of([peers[name] for peers in theirs], kind) for name in PEERS}
        best = min(PEERS, key=lambda name: _median_p90(peers[name]))
        who = "all objects" if kind is None else "one-way drones"
        for i, name in enumerate(("median", "p90")):
            value, anchor = _median_p90(mine)[i], _median_p90(peers[best])[i]
            low, high = quantile_interval(mine, (0.5, 0.9)[i])
            tell(
                f"time to first confirmed track, {name}, {who}", value, "s",
                Limit(at_most=anchor, goal=f"<= {anchor / 2:g} s"),
                f"surveillance, {len(mine)} objects of all scenarios, interval {low:g} to {high:g} s; peer ({best}) "
                f"{anchor:g} s; mean {_mean(mine)} against {_mean(peers[best])}; steps of 4 s",
            )  # fmt: skip


def waits_of(scored: list[Scored], kind: str | None) -> list[float]:
    """Pool the waits of all objects, or of one kind."""
    waits: list[float] = []
    for one in scored:
        frames = one.frames if kind is None else tuple(frame.of_kind(kind) for frame in one.frames)
        waits += first_waits(frames).values()
    return waits


def _median_p90(waits: list[float]) -> tuple[float, float]:
    return float(np.median(waits)), float(np.quantile(waits, 0.9, method="higher"))


def _mean(waits: list[float]) -> str:
    known = [wait for wait in waits if np.isfinite(wait)]
    return f"{np.mean(known):.2f} s and {len(waits) - len(known)} never"
