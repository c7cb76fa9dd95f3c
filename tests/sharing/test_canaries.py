"""No unlabelled and no unreleasable field or object ever reaches a partner: marks, and what changes nothing.

Two proofs over random nights. Marks: every text of ours that is not to go holds a canary, and no sealed message holds
one. Silence: whatever is not to go is made another, or left out, and each message to the partner stays the same octet
by octet: so it tells nothing of it, not even that it exists.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sargas.model.columns import PlotFlag
from sargas.model.label import Classification, Label
from sargas.model.plots import Plots
from sargas.model.records import OneRecord
from sargas.model.tracks import CLASSES, Tracks
from sargas.model.warning_records import Delivery, WarningText
from sargas.sharing.agreement import Agreement, SharedSensor
from sargas.sharing.drafts import Draft
from sargas.sharing.envelope import seal, unseal
from sargas.sharing.policy.bounds import broken_bounds
from sargas.sharing.policy.policy import Policy
from sargas.sharing.policy.words import Owner
from tests.formats.release.making import T0_NS
from tests.sharing import making
from tests.sharing.making import KEY, LTU_RULES, SEED, S, agreement, guard

CANARY = "CaNaRy"
LABELS = st.builds(
    Label,
    classification=st.sampled_from([Classification.UNCLASSIFIED] * 3 + [Classification.RESTRICTED]),
    releasable_to=st.sampled_from([("LVA",), ("LVA", "POL"), ("EST", "LVA"), ("POL",), ()]),
    caveats=st.sampled_from([(), (), (), ("BALTNET",), ("EXERCISE",)]),
    originator=st.sampled_from(["LTU"] * 6 + ["POL", "LTU+POL", ""]),
)
AGREEMENTS = st.builds(
    agreement,
    link_bps=st.sampled_from([9600, 10_000_000]),
    clearance=st.sampled_from(["unclassified", "restricted"]),
    caveats=st.sampled_from([(), ("BALTNET",)]),
    groups=st.sampled_from([("neighbours",), ("NATO", "BALTNET", "neighbours"), ("NATO",)]),
    region=st.sampled_from([(), ((24.0, 55.0), (27.0, 55.0), (27.0, 57.5), (24.0, 57.5))]),
    sensors=st.just((SharedSensor(sensor_id="kaunas", name="south"),)),
)
KINDS = ("alert", "warning", "decision", "cue", "handover", "interference")


def marked_tracks(label: Label, seed: int, first: int, mark: str) -> Tracks:
    """Make tracks with a mark in every column that no rule of Lithuania's grants."""
    random, n = np.random.default_rng(seed), 4
    other = np.random.default_rng(len(mark) + first)
    return making.tracks(
        n,
        label,
        first,
        seed=seed,
        callsign=np.full(n, mark[:8].encode(), "S8"),
        uas_id=np.full(n, f"{mark}uas".encode()[:20], "S20"),
        icao_address=other.integers(0, 1 << 24, n).astype(np.int32),
        mode_3a=other.integers(0, 4096, n).astype(np.int16),
        existence=other.random(n).astype(np.float32),
        consistency=other.random(n).astype(np.float32),
        rcs_dbsm=other.uniform(-30, 20, n).astype(np.float32),
        radial_speed_spread_mps=other.random(n).astype(np.float32),
        group_id=other.integers(0, 99, n),
        position_95_m=other.uniform(1, 500, n).astype(np.float32),
        velocity_95_mps=other.uniform(1, 50, n).astype(np.float32),
        sensor_ids=(f"{mark}-radar", f"{mark}-array"),
        contributing=other.integers(0, 4, (n, 1)).astype(np.uint64),
        flags=random.choice([0, 0, 0, int(PlotFlag.SIMULATED)], n).astype(np.uint16)
        | other.choice([0, int(PlotFlag.SPI), int(PlotFlag.SENSOR_DOUBTS)], n).astype(np.uint16),
    )


def marked_record(kind: str, label: Label, number: int, warned: int, own: int, mark: str) -> OneRecord:
    """Make a record with a mark in every text that is ours alone; ``own`` tells it from others.

    It is about a track, or a decision about the warning ``warned``.
    """
    texts = (WarningText(language="lt", headline=f"{mark}h", description=f"{mark}d", instruction=f"{mark}i"),)
    area = making.AREA.model_copy(update={"area_id": f"{mark}id", "name": f"{mark}name"})
    ids: dict[str, Any] = {"label": label, "id": f"{mark}/{kind}", "origin": mark}
    match kind:
        case "alert":
            return making.alert(
                f"a{own}", numbers=tuple(range(number, number + 4)), zone_id=mark, zone_name=mark,
                reasons=(mark, f"{mark}2"), reasons_lt=(mark,), acknowledged_by=mark,
                shelved_by=mark, shelved_reason=mark, escalated_to=mark,
                merged_into=mark, danger=len(mark) / 100, probability=len(mark) / 90, group_id=len(mark), **ids,
            )  # fmt: skip
        case "warning":
            delivery = Delivery(
                channel=mark, state="sent", time_ns=1, attempts=1, reference=mark, reason=mark, reason_lt=mark
            )
            return making.warning(
                state="drafted", texts=texts, areas=(area,), alert_ids=(mark,), reasons=(mark,), deliveries=(delivery,),
                decision_reason=mark, first_plot_ns=len(mark), firm_ns=len(mark), track_ids=(number,),
                warning_id=f"w{own}", message_id=f"w{own}/1", **ids,
            )  # fmt: skip
        case "decision":
            about = f"w{warned}/1"
            return making.decision(actor=mark, reason=mark, subject=about, **{**ids, "id": f"decision/{own}"})
        case "cue":
            return making.cue(reason=mark if label.classification else "seen", cue_id=f"c{own}", **ids)
        case "handover":
            words = mark if label.classification else "crosses"
            return making.handover(decided_by=mark, reason=words, reason_lt=words, handover_id=f"h{own}", **ids)
        case _:
            return making.interference(
                reason=mark, track_ids=(len(mark),), aircraft=len(mark), affected=1, share=0.5,
                confidence=len(mark) / 99, event_id=f"g{own}", **{**ids, "id": f"{mark}/g"},
            )  # fmt: skip


def marked_plots(label: Label, mark: str) -> Plots:
    """Make plots of the shared sensor and of one that is not shared, marked."""
    n, other = 6, np.random.default_rng(len(mark))
    return Plots.of(
        time_ns=T0_NS + np.arange(n), receive_time_ns=T0_NS + other.integers(0, 99, n), label=label,
        sensor_ids=("kaunas", f"{mark}-radar"), sensor=np.array([0, 0, 0, 0, 1, 1], np.int16), scan=np.full(n, 5),
        range_m=np.r_[np.linspace(2e4, 9e4, 4), other.uniform(1e4, 9e4, 2)], azimuth_deg=np.r_[10:50:4j, 0, 0],
        elevation_deg=np.full(n, 1.0), callsign=np.full(n, mark[:8].encode()), uas_id=np.full(n, mark.encode()[:20]),
        icao_address=other.integers(0, 1 << 24, n), mode_3a=other.integers(0, 4096, n),
        rcs_dbsm=other.uniform(-9, 9, n),
        nic=other.integers(0, 9, n), sensor_track=other.integers(0, 999, n), claim=other.integers(0, 5, n),
    )  # fmt: skip


Piece = tuple[str, Label, int]
SORTS = st.sampled_from([*KINDS, "tracks", "tracks", "tracks", "plots"])
NIGHTS = st.lists(st.tuples(SORTS, LABELS, st.integers(0, 3)), min_size=1, max_size=12)


def run(
    pieces: list[Piece], partner: Agreement, mark: str, *, rules: str = LTU_RULES, silent: bool = False
) -> list[Draft]:
    """Let the guard decide three ticks of a night whose secrets hold a mark; silent: what must not go is left out."""
    one, drafts = guard(partner, rules=rules), list[Draft]()
    firsts = [100 * k for k, (kind, _, _) in enumerate(pieces) if kind == "tracks"] or [0]
    warned = [k for k, (kind, _, _) in enumerate(pieces) if kind == "warning"] or [0]
    there = [(k, *piece) for k, piece in enumerate(pieces) if not silent or may_go(piece, partner)]
    for tick in range(3):
        batches = [marked_tracks(label, 7 * n + k, 100 * k, mark) for k, kind, label, n in there if kind == "tracks"]
        batches = [
            replace(b, time_ns=b.time_ns + tick * S, update_time_ns=b.update_time_ns + tick * S) for b in batches
        ]
        records = [
            marked_record(kind, label, firsts[n % len(firsts)], warned[n % len(warned)], k, mark)
            for k, kind, label, n in there
            if kind in KINDS
        ]
        plots = [marked_plots(label, mark) for _, kind, label, _ in there if kind == "plots"]
        drafts += one.offer(T0_NS + tick * S, batches, records if tick == 0 else (), plots).drafts
    return drafts


def may_go(piece: Piece, partner: Agreement) -> bool:
    _, label, _ = piece
    return not broken_bounds(Owner("LTU"), partner.to_recipient(), label)


OPEN_NIGHT = [("tracks", making.OPEN, 0), *((kind, making.OPEN, 0) for kind in (*KINDS, "plots"))]
RESTRICTED = making.OPEN.model_copy(update={"classification": Classification.RESTRICTED})
RESTRICTED_NIGHT = [(kind, RESTRICTED, 0) for kind in ("tracks", *KINDS)]
SECRET_ALERT = [("tracks", making.OPEN, 0), ("alert", making.OWN, 0), ("warning", making.OWN, 0)]


@settings(max_examples=60)
@given(NIGHTS, AGREEMENTS)
@example(OPEN_NIGHT, agreement(sensors=(SharedSensor(sensor_id="kaunas", name="south"),)))
@example(RESTRICTED_NIGHT, agreement(clearance="restricted"))
def test_no_canary_is_in_any_sealed_message(pieces: list[Piece], partner: Agreement) -> None:
    for draft in run(pieces, partner, CANARY):
        sealed = seal(draft.release, SEED)
        release = unseal(sealed, KEY)
        assert CANARY.encode() not in release.body
        assert CANARY.encode() not in sealed
        assert CANARY not in draft.subject
        assert not broken_bounds(Owner("LTU"), partner.to_recipient(), release.label)


@settings(max_examples=60)
@given(NIGHTS, AGREEMENTS)
@example(OPEN_NIGHT, agreement(sensors=(SharedSensor(sensor_id="kaunas", name="south"),)))
@example(SECRET_ALERT, agreement())
def test_no_message_changes_with_what_must_not_go(pieces: list[Piece], partner: Agreement) -> None:
    def sealed(mark: str, *, silent: bool = False) -> list[bytes]:
        return [seal(draft.release, SEED) for draft in run(pieces, partner, mark, silent=silent)]

    before = sealed("one secret")
    assert sealed("another, and a longer one") == before
    assert sealed("one secret", silent=True) == before


NOBODYS = making.OPEN.model_copy(update={"originator": ""})
NOBODYS_WORD = [("warning", making.OPEN, 0), ("decision", NOBODYS, 0)]


@settings(max_examples=60)
@given(NIGHTS, AGREEMENTS)
@example(NOBODYS_WORD, agreement())
def test_rules_that_permit_all_still_release_nothing_beyond_a_label(pieces: list[Piece], partner: Agreement) -> None:
    rules = '@id("all") permit (principal, action, resource);'
    for draft in run(pieces, partner, CANARY, rules=rules):
        assert not broken_bounds(Owner("LTU"), partner.to_recipient(), draft.release.label)
        assert draft.release.label.originator == "LTU"
    assert run(pieces, partner, CANARY, rules=rules, silent=True) == run(pieces, partner, CANARY, rules=rules)


def test_the_nights_did_release_things_of_every_sort() -> None:
    partner = agreement(sensors=(SharedSensor(sensor_id="kaunas", name="south"),))
    drafts = run(OPEN_NIGHT, partner, CANARY)
    assert {d.release.traffic for d in drafts} == {"state", "log", "plots"}
    found = {d.release.token for d in drafts}
    assert {"alert", "warning", "approval", "cue", "handover", "interference", "south"} <= found


def test_a_granted_secret_does_go_so_that_the_marks_can_be_seen() -> None:
    rules = '@id("all") permit (principal, action, resource);'
    drafts = run([("tracks", making.OPEN, 0), ("cue", making.OPEN.model_copy(update={"classification": 1}), 1)],
                 agreement(clearance="restricted"), CANARY, rules=rules)  # fmt: skip
    bodies = b"".join(draft.release.body for draft in drafts)
    assert f"{CANARY}-radar".encode() in bodies
    assert b'"reason":"CaNaRy"' in bodies


def test_the_class_of_a_track_tells_the_best_guess_alone() -> None:
    chances = np.zeros((1, len(CLASSES)), np.float32)
    chances[0, [0, 3, 5]] = 0.5, 0.3, 0.2
    other = chances.copy()
    other[0, [3, 5]] = 0.2, 0.3
    a, b = (guard().offer(T0_NS, [making.tracks(1, class_probabilities=c)]).drafts for c in (chances, other))
    assert [d.release.body for d in a] == [d.release.body for d in b]


def test_a_policy_of_nothing_releases_nothing() -> None:
    assert run([("tracks", making.OPEN, 0), ("plots", making.OPEN, 0)], agreement(), CANARY, rules="") == []
    assert Policy("").rules == ()
