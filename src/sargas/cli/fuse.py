"""``sargas fuse``: a file of own tracks and files of partners' to one picture in which each object is told once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sargas.cli.failure import USAGE, Failure
from sargas.cli.out_file import open_whole, refuse_unwritable

if TYPE_CHECKING:
    import pyarrow as pa

    from sargas.model.tracks import Tracks
    from sargas.picture.fused_tracks import FusedTracks


def fuse(
    own: Annotated[Path, typer.Argument(help="Parquet file of own tracks, reported at common times")],
    partners: Annotated[list[Path], typer.Argument(help="Parquet files of tracks, one a partner")],
    out: Annotated[Path, typer.Option(help="Parquet file of the fused picture to write")],
    node: Annotated[str, typer.Option(help="Name under which partners know this node: what holds it is ours")] = "own",
    heard: Annotated[
        str, typer.Option(help="Sensors whose plots all reach us, with commas: tracks of these alone tell nothing new")
    ] = "",
) -> None:
    """Fuse own tracks with partners' tracks; writes each object once at every own report, prints one JSON line.

    At each time of the own file partners' rows with time_ns up to it are known. Own tracks keep their numbers; those of
    partners alone have numbers from 2147483648 on and are predicted to the time of the report.
    """
    import json

    import pyarrow.parquet as pq

    try:
        ours, theirs = _with_covariances(_read(own)), [_read(path) for path in partners]
        if not len(ours):
            raise ValueError(f"{own}: expected one or more tracks, was none")
        refuse_unwritable("--out", out)
    except (OSError, ValueError) as error:
        raise Failure(str(error), USAGE) from None
    names = frozenset(name.strip() for name in heard.split(",") if name.strip())
    batches, figures = _run(ours, theirs, node, names)
    with open_whole(out) as file:
        pq.write_table(_join(batches), file)
    typer.echo(json.dumps(figures))


def _read(path: Path) -> Tracks:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from sargas.model.tracks_arrow import tracks_from_arrow
    from sargas.runtime.state_files import check_places, refuse_repeats

    if not path.is_file():
        raise ValueError(f"{path}: expected a file, was none: check the path")
    try:
        tracks = tracks_from_arrow(pq.read_table(path))
        check_places(np.column_stack((tracks.latitude_deg, tracks.longitude_deg)))
        order = np.lexsort((tracks.track_id, tracks.time_ns))
        refuse_repeats(tracks.time_ns, tracks.track_id, order)
    except (pa.ArrowException, ValueError, OSError) as error:
        raise ValueError(f"{path}: {error}") from None
    return tracks.take(order)


def _with_covariances(own: Tracks) -> Tracks:
    """Assume of an own track without a covariance what is assumed of a partner's."""
    from dataclasses import replace

    import numpy as np

    from sargas.tracking.remote import make_whole

    covariance = own.covariance.copy()
    bare = np.isnan(covariance).any(axis=1)
    covariance[bare] = make_whole(np.zeros((int(bare.sum()), 6)), covariance[bare])
    return replace(own, covariance=covariance)


def _run(own: Tracks, partners: list[Tracks], node: str, heard: frozenset[str]) -> tuple[list[Tracks], dict[str, int]]:
    import numpy as np

    from sargas.picture.fused_tracks import FusedTracks

    fused = FusedTracks(node)
    batches: list[Tracks] = []
    figures = dict.fromkeys(("reports", "own_rows", "fused_rows", "partner_rows", "correlated", "decorrelated"), 0)
    figures["own_rows"] = len(own)
    edges = np.append(np.flatnonzero(np.diff(own.time_ns, prepend=own.time_ns[0] - 1)), len(own))
    known = [0] * len(partners)
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        report, time_ns = own.take(slice(start, stop)), int(own.time_ns[start])
        for k, tracks in enumerate(partners):
            end = int(np.searchsorted(tracks.time_ns, time_ns, side="right"))
            _take(fused, str(k), tracks, known[k], end)
            known[k] = end
        fused.silence(time_ns)
        shown = report.take(report.is_firm)
        _, changes = fused.advance(shown, time_ns, heard)
        read = fused.read(report)
        alone = fused.alone(time_ns)
        batches += [*read, *alone]
        figures["reports"] += 1
        figures["partner_rows"] += sum(len(batch) for batch in alone)
        figures["fused_rows"] += _count_fused(report, read)
        figures["correlated"] += sum(change.joined for change in changes)
        figures["decorrelated"] += sum(not change.joined for change in changes)
    return batches, figures


def _take(fused: FusedTracks, source: str, tracks: Tracks, start: int, stop: int) -> None:
    # one batch a time, so that a number comes once in each
    import numpy as np

    rows = tracks.take(slice(start, stop))
    for time_ns in np.unique(rows.time_ns).tolist():
        fused.take(source, rows.take(rows.time_ns == time_ns), time_ns)


def _count_fused(report: Tracks, read: tuple[Tracks, ...]) -> int:
    import numpy as np

    before = dict(zip(report.track_id.tolist(), report.covariance, strict=True))
    return sum(
        not np.array_equal(before[number], row, equal_nan=True)
        for batch in read
        for number, row in zip(batch.track_id.tolist(), batch.covariance, strict=True)
    )


def _join(batches: list[Tracks]) -> pa.Table:
    """Join batches in order of time and number, under the strictest of their labels."""
    import pyarrow as pa

    from sargas.model.label import most_restrictive
    from sargas.model.plots import LABEL_KEY
    from sargas.model.tracks import SCHEMA

    label = most_restrictive(batch.label for batch in batches)
    schema = SCHEMA.with_metadata({LABEL_KEY: label.model_dump_json().encode()})
    parts = [pa.Table.from_batches([batch.to_arrow()]).replace_schema_metadata(schema.metadata) for batch in batches]
    return pa.concat_tables(parts).sort_by([("time_ns", "ascending"), ("track_id", "ascending")])
