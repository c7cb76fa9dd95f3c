"""``[oidc]`` of the settings: an OpenID provider that people may log in by. Page: docs/configuration.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from sargas.model.record_base import Value

OidcRole = Literal["viewer", "operator", "administrator"]
RANKS: tuple[OidcRole, ...] = ("viewer", "operator", "administrator")


class OidcSettings(Value):
    """``[oidc]``: a provider that people may log in by; without an issuer local accounts alone."""

    issuer: str | None = Field(default=None, description="Address of the provider, as it names itself; none: off")
    client_id: str = Field(default="", description="Name of this node there")
    client_secret: SecretStr | None = Field(default=None, description="Its secret there; none: a public client")
    redirect_url: str | None = Field(
        default=None, description="Address of /oidc/callback as registered there; none: as the browser asked"
    )
    scope: str = Field(default="openid profile", description="What is asked for")
    name_claim: str = Field(default="preferred_username", min_length=1, description="Claim that names the account")
    role_claim: str = Field(default="groups", min_length=1, description="Claim that holds what roles come of")
    roles: dict[str, OidcRole] = Field(
        default_factory=dict, description="Role of each value of that claim; the highest counts, without one no log-in"
    )
    nation_claim: str | None = Field(default=None, description="Claim that holds the nation; none: all of the node's")

    @field_validator("issuer")
    @classmethod
    def _issuer_is_safe(cls, value: str | None) -> str | None:
        if value is not None:
            parts = urlsplit(value)
            loopback = parts.hostname in ("127.0.0.1", "::1", "localhost")
            if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
                raise ValueError(f"expected https://…, or http:// on this machine, was {value!r}")
        return value

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.issuer is not None and not (self.client_id and self.roles):
            raise ValueError("expected client_id and roles with an issuer, was none")
        return self

    def role_of(self, claims: Mapping[str, Any]) -> OidcRole | None:
        """Return the highest role that a person's claims give; none: no role, no log-in."""
        held = claims.get(self.role_claim)
        values = [held] if isinstance(held, str) else held if isinstance(held, list) else []
        found = {self.roles[value] for value in values if isinstance(value, str) and value in self.roles}
        return max(found, key=RANKS.index) if found else None
