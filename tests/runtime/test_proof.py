"""Who decides shows again that it is they: by password, with the code where there is one, or by the code alone."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyotp
import pytest
from argon2 import PasswordHasher

from sargas.runtime.accounts import Accounts, LockedOut, SecondFactorNeeded
from sargas.runtime.audit import Deed
from sargas.runtime.store import Store

S = 1_000_000_000
PASSWORD = "five sober geese fly north"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Desk:
    """One account logged in on a node whose clock a test moves."""

    store: Store
    ns: int = 1_790_000_000 * S
    deeds: list[Deed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.accounts = Accounts(self.store, lambda: self.ns, hasher=QUICK, audit=self.deeds.append)
        self.accounts.create("rasa", PASSWORD, "operator")
        self.log_in()

    def log_in(self, code: str = "") -> None:
        account = self.accounts.verify("rasa", PASSWORD, "::1", code)
        assert account is not None
        self.token = self.accounts.open_session(account)

    def proved_ns(self) -> int | None:
        session = self.accounts.session(self.token)
        assert session is not None
        return session.proved_ns

    def actions(self) -> list[str]:
        return [deed.action for deed in self.deeds]


@pytest.fixture
def desk(sqlite_store: Store) -> Desk:
    return Desk(sqlite_store)


def test_logging_in_is_a_proof_and_giving_the_password_again_another(store: Store) -> None:
    desk = Desk(store)
    first_ns = desk.ns
    assert desk.proved_ns() == first_ns
    desk.ns += 600 * S
    assert desk.proved_ns() == first_ns
    assert desk.accounts.prove(desk.token, "::1", PASSWORD)
    assert desk.proved_ns() == desk.ns
    assert desk.actions()[-1] == "proof"


def test_a_wrong_password_proves_nothing_and_locks_out_like_a_log_in(desk: Desk) -> None:
    first_ns = desk.ns
    desk.ns += S
    for _ in range(5):
        assert not desk.accounts.prove(desk.token, "::1", "guess guess guess")
    with pytest.raises(LockedOut):
        desk.accounts.prove(desk.token, "::1", PASSWORD)
    with pytest.raises(LockedOut):
        desk.accounts.verify("rasa", PASSWORD, "10.0.0.1")
    assert desk.proved_ns() == first_ns
    assert desk.actions().count("proof:refused") == 5


def test_nothing_at_all_proves_nothing(desk: Desk) -> None:
    assert not desk.accounts.prove(desk.token, "::1")
    assert not desk.accounts.prove(desk.token, "::1", "", "123456"), "a code proves nothing where there is no factor"
    assert not desk.accounts.prove("no such session", "::1", PASSWORD)


def test_the_code_alone_is_enough_and_good_once(desk: Desk) -> None:
    secret = desk.accounts.enrol_second_factor("rasa")
    totp = pyotp.TOTP(secret)
    desk.log_in(totp.at(desk.ns // S))
    desk.ns += 60 * S
    code = totp.at(desk.ns // S)
    with pytest.raises(SecondFactorNeeded):
        desk.accounts.prove(desk.token, "::1", PASSWORD)
    assert not desk.accounts.prove(desk.token, "::1", "", "000000")
    assert not desk.accounts.prove(desk.token, "::1", "guess guess guess", code), "a wrong password is not helped by it"
    assert desk.accounts.prove(desk.token, "::1", "", code)
    assert desk.proved_ns() == desk.ns
    assert not desk.accounts.prove(desk.token, "::1", "", code)
    assert not desk.accounts.prove(desk.token, "::1", PASSWORD, code)
    desk.ns += 60 * S
    assert desk.accounts.prove(desk.token, "::1", PASSWORD, totp.at(desk.ns // S))


def test_it_proves_one_session_and_no_other(desk: Desk) -> None:
    other = desk.token
    desk.log_in()
    desk.ns += 60 * S
    desk.accounts.prove(desk.token, "::1", PASSWORD)
    session = desk.accounts.session(other)
    assert session is not None
    assert session.proved_ns == desk.ns - 60 * S
