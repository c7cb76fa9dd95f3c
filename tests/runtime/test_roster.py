"""The roster: rights changed by who may, locks that hold, and never a node without an administrator."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sargas.model.label import Classification
from sargas.runtime.accounts import AccountError, Accounts, LockedOut
from sargas.runtime.audit import Deed
from sargas.runtime.roster import Rights
from sargas.runtime.store import Store

S = 1_000_000_000
PASSWORD = "five sober geese fly north"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
OPERATOR, VIEWER, ADMINISTRATOR = Rights("operator", "LTU"), Rights("viewer", "LTU"), Rights("administrator", "LTU")


@dataclass
class Office:
    """A node with an administrator, an operator and what the audit was told."""

    store: Store
    ns: int = 1_790_000_000 * S
    deeds: list[Deed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.accounts = Accounts(self.store, lambda: self.ns, nation="LTU", hasher=QUICK, audit=self.deeds.append)
        self.roster = self.accounts.roster
        self.accounts.create("rita", PASSWORD, "administrator")
        self.accounts.create("jonas", PASSWORD, "operator")
        self.deeds.clear()

    def open(self, name: str) -> str:
        account = self.accounts.verify(name, PASSWORD, "::1")
        assert account is not None
        return self.accounts.open_session(account)

    def done(self) -> list[tuple[str, str, str]]:
        return [(one.actor, one.action, one.object) for one in self.deeds if one.action.startswith("account:")]


@pytest.fixture
def office(sqlite_store: Store) -> Office:
    return Office(sqlite_store)


def test_a_new_account_has_no_password_until_its_person_chooses_one(office: Office) -> None:
    made = office.roster.enter("Dainius", Rights("operator", "LTU", Classification.RESTRICTED, "airport"), "rita")
    assert (made.name, made.has_password, made.rights.clearance) == ("dainius", False, Classification.RESTRICTED)
    for guess in ("", "dainius", "password1234", PASSWORD):
        assert office.accounts.verify("dainius", guess, "::2") is None
    account = office.accounts.redeem(office.accounts.issue_one_time_link("dainius", 600, "rita"))
    assert account is not None
    assert (account.has_password, account.home) == (False, "airport")
    token = office.accounts.open_session(account)
    other = office.accounts.open_session(account)
    with pytest.raises(AccountError, match="12 to 1024 characters, was 5"):
        office.accounts.choose_password(token, "short")
    office.accounts.choose_password(token, PASSWORD)
    assert office.accounts.session(token) is not None, "the session it was chosen in goes on"
    assert office.accounts.session(other) is None
    verified = office.accounts.verify("dainius", PASSWORD, "::3")
    assert verified is not None
    assert verified.has_password
    assert ("rita", "account:create", "dainius") in office.done()
    assert ("rita", "account:link", "dainius") in office.done()
    assert ("dainius", "account:password", "dainius") in office.done()


def test_other_rights_end_sessions_and_another_first_view_does_not(office: Office) -> None:
    token = office.open("jonas")
    office.roster.change("jonas", Rights("operator", "LTU", home="protection"), "rita")
    assert office.accounts.session(token) is not None
    changed = office.roster.change("jonas", Rights("viewer", "LVA", Classification.CONFIDENTIAL), "rita")
    assert changed.rights == Rights("viewer", "LVA", Classification.CONFIDENTIAL)
    assert office.accounts.session(token) is None
    account = office.accounts.verify("jonas", PASSWORD, "::1")
    assert account is not None
    assert (account.role, account.nation, account.clearance) == ("viewer", "LVA", Classification.CONFIDENTIAL)
    last = [one for one in office.deeds if one.action == "account:rights"][-1]
    assert last.detail == {"role": "viewer", "nation": "LVA", "clearance": "confidential", "home": ""}


def test_a_locked_account_opens_nothing_by_any_way_until_it_is_unlocked(office: Office) -> None:
    session, link = office.open("jonas"), office.accounts.issue_one_time_link("jonas", 600)
    token, _ = office.accounts.tokens.issue("jonas", ["read"], 30)
    assert office.roster.lock("jonas", "rita").locked_ns == office.ns
    assert office.accounts.session(session) is None
    assert office.accounts.redeem(link) is None
    assert office.accounts.session_of_token(token) is None
    assert office.accounts.verify("jonas", PASSWORD, "::1") is None
    assert office.deeds[-1].action == "login:account-locked"
    with pytest.raises(AccountError, match="was locked; unlock it first"):
        office.accounts.issue_one_time_link("jonas", 600)
    assert office.roster.unlock("jonas", "rita").locked_ns is None
    assert office.accounts.verify("jonas", PASSWORD, "::1") is not None
    assert office.accounts.session_of_token(token) is not None, "a token was not taken away, only refused"
    assert [one for one in office.done() if one[1].endswith("lock")] == [
        ("rita", "account:lock", "jonas"),
        ("rita", "account:unlock", "jonas"),
    ]


def test_unlocking_forgets_failed_logins_too(office: Office) -> None:
    for _ in range(5):
        assert office.accounts.verify("jonas", "a wrong password", "::9") is None
    with pytest.raises(LockedOut):
        office.accounts.verify("jonas", PASSWORD, "::9")
    assert office.roster.find("jonas").refused_until_ns is not None
    assert office.roster.unlock("jonas", "rita").refused_until_ns is None
    assert office.accounts.verify("jonas", PASSWORD, "::1") is not None


def test_ending_sessions_counts_them(office: Office) -> None:
    opened = [office.open("jonas"), office.open("jonas")]
    assert office.roster.find("jonas").sessions == 2
    assert office.roster.end_sessions("jonas", "rita") == 2
    assert all(office.accounts.session(token) is None for token in opened)
    assert office.roster.find("jonas").sessions == 0
    with pytest.raises(AccountError, match="expected one that exists"):
        office.roster.end_sessions("nobody", "rita")


@pytest.mark.parametrize("deed", ["lock", "demote"])
def test_the_last_administrator_who_can_log_in_stays_one(office: Office, deed: str) -> None:
    office.roster.enter("new", ADMINISTRATOR, "rita")  # has chosen no password: cannot log in
    office.accounts.create("away", PASSWORD, "administrator")
    office.roster.lock("away", "rita")

    def act(by: str) -> None:
        if deed == "lock":
            office.roster.lock("rita", by)
        else:
            office.roster.change("rita", OPERATOR, by)

    with pytest.raises(AccountError, match="another administrator who can log in, was none"):
        act("command")
    with pytest.raises(AccountError, match="nobody does it alone"):
        act("rita")
    assert office.roster.find("rita").rights.role == "administrator"
    office.roster.unlock("away", "rita")
    act("away")


def test_who_a_provider_vouches_for_has_the_role_it_says(office: Office) -> None:
    office.accounts.admit("https://sso.example", "1", "vida", "viewer", "LTU")
    with pytest.raises(AccountError, match="they are changed there"):
        office.roster.change("vida", OPERATOR, "rita")
    changed = office.roster.change("vida", Rights("viewer", "LTU", Classification.RESTRICTED), "rita")
    assert changed.by_provider
    office.roster.lock("vida", "rita")
    with pytest.raises(AccountError, match="locked by an administrator"):
        office.accounts.admit("https://sso.example", "1", "vida", "viewer", "LTU")


@pytest.mark.parametrize(
    ("rights", "message"),
    [
        (Rights("king", "LTU"), "role: expected one of viewer, operator, administrator"),  # type: ignore[arg-type]
        (Rights("viewer", "lt"), "nation: expected three capital letters"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(office: Office, rights: Rights, message: str) -> None:
    before = office.roster.list()
    for act in (
        lambda: office.roster.change("jonas", rights, "rita"),
        lambda: office.roster.enter("x", rights, "rita"),
    ):
        with pytest.raises(AccountError, match=message):
            act()
    with pytest.raises(AccountError, match="expected a new name"):
        office.roster.enter("jonas", VIEWER, "rita")
    assert office.roster.list() == before
    assert office.done() == []


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(("lock", "unlock", "demote", "promote")),
        st.sampled_from(("rita", "ona", "jonas")),
        st.sampled_from(("rita", "ona", "jonas", "command")),
    ),
    max_size=12,
)


@given(deeds=DEEDS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_order_of_deeds_leaves_a_node_without_an_administrator(
    sqlite_store: Store, deeds: list[tuple[str, str, str]]
) -> None:
    accounts = Accounts(sqlite_store, lambda: S, nation="LTU", hasher=QUICK)
    for name in ("rita", "ona", "jonas"):
        if not any(one.name == name for one in accounts.list()):
            accounts.create(name, PASSWORD, "administrator")
    acts = {
        "lock": accounts.roster.lock,
        "unlock": accounts.roster.unlock,
        "demote": lambda name, by: accounts.roster.change(name, OPERATOR, by),
        "promote": lambda name, by: accounts.roster.change(name, ADMINISTRATOR, by),
    }
    for deed, name, by in deeds:
        try:
            acts[deed](name, by)
        except AccountError:
            continue
    able = [m for m in accounts.roster.list() if m.rights.role == "administrator" and m.locked_ns is None]
    assert able
