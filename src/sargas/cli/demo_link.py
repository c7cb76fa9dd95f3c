"""The link that logs in to a demonstration, once."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sargas.runtime.node import Node

ACCOUNT = "demo"
LINK_VALID_S = 3600.0


def issue_link(node: Node) -> str:
    """Make the demonstration's account where there is none, with a password nobody knows, and a link for it."""
    if ACCOUNT not in {account.name for account in node.accounts.list()}:
        node.accounts.create(ACCOUNT, secrets.token_urlsafe(32), "operator")
    return node.accounts.issue_one_time_link(ACCOUNT, LINK_VALID_S)
