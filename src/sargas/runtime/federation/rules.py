"""The files that say what may be released: rules, agreements with partners, and the secret behind released names."""

from __future__ import annotations

import secrets
from pathlib import Path

from sargas.runtime.network.folder import NetworkFolder
from sargas.runtime.network.secret_files import make_folder, write_secret
from sargas.sharing.agreement import Agreement, read_agreement
from sargas.sharing.policy.policy import Policy, example_policy

KEY_OCTETS = 32


def read_policy(path: Path | None, nation: str) -> Policy:
    """Read the rules of a file; without one those shipped for the nation. Raises OSError, PolicyError with the line."""
    return example_policy(nation) if path is None else Policy(path.read_text(encoding="utf-8"), str(path))


def read_agreements(folder: NetworkFolder) -> tuple[Agreement, ...]:
    """Read the agreement with each partner; with a partner without a file nothing was agreed, and nothing goes.

    A link that is slower than the agreement says sets the pace. Raises ValueError that names the file.
    """
    found = []
    for partner in folder.partners:
        path = partner.agreement_file
        if not path.is_file():
            continue
        agreement = read_agreement(path.read_text(encoding="utf-8"), str(path))
        if agreement.nation != partner.nation:
            raise ValueError(f"{path}: expected an agreement with {partner.nation}, was with {agreement.nation}")
        if partner.link_bps is not None and partner.link_bps < agreement.link_bps:
            agreement = agreement.model_copy(update={"link_bps": partner.link_bps})
        found.append(agreement)
    return tuple(found)


def read_pseudonym_key(folder: NetworkFolder) -> bytes:
    """Return the secret that names of alerts are told under; made at first use."""
    path = folder.state / "pseudonym.key"
    if not path.is_file():
        make_folder(folder.state)
        write_secret(path, secrets.token_bytes(KEY_OCTETS).hex().encode())
    return bytes.fromhex(path.read_text(encoding="ascii").strip())
