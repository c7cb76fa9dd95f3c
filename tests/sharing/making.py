"""A night for the guard: tracks, alerts, warnings and the like, under labels that some partners may have."""

from __future__ import annotations

from typing import Any

import numpy as np

from sargas.formats.release.envelope import unseal, verify_key_of
from sargas.formats.release.record_wire import unpack_record
from sargas.formats.release.track_wire import ToldTracks, unpack_tracks
from sargas.model.label import Classification, Label
from sargas.model.records import Alert, Decision, GnssInterference, PublicWarning, Sensor
from sargas.model.sharing_records import Cue, Handover, SharedRecord
from sargas.model.tracks import Tracks
from sargas.model.warning_records import WarningArea, WarningText
from sargas.sharing.agreement import Agreement
from sargas.sharing.drafts import Draft
from sargas.sharing.envelope import seal
from sargas.sharing.guard import Guard
from sargas.sharing.policy.policy import Policy, packaged
from sargas.sharing.policy.words import KINDS, Owner
from tests.formats.release.making import T0_NS
from tests.formats.release.making import tracks as wire_tracks

S = 1_000_000_000
SEED = bytes(range(32))
KEY = verify_key_of(SEED)
OPEN = Label(releasable_to=("EST", "LVA", "POL"), originator="LTU")
TO_POL = Label(releasable_to=("POL",), originator="LTU")
SECRET = Label(classification=Classification.SECRET, releasable_to=("LVA",), originator="LTU")
OWN = Label(originator="LTU")
THEIRS = Label(releasable_to=("LVA", "POL"), originator="POL")
LTU_RULES = packaged("ltu.cedar")
RADAR = Sensor(id="kaunas", kind="radar-3d", latitude_deg=54.9, longitude_deg=24.0, height_m=120.0)


def agreement(**fields: Any) -> Agreement:
    """Make the agreement with Latvia: everything, everywhere, on a fast link."""
    return Agreement(
        **{"nation": "LVA", "kinds": KINDS, "groups": ("NATO", "BALTNET", "neighbours"), "link_bps": 10_000_000}
        | fields
    )


def guard(*agreements: Agreement, rules: str = LTU_RULES, exercise: bool = False, **fields: Any) -> Guard:
    """Make Lithuania's guard."""
    return Guard(
        Owner("LTU", exercise),
        Policy(rules),
        agreements or (agreement(),),
        epoch=T0_NS,
        pseudonym_key=b"secret of the node",
        sensors=(RADAR,),
        **fields,
    )


def tracks(n: int = 3, label: Label = OPEN, first: int = 1, **columns: Any) -> Tracks:
    """Make n tracks numbered from ``first``."""
    return wire_tracks(n, label=label, **{"track_id": first + np.arange(n, dtype=np.int64)} | columns)


def alert(alert_id: str = "a1", label: Label = OPEN, numbers: tuple[int, ...] = (1,), **fields: Any) -> Alert:
    """Make a critical alert."""
    return Alert(
        **{
            "id": f"{alert_id}/raised",
            "time_ns": T0_NS,
            "origin": "ltu",
            "label": label,
            "alert_id": alert_id,
            "tier": "critical",
            "state": "raised",
            "rule": "zone_predicted",
            "track_ids": numbers,
            "zone_id": "depot-7",
            "zone_name": "Ammunition depot 7",
            "raised_ns": T0_NS,
            "eta_ns": T0_NS + 300 * S,
            "reasons": ("flies straight at the depot", "seen by radar kaunas"),
        }
        | fields
    )


AREA = WarningArea(area_id="m1", name="Rokiškis", polygon=((25.4, 55.9), (25.8, 55.9), (25.8, 56.1), (25.4, 56.1)))


def warning(label: Label = OPEN, state: str = "drafted", **fields: Any) -> PublicWarning:
    """Make a public warning."""
    decided = state in ("approved", "refused")
    return PublicWarning(
        **{
            "id": f"w1/1/{state}",
            "time_ns": T0_NS,
            "origin": "ltu",
            "label": label,
            "warning_id": "w1",
            "message_id": "w1/1",
            "number": 1,
            "state": state,
            "message": "alert",
            "level": "red",
            "areas": (AREA,),
            "areas_are": "municipalities",
            "eta_from_ns": T0_NS,
            "eta_until_ns": T0_NS + 60 * S,
            "expires_ns": T0_NS + 600 * S,
            "texts": (WarningText(language="en", headline="Air danger", description="d", instruction="i"),),
            "track_ids": (1,),
            "drafted_ns": T0_NS,
            "decided_by": "jonas" if decided else None,
            "decided_ns": T0_NS if decided else None,
        }
        | fields
    )


def decision(label: Label = OPEN, **fields: Any) -> Decision:
    """Make the approval of that warning."""
    return Decision(
        **{
            "id": "decision/1",
            "time_ns": T0_NS,
            "origin": "ltu",
            "label": label,
            "actor": "jonas",
            "action": "approve",
            "subject": "w1/1",
            "reason": "clear enough",
        }
        | fields
    )


def cue(label: Label = OPEN, **fields: Any) -> Cue:
    """Make a cue to Latvia."""
    return Cue(
        **{
            "id": "cue/1",
            "time_ns": T0_NS,
            "origin": "ltu",
            "label": label,
            "cue_id": "LTU-LVA-9",
            "state": "asked",
            "asker": "LTU",
            "asked": "LVA",
            "latitude_deg": 56.3,
            "longitude_deg": 25.5,
            "radius_m": 2500.0,
            "network_id": "LTU-1",
            "expires_ns": T0_NS + 60 * S,
            "reason": "lost behind the border",
        }
        | fields
    )


def handover(label: Label = OPEN, **fields: Any) -> Handover:
    """Offer an object to Latvia."""
    return Handover(
        **{
            "id": "handover/1",
            "time_ns": T0_NS,
            "origin": "ltu",
            "label": label,
            "handover_id": "LTU-LVA-LTU-1-5",
            "state": "offered",
            "network_id": "LTU-1",
            "giver": "LTU",
            "taker": "LVA",
            "offered_ns": T0_NS,
            "expires_ns": T0_NS + 60 * S,
            "reason": "crosses the border",
            "reason_lt": "kerta sieną",
            "decided_by": "jonas",
        }
        | fields
    )


def interference(label: Label = OPEN, **fields: Any) -> GnssInterference:
    """Make an area of disturbed navigation."""
    return GnssInterference(
        **{
            "id": "gnss/1/begun",
            "time_ns": T0_NS,
            "origin": "ltu",
            "label": label,
            "event_id": "gnss/1",
            "cause": "jamming",
            "state": "begun",
            "cell": "841f1d7ffffffff",
            "polygon": ((25.0, 55.5), (25.5, 55.5), (25.5, 55.8)),
            "band": "low",
            "start_ns": T0_NS,
            "found_ns": T0_NS,
            "confidence": 0.9,
            "reason": "7 of 9 aircraft, first LOT1",
        }
        | fields
    )


def read_state(draft: Draft) -> ToldTracks:
    """Seal and read a state draft as the partner does."""
    release = unseal(seal(draft.release, SEED), KEY)
    return unpack_tracks(release.body, release.origin, release.label)[0]


def read_record(draft: Draft) -> SharedRecord:
    """Seal and read a log draft as the partner does."""
    release = unseal(seal(draft.release, SEED), KEY)
    return unpack_record(release, release.label)


def told_numbers(drafts: tuple[Draft, ...], partner: str = "LVA") -> list[int]:
    """Return the numbers of all tracks that drafts tell a partner."""
    states = [d for d in drafts if d.release.traffic == "state" and d.partner == partner]
    return sorted(n for d in states for n in read_state(d).tracks.track_id.tolist())
