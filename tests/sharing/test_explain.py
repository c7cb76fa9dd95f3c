"""What is explained is what the guard does: the same fields, the same refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.formats.release.record_wire import WRITTEN
from sargas.model.label import Label
from sargas.model.sharing_records import PartnerNotice
from sargas.model.tracks import COLUMN_NAMES, TrackStatus
from sargas.sharing.agreement import Agreement
from sargas.sharing.explain import Explanation, TellableRecord, explain_record, explain_track
from sargas.sharing.policy.policy import example_policy
from sargas.sharing.policy.words import Owner
from tests.formats.release.making import T0_NS
from tests.sharing.making import (
    OPEN,
    OWN,
    agreement,
    alert,
    cue,
    guard,
    handover,
    interference,
    read_record,
    tracks,
    warning,
)
from tests.sharing.test_canaries import AGREEMENTS, LABELS

LTU, RULES = Owner("LTU"), example_policy("LTU")
RECORDS = (alert, warning, interference, handover, cue)


def fates(found: Explanation) -> dict[str, tuple[str, str]]:
    return {field.name: (field.there, field.why) for field in found.fields}


def test_a_track_is_explained_column_by_column() -> None:
    batch = tracks(1, callsign=np.array([b"LOT1"]), sensor_ids=("kaunas",), contributing=np.ones((1, 1), np.uint64))
    found = explain_track(RULES, LTU, agreement(), batch, tier=2)
    assert found.goes
    assert found.policy_hash == RULES.digest.hex()
    told = fates(found)
    assert set(told) == {*COLUMN_NAMES, "danger tier"}
    assert told["callsign"] == ("", "in no list of fields that go")
    assert told["contributing"] == ("", "no rule grants release_sensor_identity")
    assert told["latitude_deg"][0].startswith(f"{batch.latitude_deg[0]:.2f}")
    assert "ltu-accuracy-within-baltnet" in told["covariance"][1]
    assert told["danger tier"] == (
        "2",
        "ltu-picture-to-neighbours, ltu-unclassified-tracks-to-nato; only with its alert",
    )


@pytest.mark.parametrize(
    ("change", "obstacle"),
    [
        ({"status": np.array([TrackStatus.TENTATIVE], np.uint8)}, "it is tentative"),
        ({"flags": np.array([1], np.uint16)}, "it is simulated"),
        ({"latitude_deg": np.array([10.0])}, "outside the region"),
    ],
)
def test_what_stands_against_a_track_is_said(change: dict[str, np.ndarray], obstacle: str) -> None:
    region = ((20.0, 53.0), (29.0, 53.0), (29.0, 60.0), (20.0, 60.0))
    found = explain_track(RULES, LTU, agreement(region=region), tracks(1, **change))
    assert not found.goes
    assert found.fields == ()
    assert any(obstacle in one for one in found.obstacles)


@settings(max_examples=80)
@given(st.sampled_from(RECORDS), LABELS, AGREEMENTS)
def test_a_record_goes_as_explained(make: object, label: Label, partner: Agreement) -> None:
    record: TellableRecord = make(label=label)  # type: ignore[operator]
    found = explain_record(RULES, LTU, partner, record)
    one = guard(partner)
    open_track = tracks(1, Label(releasable_to=("LVA",), originator="LTU"), latitude_deg=np.array([56.0]),
                        longitude_deg=np.array([25.0]))  # fmt: skip
    drafts = [d for d in one.offer(T0_NS, [open_track], [record]).drafts if d.release.traffic == "log"]
    has_track = bool(one.offer(T0_NS + 1, [open_track]).drafts) or any(
        explain_track(RULES, LTU, partner, open_track).goes for _ in range(1)
    )
    assert bool(drafts) == (found.goes and (make is not alert or has_track))
    if drafts:
        told = read_record(drafts[0])
        words = [field.there for field in found.fields if field.there]
        assert words
        for name in WRITTEN[told.kind]:
            value = getattr(told, name)
            if isinstance(value, str) and value and name not in ("notice_id", "about"):
                assert value in words or name in ("headline", "headline_lt", "state", "level"), name


def test_an_alert_shows_what_stays_at_home() -> None:
    told = fates(explain_record(RULES, LTU, agreement(), alert()))
    for name in ("zone_id", "zone_name", "reasons", "danger", "probability"):
        assert told[name] == ("", "in no list of fields that go")
    assert told["tier"][0] == "critical"
    assert told["track_ids"][0] == "LTU-1"


def test_refusals_name_their_rules_and_obstacles() -> None:
    assert explain_record(RULES, LTU, agreement(), alert(label=OWN)).rules == ("bound-releasable-to",)
    assert explain_record(RULES, LTU, agreement(kinds=()), alert()).rules == ("agreement-kinds",)
    assert "between" in explain_record(RULES, LTU, agreement(), cue(asked="POL")).obstacles[0]
    assert "held back" in explain_record(RULES, LTU, agreement(), alert(state="held_back")).obstacles[0]
    aircraft = interference(cell=None, icao_address="4ca001", polygon=())
    assert "one aircraft" in explain_record(RULES, LTU, agreement(), aircraft).obstacles[0]
    south = ((20.0, 50.0), (21.0, 50.0), (21.0, 51.0))
    assert "outside" in explain_record(RULES, LTU, agreement(region=south), warning()).obstacles[0]


def test_free_words_are_explained_by_their_grant() -> None:
    granted = fates(explain_record(RULES, LTU, agreement(), handover()))
    assert granted["reason"] == ("crosses the border", "granted by ltu-words-of-hand-overs-and-cues")
    assert granted["reason_lt"] == ("kerta sieną", "granted by ltu-words-of-hand-overs-and-cues")
    assert granted["decided_by"] == ("", "in no list of fields that go")
    restricted = OPEN.model_copy(update={"classification": 1})
    withheld = fates(explain_record(RULES, LTU, agreement(clearance="restricted"), handover(restricted)))
    assert withheld["reason"] == withheld["reason_lt"] == ("", "no rule grants release_free_text")


def test_a_notice_is_never_the_name_the_guard_gives() -> None:
    found = explain_record(RULES, LTU, agreement(), alert())
    [draft] = [d for d in guard().offer(T0_NS, [tracks(1)], [alert()]).drafts if d.release.token == "alert"]
    notice = read_record(draft)
    assert isinstance(notice, PartnerNotice)
    assert fates(found)["alert_id"][0] != notice.notice_id, "names come from the node's own key"
