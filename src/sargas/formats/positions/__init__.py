"""Tables of positions that analysts have: state tables, state vectors, GPS logs, radiosonde flights."""

from sargas.formats.positions.decode import PositionsDecoder, open_decoder

__all__ = ["PositionsDecoder", "open_decoder"]
