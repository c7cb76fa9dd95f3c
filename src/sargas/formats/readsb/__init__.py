"""readsb: aircraft.json documents and trace files of an ADS-B receiver (README-json.md of wiedehopf/readsb)."""

from sargas.formats.readsb.decode import ReadsbDecoder, open_decoder

__all__ = ["ReadsbDecoder", "open_decoder"]
