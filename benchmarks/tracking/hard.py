"""Hard profile: biases, disorder, clutter, acoustic bearings and ADS-B, against the tuned peer."""

from __future__ import annotations

import json

import numpy as np

from tracking.figure import Limit, tell, tell_failed, tell_skipped
from tracking.lab import Lab, ProcessFailed
from tracking.order import measure_order
from tracking.paired import describe, ratio_interval

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
    measure_order(lab, seeds)
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
    """Tell the residuals (found minus true bias) of azimuth and range, raw and without what all radars share."""
    for name, limit, unit in (("azimuth_deg", AZIMUTH_DEG, "deg"), ("range_m", RANGE_M, "m")):
        missing = sorted(set(true) - set(found))
        residual = np.array([found[s][name] - true[s][name] for s in true if s in found])
        if not len(residual):
            tell_failed(f"registration, {name.partition('_')[0]}", f"no radar is in it, expected {len(true)}")
            continue
        before = np.array([bias[name] for bias in true.values()])
        apart = residual - residual.mean()
        worst = max(found.keys() & true.keys(), key=lambda s: abs(found[s][name] - true[s][name]))
        sigma_name = f"sigma_{name}"
        sigmas = np.array([found[s].get(sigma_name, np.nan) for s in true if s in found])
        pulls = f", in own sigmas {_rms(residual / sigmas):.2f}" if np.isfinite(sigmas).all() else ""
        tell(
            f"registration error of {name.partition('_')[0]}, hard, 1,000 objects", _rms(residual), unit,
            Limit(at_most=limit),
            f"root mean square of {len(residual)} radars after 120 s (unmended {_rms(before):.3g}); worst "
            f"{np.abs(residual).max():.3g} ({worst}); all share {residual.mean():.3g}, without that "
            f"rms {_rms(apart):.3g}, worst {np.abs(apart).max():.3g}{pulls}; not estimated: "
            f"{', '.join(missing) or 'none'}",
        )  # fmt: skip


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))
