"""Accounts: nothing without a password of its own, growing lock-outs, tokens that a stolen database does not give."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher, extract_parameters
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sargas.runtime.accounts import Account, AccountError, Accounts, LockedOut
from sargas.runtime.store import Store, StoreAway, schema
from sargas.runtime.store.account_rows import read_all_failures

S = 1_000_000_000
PASSWORD = "five sober geese fly north"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Cheap hashing for tests of everything but the hash."""


class Clock:
    """Time that moves only when a test says so."""

    def __init__(self) -> None:
        self.ns = 1_790_000_000 * S

    def __call__(self) -> int:
        return self.ns

    def advance(self, seconds: float) -> None:
        self.ns += int(seconds * S)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(sqlite_store: Store, clock: Clock) -> Accounts:
    return Accounts(sqlite_store, clock, nation="LTU", hasher=QUICK)


@pytest.fixture
def accounts_on_both(store: Store, clock: Clock) -> Accounts:
    """Once on SQLite and once on PostgreSQL: for what the engine has a hand in."""
    return Accounts(store, clock, nation="LTU", hasher=QUICK)


def make_accounts(store: Store, clock: Callable[[], int]) -> Accounts:
    found = Accounts(store, clock, nation="LTU", hasher=QUICK)
    found.create("rasa", PASSWORD, "operator")
    return found


def test_a_new_node_has_no_account_and_lets_nobody_in(accounts: Accounts) -> None:
    assert accounts.list() == ()
    for name in ("admin", "administrator", "operator", "sargas", "root", ""):
        for password in ("", "admin", "sargas", "password"):
            with_remote = f"10.0.0.{len(name)}.{len(password)}"
            assert accounts.verify(name, password, with_remote) is None


def test_the_right_password_opens_the_account_and_only_that(accounts_on_both: Accounts) -> None:
    rasa = accounts_on_both.create("Rasa", PASSWORD, "operator")
    jonas = accounts_on_both.create("jonas", PASSWORD + "!", "viewer", nation="LVA")
    assert rasa == Account("rasa", "operator", "LTU")
    assert jonas == Account("jonas", "viewer", "LVA")
    assert accounts_on_both.list() == (jonas, rasa)
    assert accounts_on_both.verify(" RASA ", PASSWORD, "::1") == rasa
    assert accounts_on_both.verify("jonas", PASSWORD, "::1") is None
    assert accounts_on_both.verify("rasa", PASSWORD + "!", "::1") is None
    assert accounts_on_both.verify("rasa", "", "::1") is None


def test_one_name_is_one_account(accounts_on_both: Accounts) -> None:
    accounts_on_both.create("rasa", PASSWORD, "viewer")
    with pytest.raises(AccountError, match="account rasa: expected a new name, was one that exists"):
        accounts_on_both.create("RASA", PASSWORD, "administrator")
    assert accounts_on_both.list() == (Account("rasa", "viewer", "LTU"),)


@pytest.mark.parametrize(
    ("name", "password", "role", "message"),
    [
        ("rasa", "eleven char", "viewer", "password: expected 12 to 1024 characters, was 11"),
        ("rasa", "x" * 1025, "viewer", "was 1025"),
        ("rasa.rasaite", "Rasa.Rasaite", "viewer", "something other than the account's name"),
        ("", PASSWORD, "viewer", "account name: expected a letter or digit"),
        ("rasa rasaitė", PASSWORD, "viewer", "was 'rasa rasaitė'"),
        ("x" * 65, PASSWORD, "viewer", "account name"),
        ("rasa", PASSWORD, "root", "role: expected one of viewer, operator, administrator, was 'root'"),
    ],
)
def test_bad_accounts_are_refused_with_the_rule(
    accounts_on_both: Accounts, name: str, password: str, role: str, message: str
) -> None:
    with pytest.raises(AccountError, match=message) as caught:
        accounts_on_both.create(name, password, role)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert password not in str(caught.value) or len(password) < 12
    assert accounts_on_both.list() == ()


def test_a_password_typed_on_another_keyboard_is_the_same(accounts: Accounts) -> None:
    accounts.create("rasa", "žąsys skrenda į šiaurę", "viewer")
    decomposed = "žąsys skrenda į šiaurę"
    assert accounts.verify("rasa", decomposed, "::1") is not None


def test_passwords_are_kept_as_argon2id_of_the_recommended_cost(sqlite_store: Store, clock: Clock) -> None:
    accounts = Accounts(sqlite_store, clock)
    accounts.create("rasa", PASSWORD, "operator")
    with sqlite_store.read_transaction() as connection:
        stored = connection.scalar(sa.select(schema.ACCOUNTS.c.password_hash))
    assert stored is not None
    parameters = extract_parameters(stored)
    assert parameters.type.name == "ID"
    assert (parameters.time_cost, parameters.memory_cost, parameters.parallelism) == (3, 65536, 4)
    assert (parameters.hash_len, parameters.salt_len) == (32, 16)
    assert accounts.verify("rasa", PASSWORD, "::1") is not None


def test_a_login_renews_a_hash_of_old_cost(sqlite_store: Store, clock: Clock) -> None:
    make_accounts(sqlite_store, clock)
    stronger = Accounts(sqlite_store, clock, hasher=PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert stronger.verify("rasa", PASSWORD, "::1") is not None
    with sqlite_store.read_transaction() as connection:
        stored = connection.scalar(sa.select(schema.ACCOUNTS.c.password_hash))
    assert stored is not None
    assert extract_parameters(stored).time_cost == 2
    assert stronger.verify("rasa", PASSWORD, "::1") is not None


def test_a_new_password_ends_the_old_one_and_every_session_and_link(accounts_on_both: Accounts) -> None:
    rasa = accounts_on_both.create("rasa", PASSWORD, "operator")
    session, link = accounts_on_both.open_session(rasa), accounts_on_both.issue_one_time_link("rasa", 60)
    accounts_on_both.set_password("rasa", "six sober geese fly south")
    assert accounts_on_both.verify("rasa", PASSWORD, "::1") is None
    assert accounts_on_both.verify("rasa", "six sober geese fly south", "::1") == rasa
    assert accounts_on_both.session(session) is None
    assert accounts_on_both.redeem(link) is None
    with pytest.raises(AccountError, match="account jonas: expected one that exists"):
        accounts_on_both.set_password("jonas", PASSWORD)
    with pytest.raises(AccountError, match="was 5"):
        accounts_on_both.set_password("rasa", "short")


def failed_logins_until_locked(accounts: Accounts, name: str, remote: str) -> int:
    for n in range(1, 200):
        try:
            assert accounts.verify(name, "wrong password", remote) is None
        except LockedOut:
            return n - 1
    raise AssertionError("never locked out")


def test_failures_under_a_name_lock_it_for_growing_times(accounts_on_both: Accounts, clock: Clock) -> None:
    accounts_on_both.create("rasa", PASSWORD, "operator")
    assert failed_logins_until_locked(accounts_on_both, "rasa", "10.0.0.1") == 5
    waits = []
    for n in range(12):
        with pytest.raises(LockedOut) as caught:
            accounts_on_both.verify("rasa", PASSWORD, f"10.0.1.{n}")
        waits.append((caught.value.until_ns - clock.ns) / S)
        clock.ns = caught.value.until_ns
        assert accounts_on_both.verify("rasa", "wrong password", f"10.0.1.{n}") is None
    assert waits[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert set(waits[9:]) == {300}


def test_the_right_password_after_the_lock_out_starts_from_zero(accounts: Accounts, clock: Clock) -> None:
    accounts.create("rasa", PASSWORD, "operator")
    failed_logins_until_locked(accounts, "rasa", "10.0.0.1")
    clock.advance(1)
    assert accounts.verify("rasa", PASSWORD, "10.0.0.1") is not None
    assert failed_logins_until_locked(accounts, "rasa", "10.0.0.1") == 5


def test_an_address_that_guesses_at_many_names_is_locked_and_others_are_not(accounts: Accounts, clock: Clock) -> None:
    accounts.create("rasa", PASSWORD, "operator")
    for n in range(20):
        assert accounts.verify(f"guess{n}", "wrong password", "10.0.0.1") is None
    with pytest.raises(LockedOut):
        accounts.verify("rasa", PASSWORD, "10.0.0.1")
    assert accounts.verify("rasa", PASSWORD, "10.0.0.2") is not None


def test_another_address_of_the_same_network_of_ipv6_does_not_begin_from_zero(accounts: Accounts) -> None:
    accounts.create("rasa", PASSWORD, "operator")
    for n in range(20):
        assert accounts.verify(f"guess{n}", "wrong password", f"2001:db8::{n:x}") is None
    with pytest.raises(LockedOut):
        accounts.verify("rasa", PASSWORD, "2001:db8::ffff")
    assert accounts.verify("rasa", PASSWORD, "2001:db8:0:1::1") is not None


def test_an_own_account_does_not_clear_an_address_of_its_guesses(accounts: Accounts, clock: Clock) -> None:
    accounts.create("mallory", PASSWORD, "viewer")
    guesses = 0
    for n in range(200):
        try:
            assert accounts.verify(f"guess{n}", "wrong password", "10.0.0.1") is None
            guesses += 1
            assert accounts.verify("mallory", PASSWORD, "10.0.0.1") is not None
        except LockedOut as locked:
            clock.ns = max(clock.ns, min(locked.until_ns, clock.ns + 2 * S))
    assert guesses < 40


def test_failures_are_forgotten_with_time(accounts: Accounts, clock: Clock) -> None:
    for n in range(19):
        accounts.verify(f"guess{n}", "wrong password", "10.0.0.1")
    clock.advance(19 * 60)
    for n in range(19):
        assert accounts.verify(f"other{n}", "wrong password", "10.0.0.1") is None


def test_a_room_that_mistypes_now_and_then_is_never_locked(accounts: Accounts, clock: Clock) -> None:
    for _ in range(40):
        assert accounts.verify("rasa", "mistyped pass", "10.0.0.1") is None
        clock.advance(601)


def test_unknown_names_are_locked_as_known_ones_are(accounts: Accounts) -> None:
    accounts.create("rasa", PASSWORD, "operator")
    assert failed_logins_until_locked(accounts, "nobody", "10.0.0.1") == 5
    assert failed_logins_until_locked(accounts, "rasa", "10.0.0.2") == 5


def test_failures_and_refusals_are_counted(accounts: Accounts, sqlite_store: Store) -> None:
    failed_logins_until_locked(accounts, "rasa", "10.0.0.1")
    with pytest.raises(LockedOut):
        accounts.verify("rasa", PASSWORD, "10.0.0.1")
    with sqlite_store.read_transaction() as connection:
        rows = {row.kind: row for row in read_all_failures(connection)}
    assert (rows["name"].failures, rows["name"].refusals) == (5, 2)
    assert (rows["remote"].failures, rows["remote"].refusals) == (5, 0)


def test_impossible_names_share_one_count(accounts: Accounts, sqlite_store: Store) -> None:
    for n in range(8):
        try:
            assert accounts.verify(f"\0 drop table {n}", "wrong password", f"10.0.0.{n}") is None
        except LockedOut:
            assert n >= 5
    with sqlite_store.read_transaction() as connection:
        assert [row.value for row in read_all_failures(connection) if row.kind == "name"] == ["?"]


def test_a_clock_that_is_set_back_locks_nobody_out_until_it_is_there_again(accounts: Accounts, clock: Clock) -> None:
    accounts.create("rasa", PASSWORD, "operator")
    for _ in range(3):
        clock.advance(2)
        failed_logins_until_locked(accounts, "rasa", "10.0.0.1")
    clock.advance(-3 * 3600)
    assert accounts.verify("rasa", PASSWORD, "10.0.0.1") is not None


def test_a_session_used_before_the_clock_was_set_back_ends_idle_all_the_same(sqlite_store: Store, clock: Clock) -> None:
    accounts = Accounts(sqlite_store, clock, session_s=100_000, idle_s=600, hasher=QUICK)
    token = accounts.open_session(accounts.create("rasa", PASSWORD, "operator"))
    clock.advance(-3 * 3600)
    assert accounts.session(token) is not None
    clock.advance(601)
    assert accounts.session(token) is None


def test_old_failures_leave_the_table(accounts: Accounts, clock: Clock, sqlite_store: Store) -> None:
    accounts.verify("nobody", "wrong password", "10.0.0.1")
    clock.advance(25 * 3600)
    accounts.verify("someone", "wrong password", "10.0.0.2")
    with sqlite_store.read_transaction() as connection:
        assert {row.value for row in read_all_failures(connection)} == {"someone", "10.0.0.2"}


def test_guesses_made_at_the_same_time_do_not_pass_the_limit(accounts_on_both: Accounts) -> None:
    answers: list[str] = []

    def guess() -> None:
        try:
            accounts_on_both.verify("rasa", "wrong password", "10.0.0.1")
            answers.append("looked at")
        except LockedOut:
            answers.append("refused")

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count("looked at") == 5
    assert answers.count("refused") == 15


def test_a_session_is_known_by_its_token_alone(accounts_on_both: Accounts, clock: Clock) -> None:
    rasa = accounts_on_both.create("rasa", PASSWORD, "operator")
    first, second = accounts_on_both.open_session(rasa), accounts_on_both.open_session(rasa)
    assert len(first) >= 43
    assert first != second
    session = accounts_on_both.session(first)
    assert session is not None
    assert session.account == rasa
    assert session.expires_ns == clock.ns + 3600 * S
    other = accounts_on_both.session(second)
    assert other is not None
    assert session.csrf_token != other.csrf_token
    assert accounts_on_both.session(first) == session
    for wrong in ("", first[:-1], first + "x", hashlib.sha256(first.encode()).hexdigest(), session.csrf_token):
        assert accounts_on_both.session(wrong) is None


def test_a_closed_session_is_gone_and_the_others_stay(accounts_on_both: Accounts) -> None:
    rasa = accounts_on_both.create("rasa", PASSWORD, "operator")
    first, second = accounts_on_both.open_session(rasa), accounts_on_both.open_session(rasa)
    accounts_on_both.close_session(first)
    accounts_on_both.close_session("unknown")
    assert accounts_on_both.session(first) is None
    assert accounts_on_both.session(second) is not None


def test_a_session_ends_an_hour_after_its_last_use(accounts: Accounts, clock: Clock) -> None:
    token = accounts.open_session(accounts.create("rasa", PASSWORD, "operator"))
    for _ in range(5):
        clock.advance(3500)
        assert accounts.session(token) is not None
    clock.advance(3600)
    assert accounts.session(token) is None


def test_a_session_ends_twelve_hours_after_login_however_busy(accounts: Accounts, clock: Clock) -> None:
    start_ns = clock.ns
    token = accounts.open_session(accounts.create("rasa", PASSWORD, "operator"))
    for _ in range(71):
        clock.advance(600)
        session = accounts.session(token)
        assert session is not None
        assert session.expires_ns <= session.latest_ns == start_ns + 12 * 3600 * S
    clock.advance(600)
    assert accounts.session(token) is None


def test_the_life_of_sessions_is_configurable(sqlite_store: Store, clock: Clock) -> None:
    accounts = Accounts(sqlite_store, clock, session_s=100, idle_s=10, hasher=QUICK)
    token = accounts.open_session(accounts.create("rasa", PASSWORD, "operator"))
    clock.advance(9)
    assert accounts.session(token) is not None
    clock.advance(10)
    assert accounts.session(token) is None


def test_a_session_opens_only_for_an_account_that_exists(accounts: Accounts) -> None:
    with pytest.raises(AccountError, match="account ghost: expected one that exists"):
        accounts.open_session(Account("ghost", "administrator", "LTU"))


def test_a_one_time_link_logs_in_once(accounts_on_both: Accounts) -> None:
    rasa = accounts_on_both.create("rasa", PASSWORD, "operator")
    link = accounts_on_both.issue_one_time_link("Rasa", valid_s=60)
    assert accounts_on_both.redeem("not " + link) is None
    assert accounts_on_both.redeem(link) == rasa
    assert accounts_on_both.redeem(link) is None


def test_a_one_time_link_ends_with_its_time(accounts: Accounts, clock: Clock) -> None:
    accounts.create("rasa", PASSWORD, "operator")
    link = accounts.issue_one_time_link("rasa", valid_s=60)
    clock.advance(60)
    assert accounts.redeem(link) is None
    for valid_s in (0, -1, 25 * 3600, float("nan")):
        with pytest.raises(AccountError, match="one-time link: expected a life"):
            accounts.issue_one_time_link("rasa", valid_s)
    with pytest.raises(AccountError, match="account nobody"):
        accounts.issue_one_time_link("nobody", 60)


def test_a_one_time_link_redeemed_by_many_at_once_lets_one_in(accounts_on_both: Accounts) -> None:
    accounts_on_both.create("rasa", PASSWORD, "operator")
    link = accounts_on_both.issue_one_time_link("rasa", 60)
    answers: list[Account | None] = []
    threads = [threading.Thread(target=lambda: answers.append(accounts_on_both.redeem(link))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([account for account in answers if account is not None]) == 1


def test_no_token_or_password_is_in_the_database_file(sqlite_store: Store, clock: Clock) -> None:
    accounts = make_accounts(sqlite_store, clock)
    session = accounts.open_session(accounts.list()[0])
    link = accounts.issue_one_time_link("rasa", 60)
    opened = accounts.session(session)
    assert opened is not None
    database = Path(sqlite_store.engine.url.database or "")
    files = b"".join(path.read_bytes() for path in database.parent.glob(database.name + "*"))
    assert hashlib.sha256(session.encode()).hexdigest().encode() in files
    for secret in (session, link, opened.csrf_token, PASSWORD):
        assert secret.encode() not in files


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 400), st.booleans()), max_size=40))
def test_no_order_of_tries_beats_the_limit(sqlite_store: Store, steps: list[tuple[int, int, bool]]) -> None:
    """Whatever a guesser does, at most five tries under a name are looked at that no right password came between,
    plus one for each lock-out waited out and each failure forgotten."""
    clock = Clock()
    accounts = make_accounts_once(sqlite_store, clock)
    clear_failures(sqlite_store)
    looked_at, start_ns, longest_wait_ns = 0, clock.ns, 0
    for remote, wait_s, is_right in steps:
        clock.advance(wait_s)
        try:
            found = accounts.verify("rasa", PASSWORD if is_right else "wrong password", f"10.0.0.{remote}")
            assert (found is not None) == is_right
            looked_at, start_ns = (0, clock.ns) if is_right else (looked_at + 1, start_ns)
        except LockedOut as locked:
            longest_wait_ns = max(longest_wait_ns, locked.until_ns - clock.ns)
        assert 0 <= longest_wait_ns <= 300 * S
        assert looked_at <= 5 + lock_outs_that_fit((clock.ns - start_ns) // S)


def lock_outs_that_fit(seconds: int) -> int:
    waited, count = 0, 0
    while waited + min(2**count, 300) <= seconds:
        waited += min(2**count, 300)
        count += 1
    return count + seconds // 600


def make_accounts_once(store: Store, clock: Clock) -> Accounts:
    accounts = Accounts(store, clock, hasher=QUICK)
    return accounts if accounts.list() else make_accounts(store, clock)


def clear_failures(store: Store) -> None:
    with store.write_transaction() as connection:
        connection.execute(sa.delete(schema.LOGIN_FAILURES))


def test_a_disk_that_takes_no_more_shuts_nobody_out(accounts: Accounts, sqlite_store: Store, clock: Clock) -> None:
    """Whoever is logged in can still be known: that the session is used is noted once it can be."""
    rasa = accounts.create("rasa", PASSWORD, "operator")
    session, (token, _) = accounts.open_session(rasa), accounts.tokens.issue("rasa", ["read"], 30)
    clock.advance(1800)
    sqlite_store.engine.dispose()
    sa.event.listen(sqlite_store.engine, "connect", lambda made, _: made.execute("PRAGMA query_only = 1"))
    with pytest.raises(StoreAway):
        accounts.open_session(rasa)
    assert accounts.session(session) is not None
    assert accounts.session_of_token(token) is not None
