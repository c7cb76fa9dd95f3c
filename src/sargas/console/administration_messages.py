"""What the console says to and hears from administrators. Specification: docs/console.md."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sargas.console.account_messages import TokenView
from sargas.model.record_base import Value
from sargas.runtime.account_terms import Home, Role
from sargas.runtime.api_tokens import LONGEST_DAYS, Scope
from sargas.sharing.agreement import Clearance
from sargas.sharing.policy.words import Kind

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
NATION = r"^([A-Z]{3})?$"


class RightsView(Value):
    """What an account may do and see, and the view its screen begins with."""

    role: Role = Field(description="What it may do")
    nation: str = Field(default="", pattern=NATION, description="ISO 3166-1 alpha-3; empty: the node's")
    clearance: Clearance | None = Field(
        default=None, description="Highest classification it may see; none: all, of another nation the lowest"
    )
    home: Home | None = Field(default=None, description="View its screen begins with; none: that of the role")


class AccountDraft(RightsView):
    """An account to be made; nobody gives it a password but its person."""

    name: str = Field(pattern=NAME, description="Login name; upper case is made lower")
    second_factor: bool = Field(default=True, description="Ask for a code of an authenticator app too")


class AccountView(RightsView):
    """An account as an administrator sees it; times are UTC ns."""

    name: str = Field(description="Login name")
    created_ns: int = Field(description="When it was made")
    has_password: bool = Field(description="Its person has chosen a password, or a provider vouches for them")
    has_second_factor: bool = Field(description="A code of an authenticator is asked for too")
    by_provider: bool = Field(description="An OpenID provider vouches for the person and says role and nation")
    locked_ns: int | None = Field(description="When an administrator locked it; none: it is not locked")
    refused_until_ns: int | None = Field(description="Too many failed log-ins: until when none is looked at")
    sessions: int = Field(description="Sessions that are open")
    last_used_ns: int | None = Field(description="When those were last used; none: none is open")


class OneTimeLink(Value):
    """A link that logs a person in once; shown this once."""

    path: str = Field(description="To be put behind the node's address")
    expires_ns: int = Field(description="UTC ns until which it works")


class NewSecret(Value):
    """The secret of a second factor, for the person's authenticator; shown this once."""

    secret: str = Field(description="Base 32")
    uri: str = Field(description="The same as otpauth://, as authenticators take it")
    qr_svg: str = Field(description="That link as a QR code for the authenticator's camera: an SVG document")


class NewAccount(Value):
    """A new account with what its person needs to begin; shown this once."""

    account: AccountView = Field(description="As it was made")
    link: OneTimeLink = Field(description="Lets the person in to choose a password")
    second_factor: NewSecret | None = Field(description="Of the authenticator; none: not asked for")


class EndedSessions(Value):
    """How many sessions were ended."""

    sessions: int = Field(description="Of the account")


class NewPassword(Value):
    """The password that a person chooses."""

    password: str = Field(min_length=1, max_length=1024, description="12 characters at least, not the name")


class TokenDraft(Value):
    """An API token to be made."""

    account: str = Field(default="", max_length=64, description="In whose name it acts; empty: the person's own")
    scopes: tuple[Scope, ...] = Field(min_length=1, max_length=6, description="What it may do")
    days: float = Field(gt=0, le=LONGEST_DAYS, description="For how long")
    purpose: str = Field(default="", max_length=200, description="What it is for")


class NewToken(Value):
    """An API token; the token itself is shown this once."""

    token: str = Field(description="Sent as Authorization: Bearer")
    told: TokenView = Field(description="What is kept of it")


class PartFigure(Value):
    """One figure of a part of the node."""

    name: str = Field(description="Which, as docs/accounts.md names them")
    value: float = Field(description="In the unit of its name")


class PartView(Value):
    """How one part of the node is."""

    part: str = Field(description="core, journal, store, history, audit, screen log, bus, or link and a nation")
    state: Literal["ok", "degraded", "failed", "off"] = Field(description="off: this node runs without it")
    reason: str = Field(description="Why it is not ok; empty: it is")
    reason_lt: str = Field(description="The same in Lithuanian; empty: as the database or the system says it")
    figures: tuple[PartFigure, ...] = Field(description="What it did and holds")


class AuditView(Value):
    """The audit as it was verified just now: every byte, the chain, the signed checkpoints."""

    holds: bool = Field(description="Nothing was found changed, missing or added")
    faults: tuple[str, ...] = Field(description="What does not hold, 20 at most")
    entries: int = Field(description="In the chain")
    checkpoints: int = Field(description="Signed")
    unsigned: int = Field(description="Entries after the last checkpoint")
    root: str = Field(description="Merkle root over all entries, hexadecimal")
    key: str = Field(description="Public key the checkpoints are signed with, hexadecimal")
    checkpoint_ns: int | None = Field(description="UTC ns of the last checkpoint; none: there is none yet")
    checkpoint_size: int = Field(description="Entries it stands over")
    verified_ns: int = Field(description="UTC ns of this verification")
    took_s: float = Field(description="How long it took")
    latest: tuple[AuditLine, ...] = Field(description="Newest entries, the newest first, 50 at most")


class AuditLine(Value):
    """One entry of the audit."""

    seq: int = Field(description="Number in the chain")
    time_ns: int = Field(description="UTC ns")
    actor: str = Field(description="Account, node, rule or command")
    action: str = Field(description="What was done")
    object: str = Field(description="To what")


class ReleaseRule(Value):
    """One rule of release as it stands in the file."""

    rule_id: str = Field(description="By which decisions are recorded")
    line: int = Field(description="Of the file")
    text: str = Field(description="In Cedar")


class Entitlement(Value):
    """What a nation gets of one kind of thing, as the rules answer now."""

    subject: Kind = Field(description="Kind of thing")
    agreed: bool = Field(description="The agreement names it; else nothing of it goes")
    up_to: Clearance | None = Field(description="Highest classification that goes; none: nothing goes")
    fields: tuple[str, ...] = Field(description="Further fields that go then")
    rules: tuple[str, ...] = Field(description="By which rules, or why not")


class PartnerRights(Value):
    """What one partner gets, of things whose label lets it have them."""

    nation: str = Field(description="ISO 3166-1 alpha-3")
    clearance: Clearance = Field(description="Of the agreement: nothing above it goes")
    groups: tuple[str, ...] = Field(description="Groups that rules name")
    caveats: tuple[str, ...] = Field(description="Handling marks it keeps to")
    kinds: tuple[Entitlement, ...] = Field(description="Every kind of thing")


class ReleasesView(Value):
    """The rules of release of this node and what they give to whom."""

    policy: str = Field(description="File, or the shipped rules of the nation")
    policy_hash: str = Field(description="SHA-256 of schema, bounds and rules, hexadecimal")
    rules: tuple[ReleaseRule, ...] = Field(description="In the order of the file")
    partners: tuple[PartnerRights, ...] = Field(description="By nation; empty: this node shares with nobody")


AuditView.model_rebuild()
