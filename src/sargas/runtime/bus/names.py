"""Names on the bus: accounts, streams, consumers and subjects, as both ends of a link must spell them."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

Traffic: TypeAlias = Literal["state", "log", "plots"]
"""Classes of traffic: latest per subject; complete and in order; short lived."""

TRAFFIC: tuple[Traffic, ...] = get_args(Traffic)
GUARD_INBOX = "_INBOX_guard"


def out_account(partner: str) -> str:
    """Return the account that holds what we release to a partner."""
    return f"OUT_{partner}"


def in_account(partner: str) -> str:
    """Return the account that what a partner releases to us comes in by."""
    return f"IN_{partner}"


def stream_of(traffic: Traffic) -> str:
    """Return the stream of a class, the same in every account."""
    return traffic.upper()


def deliver_subject(origin: str, destination: str, traffic: Traffic) -> str:
    """Return the subject on which the origin's server hands a class to the destination's node, over the link."""
    return f"dlv.{destination}.{origin}.{traffic}"


def reader_inbox(nation: str) -> str:
    """Return the prefix of the subjects on which a nation's node takes answers that come over a link."""
    return f"_INBOX_{nation}"


def release_subject(origin: str, traffic: Traffic, token: str) -> str:
    """Return the subject of a release."""
    return f"release.{origin}.{traffic}.{token}"


def outbox_subject(partner: str, subject: str) -> str:
    """Return where the guard publishes a release subject for a partner."""
    return f"outbox.{partner}.{subject}"
