"""How many wrong logins are too many: growing lock-outs per account name and per remote address.

Every attempt is counted as failed before its password is looked at and forgiven when it was right, so attempts made at
the same time cannot slip past the limit together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa

from sargas.model.columns import NS_PER_S
from sargas.runtime.remote_address import holder_of
from sargas.runtime.store.account_rows import (
    FailureKind,
    FailureRow,
    delete_failures_before,
    read_failures,
    write_failures,
)

_MEMORY_NS = 24 * 3600 * NS_PER_S
_LONGEST_REMOTE = 64


class LockedOut(Exception):
    """Too many failed logins: none is looked at before ``until_ns`` (UTC ns)."""

    def __init__(self, until_ns: int) -> None:
        super().__init__(f"too many failed logins: expected the next one not before {until_ns} ns UTC; wait")
        self.until_ns = until_ns


@dataclass(frozen=True, slots=True)
class Limit:
    """From which failure on a lock-out follows, how long it gets, and how fast failures are forgotten."""

    first_locked: int
    """The first failure that locks, for 1 s; each further one doubles that."""
    longest_s: int
    forget_one_in_s: int

    def lock_out_ns(self, failures: int) -> int:
        """Return for how long the next attempt is refused after so many failures."""
        over = failures - self.first_locked
        return 0 if over < 0 else min(2 ** min(over, 32), self.longest_s) * NS_PER_S


LIMITS: dict[FailureKind, Limit] = {
    # A short longest lock-out: anyone can lock a name by failing under it, and the operator has minutes.
    "name": Limit(first_locked=5, longest_s=300, forget_one_in_s=600),
    # More patience with an address: a whole operations room may sit behind one.
    "remote": Limit(first_locked=20, longest_s=60, forget_one_in_s=60),
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login attempt that may go on, counted as failed until it is forgiven."""

    name: str
    remote: str
    remote_locked_until_ns: int


def begin_attempt(connection: sa.Connection, name: str, remote: str, now_ns: int) -> Attempt | LockedOut:
    """Count an attempt as failed, or as refused when its name or address is locked out at ``now_ns`` (UTC)."""
    delete_failures_before(connection, now_ns - _MEMORY_NS)
    remote = remote[:_LONGEST_REMOTE]
    found = [read_failures(connection, "name", name), read_failures(connection, "remote", holder_of(remote))]
    until_ns = max(_locked_until(row, now_ns) for row in found)
    if now_ns < until_ns:
        for row in found:
            if now_ns < _locked_until(row, now_ns):
                write_failures(connection, replace(row, refusals=row.refusals + 1))
        return LockedOut(until_ns)
    failed = [_fail(row, now_ns) for row in found]
    for row in failed:
        write_failures(connection, row)
    return Attempt(name, remote, failed[1].locked_until_ns)


def forgive_attempt(connection: sa.Connection, attempt: Attempt) -> None:
    """Take back the failure counted for an attempt that was right.

    The name starts from zero. The address loses this one only: who has an account of his own must not be able to clear
    the count of his guesses at others.
    """
    name = read_failures(connection, "name", attempt.name)
    write_failures(connection, replace(name, failures=0, locked_until_ns=0))
    remote = read_failures(connection, "remote", holder_of(attempt.remote))
    is_ours = remote.locked_until_ns == attempt.remote_locked_until_ns
    until_ns = 0 if is_ours else remote.locked_until_ns
    write_failures(connection, replace(remote, failures=max(0, remote.failures - 1), locked_until_ns=until_ns))


def _locked_until(row: FailureRow, now_ns: int) -> int:
    """Until when a name or address is locked out; later than any lock-out lasts: the clock was set back, and it is not.

    Else a node that had its right time back would let nobody in for the hours that it was ahead.
    """
    is_possible = row.locked_until_ns <= now_ns + LIMITS[row.kind].longest_s * NS_PER_S
    return row.locked_until_ns if is_possible else 0


def _fail(row: FailureRow, now_ns: int) -> FailureRow:
    limit = LIMITS[row.kind]
    forgotten = (now_ns - row.last_ns) // (limit.forget_one_in_s * NS_PER_S)
    failures = max(0, row.failures - max(0, forgotten)) + 1
    return replace(row, failures=failures, last_ns=now_ns, locked_until_ns=now_ns + limit.lock_out_ns(failures))
