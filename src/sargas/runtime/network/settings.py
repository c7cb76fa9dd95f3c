"""``[network]``: the network folder of this node, and the bus it shares by."""

from __future__ import annotations

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from sargas.model.record_base import Value


class NetworkSettings(Value):
    """``[network]``: sharing with other nations; without ``dir`` the node shares nothing."""

    dir: Path | None = Field(default=None, description="Folder of `sargas network init`, relative to the file")
    nats_url: str | None = Field(
        default=None, description="NATS server or cluster that runs already, `nats://host:port`; none: the node's own"
    )
    replicas: int = Field(
        default=1,
        ge=1,
        le=5,
        description="Servers of an existing cluster that keep each release before it counts as kept; 1 for one server",
    )
    client_port: int = Field(
        default=0, ge=0, le=65535, description="TCP port on 127.0.0.1 of the node's own server; 0 takes a free one"
    )
    policy_file: Path | None = Field(
        default=None,
        description="Cedar file of release rules, relative to the file; none: the shipped rules of the nation",
    )

    take_over_after_s: float = Field(
        default=10.0,
        ge=0,
        le=86_400,
        description="A partner not reached for so long, either way: the screen says what can be taken over",
    )

    def relative_to(self, folder: Path) -> Self:
        """Return the same settings with every path made absolute from ``folder``."""
        paths = {name: getattr(self, name) for name in ("dir", "policy_file")}
        return self.model_copy(update={name: path and folder / path for name, path in paths.items()})

    @field_validator("nats_url")
    @classmethod
    def _url_is_of_nats(cls, value: str | None) -> str | None:
        for part in (value or "").split(",") if value is not None else ():
            split = urlsplit(part.strip())
            if split.scheme not in ("nats", "tls") or not split.hostname or split.username or split.password:
                raise ValueError(
                    f"expected nats://host:port or tls://host:port without a password, was {part.strip()!r}: "
                    "the node logs in with the keys of its network folder"
                )
        return value
