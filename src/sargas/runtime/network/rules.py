"""The release rules and agreements of a node, from its files."""

from __future__ import annotations

from pathlib import Path

from sargas.sharing.agreement import Agreement, read_agreement
from sargas.sharing.policy.approvals import check_approvals
from sargas.sharing.policy.policy import Policy, PolicyError, example_policy


def read_policy(file: Path | None, nation: str, *, approved: bool = True) -> Policy:
    """Read ``[network] policy_file``, or the shipped rules of the nation.

    Raises OSError when it cannot be read, PolicyError that names the line of what is wrong in it, or how many persons
    are missing who approved it (``<file>.approved``; not asked for with ``approved=False``).
    """
    if file is None:
        return example_policy(nation)
    try:
        policy = Policy(file.read_text(encoding="utf-8"), str(file))
    except UnicodeDecodeError:
        raise PolicyError(f"{file}:1: expected text in UTF-8, was not") from None
    if approved:
        approvals = approvals_file(file)
        check_approvals(policy, approvals.read_text(encoding="utf-8") if approvals.is_file() else "", str(approvals))
    return policy


def approvals_file(file: Path) -> Path:
    """Return where the approvals of a policy file stand."""
    return file.with_name(f"{file.name}.approved")


def read_partner_agreement(file: Path, nation: str, link_bps: int | None = None) -> Agreement:
    """Read the agreement with a nation; without a file nothing was agreed. ``link_bps``: of the link, where known.

    Raises OSError when it cannot be read, ValueError that names the field, or another nation in it.
    """
    agreement = Agreement(nation=nation)
    if file.is_file():
        agreement = read_agreement(file.read_text(encoding="utf-8"), str(file))
    if agreement.nation != nation:
        raise ValueError(f"{file}: nation: expected {nation}, was {agreement.nation}: it lies in another's folder")
    return agreement if link_bps is None else agreement.model_copy(update={"link_bps": link_bps})
