"""The agreements with all partners, and the secret behind names that alerts and warnings are told under."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sargas.runtime.audit import Deed
from sargas.runtime.network.folder import NetworkFolder
from sargas.runtime.network.rules import read_partner_agreement
from sargas.runtime.network.secret_files import make_folder, write_secret
from sargas.sharing.agreement import Agreement
from sargas.sharing.policy.policy import Policy

KEY_OCTETS = 32


def read_agreements(folder: NetworkFolder) -> tuple[Agreement, ...]:
    """Read the agreement with each partner; without a file nothing was agreed, and nothing goes.

    Raises OSError, and ValueError that names file and field.
    """
    return tuple(
        read_partner_agreement(partner.agreement_file, partner.nation, partner.link_bps) for partner in folder.partners
    )


def deeds_of_rules(node: str, policy: Policy, agreements: Sequence[Agreement]) -> tuple[Deed, ...]:
    """Name what a node starts to release by, for the audit: the rules, and what was agreed with each nation."""
    rules = Deed(actor=node, action="release:rules", object=policy.name, inputs=policy.whole)
    agreed = [
        Deed(actor=node, action="release:agreement", object=one.nation, inputs=one.model_dump_json().encode())
        for one in agreements
    ]
    return (rules, *agreed)


def read_pseudonym_key(folder: NetworkFolder) -> bytes:
    """Return the secret; made at first use."""
    path = folder.state / "pseudonym.key"
    if not path.is_file():
        make_folder(folder.state)
        write_secret(path, secrets.token_bytes(KEY_OCTETS).hex().encode())
    return bytes.fromhex(path.read_text(encoding="ascii").strip())
