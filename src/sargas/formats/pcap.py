"""Packet captures (libpcap format): UDP datagrams out of the bytes of a file. Pure; pcapng is refused by name.

Sources: the libpcap file format (tcpdump.org, pcap-savefile), RFC 791 and 8200 (IP), RFC 768 (UDP), IEEE 802.1Q.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import Literal, NamedTuple

_MAGIC: dict[bytes, tuple[Literal["little", "big"], int]] = {
    b"\xd4\xc3\xb2\xa1": ("little", 1000),
    b"\xa1\xb2\xc3\xd4": ("big", 1000),
    b"\x4d\x3c\xb2\xa1": ("little", 1),
    b"\xa1\xb2\x3c\x4d": ("big", 1),
}
_PCAPNG = b"\x0a\x0d\x0d\x0a"
_NULL, _ETHERNET, _RAW, _LINUX_SLL, _LINUX_SLL2, _RAW_V4, _RAW_V6 = 0, 1, 101, 113, 276, 228, 229
_LINKS = {
    _NULL: "BSD loopback",
    _ETHERNET: "Ethernet",
    _RAW: "raw IP",
    _LINUX_SLL: "Linux cooked",
    _LINUX_SLL2: "Linux cooked v2",
    _RAW_V4: "raw IPv4",
    _RAW_V6: "raw IPv6",
}
_VLAN = (0x8100, 0x88A8, 0x9100)
_IPV4, _IPV6, _UDP = 0x0800, 0x86DD, 17
_EXTENSION_HEADERS = (0, 43, 60)
_HEADER, _PACKET_HEADER = 24, 16


def is_capture(head: bytes) -> bool:
    """Tell by the first octets whether a file is a packet capture, readable here or not (pcapng)."""
    return head[:4] in _MAGIC or head[:4] == _PCAPNG


class Packet(NamedTuple):
    """One UDP datagram as captured: UTC ns, where it was sent to, and what it carried."""

    time_ns: int
    destination: str
    port: int
    payload: bytes


def packets(data: bytes) -> PcapReader:
    """Read the UDP datagrams of a capture. Raises ValueError when the bytes are no capture that can be read."""
    return PcapReader(data)


@dataclass(slots=True)
class PcapReader:
    """Iterate over the UDP datagrams of a capture; ``skipped`` counts packets left out, by reason.

    Raises ValueError on construction when the bytes are no capture that can be read, saying what they are.
    """

    data: bytes
    skipped: dict[str, int] = field(default_factory=dict)
    position: int = _HEADER
    """Octets read so far, for progress."""
    _order: Literal["little", "big"] = "little"
    _tick_ns: int = 1000
    _link: int = _ETHERNET

    def __post_init__(self) -> None:
        magic = self.data[:4]
        if magic == _PCAPNG:
            raise ValueError("expected a pcap file, was pcapng: convert it with editcap -F pcap IN OUT")
        if magic not in _MAGIC or len(self.data) < _HEADER:
            raise ValueError("expected a pcap file, was something else: its first four octets are no pcap mark")
        self._order, self._tick_ns = _MAGIC[magic]
        self._link = self._number(20, 4) & 0xFFFF
        if self._link not in _LINKS:
            links = ", ".join(_LINKS.values())
            raise ValueError(f"expected a pcap link layer out of {links}, was number {self._link}")

    def __iter__(self) -> Iterator[Packet]:
        self.position = _HEADER
        while self.position < len(self.data):
            start = self.position
            if start + _PACKET_HEADER > len(self.data):
                self._skip("file ends in a packet header")
                self.position = len(self.data)
                return
            captured = self._number(start + 8, 4)
            begin, end = start + _PACKET_HEADER, start + _PACKET_HEADER + captured
            if end > len(self.data):
                self._skip("file ends in a packet")
                self.position = len(self.data)
                return
            self.position = end
            time_ns = self._number(start, 4) * 1_000_000_000 + self._number(start + 4, 4) * self._tick_ns
            packet = self._datagram(time_ns, self.data[begin:end])
            if packet is not None:
                yield packet

    def _number(self, start: int, octets: int) -> int:
        return int.from_bytes(self.data[start : start + octets], self._order)

    def _skip(self, reason: str) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + 1

    def _datagram(self, time_ns: int, frame: bytes) -> Packet | None:
        kind, ip = self._network(frame)
        if kind == _IPV4:
            return self._from_ipv4(time_ns, ip)
        if kind == _IPV6:
            return self._from_ipv6(time_ns, ip)
        self._skip("not IP")
        return None

    def _network(self, frame: bytes) -> tuple[int, bytes]:
        """Find the network protocol and what it carries behind the link layer."""
        if self._link == _ETHERNET:
            kind, at = int.from_bytes(frame[12:14], "big"), 14
            while kind in _VLAN and at + 4 <= len(frame):
                kind, at = int.from_bytes(frame[at + 2 : at + 4], "big"), at + 4
            return kind, frame[at:]
        if self._link == _LINUX_SLL:
            return int.from_bytes(frame[14:16], "big"), frame[16:]
        if self._link == _LINUX_SLL2:
            return int.from_bytes(frame[0:2], "big"), frame[20:]
        ip = frame[4:] if self._link == _NULL else frame
        version = ip[0] >> 4 if ip else 0
        return {4: _IPV4, 6: _IPV6}.get(version, 0), ip

    def _from_ipv4(self, time_ns: int, ip: bytes) -> Packet | None:
        if len(ip) < 20 or ip[0] >> 4 != 4:
            self._skip("cut short")
            return None
        header = (ip[0] & 15) * 4
        if ip[9] != _UDP:
            self._skip("not UDP")
            return None
        if int.from_bytes(ip[6:8], "big") & 0x3FFF:
            self._skip("fragment")
            return None
        return self._from_udp(time_ns, str(IPv4Address(ip[16:20])), ip[header:])

    def _from_ipv6(self, time_ns: int, ip: bytes) -> Packet | None:
        if len(ip) < 40 or ip[0] >> 4 != 6:
            self._skip("cut short")
            return None
        following, at = ip[6], 40
        while following in _EXTENSION_HEADERS and at + 8 <= len(ip):
            following, at = ip[at], at + (ip[at + 1] + 1) * 8
        if following != _UDP:
            self._skip("fragment" if following == 44 else "not UDP")
            return None
        return self._from_udp(time_ns, str(IPv6Address(ip[24:40])), ip[at:])

    def _from_udp(self, time_ns: int, destination: str, udp: bytes) -> Packet | None:
        octets = int.from_bytes(udp[4:6], "big")
        if len(udp) < 8 or not 8 <= octets <= len(udp):
            self._skip("cut short")
            return None
        return Packet(time_ns, destination, int.from_bytes(udp[2:4], "big"), udp[8:octets])
