"""Whose a remote address is: what is counted by address is counted by who has it."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

OWN_BITS = 64
"""Of IPv6: the part that one customer, often one machine, has whole (RFC 6177, RFC 4291 2.5.4)."""


def holder_of(address: str) -> str:
    """Return the IPv4 address, the network of an IPv6 address, or what is no address at all as it is.

    An IPv4 address in the form of IPv6 (``::ffff:192.0.2.7``, as a socket of both names it) is the IPv4 address.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), OWN_BITS), strict=False))
