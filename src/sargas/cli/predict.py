"""``sargas predict``: where each track of a file will be, from what was known at each row's time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sargas.cli.failure import USAGE, Failure, describe
from sargas.cli.out_file import TABLES, open_whole, refuse_unwritable

if TYPE_CHECKING:
    from sargas.assessment.prediction.cones import Cones
    from sargas.model.records import Route, Zone
    from sargas.runtime.state_files import ForecastWriter, StateFile

LONGEST_S = 3600.0
"""The longest horizon that is answered."""


def predict(
    tracks: Annotated[
        Path,
        typer.Argument(metavar="IN", help="Parquet or CSV file of track states: time_ns, track_id, place, velocity"),
    ],
    out: Annotated[Path, typer.Option(help="Parquet or CSV file of forecasts to write")],
    horizons: Annotated[
        str, typer.Option(help="Seconds ahead, separated by commas; a radius is given from 10 s to 600 s")
    ] = "30,60,300,600",
    zones: Annotated[
        Path | None, typer.Option(help="GeoJSON file of routes, which forecasts follow, and of protected zones")
    ] = None,
    calibration: Annotated[
        Path | None, typer.Option(help="JSON file of cones (sargas calibrate); those of the package when not given")
    ] = None,
) -> None:
    """Forecast every state of a file at every horizon, with the radius that holds nine of ten.

    Each row uses only states at or before its own time. A radius is null where its class and horizon are not
    calibrated. With --zones each row tells the likeliest route and protected zone, and when it would be there. Prints
    one JSON line of figures.
    """
    import json
    from time import process_time

    from sargas.runtime.state_files import ForecastWriter, read_states
    from sargas.runtime.zone_files import read_zones_file

    try:
        seconds = _read_horizons(horizons)
        drawn = read_zones_file(zones)
        cones = None if calibration is None else _read_cones(calibration)
        refuse_unwritable("--out", out, TABLES)
        given = read_states(tracks)
        started = process_time()
        if not given.names_classes:
            given = _classified(given, cones)
        with (
            open_whole(out) as file,
            ForecastWriter(file, out.suffix, given.names, is_aimed=zones is not None) as writer,
        ):
            radii = _forecast(given, seconds, cones, drawn, writer)
    except (OSError, ValueError) as error:
        raise Failure(describe(error), USAGE) from None
    rows = len(given.states.track_id)
    typer.echo(
        json.dumps(
            {
                "states": rows,
                "tracks": len(given.names),
                "forecasts": rows * len(seconds),
                "with_radius": radii,
                "cpu_seconds": round(process_time() - started, 3),
            }
        )
    )


def _classified(given: StateFile, cones: Cones | None) -> StateFile:
    """Take each state for what ``sargas classify`` finds likeliest of it, as a node does.

    Where that class has no cones it stays without: a guess must not take away the radius of how a track moves.
    """
    from dataclasses import replace

    import numpy as np

    from sargas.assessment.prediction.predictor import shipped_cones
    from sargas.cli.classify import open_classifier
    from sargas.cli.track_states import States, classify_states

    states = given.states
    made = np.column_stack([np.zeros(len(states.time_ns)), states.place, states.velocity])
    rows = States.of(states.time_ns, states.track_id, given.names, made, given.echoes)
    likeliest = np.argmax(classify_states(rows, *open_classifier(None, None), tell_reasons=False).probabilities, axis=1)
    factors = (shipped_cones() if cones is None else cones).factor
    has_cone = np.isfinite(factors).any(axis=(1, 2)).take(likeliest)
    return replace(given, states=replace(states, cell=np.where(has_cone, likeliest, -1)))


def _forecast(
    given: StateFile,
    horizons_s: list[float],
    cones: Cones | None,
    drawn: tuple[tuple[Zone, ...], tuple[Route, ...]],
    writer: ForecastWriter,
) -> int:
    """Forecast stretch after stretch; return how many forecasts have a radius."""
    import numpy as np

    from sargas.assessment.prediction.goals import GoalBook
    from sargas.assessment.prediction.past import LOST_S
    from sargas.assessment.prediction.predictor import Predictor
    from sargas.geo.plane import RegionPlane
    from sargas.runtime.state_files import Aims

    (zones, routes), seconds, radii = drawn, np.array(horizons_s), 0
    predictor = Predictor(cones=cones, routes=routes)
    goals = GoalBook.of(zones, RegionPlane(*given.states.place[0, :2].tolist()))
    for states in given.chunks():
        forecasts = predictor.follow(states, seconds)
        aims = Aims.of(routes, forecasts, goals.zones, goals.follow(states, forecasts.velocity))
        writer.write(states, seconds, forecasts, aims)
        radii += int(np.isfinite(forecasts.radius_90_m).sum())
        # what was silent for so long begins anew when it comes again
        silent = predictor.silent_since(int(states.time_ns[-1]) - round((LOST_S + 1.0) * 1e9))
        predictor.forget(silent)
        goals.forget(silent)
    return radii


def _read_horizons(text: str) -> list[float]:
    try:
        seconds = [float(part) for part in text.split(",")]
    except ValueError:
        seconds = []
    if not seconds or not all(0.0 < value <= LONGEST_S for value in seconds):
        raise ValueError(f"--horizons: expected seconds as 30,60,300, each up to {LONGEST_S:g}, was {text!r}")
    return seconds


def _read_cones(path: Path) -> Cones:
    from sargas.assessment.prediction.cones import read_cones

    try:
        return read_cones(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"--calibration {path}: {error}") from None
