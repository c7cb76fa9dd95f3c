"""A partner's word is taken only when it is signed, for us, new and of the right kind; then it is taken whole."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.formats.contract import Decoded
from sargas.formats.registry import open_decoder
from sargas.formats.release.decode import ReleaseDecoder
from sargas.formats.release.plot_wire import pack_plots
from sargas.formats.release.record_wire import pack_record
from sargas.formats.release.track_wire import Detail, ToldTracks, pack_tracks
from sargas.model.label import Label
from sargas.model.records import Configuration, Partner, Source
from sargas.model.sharing_records import Cue, Handover, PartnerNotice
from sargas.model.tracks import TrackStatus
from sargas.picture.intake import Intake
from tests.formats.release.making import KEY, LABEL, MS, T0_NS, release, sealed, state, told, tracks
from tests.formats.release.test_plot_wire import PLACE, plots

SOURCE = Source(name="from-lva", format="release", partner="LVA", label=Label(releasable_to=("LTU",), originator="LVA"))


def configuration(**fields: Any) -> Configuration:
    return Configuration(
        **{
            "id": "ltu/configuration/1",
            "time_ns": 1,
            "origin": "ltu",
            "label": Label(originator="LTU"),
            "node": "ltu",
            "nation": "LTU",
            "origin_latitude_deg": 56.0,
            "origin_longitude_deg": 24.0,
            "sources": (SOURCE,),
            "partners": (Partner(nation="LVA", node="lva", verify_key=KEY),),
        }
        | fields
    )


def decoder(**fields: Any) -> ReleaseDecoder:
    return ReleaseDecoder.of_configuration(SOURCE, configuration(**fields))


def labelled(**fields: Any) -> Label:
    return LABEL.model_copy(update=fields)


def reason(decoded: Decoded) -> str:
    assert decoded.tracks is None
    assert decoded.plots is None
    assert decoded.shared == ()
    [one] = decoded.rejects
    return one.reason


NOTICE = PartnerNotice(
    id="x", time_ns=T0_NS, origin="lva", label=LABEL, nation="LVA", notice_id="LVA-alert-1", about="alert",
    state="raised", level="critical", headline="Predicted to enter a protected area", network_ids=("LVA-7",),
    eta_ns=(T0_NS, T0_NS + 60_000 * MS),
)  # fmt: skip
CUE = Cue(
    id="x", time_ns=T0_NS, origin="lva", label=LABEL, cue_id="LVA-LTU-1", state="asked", asker="LVA", asked="LTU",
    latitude_deg=55.9, longitude_deg=26.5, radius_m=3000, expires_ns=T0_NS + 60_000 * MS,
)  # fmt: skip
CUE_TO_POL = CUE.model_copy(update={"asked": "POL"})
HANDOVER = Handover(
    id="x", time_ns=T0_NS, origin="lva", label=LABEL, handover_id="h1", state="offered", network_id="LVA-7",
    giver="LVA", taker="LTU", offered_ns=T0_NS, expires_ns=T0_NS + 1, decided_by="rule",
)  # fmt: skip


def test_tracks_come_with_the_partners_numbers_identities_tiers_and_the_stricter_label() -> None:
    since_ns = np.array([5, 6, 7]) * MS
    batch = tracks(3, network_id=np.array([b"", b"LTU-12", b"LVA-9"], "S16"), network_since_ns=since_ns)
    body = pack_tracks(ToldTracks(batch, np.array([0, 1, 2], np.uint8)), "LVA", 0, 1)
    found = decoder().decode(T0_NS + 100 * MS, sealed(body))
    assert found.rejects == ()
    assert found.records == 3
    assert found.tracks is not None
    assert found.tracks.track_id.tolist() == [7, 8, 9]
    assert found.tracks.network_id.tolist() == [b"LVA-7", b"LTU-12", b"LVA-9"]
    assert found.tracks.network_since_ns.tolist() == since_ns.tolist()
    assert found.danger_tiers == (0, 1, 2)
    assert found.tracks.label == Label(releasable_to=("LTU",), originator="LVA"), (
        "ours and theirs, the stricter of each"
    )
    assert found.tracks.contributing_sensor_ids() == [["partner:LVA"]] * 3


def test_what_the_newest_message_of_a_bucket_leaves_out_has_ended() -> None:
    one = decoder()
    one.decode(T0_NS, state(tracks(3), sequence=0))
    found = one.decode(T0_NS, state(tracks(3).take([0]), sequence=1, created_ns=T0_NS + 2000 * MS))
    assert found.tracks is not None
    ended = found.tracks.status == TrackStatus.DROPPED
    assert found.tracks.track_id[ended].tolist() == [8, 9]
    assert set(found.tracks.time_ns[ended].tolist()) == {T0_NS + 2000 * MS}
    assert found.danger_tiers == (0, 0, 0)
    again = one.decode(T0_NS, state(tracks(3).take([0]), sequence=2))
    assert again.tracks is not None
    assert again.tracks.track_id.tolist() == [7], "an end is told once"


def test_a_track_dealt_to_another_bucket_has_not_ended() -> None:
    one, batch = decoder(), tracks(1)
    one.decode(T0_NS, sealed(pack_tracks(told(batch), "LVA", 1, 2), token="b01", epoch=1))
    one.decode(T0_NS, sealed(pack_tracks(told(batch), "LVA", 3, 4), token="b03", epoch=2))
    found = one.decode(T0_NS, sealed(pack_tracks(told(batch.take([])), "LVA", 1, 4), token="b01", epoch=2, sequence=1))
    assert found.rejects == ()
    assert found.tracks is not None
    assert len(found.tracks) == 0


def test_records_and_plots_come_through() -> None:
    one = decoder()
    [notice] = one.decode(T0_NS, sealed(pack_record(NOTICE), traffic="log", token="alert", sequence=0)).shared
    label = Label(releasable_to=("LTU",), originator="LVA")
    identity = {"id": "LVA-LTU-log-alert-1-0", "origin": "LVA", "label": label}
    assert notice == NOTICE.model_copy(update=identity)
    [cue] = one.decode(T0_NS, sealed(pack_record(CUE), traffic="log", token="cue", sequence=1)).shared
    assert cue == CUE.model_copy(update=identity | {"id": "LVA-LTU-log-cue-1-1"})
    [handover] = one.decode(T0_NS, sealed(pack_record(HANDOVER), traffic="log", token="handover", sequence=2)).shared
    assert handover == HANDOVER.model_copy(update=identity | {"id": "LVA-LTU-log-handover-1-2", "decided_by": ""})
    found = one.decode(T0_NS, sealed(pack_plots(plots(), PLACE), traffic="plots", token="east"))
    assert found.plots is not None
    assert found.plots.sensor_ids == ("LVA:east",)
    [status] = found.statuses
    assert (status.sensor_id, status.latitude_deg, status.height_m) == ("LVA:east", 56.5, 141.5)
    assert (
        one.decode(T0_NS, sealed(pack_plots(plots(), None), traffic="plots", token="east", sequence=1)).statuses == ()
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (state(tracks(), seed=bytes(32)), "forged or changed"),
        (state(tracks(), origin="POL", label=labelled(originator="POL")), "expected a release of LVA"),
        (state(tracks(), destination="POL"), "re-addressed"),
        (state(tracks(), label=Label(originator="LVA")), "releasable to LTU, was to none: LVA sent it by mistake"),
        (state(tracks(), label=Label(originator="EST", releasable_to=("LTU",))), "expected what LVA made itself"),
        (state(tracks(), label=labelled(policy="NATO")), "policy SARGAS, was 'NATO'"),
        (state(tracks(), label=labelled(caveats=("EXERCISE",))), "expected live data, was exercise"),
        (state(tracks(), created_ns=T0_NS + 3600 * 10**9), "ahead: check both clocks"),
        (state(tracks(), created_ns=T0_NS - 3600 * 10**9), "of the last 300 s, was older"),
        (state(tracks(), token="b01"), "expected token b00"),
        (sealed(b"{}", traffic="log", token="alert"), "expected a record out of"),
        (sealed(b"[" * 100_000, traffic="log", token="alert"), "expected a record as JSON"),
        (sealed(b'{"kind":"cue","danger":1}', traffic="log", token="cue"), "was 'danger': update this node"),
        (sealed(pack_record(CUE), traffic="log", token="alert"), "expected token 'cue'"),
        (sealed(pack_record(CUE_TO_POL), traffic="log", token="cue"), "between LVA and LTU"),
        (sealed(b"", traffic="plots", token="east"), "octets of kind of body"),
    ],
)  # fmt: skip
def test_what_cannot_be_believed_is_refused_with_its_reason(data: bytes, why: str) -> None:
    one = decoder()
    before = one.snapshot()
    assert why in reason(one.decode(T0_NS, data))
    assert one.snapshot() == before, "nothing of it is remembered"


def test_a_newer_version_is_refused_by_name() -> None:
    whole = bytearray(state(tracks()))
    whole[2] = 9
    assert "expected version 1 of releases, was 9: update the older node" in reason(
        decoder().decode(T0_NS, bytes(whole))
    )


def test_an_exercise_node_takes_exercise_data_only() -> None:
    one = decoder(exercise=True)
    exercise = LABEL.model_copy(update={"caveats": ("EXERCISE",)})
    assert one.decode(T0_NS, state(tracks(), label=exercise)).records == 3
    assert "expected exercise data, was live data" in reason(one.decode(T0_NS, state(tracks(), sequence=1)))


def test_what_comes_twice_counts_once_and_what_is_older_is_refused() -> None:
    one = decoder()
    first = state(tracks(), sequence=4)
    assert one.decode(T0_NS, first).records == 3
    again = one.decode(T0_NS, first)
    assert (again.duplicates, again.tracks, again.rejects) == (1, None, ())
    assert "after 4, was 3: replayed" in reason(one.decode(T0_NS, state(tracks(), sequence=3)))
    assert one.decode(T0_NS, state(tracks(), epoch=2)).records == 3
    assert "expected epoch 2 or later of state, was 1: replayed" in reason(
        one.decode(T0_NS, state(tracks(), sequence=9))
    )
    log = [sealed(pack_record(NOTICE), traffic="log", token="alert", sequence=s) for s in (5, 3, 4)]
    assert [one.decode(T0_NS, data).records for data in log] == [1, 1, 1], "the log may come out of order"
    assert [one.decode(T0_NS, data).duplicates for data in log] == [1, 1, 1]


def test_a_log_of_days_ago_is_taken_and_its_memory_is_bounded() -> None:
    one = decoder()
    for sequence in range(4200):
        one._seen.admit(release(b"", traffic="log", token="alert", sequence=sequence))
    assert len(one.snapshot()) < 60_000
    late = sealed(pack_record(NOTICE), traffic="log", token="alert", sequence=9000, created_ns=T0_NS - 86_400 * 10**9)
    assert one.decode(T0_NS, late).records == 1
    early = sealed(pack_record(NOTICE), traffic="log", token="alert", sequence=3)
    assert "was 3: replayed" in reason(one.decode(T0_NS, early))


def test_it_goes_on_from_a_snapshot_as_if_nothing_had_happened() -> None:
    one, other = decoder(), decoder()
    one.decode(T0_NS, state(tracks(), sequence=1))
    one.decode(T0_NS, sealed(pack_record(NOTICE), traffic="log", token="alert", sequence=5))
    other.restore(one.snapshot())
    assert other.snapshot() == one.snapshot()
    later = [state(tracks(2), sequence=2), sealed(pack_record(NOTICE), traffic="log", token="alert", sequence=5)]
    for data in later:
        a, b = one.decode(T0_NS, data), other.decode(T0_NS, data)
        assert (a.duplicates, a.records, a.rejects) == (b.duplicates, b.records, b.rejects)
        if a.tracks is not None and b.tracks is not None:
            assert a.tracks.to_arrow().equals(b.tracks.to_arrow())
    with pytest.raises(ValueError, match="expected a snapshot"):
        one.restore(b"other bytes")


@settings(max_examples=300)
@given(st.data())
def test_no_bytes_raise(data: st.DataObject) -> None:
    one = decoder()
    bodies = [b"", pack_record(NOTICE), pack_tracks(told(tracks()), "LVA", 0, 1), pack_plots(plots(), PLACE)]
    body = bytearray(data.draw(st.sampled_from(bodies)))
    for _ in range(data.draw(st.integers(0, 3)) if body else 0):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    traffic = data.draw(st.sampled_from(["state", "log", "plots"]))
    token = data.draw(st.sampled_from(["b00", "alert", "east"]))
    whole = sealed(bytes(body), traffic=traffic, token=token)
    changed = bytearray(whole)
    changed[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    before = one.snapshot()
    for forged in (whole[: data.draw(st.integers(0, len(whole) - 1))], changed, data.draw(st.binary(max_size=300))):
        refused = one.decode(T0_NS, bytes(forged))
        assert len(refused.rejects) == 1, "what the partner did not sign is refused whole"
        assert (refused.tracks, refused.plots, refused.shared, refused.records) == (None, None, (), 0)
    assert one.snapshot() == before, "and leaves nothing behind"
    signed = one.decode(T0_NS, whole)
    assert len(signed.rejects) <= 1
    assert not (signed.rejects and (signed.tracks or signed.plots or signed.shared))
    one.restore(one.snapshot())


def test_the_node_opens_it_with_the_partners_key() -> None:
    intake = Intake(configuration())
    assert intake.decode("from-lva", T0_NS, state(tracks())).records == 3
    again = Intake(configuration())
    again.restore(intake.snapshot())
    assert again.decode("from-lva", T0_NS, state(tracks())).duplicates == 1


def test_a_source_without_its_partner_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match=r"expected partner out of the partners of this node \(LVA\), was 'EST'"):
        Intake(configuration(sources=(SOURCE.model_copy(update={"partner": "EST"}),)))
    with pytest.raises(ValueError, match="releases are read by a node"):
        open_decoder(SOURCE, ())


def test_an_empty_bucket_after_a_bucket_with_named_sensors_ends_its_tracks() -> None:
    one = decoder()
    batch = tracks(2, sensor_ids=("a", "b"), contributing=np.array([[1], [2]], np.uint64))
    one.decode(T0_NS, sealed(pack_tracks(told(batch), "LVA", 0, 1, Detail(sensor_names=True))))
    found = one.decode(T0_NS, state(replace(batch, sensor_ids=()).take([]), sequence=1))
    assert found.tracks is not None
    assert found.tracks.status.tolist() == [TrackStatus.DROPPED] * 2
