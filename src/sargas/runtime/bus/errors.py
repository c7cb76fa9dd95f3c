"""What can go wrong on the bus."""

from __future__ import annotations


class BusError(Exception):
    """The bus cannot work as it is set up; the text says how to mend it."""


class BusAway(BusError):
    """A release was not taken: nothing is known to be kept; hand it in again with the same message id."""


class OutboxFull(BusAway):
    """A release was refused because the outbox of that partner is full: it has not been reached for long."""
