"""Plots of the exchange schema as Arrow IPC streams (spec/plots.md): how one part of Sargas hands plots to another."""

from sargas.formats.plots.decode import PlotsDecoder, open_decoder
from sargas.formats.plots.encode import encode_plots

__all__ = ["PlotsDecoder", "encode_plots", "open_decoder"]
