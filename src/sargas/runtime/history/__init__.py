"""The history: every plot and track as Parquet by the hour, asked through DuckDB (docs/store.md)."""

from sargas.runtime.history.layout import PLOTS, TRACKS, HistoryError
from sargas.runtime.history.query import History
from sargas.runtime.history.selection import Bbox
from sargas.runtime.history.writer import HistoryStatus, HistoryWriter

__all__ = ["PLOTS", "TRACKS", "Bbox", "History", "HistoryError", "HistoryStatus", "HistoryWriter"]
