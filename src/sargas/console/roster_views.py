"""Accounts over HTTP, for administrators alone: who there is, new ones, other rights, locks, second factors."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path

from sargas.console.administering import Administering, AdministeringChange, refusing
from sargas.console.administration_messages import (
    NAME,
    AccountDraft,
    AccountView,
    EndedSessions,
    NewAccount,
    NewSecret,
    OneTimeLink,
    RightsView,
)
from sargas.console.context import Console
from sargas.console.sessions import HasConsole
from sargas.model.label import Classification
from sargas.runtime.roster import Member, Rights
from sargas.runtime.second_factor import enrolment_qr, enrolment_uri

router = APIRouter(prefix="/api/accounts")
AccountName = Annotated[str, Path(pattern=NAME, description="Login name")]
LINK_LASTS_S = 24 * 3600.0


@router.get("")
def list_accounts(console: HasConsole, session: Administering) -> list[AccountView]:
    """List every account with its rights, locks and open sessions; nothing that opens one."""
    return [_view(one) for one in console.accounts.roster.list()]


@router.post("", status_code=201)
def create_account(draft: AccountDraft, console: HasConsole, session: AdministeringChange) -> NewAccount:
    """Make an account; its person is let in by a one-time link, shown this once, and chooses the password."""
    by = session.account.name
    with refusing():
        made = console.accounts.roster.enter(draft.name, _rights(draft), by)
    factor = _new_factor(console, made.name, by) if draft.second_factor else None
    return NewAccount(
        account=_view(console.accounts.roster.find(made.name)),
        link=_new_link(console, made.name, by),
        second_factor=factor,
    )


@router.put("/{name}/rights")
def change_rights(
    name: AccountName, rights: RightsView, console: HasConsole, session: AdministeringChange
) -> AccountView:
    """Give an account another role, nation, clearance or first view; its open sessions end when rights change."""
    _find(console, name)
    with refusing():
        return _view(console.accounts.roster.change(name.lower(), _rights(rights), session.account.name))


@router.post("/{name}/lock")
def lock_account(name: AccountName, console: HasConsole, session: AdministeringChange) -> AccountView:
    """Let nobody in by an account: its sessions end, its API tokens open nothing until it is unlocked."""
    _find(console, name)
    with refusing():
        return _view(console.accounts.roster.lock(name.lower(), session.account.name))


@router.post("/{name}/unlock")
def unlock_account(name: AccountName, console: HasConsole, session: AdministeringChange) -> AccountView:
    """Let an account in again, also after too many failed log-ins."""
    _find(console, name)
    return _view(console.accounts.roster.unlock(name.lower(), session.account.name))


@router.post("/{name}/second-factor")
def renew_second_factor(name: AccountName, console: HasConsole, session: AdministeringChange) -> NewSecret:
    """Give an account a new secret for its authenticator, shown this once; its sessions and API tokens end."""
    _find(console, name)
    return _new_factor(console, name.lower(), session.account.name)


@router.post("/{name}/link")
def make_link(name: AccountName, console: HasConsole, session: AdministeringChange) -> OneTimeLink:
    """Make a one-time link for a person who cannot log in, shown this once; it lasts a day."""
    _find(console, name)
    with refusing():
        return _new_link(console, name.lower(), session.account.name)


@router.delete("/{name}/sessions")
def end_sessions(name: AccountName, console: HasConsole, session: AdministeringChange) -> EndedSessions:
    """End every session and one-time link of an account."""
    _find(console, name)
    return EndedSessions(sessions=console.accounts.roster.end_sessions(name.lower(), session.account.name))


def _find(console: Console, name: str) -> Member:
    """Find an account. Raises HTTPException 404."""
    found = next((one for one in console.accounts.roster.list() if one.name == name.lower()), None)
    if found is None:
        raise HTTPException(404, f"expected an account, was {name!r}")
    return found


def _new_factor(console: Console, name: str, by: str) -> NewSecret:
    secret = console.accounts.enrol_second_factor(name, by)
    uri = enrolment_uri(secret, name, console.settings.node)
    return NewSecret(secret=secret, uri=uri, qr_svg=enrolment_qr(uri))


def _new_link(console: Console, name: str, by: str) -> OneTimeLink:
    token = console.accounts.issue_one_time_link(name, LINK_LASTS_S, by)
    return OneTimeLink(
        path=f"/enter?token={token}", expires_ns=console.settings.now_ns() + round(LINK_LASTS_S * 1_000_000_000)
    )


def _rights(view: RightsView) -> Rights:
    clearance = None if view.clearance is None else Classification[view.clearance.upper()]
    return Rights(view.role, view.nation, clearance, view.home)


def _view(member: Member) -> AccountView:
    rights = member.rights
    clearance = None if rights.clearance is None else rights.clearance.name.lower()
    return AccountView.model_validate(
        {
            "name": member.name,
            "role": rights.role,
            "nation": rights.nation,
            "clearance": clearance,
            "home": rights.home,
            "created_ns": member.created_ns,
            "has_password": member.has_password,
            "has_second_factor": member.has_second_factor,
            "by_provider": member.by_provider,
            "locked_ns": member.locked_ns,
            "refused_until_ns": member.refused_until_ns,
            "sessions": member.sessions,
            "last_used_ns": member.last_used_ns,
        }
    )
