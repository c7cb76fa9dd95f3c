"""The link that logs in to a demonstration or a replay, once."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sargas.runtime.accounts import Accounts, Role

LINK_VALID_S = 3600.0


def issue_link(accounts: Accounts, name: str, role: Role) -> str:
    """Make an account where there is none, with a password nobody knows, and return the token of a link for it."""
    if name not in {account.name for account in accounts.list()}:
        accounts.create(name, secrets.token_urlsafe(32), role)
    return accounts.issue_one_time_link(name, LINK_VALID_S)
