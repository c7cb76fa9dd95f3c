"""``sargas score``: tracks against the truth of a scenario, in figures and as a page that shows where they lose."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sargas.cli.failure import USAGE, Failure
from sargas.cli.out_file import open_whole, refuse_unwritable


def score(
    scenario: Annotated[Path, typer.Argument(help="Folder with truth.parquet, and sensors.toml for detection ranges")],
    tracks: Annotated[Path, typer.Argument(help="Parquet file of tracks at the times of the truth")],
    warm_up: Annotated[float, typer.Option(min=0.0, help="Seconds from the start that do not count")] = 32.0,
    until: Annotated[
        float | None, typer.Option(min=0.0, help="Seconds from the start after which nothing counts")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print all figures as one JSON object")] = False,
    html: Annotated[Path | None, typer.Option(help="Write a page that shows where the tracks lose")] = None,
) -> None:
    """Score tracks against the truth of a scenario: GOSPA, OSPA, SIAP, continuity, latency, consistency, by kind.

    Figures and their formulas: docs/scoring.md. Waits are counted from the start, whatever --warm-up says.
    """
    import json as json_module
    import math

    from numpy.linalg import LinAlgError

    from sargas.cli.score_files import read_picture, read_ranges_m, read_truth, refuse_other_times
    from sargas.cli.score_page import render_page
    from sargas.cli.score_text import in_words
    from sargas.exercise.scoring.frames import build_frames
    from sargas.exercise.scoring.picture_figures import scored
    from sargas.exercise.scoring.report import plain, score_picture

    try:
        if html is not None:
            refuse_unwritable("--html", html)
        truth, picture = read_truth(scenario), read_picture(tracks)
        refuse_other_times(truth, picture, tracks)
        range_m = read_ranges_m(scenario, truth)
        frames = build_frames(truth, picture, math.inf if until is None else until)
        if not scored(frames, warm_up):
            raise ValueError(
                f"{scenario}: expected times of truth from {warm_up:g} s on, was none"
                f"{'' if until is None else f' up to {until:g} s'}: lower --warm-up or raise --until"
            )
    except ValueError as error:
        raise Failure(str(error), USAGE) from None
    try:
        report = plain(score_picture(frames, truth, picture, warm_up, range_m))
    except LinAlgError:
        told = f"{tracks}: expected covariances that can be inverted, was one that cannot: leave the column out"
        raise Failure(told, USAGE) from None
    if html is not None:
        title = f"{tracks.name} against {scenario.resolve().name}"
        with open_whole(html) as file:
            file.write(render_page(title, frames, report, warm_up).encode())
    typer.echo(json_module.dumps(report, indent=1) if json else in_words(report))
