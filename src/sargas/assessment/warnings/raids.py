"""Which threats are one raid: one group of the tracker, or near each other and alike in velocity, as for alerts.

Who flies with a threat, but is no threat by itself yet, is of its raid: of a young track nobody knows what it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from sargas.assessment.alert_entry import TOGETHER_M, TOGETHER_MPS, Place
from sargas.assessment.warnings.threat import GROUP, Threat


def join_raids(threats: Sequence[Threat], time_ns: int) -> list[Threat]:
    """Join the threats that fly together; the first of each raid gives it its key. ``time_ns``: UTC ns of now."""
    raids: list[Threat] = []
    for threat in threats:
        together = [
            raid for raid in raids if threat.key in raid.keys or fly_together(raid.places, threat.places, time_ns)
        ]
        if not together:
            raids.append(threat)
            continue
        joined = together[0]
        for other in (*together[1:], threat):
            joined = joined.join(other)
        raids = [joined if raid is together[0] else raid for raid in raids if raid not in together[1:]]
    return raids


def accompany(raids: Sequence[Threat], companions: Sequence[Threat], time_ns: int) -> list[Threat]:
    """Let firm tracks that threaten nobody by themselves join the first raid of whose threats they fly with one."""
    joined = list(raids)
    for companion in companions:
        for place, raid in enumerate(raids):
            is_of_group = companion.key in raid.keys and companion.key.startswith(GROUP)
            if is_of_group or fly_together(raid.places, companion.places, time_ns):
                joined[place] = joined[place].join(companion)
                break
    return joined


def fly_together(some: Sequence[Place], others: Sequence[Place], time_ns: int) -> bool:
    """Say whether any of the one and any of the others are near and alike at a time (UTC ns)."""
    gaps = (one.gap(other, time_ns) for one in some for other in others)
    return any(gap_m <= TOGETHER_M and unlike_mps <= TOGETHER_MPS for gap_m, unlike_mps in gaps)
