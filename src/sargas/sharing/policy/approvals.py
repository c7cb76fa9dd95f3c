"""The two-person rule: a policy holds once two persons have put their names under exactly its words."""

from __future__ import annotations

import re

from sargas.sharing.policy.policy import Policy, PolicyError

PERSONS = 2
_LINE = re.compile(r"(?P<digest>[0-9a-f]{64}) (?P<name>\S(?:.*\S)?)")


def approval_line(policy: Policy, name: str) -> str:
    """Return the line that a person adds. Raises PolicyError for a name that is none."""
    line = f"{policy.digest.hex()} {name}"
    if not _LINE.fullmatch(line):
        raise PolicyError(f"expected the name of a person on one line, was {name!r}")
    return f"{line}\n"


def approvers(policy: Policy, approvals: str) -> tuple[str, ...]:
    """Return who approved exactly these rules, each once, in order; lines about other words do not count."""
    found = [match for line in approvals.splitlines() if (match := _LINE.fullmatch(line.strip()))]
    names = {m["name"].casefold(): m["name"] for m in reversed(found) if m["digest"] == policy.digest.hex()}
    return tuple(reversed(names.values()))


def check_approvals(policy: Policy, approvals: str, name: str) -> tuple[str, ...]:
    """Return who approved. Raises PolicyError, naming the file of approvals, for fewer than two persons."""
    found = approvers(policy, approvals)
    if len(found) < PERSONS:
        who = f" ({', '.join(found)})" if found else ""
        raise PolicyError(
            f"{name}: expected {PERSONS} persons who approved these rules ({policy.digest.hex()[:16]}), "
            f"was {len(found)}{who}: sargas release approve"
        )
    return found
