"""What the console says and hears of accounts, sessions and API tokens. Specification: docs/console.md."""

from __future__ import annotations

from pydantic import Field

from sargas.model.record_base import Value
from sargas.runtime.account_terms import Home
from sargas.runtime.api_tokens import Scope


class Login(Value):
    """Name and password of a local account, and the code of its authenticator where it has one."""

    name: str = Field(min_length=1, max_length=200, description="Account")
    password: str = Field(min_length=1, max_length=1024, description="Its password")
    code: str = Field(default="", pattern=r"^([0-9]{6})?$", description="Six digits of the second factor; empty: none")


class Proof(Value):
    """That it is still the person who logged in: password, with the code where there is one, or the code alone."""

    password: str = Field(default="", max_length=1024, description="Of the session's account; empty: the code alone")
    code: str = Field(default="", pattern=r"^([0-9]{6})?$", description="Six digits of the second factor; empty: none")


class SessionView(Value):
    """Who is logged in; all empty when nobody is."""

    name: str | None = Field(default=None, description="Account")
    role: str | None = Field(default=None, description="What the account may do")
    csrf_token: str | None = Field(default=None, description="To be sent as X-CSRF-Token with every change")
    expires_ns: int | None = Field(default=None, description="UTC ns at which the session ends by itself")
    latest_ns: int | None = Field(default=None, description="UTC ns at which it ends however much it is used")
    may_decide: bool = Field(default=False, description="Whether the account may acknowledge alerts here and now")
    proved_ns: int | None = Field(default=None, description="UTC ns of the last password, code or one-time link")
    oidc: bool = Field(default=False, description="An OpenID provider is set up: /oidc/login leads to it")
    scopes: tuple[Scope, ...] = Field(default=(), description="Of an API token: what it may do; empty: a person's own")
    home: Home | None = Field(default=None, description="View that the person's screen begins with")
    needs_password: bool = Field(default=False, description="Came by a one-time link and is to choose a password")
    may_administer: bool = Field(default=False, description="Whether the account may change accounts here")


class TokenView(Value):
    """An API token without its secret; times are UTC ns."""

    token_id: str = Field(description="Names it where it is revoked, and in the audit")
    account: str = Field(description="In whose name it acts")
    scopes: tuple[Scope, ...] = Field(description="What it may do, as far as the account's role allows")
    purpose: str = Field(description="What it is for, as it was said when it was made")
    created_ns: int = Field(description="When it was made")
    expires_ns: int = Field(description="When it ends by itself")
    last_used_ns: int | None = Field(description="Last use, to the hour; none: never yet")
