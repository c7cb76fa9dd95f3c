"""``sargas calibrate``: cones from a file of tracks whose future is in it, for ``sargas predict --calibration``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sargas.cli.failure import USAGE, Failure
from sargas.cli.out_file import open_whole, refuse_unwritable


def calibrate(
    tracks: Annotated[
        Path, typer.Argument(metavar="IN", help="Parquet or CSV file of track states, with a class in column label")
    ],
    out: Annotated[Path, typer.Option(help="JSON file of cones to write")],
    seed: Annotated[int, typer.Option(min=0, help="Seed of the moments that are drawn")] = 1,
) -> None:
    """Calibrate the cones of forecasts on whole tracks: one random moment a track, class and horizon.

    A class or way of moving with fewer than 30 tracks is not calibrated: its radius stays null. An age of 30 tracks or
    more has factors of its own. The tracks must be others than those that are forecast later. Prints one JSON line:
    calibrated cells and their tracks.
    """
    import json

    from sargas.assessment.prediction.cones import CELLS, LEAST_TRACKS, write_cones
    from sargas.model.tracks import CLASSES
    from sargas.runtime.cone_calibration import calibrate_file

    try:
        refuse_unwritable("--out", out)
        cones = calibrate_file(tracks, seed)
    except (OSError, ValueError) as error:
        raise Failure(str(error), USAGE) from None
    note = f"Made by sargas calibrate of {tracks.name}, seed {seed}: one random moment a track."
    with open_whole(out) as file:
        file.write(write_cones(cones, note).encode())
    done = {name: int(cones.tracks[cell].max()) for cell, name in enumerate(CELLS)}
    calibrated = {name: count for name, count in done.items() if count >= LEAST_TRACKS}
    if not calibrated.keys() & {*CLASSES, *(f"{name}, no velocity" for name in CLASSES)}:
        typer.echo(
            f"No class was calibrated: none of {', '.join(CLASSES)} has {LEAST_TRACKS} tracks in column label.",
            err=True,
        )
    typer.echo(json.dumps(calibrated))
