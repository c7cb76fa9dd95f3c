"""A batch of plots as a part of a snapshot, bit by bit."""

from __future__ import annotations

from typing import Any

from sargas.model.label import Label
from sargas.model.parts import pack, unpack
from sargas.model.plots import COLUMN_DTYPES, Plots

MARK = b"SARGAS-PLOTS-1\n"


def pack_plots(plots: Plots) -> bytes:
    """Write a batch with its label and the names of its sensors."""
    header = {"label": plots.label.model_dump(mode="json"), "sensor_ids": plots.sensor_ids}
    return pack(MARK, header, [getattr(plots, name) for name in COLUMN_DTYPES])


def unpack_plots(data: bytes) -> Plots:
    """Read what ``pack_plots`` wrote. Raises ValueError for other bytes."""
    header, columns = unpack(MARK, data)
    named: dict[str, Any] = dict(zip(COLUMN_DTYPES, columns, strict=True))
    return Plots(**named, label=Label.model_validate(header["label"]), sensor_ids=tuple(header["sensor_ids"]))
