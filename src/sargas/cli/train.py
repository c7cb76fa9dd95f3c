"""``sargas train``: train the classifier on simulated flights and write its model file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sargas.cli.failure import USAGE, Failure


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

    if not out.parent.is_dir():
        raise Failure(f"--out {out}: expected an existing folder, was none: make {out.parent} first", USAGE)
    started = monotonic()
    model = stamped(train_model(seed, tracks, rounds, typer.echo))
    data = model.to_bytes()
    out.write_bytes(data)
    typer.echo(f"{out}: {len(data)} bytes in {monotonic() - started:.0f} s")
