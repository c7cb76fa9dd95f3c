"""Feed URLs are read as documented, and a wrong one is refused in one line that says how to mend it."""

from __future__ import annotations

import pytest

from sargas.runtime.clock import ManualClock
from sargas.runtime.feeds import SCHEMES, Intake, open_feed, parse_url
from sargas.runtime.feeds.url import PollUrl, RecordingUrl, SimulationUrl, TcpUrl, UdpUrl

BUFFER = 8 * 2**20


@pytest.mark.parametrize(
    ("url", "parsed"),
    [
        ("udp://0.0.0.0:4000", UdpUrl("0.0.0.0", 4000, None, None, None, BUFFER)),
        ("udp://[::1]:4000?buffer=65536", UdpUrl("::1", 4000, None, None, None, 65536)),
        ("udp://232.1.1.14@10.0.0.7:4000", UdpUrl("10.0.0.7", 4000, "232.1.1.14", None, None, BUFFER)),
        (
            "udp://232.1.1.14@0.0.0.0:4000?sender=10.0.0.9&interface=eth1",
            UdpUrl("0.0.0.0", 4000, "232.1.1.14", "10.0.0.9", "eth1", BUFFER),
        ),
        ("udp://[ff02::7]@[::]:4000?interface=lo", UdpUrl("::", 4000, "ff02::7", None, "lo", BUFFER)),
        ("tcp://radar.example:4001", TcpUrl("radar.example", 4001, "asterix", 5, 60)),
        ("tcp://[::1]:1?framing=newline&connect=1&idle=2", TcpUrl("::1", 1, "newline", 1, 2)),
        ("pcap:day.pcap", RecordingUrl("pcap", "day.pcap", 1, False, None, 0)),
        ("pcap:/d/a%20b.pcap?speed=max&loop=1&port=8600", RecordingUrl("pcap", "/d/a b.pcap", 0, True, 8600, 0)),
        ("pcap:///d/day.pcap?speed=2.5", RecordingUrl("pcap", "/d/day.pcap", 2.5, False, None, 0)),
        ("parquet:p.parquet?slice_ms=100", RecordingUrl("parquet", "p.parquet", 1, False, None, 100)),
        ("file:/run/readsb/aircraft.json", PollUrl("file", "/run/readsb/aircraft.json", 0.5, 10)),
        (
            "http://10.0.0.5:8080/data/aircraft.json?v=2#interval=2&timeout=3",
            PollUrl("http", "http://10.0.0.5:8080/data/aircraft.json?v=2", 2, 3),
        ),
        ("https://adsb.example/aircraft.json", PollUrl("https", "https://adsb.example/aircraft.json", 1, 5)),
        ("sim:baltic-night", SimulationUrl("baltic-night", 1, False, {})),
        (
            "sim:baltic-night?targets=300&seed=7&rate=0.5&side=east&udp=1&speed=4",
            SimulationUrl("baltic-night", 4, True, {"targets": "300", "seed": "7", "rate": "0.5", "side": "east"}),
        ),
    ],
)
def test_every_documented_form_is_read(url: str, parsed: object) -> None:
    assert parse_url(url) == parsed
    assert url.partition(":")[0] in SCHEMES


@pytest.mark.parametrize(
    ("url", "expected", "was"),
    [
        ("radar1", "expected a feed url that starts with udp:", "'radar1'"),
        ("ftp://x", "expected a feed url that starts with udp:", "'ftp'"),
        ("udp://0.0.0.0", "expected //host:port", "'//0.0.0.0'"),
        ("udp:0.0.0.0:4000", "expected //host:port", "'0.0.0.0:4000'"),
        ("udp://0.0.0.0:70000", "a port from 1 to 65535", "'70000'"),
        ("udp://0.0.0.0:x", "a port from 1 to 65535", "'x'"),
        ("udp://radar:4000", "the address of an interface of this machine", "'radar'"),
        ("udp://239.1.1.1:4000", "the group before", "'239.1.1.1'"),
        ("udp://10.1.1.1@0.0.0.0:4000", "a multicast group of IPv4", "'10.1.1.1'"),
        ("udp://[ff02::1]@0.0.0.0:4000", "a multicast group of IPv4", "'ff02::1'"),
        ("udp://0.0.0.0:4000?sender=10.0.0.1", "together with a multicast group", "'10.0.0.1'"),
        ("udp://0.0.0.0:4000?bufer=1", "did you mean 'buffer'", "'bufer'"),
        ("udp://0.0.0.0:4000?buffer=lots", "a number from 4096", "'lots'"),
        ("udp://0.0.0.0:4000?buffer", "name=value", "'buffer'"),
        ("udp://0.0.0.0:4000?buffer=5000&buffer=6000", "each parameter once", "'buffer=6000'"),
        ("tcp://:4000", "one host", "'//:4000'"),
        ("tcp://h:4000?framing=hdlc", "framing= one of asterix, final, newline", "'hdlc'"),
        ("tcp://h:4000?idle=nan", "a number from 0.1", "'nan'"),
        ("pcap:", "a path", "none"),
        ("pcap:x?speed=fast", "or max", "'fast'"),
        ("pcap:x?loop=yes", "loop=0 or loop=1", "'yes'"),
        ("pcap:x?slice_ms=5", "expected parameters out of", "'slice_ms'"),
        ("http:///aircraft.json", "a host", "''"),
        ("http://h/aircraft.json#interval=0", "a number from 0.05", "'0'"),
        ("http://h/aircraft.json#every=1", "expected parameters out of interval, timeout", "'every'"),
        ("sim:", "a scenario's name", "''"),
        ("sim:Baltic Night", "a scenario's name", "'Baltic Night'"),
    ],
)
def test_a_wrong_url_is_refused_with_what_was_expected_and_what_it_was(url: str, expected: str, was: str) -> None:
    with pytest.raises(ValueError, match="expected") as refusal:
        open_feed(url, "radar-east", Intake().open_queue(), ManualClock())
    text = str(refusal.value)
    assert text.startswith("source 'radar-east': ")
    assert expected in text
    assert was in text
    assert "\n" not in text
