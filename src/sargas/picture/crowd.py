"""When the sky is crowded: what is done with each datagram, or for every track each second, is then done less often."""

CROWD = 3_000
"""Tracks from which on."""
