"""``[[warning_channel]]``: where approved public warnings go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, StringConstraints, field_validator

from sargas.model.record_base import Value

Address = Annotated[str, StringConstraints(pattern=r"^[!-;=?A-~]+@[!-;=?A-~]+$")]
"""In ASCII (RFC 5321): letters beyond it no mail server takes without SMTPUTF8."""


class _Channel(Value):
    name: Annotated[str, StringConstraints(min_length=1, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")] = Field(
        description="Unique name; told beside each message that went out"
    )
    exercise: bool = Field(
        default=False, description="Also takes exercise messages, marked as such; else only real ones go out"
    )


class FileChannel(_Channel):
    """Messages as files in a folder, for whoever watches it."""

    kind: Literal["file"] = Field(description="One CAP file a message")
    folder: Path = Field(description="Folder of the files, relative to the settings file; made when missing")


class WebhookChannel(_Channel):
    """Messages posted to a gateway over HTTP."""

    kind: Literal["webhook"] = Field(description="POST of the CAP message")
    url: str = Field(description="http:// or https:// address; 2xx acknowledges")
    secret: SecretStr | None = Field(
        default=None, description="Key of the HMAC-SHA256 in X-Sargas-Signature; none: unsigned"
    )
    timeout_s: float = Field(default=10.0, gt=0, le=60, description="Longest wait for the answer")

    @field_validator("url")
    @classmethod
    def _is_http(cls, value: str) -> str:
        split = urlsplit(value)
        if split.scheme not in ("http", "https") or not split.hostname or split.port == 0:
            raise ValueError(f"expected an http:// or https:// address with a host, was {value!r}")
        return value


class EmailChannel(_Channel):
    """Messages handed to a mail server."""

    kind: Literal["email"] = Field(description="Mail with the text and the CAP message attached")
    host: str = Field(min_length=1, description="SMTP server")
    port: int = Field(default=587, ge=1, le=65535, description="Its port")
    tls: Literal["starttls", "tls", "none"] = Field(default="starttls", description="How the connection is protected")
    user: str | None = Field(default=None, description="Account on the server; none: no log-in")
    password: SecretStr | None = Field(default=None, description="Its password")
    sender: Address = Field(description="From address")
    recipients: tuple[Address, ...] = Field(min_length=1, description="To addresses")
    timeout_s: float = Field(default=15.0, gt=0, le=60, description="Longest wait for each answer")


ChannelSettings = Annotated[FileChannel | WebhookChannel | EmailChannel, Field(discriminator="kind")]
