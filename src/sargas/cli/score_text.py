"""The figures of ``sargas score`` as lines that a person reads."""

from __future__ import annotations

from typing import Any

HEADINGS = ("kind", "seen", "GOSPA m", "loc m", "alt m", "vel m/s", "missed", "switches", "life", "first s", "p90 s")


def in_words(report: dict[str, Any]) -> str:
    """Render the whole picture, then one row a kind."""
    siap, ospa, life, trial = report["siap"], report["ospa"], report["continuity"], report["field_trial"]
    lines = [
        f"GOSPA {_m(report['gospa_per_target'])} m per object (missed {_share(report['missed'])}, false "
        f"{_share(report['false'])} per object), OSPA {_m(ospa['mean_m'])} m",
        f"errors: location {_m(report['loc_rmse'])} m (median {_m(report['loc_median'])}), altitude "
        f"{_m(report['altitude_rmse'])} m, velocity {_m(report['velocity_rmse'])} m/s",
        f"SIAP: completeness {_share(siap['completeness'])}, ambiguity {_share(siap['ambiguity'])}, spuriousness "
        f"{_share(siap['spuriousness'])}, longest segment {_share(siap['longest_segment_share'])}",
        f"numbers: {_share(report['id_switches'])} switches per object-minute, one number covers "
        f"{_share(life['track_life_share'])} of a life, {life['never_tracked']} of {life['objects']} never tracked",
        f"first track: {_waits(report['latency'])}",
        f"false tracks: {_m(trial['false_tracks_per_hour'])} an hour; detection range "
        f"{_km(trial['detection_range_median_m'])} km median of {trial['detection_range_objects']} newcomers",
    ]
    if (consistency := report["consistency"]) is not None:
        lines.append(_consistency(consistency))
    return "\n".join([*lines, "", *_table(report["by_kind"])])


def _consistency(figures: dict[str, Any]) -> str:
    parts = [
        f"{name} NEES {figures[f'{name}_nees']['mean']:.2f} (3 expected, inside its band at "
        f"{figures[f'{name}_nees']['inside_band_share']:.0%} of times)"
        for name in ("position", "velocity")
    ]
    return f"consistency: {', '.join(parts)}; truth inside the 95 % ellipse {figures['inside_95_ellipse_share']:.1%}"


def _waits(latency: dict[str, Any]) -> str:
    return "; ".join(
        f"{'all objects' if kind == 'all' else kind} median {_m(waits['median_s'])} s, p90 {_m(waits['p90_s'])} s, "
        f"{waits['never']} of {waits['objects']} never"
        for kind, waits in latency.items()
    )


def _table(by_kind: dict[str, dict[str, Any]]) -> list[str]:
    rows = [HEADINGS]
    for kind, figures in by_kind.items():
        life, waits = figures["continuity"], figures["latency"]
        values = (
            _m(figures["gospa_per_target"]), _m(figures["loc_rmse"]), _m(figures["altitude_rmse"]),
            _m(figures["velocity_rmse"]), _share(figures["missed"]), _share(figures["id_switches"]),
            _share(life["track_life_share"]), _m(waits["median_s"]), _m(waits["p90_s"]),
        )  # fmt: skip
        rows.append((kind, str(life["objects"]), *values))
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS))]
    return [
        "  ".join(
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _m(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _km(value: float | None) -> str:
    return "-" if value is None else f"{value / 1000:.1f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
