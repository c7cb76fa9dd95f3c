"""Captures of every byte order, clock and link layer give their datagrams, and count what they do not."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.formats.pcap import Packet, packets

GROUP = bytes((232, 1, 1, 31))
SECOND = 1_462_433_756
EXPECTED = Packet(SECOND * 10**9 + 123_456_000, "232.1.1.31", 8600, b"payload")


def udp(payload: bytes = b"payload", port: int = 8600) -> bytes:
    return struct.pack(">HHHH", 5000, port, 8 + len(payload), 0) + payload


def ipv4(body: bytes, protocol: int = 17, fragment: int = 0, options: bytes = b"") -> bytes:
    first = 0x45 + len(options) // 4
    total = 20 + len(options) + len(body)
    header = struct.pack(">BBHHHBBH4s4s", first, 0, total, 0, fragment, 64, protocol, 0, b"\x0a\0\0\1", GROUP)
    return header + options + body


def ipv6(body: bytes, following: int = 17) -> bytes:
    target = bytes.fromhex("ff020000000000000000000000000001")
    return struct.pack(">IHBB", 6 << 28, len(body), following, 64) + bytes(16) + target + body


def ethernet(body: bytes, kind: int = 0x0800, tags: bytes = b"") -> bytes:
    return bytes(12) + tags + kind.to_bytes(2, "big") + body


def capture(frame: bytes, link: int = 1, order: str = "<", magic: int = 0xA1B2C3D4, fraction: int = 123_456) -> bytes:
    head = struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 65_535, link)
    return head + struct.pack(f"{order}IIII", SECOND, fraction, len(frame), len(frame)) + frame


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("magic", "fraction"), [(0xA1B2C3D4, 123_456), (0xA1B23C4D, 123_456_000)])
def test_both_byte_orders_and_both_clocks_are_read(order: str, magic: int, fraction: int) -> None:
    data = capture(ethernet(ipv4(udp())), order=order, magic=magic, fraction=fraction)
    assert list(packets(data)) == [EXPECTED]


@pytest.mark.parametrize(
    ("link", "frame"),
    [
        (1, ethernet(ipv4(udp()), tags=b"\x81\x00\x00\x07")),
        (1, ethernet(ipv4(udp()), tags=b"\x88\xa8\x00\x07\x81\x00\x00\x08")),
        (1, ethernet(ipv4(udp(), options=bytes(8)))),
        (1, ethernet(ipv4(udp()) + bytes(10))),
        (113, bytes(14) + b"\x08\x00" + ipv4(udp())),
        (276, b"\x08\x00" + bytes(18) + ipv4(udp())),
        (101, ipv4(udp())),
        (228, ipv4(udp())),
        (0, b"\x02\x00\x00\x00" + ipv4(udp())),
    ],
)
def test_every_link_layer_is_read(link: int, frame: bytes) -> None:
    assert list(packets(capture(frame, link))) == [EXPECTED]


def test_ipv6_is_read_with_its_extension_headers() -> None:
    hops = b"\x11\x00" + bytes(6)
    for frame in (ipv6(udp()), ipv6(hops + udp(), following=0)):
        (packet,) = packets(capture(ethernet(frame, kind=0x86DD)))
        assert (packet.destination, packet.payload) == ("ff02::1", b"payload")


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (ethernet(b"", kind=0x0806), "not IP"),
        (ethernet(ipv4(udp(), protocol=6)), "not UDP"),
        (ethernet(ipv4(udp(), fragment=0x2000)), "fragment"),
        (ethernet(ipv4(udp(), fragment=100)), "fragment"),
        (ethernet(ipv4(udp())[:25]), "cut short"),
        (ethernet(ipv4(b"")), "cut short"),
        (ethernet(b"\x45"), "cut short"),
        (ethernet(ipv6(udp(), following=44), kind=0x86DD), "fragment"),
        (ethernet(ipv6(b"", following=58), kind=0x86DD), "not UDP"),
        (ethernet(b"\x60", kind=0x86DD), "cut short"),
        (b"", "not IP"),
    ],
)
def test_what_is_no_whole_datagram_is_counted(frame: bytes, reason: str) -> None:
    reader = packets(capture(frame) + capture(ethernet(ipv4(udp())))[24:])
    assert [packet.payload for packet in reader] == [b"payload"]
    assert reader.skipped == {reason: 1}


@pytest.mark.parametrize("cut", [5, 20])
def test_a_file_that_ends_in_the_middle_says_so(cut: int) -> None:
    whole = capture(ethernet(ipv4(udp())))
    reader = packets(whole + whole[24 : 24 + cut])
    assert len(list(reader)) == 1
    assert sum(reader.skipped.values()) == 1
    assert reader.position == len(whole) + cut


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x0a\x0d\x0d\x0a" + bytes(30), "was pcapng: convert it with editcap"),
        (b"\x30\x00\x30\xfd" + bytes(30), "expected a pcap file, was something else"),
        (b"\xd4\xc3\xb2\xa1", "expected a pcap file, was something else"),
        (capture(b"", link=127), "expected a pcap link layer out of .*, was number 127"),
    ],
)
def test_what_is_no_capture_is_refused_by_name(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        packets(data)


@given(st.binary(max_size=200), st.sampled_from([0, 1, 101, 113, 276]))
def test_random_octets_are_read_to_their_end(data: bytes, link: int) -> None:
    reader = packets(capture(b"", link)[:24] + data)
    found = list(reader)
    assert reader.position == 24 + len(data)
    assert all(len(packet.payload) <= len(data) for packet in found)


def test_the_recording_holds_the_same_datagrams_on_two_groups(shared_data: Path) -> None:
    found = list(packets((shared_data / "real/asterix/cat034_048.pcap").read_bytes()))
    assert len(found) == 100
    assert {packet.destination.split(".")[1] for packet in found} == {"1", "2"}
