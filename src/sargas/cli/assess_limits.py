"""What ``sargas assess`` could not say of a recording, and what would mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sargas.model.records import Sensor, Zone
    from sargas.model.tracks import Tracks
    from sargas.model.warning_records import WarningArea


def tell_refused(refused: Mapping[str, int]) -> list[str]:
    """Say why records of a recording, or fields of them, were not taken, and how often."""
    return [f"Refused {count} x in the recording: {reason}." for reason, count in refused.items()]


def tell_quarantined(quarantined: Mapping[str, str], recording: Path | None) -> list[str]:
    """Say of which sources nothing is taken, and why; ``recording``: the file that is the one source, none: a journal.

    A file has no settings to be mended: it is decoded first, by the command that can be told what it holds.
    """
    mend = "" if recording is None else f" (sargas decode {recording}, with --edition or --framing, and assess that)"
    return [f"Nothing more of the source {name} was taken: {reason}{mend}." for name, reason in quarantined.items()]


def tell_limits(
    zones: Sequence[Zone],
    municipalities: Sequence[WarningArea],
    counts: Mapping[str, int],
    refused: Mapping[str, int],
    sensors: Sequence[Sensor],
    tracks: Sequence[Tracks],
    *,
    drifters: int,
    wind: bool | None,
) -> list[str]:
    """List what was missing, a sentence each; ``counts``: of plots, by what became of them (``scan.COUNT_NAMES``).

    ``refused``: why records of the recording, or fields of them, were not taken, and how often.
    ``tracks`` are the confirmed ones, a batch a second; ``wind``: whether any table held, none: none was given.
    """
    told = _of_zones(zones, municipalities)
    told += tell_refused(refused)
    unplaced, plots = counts.get("unplaced", 0), sum(counts.values())
    if unplaced:
        known = ", ".join(sensor.id for sensor in sensors if sensor.latitude_deg is not None) or "none"
        told.append(
            f"{unplaced} of {plots} plots are of sensors whose place is not known, and make no tracks: "
            "give latitude_deg and longitude_deg of each with --sensors, under the id that the plots have "
            f"(places known: {known})."
        )
    if not plots:
        told.append(f"The recording holds no plots{' that can be used' if refused else ''}.")
    elif not tracks:
        told.append("No track was confirmed: nothing can be judged.")
    elif all(np.isnan(batch.altitude_m).all() for batch in tracks):
        told.append("No track has a height: each may be at any, so floors and ceilings of zones hold nobody off.")
    if wind is False:
        told.append("No wind table holds at the time of the recording: drift is by the tracks' own motion only.")
    elif wind is None and drifters:
        told.append("No wind was given (--wind): drift is by the tracks' own motion only, and its regions are wide.")
    return told


def _of_zones(zones: Sequence[Zone], municipalities: Sequence[WarningArea]) -> list[str]:
    from sargas.assessment.warnings.areas import WarnedAreas

    if not zones:
        return ["No zones were given: nothing can be entered, so there are no alerts and no warnings."]
    if all(zone.kind == "restricted" for zone in zones):
        return ["No zone is a border or protected: there are no forecasts of entry and no warnings."]
    borders = [zone for zone in zones if zone.kind == "border"]
    if not WarnedAreas.of(municipalities, borders).areas:
        lacking = "In no border that was given lies a place that is known" if borders else "No zone is a border"
        return [f"{lacking}: nobody is known who could be warned, so there are no warnings: give --municipalities."]
    return []
