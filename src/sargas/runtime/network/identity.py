"""Who a nation is in the network, in ``network.json``, and the forms that hosts, ports and keys have there.

Everything here ends in a configuration of the NATS server, so that every text has a pattern without quotes or spaces.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sargas.model.label import Nation
from sargas.model.record_base import Ring, Value

Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$")]
"""A DNS name or an IP address without brackets."""
NodeName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
Port = Annotated[int, Field(ge=1, le=65535)]
VerifyKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""Ed25519 public key, hexadecimal."""
UserKey = Annotated[str, StringConstraints(pattern=r"^U[A-Z2-7]{55}$")]
"""Public nkey of a NATS user."""


class NetworkError(ValueError):
    """A network folder or an invitation that cannot be used; the text says what and how to mend it."""


class OwnIdentity(Value):
    """``network.json``: who this nation's node is, where partners reach it, and the area that it answers for."""

    form: Literal["sargas-network-1"] = Field(default="sargas-network-1", description="Version of this file")
    nation: Nation = Field(description="ISO 3166-1 alpha-3 code")
    node: NodeName = Field(description="Name of the node")
    leaf_host: Host = Field(description="DNS name or IP address under which partners reach the node")
    leaf_port: Port = Field(description="TCP port that the node listens on for partners")
    leaf_listen: Host = Field(description="Address that the port is opened on")
    other_hosts: tuple[Host, ...] = Field(default=(), description="Further names in the certificate")
    area: Ring = Field(default=(), description="Ring of lon, lat that the nation answers for")
    made_ns: int = Field(ge=0, description="UTC ns at which the folder was made")
