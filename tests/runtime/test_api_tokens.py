"""API tokens: kept as hashes, never more than the role, over when they say so, seen in the audit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from sargas.runtime.accounts import Accounts
from sargas.runtime.api_tokens import LONGEST_DAYS, SCOPES, TokenError
from sargas.runtime.audit import Deed
from sargas.runtime.store import Store, schema

S = 1_000_000_000
DAY_NS = 86_400 * S
PASSWORD = "five sober geese fly north"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Node:
    """Accounts with a clock that a test moves and an audit that it reads."""

    store: Store
    ns: int = 1_790_000_000 * S
    deeds: list[Deed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.accounts = Accounts(self.store, lambda: self.ns, hasher=QUICK, audit=self.deeds.append)
        self.accounts.create("rasa", PASSWORD, "operator")
        self.accounts.create("ona", PASSWORD, "viewer")
        self.accounts.create("jonas", PASSWORD, "administrator")
        self.deeds.clear()

    def actions(self) -> list[tuple[str, str]]:
        return [(deed.actor, deed.action) for deed in self.deeds]


@pytest.fixture
def node(store: Store) -> Node:
    """Once on SQLite and once on PostgreSQL."""
    return Node(store)


@pytest.fixture
def quick(sqlite_store: Store) -> Node:
    return Node(sqlite_store)


def test_a_token_opens_what_it_was_made_for(node: Node) -> None:
    token, told = node.accounts.tokens.issue(" Rasa ", ["report", "read", "read"], 30, "phones")
    assert told.scopes == ("read", "report")
    session = node.accounts.session_of_token(token)
    assert session is not None
    assert (session.account.name, session.account.role) == ("rasa", "operator")
    assert (session.scopes, session.token_id, session.csrf_token) == ({"read", "report"}, told.token_id, "")
    assert node.accounts.tokens.list() == (node.accounts.tokens.list("rasa")[0],)
    assert node.accounts.tokens.list("ona") == ()
    assert node.accounts.session(token) is None, "it is no cookie"


def test_the_database_has_only_its_hash(node: Node) -> None:
    token, _ = node.accounts.tokens.issue("rasa", ["read"], 30)
    with node.store.engine.connect() as connection:
        [row] = connection.execute(sa.select(schema.API_TOKENS)).all()
    assert row.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert token.removeprefix("sargas_") not in str(row)
    assert all(token not in str(deed) for deed in node.deeds)


def test_it_is_over_when_it_says_so(quick: Node) -> None:
    token, told = quick.accounts.tokens.issue("rasa", ["read"], 1)
    assert told.expires_ns == quick.ns + DAY_NS
    quick.ns += DAY_NS - 1
    assert quick.accounts.session_of_token(token) is not None
    quick.ns += 1
    assert quick.accounts.session_of_token(token) is None
    assert quick.accounts.tokens.list() == ()
    quick.accounts.tokens.issue("ona", ["read"], 1)
    with quick.store.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(schema.API_TOKENS)) == 1, "the old row is gone"


def test_a_revoked_token_opens_nothing_and_no_other_is_touched(node: Node) -> None:
    token, told = node.accounts.tokens.issue("rasa", ["read"], 30)
    other, _ = node.accounts.tokens.issue("rasa", ["read"], 30)
    assert node.accounts.tokens.revoke(told.token_id, "jonas")
    assert not node.accounts.tokens.revoke(told.token_id, "jonas")
    assert node.accounts.session_of_token(token) is None
    assert node.accounts.session_of_token(other) is not None


@pytest.mark.parametrize("token", ["", "sargas_", "sargas_" + "A" * 43, "x" * 5000, "sargas_" + "ą" * 43])
def test_what_is_no_token_opens_nothing(quick: Node, token: str) -> None:
    quick.accounts.tokens.issue("rasa", ["read"], 30)
    assert quick.accounts.session_of_token(token) is None


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope != "read"])
def test_a_viewers_token_may_only_read(quick: Node, scope: str) -> None:
    with pytest.raises(TokenError, match=rf"expected what a viewer may \(read\), was {scope}"):
        quick.accounts.tokens.issue("ona", ["read", scope], 30)


def test_a_token_never_exceeds_what_the_role_has_become(quick: Node) -> None:
    token, _ = quick.accounts.tokens.issue("rasa", ["read", "decide"], 30)
    with quick.store.write_transaction() as connection:
        connection.execute(sa.update(schema.ACCOUNTS).where(schema.ACCOUNTS.c.name == "rasa").values(role="viewer"))
    session = quick.accounts.session_of_token(token)
    assert session is not None
    assert (session.scopes, session.account.role) == ({"read"}, "viewer")
    assert quick.accounts.tokens.list()[0].scopes == ("read",)


@pytest.mark.parametrize(
    ("account", "scopes", "days", "expected"),
    [
        ("nobody", ["read"], 30, "expected one that exists, was none"),
        ("rasa", [], 30, "expected some out of read, .* was none"),
        ("rasa", ["read", "king"], 30, "was king"),
        ("rasa", ["read"], 0, "expected more than 0"),
        ("rasa", ["read"], float("nan"), "expected more than 0"),
        ("rasa", ["read"], LONGEST_DAYS + 1, "at most 400"),
    ],
)
def test_what_cannot_be_is_refused(quick: Node, account: str, scopes: list[str], days: float, expected: str) -> None:
    with pytest.raises(TokenError, match=expected):
        quick.accounts.tokens.issue(account, scopes, days)
    assert quick.deeds == []


def test_a_new_password_or_second_factor_ends_the_tokens(quick: Node) -> None:
    first, _ = quick.accounts.tokens.issue("rasa", ["read"], 30)
    others, _ = quick.accounts.tokens.issue("ona", ["read"], 30)
    quick.accounts.set_password("rasa", PASSWORD + " again")
    assert quick.accounts.session_of_token(first) is None
    second, _ = quick.accounts.tokens.issue("rasa", ["read"], 30)
    quick.accounts.enrol_second_factor("rasa")
    assert quick.accounts.session_of_token(second) is None
    assert quick.accounts.session_of_token(others) is not None


def test_the_audit_has_its_making_its_first_use_an_hours_use_and_every_change(quick: Node) -> None:
    token, told = quick.accounts.tokens.issue("rasa", ["read"], 30, "phones")
    for _ in range(50):
        quick.accounts.session_of_token(token)
        quick.ns += 60 * S
    assert quick.actions() == [("command", "token:issue"), ("rasa", "token:use")]
    quick.ns += 3600 * S
    quick.accounts.session_of_token(token)
    quick.accounts.tokens.note_change("rasa", told.token_id, "POST /api/reports")
    quick.accounts.tokens.revoke(told.token_id)
    assert quick.actions()[2:] == [("rasa", "token:use"), ("rasa", "token:change"), ("command", "token:revoke")]
    assert {deed.object for deed in quick.deeds} == {f"rasa/{told.token_id}"}
    assert quick.deeds[3].detail == {"asked": "POST /api/reports"}
