"""Hard profile: biases, disorder, clutter, acoustic bearings and ADS-B, against the tuned peer."""

from __future__ import annotations

import json

import numpy as np

from benchmarks.tracking.figure import Limit, tell, tell_failed, tell_skipped
from benchmarks.tracking.lab import Lab, ProcessFailed
from benchmarks.tracking.order import measure_order
from benchmarks.tracking.paired import describe, ratio_interval

SEEDS = tuple(range(21, 26))
LARGE_SEED = 21
AZIMUTH_DEG, RANGE_M = 0.03, 15.0


def measure_hard(lab: Lab) -> None:
    """Tell every figure of the hard profile."""
    seeds = SEEDS[:1] if lab.is_quick else SEEDS
    ours, theirs = [], []
    for seed in seeds:
        scenario = lab.scenario(100, seed, "hard")
        ours.append(lab.product(scenario).report["gospa_per_target"])
        if lab.peer_python is not None:
            theirs.append(lab.peer(scenario, "gnn").report["gospa_per_target"])
    told = ", ".join(f"{value:.0f}" for value in ours)
    tell("GOSPA per object, hard, 100 objects", float(np.mean(ours)), "m", None, f"seeds {seeds[0]} on: {told}")
    if theirs:
        tell(
            "GOSPA / peer, hard, 100 objects", ratio_interval(ours, theirs)[0], "", Limit(at_most=0.8, goal="<= 0.60"),
            f"{describe(ours, theirs)}; the peer (GNN) has no registration, acoustics or addresses: we use more "
            "information",
        )  # fmt: skip
    else:
        tell_skipped("GOSPA / peer, hard, 100 objects", lab.no_peer_reason)
    measure_order(lab)
    measure_large(lab)


def measure_large(lab: Lab) -> None:
    """Time 1,000 objects, and compare the registration of every radar with the truth after 120 s."""
    scenario = lab.scenario(1000, LARGE_SEED, "hard")
    product = lab.product(scenario)
    tell(
        "real-time factor, hard, 1,000 objects", 120.0 / product.run["cpu_seconds"], "x",
        Limit(at_least=5, goal=">= 20 x"),
        f"{product.run['plots']} plots in {product.run['cpu_seconds']:.2f} CPU s, p99 {product.run['p99_ms']} ms a "
        f"scan; GOSPA {product.report['gospa_per_target']:.0f}, missed {product.report['missed']:.3f}",
    )  # fmt: skip
    out = scenario / "registration.json"
    try:
        lab.track(scenario, "--registration", str(out))
    except ProcessFailed as error:
        if "--registration" in str(error):
            tell_skipped("registration, hard, 1,000 objects", "sargas track has no --registration yet")
        else:
            tell_failed("registration, hard, 1,000 objects", str(error))
        return
    tell_registration(json.loads((scenario / "biases.json").read_text()), json.loads(out.read_text()))


def tell_registration(true: dict[str, dict[str, float]], found: dict[str, dict[str, float]]) -> None:
    """Tell the residual (found minus true bias) of the worst radar, and the root mean square of all.

    A radar that is not in ``found`` is one with no bias found: its residual is the whole of its bias.
    """
    missing = sorted(set(true) - set(found))
    for name, limit, unit in (("azimuth_deg", AZIMUTH_DEG, "deg"), ("range_m", RANGE_M, "m")):
        word = name.partition("_")[0]
        before = np.array([bias[name] for bias in true.values()])
        residual = np.array([found.get(sensor, {}).get(name, 0.0) for sensor in true]) - before
        worst = int(np.argmax(np.abs(residual)))
        sigmas = np.array([found.get(sensor, {}).get(f"sigma_{name}", np.nan) for sensor in true])
        pulls = f", {_rms(residual / sigmas):.2f} of their own sigmas" if np.isfinite(sigmas).all() else ""
        tell(
            f"registration error of {word}, worst radar, hard, 1,000 objects", abs(float(residual[worst])), unit,
            Limit(at_most=limit),
            f"{list(true)[worst]} of {len(true)} radars after 120 s; root mean square {_rms(residual):.3g} (bias "
            f"{_rms(before):.3g}){pulls}; all share {residual.mean():.3g}, without that rms "
            f"{_rms(residual - residual.mean()):.3g}; within the limit {np.mean(np.abs(residual) <= limit):.0%}; not "
            f"estimated: {', '.join(missing) or 'none'}",
        )  # fmt: skip


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))
