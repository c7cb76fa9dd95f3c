"""Records of the network of nations: who is a partner, one identity across borders, hand-over, cues, notices."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from sargas.model.label import Nation
from sargas.model.record_base import Latitude, Longitude, Record, Ring, Value

NetworkId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[0-9]{1,12}$")]
"""Nation that first saw an object, and its number there; kept by every node that sees it later."""


class Partner(Value):
    """A nation this node shares with: how its releases come in, and whose signature stands under them."""

    nation: Nation = Field(description="ISO 3166-1 alpha-3 code")
    node: str = Field(min_length=1, description="Name of its node")
    verify_key: str = Field(pattern=r"^[0-9a-f]{64}$", description="Ed25519 public key of its releases, hexadecimal")
    next_verify_key: str = Field(
        default="", pattern=r"^([0-9a-f]{64})?$", description="Key it may sign with while it changes keys; empty: none"
    )
    area: Ring = Field(default=(), description="Ring of lon, lat that it answers for; none: it takes nothing over")

    def verify_keys(self) -> tuple[str, ...]:
        """Return the keys its releases may be signed with."""
        return (self.verify_key, self.next_verify_key) if self.next_verify_key else (self.verify_key,)


class NetworkIdentity(Record):
    """Under which identity the network knows a track of ours, and which nation answers for the object."""

    kind: Literal["network_identity"] = Field(default="network_identity", description="Says which record this is")
    track_id: int = Field(ge=0, description="System track of this node")
    network_id: NetworkId = Field(description="Identity in the network; the older one wins where two meet")
    since_ns: int = Field(ge=0, description="UTC ns at which that identity was first given")
    holder: Nation = Field(description="Nation that answers for the object")
    partners: tuple[Nation, ...] = Field(default=(), description="Nations that report it too, sorted")
    is_ended: bool = Field(default=False, description="The track has ended here")


class Handover(Record):
    """One hand-over of responsibility for an object: offered, then accepted, refused or timed out."""

    kind: Literal["handover"] = Field(default="handover", description="Says which record this is")
    handover_id: str = Field(min_length=1, description="Identity of the hand-over through its changes")
    state: Literal["offered", "accepted", "refused", "timed_out", "withdrawn"] = Field(
        description="Until it is accepted the giver answers for the object"
    )
    network_id: NetworkId = Field(description="Object it is about")
    giver: Nation = Field(description="Nation that answers for it so far")
    taker: Nation = Field(description="Nation that shall")
    offered_ns: int = Field(ge=0, description="UTC ns of the offer")
    expires_ns: int = Field(ge=0, description="UTC ns after which an unanswered offer has timed out")
    reason: str = Field(default="", description="Why, in words")
    reason_lt: str = Field(default="", description="The same in Lithuanian; empty: a person's own words")
    decided_by: str = Field(default="", description="Account or rule that offered or answered last")

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Handover:
        if self.giver == self.taker:
            raise ValueError(f"hand-over {self.handover_id}: expected two nations, was {self.giver} twice")
        return self


class Cue(Record):
    """A request to another nation: look there."""

    kind: Literal["cue"] = Field(default="cue", description="Says which record this is")
    cue_id: str = Field(min_length=1, description="Identity of the cue through its changes")
    state: Literal["asked", "seen", "not_seen", "expired"] = Field(description="What came of it")
    asker: Nation = Field(description="Nation that asks")
    asked: Nation = Field(description="Nation that shall look")
    latitude_deg: Latitude = Field(description="Where to look at ``time_ns``, WGS84")
    longitude_deg: Longitude = Field(description="As latitude_deg")
    altitude_m: float | None = Field(default=None, description="Above the ellipsoid; none: unknown")
    radius_m: float = Field(gt=0, description="The object is inside with 90 %")
    velocity_east_mps: float | None = Field(default=None, description="None: unknown")
    velocity_north_mps: float | None = Field(default=None, description="None: unknown")
    network_id: NetworkId | None = Field(default=None, description="Object it is about; none: no track")
    seen_as: NetworkId | None = Field(default=None, description="Track that answers it")
    expires_ns: int = Field(ge=0, description="UTC ns after which nobody looks any more")
    reason: str = Field(default="", description="What was seen there, in words")


class PartnerNotice(Record):
    """What a partner told of its alerts, warnings, approvals and the like; shown, never taken for our own."""

    kind: Literal["partner_notice"] = Field(default="partner_notice", description="Says which record this is")
    nation: Nation = Field(description="Nation that tells it")
    notice_id: str = Field(min_length=1, description="Its identity there, through its changes")
    about: Literal["alert", "warning", "approval", "interference"] = Field(description="What kind of thing it is")
    state: str = Field(description="As the partner says it: raised, ended, drafted, approved ...")
    level: str = Field(default="", description="Tier or level there: advisory, critical, yellow, red")
    headline: str = Field(default="", max_length=200, description="In words")
    headline_lt: str = Field(default="", max_length=200, description="The same in Lithuanian; empty: not said so")
    network_ids: tuple[NetworkId, ...] = Field(default=(), description="Objects it is about")
    polygon: Ring = Field(default=(), description="Area it is about; none: no area, or not released")
    eta_ns: tuple[int, int] | None = Field(default=None, description="Earliest and latest arrival, UTC ns")
    is_over: bool = Field(default=False, description="It has ended")


SharedRecord: TypeAlias = Handover | Cue | PartnerNotice
"""What a partner's releases hold besides tracks and plots."""
