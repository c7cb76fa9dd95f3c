"""``sargas account create`` makes an account that can log in, and never takes a password as an option."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pyotp
import pytest

from sargas.runtime import accounts
from sargas.runtime.account_terms import Role
from sargas.runtime.accounts import Accounts
from sargas.runtime.store import open_store

PASSWORD = "vidurnakties sargyba 7"


def test_the_roles_are_those_of_the_accounts() -> None:
    assert get_args(Role) == get_args(accounts.Role)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "sargas.toml"
    path.write_text('[node]\nnation = "LVA"\n')
    return path


def give(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_the_account_can_log_in(sargas: Callable[..., Any], config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, f"{PASSWORD}\n")
    ended = sargas(
        "account",
        "create",
        "jonas",
        "--role",
        "viewer",
        "--password-stdin",
        "--no-second-factor",
        "--config",
        str(config),
    )
    assert (ended.code, ended.out, ended.err) == (0, "account jonas (viewer, LVA) created\n", "")
    assert (config.parent / "data").stat().st_mode & 0o777 == 0o700, "secrets of second factors lie there"
    store = open_store(f"sqlite:///{config.parent}/data/sargas.db")
    people = Accounts(store, time.time_ns)
    assert people.verify("jonas", PASSWORD, "127.0.0.1") is not None
    assert people.verify("jonas", "another password", "127.0.0.1") is None
    store.close()


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        ("\n", ["--password-stdin"], "expected a password on the first line of stdin, was none"),
        (f"{PASSWORD}\n", [], "give it by --password-stdin"),
        ("short\n", ["--password-stdin"], "password"),
        (f"{PASSWORD}\n", ["--password-stdin", "--role", "king"], "'king' is not one of 'viewer', 'operator',"),
    ],
)
def test_what_cannot_be_is_one_line(
    sargas: Callable[..., Any],
    config: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    arguments: list[str],
    expected: str,
) -> None:
    give(monkeypatch, text)
    ended = sargas("account", "create", "jonas", *arguments, "--config", str(config))
    assert ended.code in (1, 2)
    assert expected in ended.err
    assert ended.err.startswith("sargas: ")
    assert ended.err.count("\n") == 1
    assert PASSWORD not in ended.err


def test_an_account_has_a_second_factor_unless_it_is_left_out(
    sargas: Callable[..., Any], config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, f"{PASSWORD}\n")
    ended = sargas("account", "create", "ona", "--password-stdin", "--config", str(config))
    secret = ended.out.splitlines()[1].rsplit(" ", 1)[1]
    assert ended.out.splitlines()[2].startswith(f"otpauth://totp/Sargas%20sargas:ona?secret={secret}")
    store = open_store(f"sqlite:///{config.parent}/data/sargas.db")
    people = Accounts(store, time.time_ns)
    with pytest.raises(accounts.SecondFactorNeeded):
        people.verify("ona", PASSWORD, "127.0.0.1")
    assert people.verify("ona", PASSWORD, "127.0.0.1", pyotp.TOTP(secret).now()) is not None
    ended = sargas("account", "second-factor", "ona", "--remove", "--config", str(config))
    assert (ended.code, ended.out) == (0, "account ona: the password alone logs in\n")
    assert people.verify("ona", PASSWORD, "127.0.0.1") is not None
    ended = sargas("account", "second-factor", "nobody", "--config", str(config))
    assert "expected one that exists, was none" in ended.err
    store.close()


def test_a_token_is_printed_once_listed_and_revoked(
    sargas: Callable[..., Any], config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, f"{PASSWORD}\n")
    sargas("account", "create", "relay", "--password-stdin", "--no-second-factor", "--config", str(config))
    made = sargas("account", "token", "relay", "--scope", "read", "--scope", "report", "--config", str(config))
    assert made.code == 0
    token = made.out.strip()
    store = open_store(f"sqlite:///{config.parent}/data/sargas.db")
    session = Accounts(store, time.time_ns).session_of_token(token)
    assert session is not None
    assert session.scopes == {"read", "report"}
    listed = sargas("account", "tokens", "relay", "--config", str(config))
    assert listed.out.startswith(f"{session.token_id}  relay  read report  until ")
    assert token not in listed.out
    assert sargas("account", "revoke", session.token_id, "--config", str(config)).code == 0
    assert Accounts(store, time.time_ns).session_of_token(token) is None
    again = sargas("account", "revoke", session.token_id, "--config", str(config))
    assert (again.code, "expected one that is good" in again.err) == (1, True)
    refused = sargas("account", "token", "relay", "--scope", "king", "--config", str(config))
    assert (refused.code, "was king" in refused.err, refused.err.count("\n")) == (1, True, 1)
    store.close()


def test_rights_are_changed_listed_locked_and_unlocked(
    sargas: Callable[..., Any], config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = ("--config", str(config))
    for name, role in (("rita", "administrator"), ("jonas", "operator")):
        give(monkeypatch, f"{PASSWORD}\n")
        sargas("account", "create", name, "--role", role, "--password-stdin", "--no-second-factor", *given)
    changed = sargas("account", "change", "jonas", "--clearance", "restricted", "--nation", "LTU", *given)
    assert changed.out == "jonas  operator  LTU  restricted  no second factor\n"
    changed = sargas("account", "change", "jonas", "--clearance", "none", "--home", "airport", *given)
    assert changed.out == "jonas  operator  LTU  no second factor, begins with airport\n"
    assert sargas("account", "lock", "jonas", *given).out.startswith(
        "jonas  operator  LTU  no second factor, locked 20"
    )
    listed = sargas("account", "list", *given).out.splitlines()
    assert [line.split()[0] for line in listed] == ["jonas", "rita"]
    assert "locked" in listed[0]
    assert "locked" not in sargas("account", "unlock", "jonas", *given).out
    for arguments, expected in (
        (("change", "jonas"), "nothing is to be changed"),
        (("lock", "rita"), "another administrator who can log in, was none"),
        (("change", "rita", "--role", "viewer"), "another administrator who can log in, was none"),
        (("lock", "nobody"), "expected one that exists, was none"),
        (("change", "jonas", "--nation", "lt"), "three capital letters"),
    ):
        ended = sargas("account", *arguments, *given)
        assert (ended.code, ended.err.count("\n")) == (1, 1)
        assert expected in ended.err
