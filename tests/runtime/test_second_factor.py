"""The second factor: codes of the RFC's own vectors, each good once, none guessed."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pyotp
import pytest
import segno
from argon2 import PasswordHasher

from sargas.runtime.accounts import Accounts, LockedOut, SecondFactorNeeded
from sargas.runtime.second_factor import STEP_S, enrolment_qr, enrolment_uri, make_secret, matching_step
from sargas.runtime.store import open_store
from tests.clock import Clock

S = 1_000_000_000
NAME, PASSWORD = "rasa", "five sober geese fly north"
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The ASCII text 12345678901234567890 of RFC 6238 appendix B, in base 32."""


@pytest.fixture
def people(tmp_path: Path, clock: Clock) -> Iterator[Accounts]:
    store = open_store(f"sqlite:///{tmp_path / 'x.db'}")
    made = Accounts(store, clock, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    made.create(NAME, PASSWORD, "operator")
    yield made
    store.close()


@pytest.mark.parametrize(
    ("time_s", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_rfc_6238(time_s: int, code: str) -> None:
    assert matching_step(RFC_SECRET, code, time_s * S, None) == time_s // STEP_S


def test_a_code_of_one_step_before_or_after_is_taken_and_no_further(clock: Clock) -> None:
    totp = pyotp.TOTP(RFC_SECRET)
    step = clock.ns // (STEP_S * S)
    taken = [matching_step(RFC_SECRET, totp.generate_otp(step + k), clock.ns, None) for k in range(-2, 3)]
    assert taken == [None, step - 1, step, step + 1, None]


def test_a_right_password_alone_is_not_enough(people: Accounts, clock: Clock) -> None:
    secret = people.enrol_second_factor(NAME)
    with pytest.raises(SecondFactorNeeded):
        people.verify(NAME, PASSWORD, "10.0.0.1")
    assert people.verify(NAME, "wrong password 1", "10.0.0.1") is None
    assert people.verify(NAME, PASSWORD, "10.0.0.1", "000000") is None
    found = people.verify(NAME, PASSWORD, "10.0.0.1", pyotp.TOTP(secret).at(clock.ns // S))
    assert found is not None


def test_a_code_is_good_once_and_so_are_those_before_it(people: Accounts, clock: Clock) -> None:
    totp = pyotp.TOTP(people.enrol_second_factor(NAME))
    step = clock.ns // (STEP_S * S)
    assert people.verify(NAME, PASSWORD, "10.0.0.1", totp.generate_otp(step)) is not None
    assert people.verify(NAME, PASSWORD, "10.0.0.1", totp.generate_otp(step)) is None
    assert people.verify(NAME, PASSWORD, "10.0.0.1", totp.generate_otp(step - 1)) is None
    assert people.verify(NAME, PASSWORD, "10.0.0.1", totp.generate_otp(step + 1)) is not None


def test_guessing_codes_locks_out_even_with_the_right_password(people: Accounts) -> None:
    people.enrol_second_factor(NAME)
    for k in range(5):
        if k % 2:
            with pytest.raises(SecondFactorNeeded):
                people.verify(NAME, PASSWORD, f"10.0.0.{k}")
        else:
            assert people.verify(NAME, PASSWORD, f"10.0.0.{k}", f"00000{k}") is None
    with pytest.raises(LockedOut):
        people.verify(NAME, PASSWORD, "10.0.0.9", "000009")


def test_a_new_secret_ends_sessions_and_makes_old_codes_worthless(people: Accounts, clock: Clock) -> None:
    account = people.verify(NAME, PASSWORD, "10.0.0.1")
    assert account is not None
    token = people.open_session(account)
    old = pyotp.TOTP(people.enrol_second_factor(NAME)).at(clock.ns // S)
    assert people.session(token) is None
    people.enrol_second_factor(NAME)
    assert people.verify(NAME, PASSWORD, "10.0.0.1", old) is None


def test_the_code_for_the_camera_is_a_picture_of_its_link_alone_made_without_anybody_else() -> None:
    uri = enrolment_uri(make_secret(), "rasa", "LTU-1")
    drawn = enrolment_qr(uri)
    root = ElementTree.fromstring(drawn)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {one.tag.rpartition("}")[2] for one in root} == {"path"}, "no script, no link, no font, no text"
    assert "href" not in drawn
    modules = segno.make(uri, error="m", micro=False).symbol_size(border=4)[0]
    assert root.get("viewBox") == f"0 0 {modules} {modules}"
    assert enrolment_qr(uri) == drawn
    assert enrolment_qr(enrolment_uri(make_secret(), "rasa", "LTU-1")) != drawn
