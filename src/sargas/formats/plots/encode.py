"""Plots to the bytes of one Arrow IPC stream."""

from __future__ import annotations

import pyarrow as pa

from sargas.model.plots import Plots


def encode_plots(plots: Plots) -> bytes:
    """Write one batch as an Arrow IPC stream, its label in the schema metadata."""
    batch = plots.to_arrow()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())
