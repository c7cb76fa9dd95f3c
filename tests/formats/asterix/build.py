"""Sources, datagrams and records for the tests of the decoder."""

from __future__ import annotations

from typing import Any

from sargas.formats.asterix import encode_target_reports, open_decoder
from sargas.formats.asterix.decoder import AsterixDecoder
from sargas.formats.asterix.specs import default_category
from sargas.formats.asterix.write import encode_block, encode_record
from sargas.formats.contract import Decoded
from sargas.model.plots import Plots
from sargas.model.records import Sensor, Source

S = 1_000_000_000
MIDNIGHT_NS = 1_760_054_400 * S
NOON_NS = MIDNIGHT_NS - 43_200 * S
RADAR = Sensor(id="LT-1", kind="radar-3d", sac=25, sic=12, scan_period_s=5.0)


def opened(sensors: tuple[Sensor, ...] = (), **settings: Any) -> AsterixDecoder:
    """Open the decoder of a source called test."""
    return open_decoder(Source(name="test", format="asterix", **settings), sensors)


def plot(time_of_day_s: float = 43_200.0, azimuth_deg: float = 10.0, sic: int = 12, **columns: Any) -> bytes:
    """Encode one plot at 50 km by the radar 25/12."""
    (datagram,) = encode_target_reports(
        25, sic, time_of_day_s=[time_of_day_s % 86_400], range_m=[50e3], azimuth_deg=[azimuth_deg], **columns
    )
    return datagram


def record(number: int, items: dict[str, Any]) -> bytes:
    """Encode a block of one record of the default edition."""
    layout = default_category(number)
    return encode_block(layout, [encode_record(layout, items)])


def only_plot(result: Decoded) -> Plots:
    """Take the one plot of a datagram that had nothing else in it."""
    assert result.rejects == ()
    assert result.plots is not None
    assert len(result.plots) == 1
    return result.plots
