"""What an account is and may be called: names, roles, nations, passwords. Specification: docs/accounts.md."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, get_args

from sargas.model.label import Classification
from sargas.runtime.store.account_rows import AccountRow

Role = Literal["viewer", "operator", "administrator"]
Home = Literal["picture", "airport", "protection", "history", "admin"]
"""The view that a person's screen begins with."""

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_NATION = re.compile(r"[A-Z]{3}")


class AccountError(ValueError):
    """Say in one line why an account cannot be as asked."""


@dataclass(frozen=True, slots=True)
class Account:
    """A named person (or screen) that may log in; ``nation`` is an ISO 3166-1 alpha-3 code, or empty."""

    name: str
    role: Role
    nation: str
    clearance: Classification | None = None
    """Highest classification it may see; none: everything on a node of its own nation, else unclassified."""
    home: Home = "picture"
    """View that its screen begins with."""
    has_password: bool = True
    """The person has chosen a password, or a provider vouches for them; else only a one-time link lets them in."""


def account_of(row: AccountRow) -> Account:
    """Return the account that a row holds."""
    role: Role = row.role  # type: ignore[assignment]
    clearance = None if row.clearance is None else Classification(row.clearance)
    return Account(row.name, role, row.nation, clearance, home_of(row.home, role), row.password_changed_ns > 0)


def home_of(home: str | None, role: str) -> Home:
    """Return the view to begin with; where none was chosen that of the role."""
    for known in get_args(Home):
        if known == home:
            return known
    return "admin" if role == "administrator" else "picture"


def check_name(name: str) -> str:
    """Return a name as it is kept. Raises AccountError."""
    name = name.strip().lower()
    if not NAME.fullmatch(name):
        raise AccountError(
            "account name: expected a letter or digit, then up to 63 letters, digits, dots, dashes and underscores "
            f"(a-z only), was {name!r}"
        )
    return name


def check_role(role: str) -> None:
    """Raise AccountError for a role that there is not."""
    if role not in get_args(Role):
        raise AccountError(f"role: expected one of {', '.join(get_args(Role))}, was {role!r}")


def check_nation(nation: str) -> None:
    """Raise AccountError for what is no nation; empty: not known."""
    if nation and not _NATION.fullmatch(nation):
        raise AccountError(f"nation: expected three capital letters (ISO 3166-1 alpha-3), was {nation!r}")


def check_password(name: str, password: str) -> str:
    """Return a password as it is hashed. Raises AccountError."""
    password = normalise(password)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccountError(
            f"password: expected {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, was {len(password)}; "
            "a sentence of four or five words is good"
        )
    if password.casefold() == name.casefold():
        raise AccountError("password: expected something other than the account's name; choose another")
    return password


def normalise(password: str) -> str:
    """Give the same letters the same bytes however the keyboard composed them (NIST SP 800-63B section 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def no_such(name: str) -> AccountError:
    """Return what says that there is no such account."""
    return AccountError(f"account {name}: expected one that exists, was none; `sargas account list` shows them")
