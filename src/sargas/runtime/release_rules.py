"""The rules of release in force on a node, and with whom what was agreed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sargas.runtime.config import Settings
    from sargas.runtime.federation.federation import Federation
    from sargas.sharing.agreement import Agreement
    from sargas.sharing.policy.policy import Policy
    from sargas.sharing.policy.words import Owner


@dataclass(frozen=True, slots=True)
class ReleaseRules:
    """Who releases, by which rules, to whom; without agreements nothing goes to anybody."""

    policy: Policy
    owner: Owner
    agreements: tuple[Agreement, ...]


def release_rules_of(settings: Settings, federation: Federation | None) -> ReleaseRules | None:
    """Return what a node runs with; none: it shares and has not loaded yet.

    Raises OSError and PolicyError as reading the rules does.
    """
    from sargas.runtime.network.rules import read_policy
    from sargas.sharing.policy.words import Owner

    if federation is not None:
        policy, agreements = federation.rules
        return ReleaseRules(policy, federation.owner, agreements)
    if settings.network.dir is not None:
        return None
    node = settings.node
    return ReleaseRules(read_policy(settings.network.policy_file, node.nation), Owner(node.nation, node.exercise), ())
