"""Coverage-guided fuzzing of the ASTERIX and capture readers with atheris; outside CI, for minutes or for a night.

uv pip install atheris && python benchmarks/fuzz_asterix.py -max_total_time=600 [folder of findings]

The Python code is instrumented; the kernels run compiled, so that what they do to memory is tested as it is in use. A
finding is any exception, any octet not accounted for, or a datagram that takes longer than five seconds.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

KERNELS = ("adsb_plots", "extract", "pack", "radar_plots", "sensor_table", "sift", "six_bit", "system_tracks")
with atheris.instrument_imports(
    include=["sargas.formats"], exclude=[f"sargas.formats.asterix.{name}" for name in KERNELS]
):
    from sargas.formats import pcap
    from sargas.formats.asterix import DEFAULT_EDITIONS, open_decoder, warm_up
    from sargas.formats.asterix.read import decode_datagram
    from sargas.formats.asterix.specs import default_category
    from sargas.formats.asterix.write import encode_record
    from sargas.model.records import Source

CATEGORIES = {int(name): default_category(int(name)) for name in DEFAULT_EDITIONS if "/" not in name}
NUMBERS = sorted(CATEGORIES)
NOON_NS = 1_760_011_200_000_000_000


def fuzz(data: bytes) -> None:
    """Read one input as a capture, as FINAL frames, as a datagram, and as the records of a block."""
    if not data:
        return
    choice, octets = data[0], data[1:]
    if choice & 7 == 7:
        _read_capture(octets)
        return
    if choice & 7 < len(NUMBERS):
        octets = bytes((NUMBERS[choice & 7],)) + (len(octets) + 3).to_bytes(2, "big") + octets
    full = decode_datagram(octets, CATEGORIES)
    refused = sum(one.octets for one in full.refused)
    assert full.decoded_octets + refused + full.trailing_octets == len(octets), "octets lost"
    for record in full.records:
        again = encode_record(record.category, record.items, record.fspec_octets)
        assert again == octets[record.offset : record.offset + record.octets], "octets changed"
    source = Source(name="fuzz", format="asterix", framing="final" if choice & 8 else "none")
    result = open_decoder(source, ()).decode(NOON_NS, octets)
    assert 0 <= result.trailing_bytes <= len(octets)
    if result.plots is not None:
        result.plots.to_arrow()
    if result.tracks is not None:
        result.tracks.to_arrow()


def _read_capture(octets: bytes) -> None:
    try:
        reader = pcap.packets(octets)
    except ValueError:
        return
    for packet in reader:
        assert len(packet.payload) <= len(octets)
    assert reader.position == len(octets)


def main() -> None:
    """Compile the kernels, then fuzz until libFuzzer's limits are reached."""
    warm_up()
    atheris.Setup([*sys.argv, "-timeout=5", "-max_len=512", "-rss_limit_mb=4096"], fuzz)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
