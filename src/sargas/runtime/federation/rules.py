"""The agreements with all partners, and the secret behind names that alerts and warnings are told under."""

from __future__ import annotations

import secrets

from sargas.runtime.network.folder import NetworkFolder
from sargas.runtime.network.rules import read_partner_agreement
from sargas.runtime.network.secret_files import make_folder, write_secret
from sargas.sharing.agreement import Agreement

KEY_OCTETS = 32


def read_agreements(folder: NetworkFolder) -> tuple[Agreement, ...]:
    """Read the agreement with each partner; without a file nothing was agreed, and nothing goes.

    Raises OSError, and ValueError that names file and field.
    """
    return tuple(
        read_partner_agreement(partner.agreement_file, partner.nation, partner.link_bps) for partner in folder.partners
    )


def read_pseudonym_key(folder: NetworkFolder) -> bytes:
    """Return the secret; made at first use."""
    path = folder.state / "pseudonym.key"
    if not path.is_file():
        make_folder(folder.state)
        write_secret(path, secrets.token_bytes(KEY_OCTETS).hex().encode())
    return bytes.fromhex(path.read_text(encoding="ascii").strip())
