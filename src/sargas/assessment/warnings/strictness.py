"""How strictly public warnings are approved: one person may make it stricter than configured, never laxer."""

from __future__ import annotations

from sargas.model.records import WarningPolicy


def laxer_than(policy: WarningPolicy, configured: WarningPolicy) -> tuple[str, ...]:
    """Say in words what of a policy is laxer than what is configured; empty: nothing."""
    missing = [level for level in configured.two_persons if level not in policy.two_persons]
    found = [f"two_persons: expected {', '.join(missing)} too"] if missing else []
    if policy.first_approval_s > configured.first_approval_s:
        found.append(
            f"first_approval_s: expected at most {configured.first_approval_s:g}, was {policy.first_approval_s:g}"
        )
    if _proof_s(policy) > _proof_s(configured):
        found.append(f"proof_lasts_s: expected 0 < s <= {configured.proof_lasts_s:g}, was {policy.proof_lasts_s:g}")
    return tuple(found)


def no_laxer(policy: WarningPolicy, configured: WarningPolicy) -> WarningPolicy:
    """Return a policy with everything that is laxer than what is configured replaced by that."""
    levels = {*policy.two_persons, *configured.two_persons}
    return WarningPolicy(
        two_persons=tuple(level for level in ("yellow", "red") if level in levels),
        first_approval_s=min(policy.first_approval_s, configured.first_approval_s),
        proof_lasts_s=min((policy, configured), key=_proof_s).proof_lasts_s,
    )


def _proof_s(policy: WarningPolicy) -> float:
    """Return for how long a proof lasts; 0 in the settings means that it is never asked for again."""
    return policy.proof_lasts_s or float("inf")
