"""``sargas classify``: what each track of a file is, row by row, from what was known at the row's time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sargas.cli.failure import USAGE, Failure, describe
from sargas.cli.out_file import TABLES, open_whole, refuse_unwritable

if TYPE_CHECKING:
    from collections.abc import Callable

    from sargas.identification.classifier import Classifier
    from sargas.identification.sky import Expected


def classify(
    tracks: Annotated[Path, typer.Argument(help="Track states, .parquet or .csv")],
    out: Annotated[Path, typer.Option(help="File to write, .parquet or .csv: one row for each row of the input")],
    reasons: Annotated[
        Path | None,
        typer.Option(
            help="JSON lines file to write: label, probabilities, reasons (English and Lithuanian) at each track's end"
        ),
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="Model file of sargas train; none: the one that comes along")
    ] = None,
    priors: Annotated[
        Path | None,
        typer.Option(
            help="TOML file with a share above 0 for each class; none: airliner 1.5, fast_jet 1/3, others 1, "
            "and for young tracks what older tracks of the file were"
        ),
    ] = None,
) -> None:
    """Classify tracks; writes p_ columns for the classes, label (or unknown) and age_s, prints one JSON line.

    Needs time_ns, track_id, latitude_deg, longitude_deg; uses altitude_m, velocity_east_mps, velocity_north_mps,
    velocity_up_mps, rcs_dbsm, radial_speed_spread_mps where they are and not NaN.
    """
    import json
    from time import process_time

    from sargas.cli.track_states import classify_states, read_states, write_classes

    try:
        refuse_unwritable("--out", out, TABLES)
        if reasons is not None:
            refuse_unwritable("--reasons", reasons)
        states = read_states(tracks)
        make, sky = open_classifier(model, priors)
    except (OSError, ValueError) as error:
        raise Failure(describe(error), USAGE) from None
    make()  # loads what is compiled
    started = process_time()
    found = classify_states(states, make, sky, tell_reasons=reasons is not None)
    cpu_s = process_time() - started
    with open_whole(out) as file:
        write_classes(file, out.suffix, states, found)
    if reasons is not None:
        with open_whole(reasons) as file:
            file.writelines(f"{json.dumps(line)}\n".encode() for line in found.reasons)
    typer.echo(
        json.dumps({"rows": len(states), "tracks": states.tracks, "cpu_seconds": round(cpu_s, 3), **found.counts})
    )


def open_classifier(model: Path | None, priors: Path | None) -> tuple[Callable[[], Classifier], Expected | None]:
    """Return what makes a classifier of a model, and the sky that it expects; none given: the shipped ones.

    Raises OSError or ValueError for files that are neither.
    """
    import tomllib

    from sargas.identification.classifier import USUAL, Classifier
    from sargas.identification.model_file import ClassifierModel, shipped_model
    from sargas.identification.sky import expected_sky

    try:
        trained = ClassifierModel.from_bytes(shipped_model() if model is None else model.read_bytes())
    except ValueError as error:
        raise ValueError(f"{model}: {error}") from None
    shares = USUAL
    if priors is not None:
        try:
            shares = tomllib.loads(priors.read_text(encoding="utf-8"))
            Classifier(trained, shares)
        except ValueError as error:
            raise ValueError(f"{priors}: {error}") from None
    sky = expected_sky(trained.header, shares) if priors is None else None  # who gives shares knows his sky
    return lambda: Classifier(trained, shares), sky
