"""What others say of a track: sound, radio, cooperative and people's claims, likelihoods by class (claims.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Literal, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict

from sargas.model.columns import Float64
from sargas.model.tracks import CLASSES

Channel = Literal["sound", "radio", "cooperative", "person"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
"""Of each a track remembers the newest claim only: what is repeated counts once."""
DOUBTED = 0.15
"""Weight of a cooperative claim whose place does not agree with an independent sensor."""


class ClaimKind(BaseModel):
    """One thing that may be said; ``likelihood`` by class, ``other`` for those not named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    channel: Channel
    words: str
    words_lt: str
    """The same in Lithuanian."""
    likelihood: dict[str, float]
    reach_m: float | None = None
    """Of sound and radio: slant range at which half of what so sounds or sends is noticed, in the open."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Something said of a track at a time (UTC ns).

    ``agrees`` False: the claimed place is not where sensors see it. ``share``: probability that this track is meant; it
    speaks with so much of its weight. ``source``: the sensor that says it; empty: nobody in particular.
    """

    track_id: int
    time_ns: int
    name: str
    agrees: bool = True
    share: float = 1.0
    source: str = ""


def _read() -> tuple[ClaimKind, ...]:
    text = resources.files("sargas.identification").joinpath("figures", "claims.toml").read_text(encoding="utf-8")
    return tuple(ClaimKind.model_validate(row) for row in tomllib.loads(text)["claim"])


CLAIM_KINDS = _read()
CLAIM_INDEX = {kind.name: index for index, kind in enumerate(CLAIM_KINDS)}


def claim_ratios() -> Float64:
    """Return (claims, classes): log of each likelihood, their mean over the classes taken away."""
    rows = [[kind.likelihood.get(name, kind.likelihood["other"]) for name in CLASSES] for kind in CLAIM_KINDS]
    logs = np.log(np.array(rows))
    ratios: Float64 = logs - logs.mean(axis=1, keepdims=True)
    return ratios


def claim_index(name: str) -> int:
    """Return the number of a claim. Raises ValueError for one that is not in claims.toml."""
    if name not in CLAIM_INDEX:
        raise ValueError(f"expected one of the claims {', '.join(CLAIM_INDEX)}, was {name!r}")
    return CLAIM_INDEX[name]
