"""``sargas train``: train the classifier on simulated flights and write its model file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sargas.cli.failure import USAGE, Failure
from sargas.cli.out_file import open_whole, refuse_unwritable


def train(
    out: Annotated[Path, typer.Option(help="Model file to write")],
    seed: Annotated[int, typer.Option(min=0, help="One seed, one model, bit for bit")] = 1,
    tracks: Annotated[int, typer.Option(min=12, help="Simulated tracks of each class")] = 1500,
    rounds: Annotated[int, typer.Option(min=1, max=400, help="Rounds of boosting")] = 100,
) -> None:
    """Train on simulated flights of all classes, calibrate on others, write the model; nothing real is used.

    The model that comes with Sargas is that of the defaults.
    """
    from time import monotonic

    from sargas.exercise.training.fingerprint import stamped
    from sargas.exercise.training.train import train as train_model

    try:
        refuse_unwritable("--out", out)
    except ValueError as error:
        raise Failure(str(error), USAGE) from None
    started = monotonic()
    model = stamped(train_model(seed, tracks, rounds, lambda line: typer.echo(line, err=True)))
    data = model.to_bytes()
    with open_whole(out) as file:
        file.write(data)
    typer.echo(f"{out}: {len(data)} bytes in {monotonic() - started:.0f} s")
