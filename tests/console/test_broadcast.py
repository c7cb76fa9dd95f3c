"""One encoding serves everybody: deltas chain, snapshots stand alone, threats and names follow their tracks."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import numpy as np
import pytest
from structlog.testing import capture_logs

from sargas.console.broadcast import Broadcast, standing_threats
from sargas.console.frame import FrameFlag, TrackFrame, decode_frame
from sargas.console.track_rows import Threat
from sargas.model.tracks import TrackStatus
from sargas.model.warning_records import Delivery
from sargas.runtime.live_picture import LivePicture
from tests.console.node import (
    NOW_NS,
    make_alert,
    make_configuration,
    make_health,
    make_lost,
    make_registration,
    make_tracks,
)
from tests.runtime.store_cases import make_interference, make_permission, make_warning


def broadcast_over(picture: LivePicture, *, replay: bool = False) -> Broadcast:
    return Broadcast(picture, lambda: NOW_NS + 5_000_000, replay=replay)


def newest(broadcast: Broadcast) -> TrackFrame:
    return decode_frame(broadcast.update.frame)


def section(broadcast: Broadcast, name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(broadcast.sections[name][1])
    return parsed


def drop(track_id: int) -> Any:
    return make_tracks([track_id], status=np.array([TrackStatus.DROPPED], np.uint8))


def test_the_first_frame_is_a_snapshot_even_of_an_empty_sky() -> None:
    broadcast = broadcast_over(LivePicture())
    assert broadcast.advance()
    frame = newest(broadcast)
    assert (len(frame), frame.sequence, frame.base_sequence, frame.flags) == (0, 1, 0, FrameFlag.SNAPSHOT)
    assert not broadcast.advance(), "nothing changed"


def test_deltas_hold_what_changed_and_chain() -> None:
    picture = LivePicture()
    picture.apply([make_tracks([1, 2, 3])], NOW_NS)
    broadcast = broadcast_over(picture)
    broadcast.advance()
    picture.apply([make_tracks([2]), drop(3)], NOW_NS + 1_000_000_000)
    assert broadcast.advance()
    frame = newest(broadcast)
    assert frame.columns["track_id"].tolist() == [2]
    assert frame.deleted.tolist() == [3]
    assert (frame.sequence, frame.base_sequence) == (2, 1)
    assert frame.valid_time_ms == (NOW_NS + 1_000_000_000) / 1e6
    assert frame.send_time_ms == (NOW_NS + 5_000_000) / 1e6
    assert not frame.flags & FrameFlag.SNAPSHOT


def test_who_joins_between_two_updates_starts_with_the_picture_as_it_is_now() -> None:
    picture = LivePicture()
    broadcast = broadcast_over(picture)
    broadcast.advance()
    picture.apply([make_tracks([1, 2]), make_alert("a", 1)], NOW_NS)
    waiting = broadcast.next_change()
    broadcast.catch_up()
    assert decode_frame(broadcast.snapshot().frame).columns["track_id"].tolist() == [1, 2]
    assert [alert["alert_id"] for alert in section(broadcast, "alerts")["alerts"]] == ["a"]
    assert waiting.is_set(), "the other readers get the same update"
    unmoved = broadcast.next_change()
    broadcast.catch_up()
    assert not unmoved.is_set()


def test_a_fault_stops_no_screen_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """The change that it fell on is told with everything else, once that can be."""
    monkeypatch.setattr("sargas.console.broadcast.AGAIN_S", 0.01)
    picture, told = LivePicture(), list[int]()
    broadcast = Broadcast(picture, lambda: NOW_NS, interval_s=0.01)

    def note_or_fail() -> None:
        told.append(len(newest(broadcast)))
        if len(told) == 2:
            raise ValueError("expected track ids")

    async def follow() -> None:
        telling = asyncio.create_task(broadcast.run())
        async with asyncio.timeout(5):
            for count in (1, 2, 3):
                picture.apply([make_tracks([count])], NOW_NS + count)
                while len(told) < count + (count > 1):
                    await asyncio.sleep(0.01)
        telling.cancel()

    broadcast.on_announce = note_or_fail
    with capture_logs() as logs:
        asyncio.run(follow())
    assert [str(one["exc_info"]) for one in logs] == ["expected track ids"]
    assert decode_frame(broadcast.snapshot().frame).columns["track_id"].tolist() == [1, 2, 3]
    assert told[2] == 2, "all of it anew"


def test_a_snapshot_under_the_newest_sequence_is_encoded_once() -> None:
    picture = LivePicture()
    picture.apply([make_tracks([1, 2])], NOW_NS)
    broadcast = broadcast_over(picture)
    broadcast.advance()
    picture.apply([make_tracks([2])], NOW_NS)
    broadcast.advance()
    snapshot = broadcast.snapshot()
    assert broadcast.snapshot() is snapshot
    frame = decode_frame(snapshot.frame)
    assert frame.columns["track_id"].tolist() == [1, 2]
    assert (frame.sequence, frame.base_sequence) == (2, 0)
    assert json.loads(snapshot.names or "")["snapshot"] is True


def test_a_track_whose_alert_changed_is_sent_though_it_did_not_move() -> None:
    picture = LivePicture()
    picture.apply([make_tracks([1, 2])], NOW_NS)
    broadcast = broadcast_over(picture)
    broadcast.advance()
    picture.apply([make_alert("a", 2)], NOW_NS)
    broadcast.advance()
    assert newest(broadcast).columns["track_id"].tolist() == [2]
    assert newest(broadcast).columns["threat"].tolist() == [Threat.CRITICAL]
    picture.apply([make_alert("a", 2, state="ended", ended_ns=NOW_NS)], NOW_NS)
    broadcast.advance()
    assert newest(broadcast).columns["threat"].tolist() == [Threat.NONE]


def test_the_worst_standing_alert_is_the_threat() -> None:
    alerts = [
        make_alert("a", 1, "critical"),
        make_alert("b", 1, "advisory"),
        make_alert("c", 2, "advisory", "acknowledged", acknowledged_by="jonas"),
        make_alert("d", 3, "critical", "ended"),
    ]
    assert standing_threats(alerts) == {1: Threat.CRITICAL, 2: Threat.ADVISORY}


def test_an_ended_alert_waits_until_somebody_has_seen_it() -> None:
    picture = LivePicture()
    picture.apply([make_alert("seen", 1), make_alert("unseen", 2)], NOW_NS)
    broadcast = broadcast_over(picture)
    broadcast.advance()
    picture.apply([make_alert("seen", 1, state="ended", acknowledged_by="jonas")], NOW_NS)
    picture.apply([make_alert("unseen", 2, state="ended")], NOW_NS)
    broadcast.advance()
    assert [alert["alert_id"] for alert in section(broadcast, "alerts")["alerts"]] == ["unseen"]


def test_what_was_only_held_back_or_went_into_another_alert_waits_for_nobody() -> None:
    picture = LivePicture()
    broadcast = broadcast_over(picture)
    held = make_alert("held", 1, "advisory", "held_back", was_shown=False)
    picture.apply(
        [make_tracks([1, 2, 3]), held, make_alert("kept", 2), make_alert("shelved", 3, state="shelved")], NOW_NS
    )
    broadcast.advance()
    assert {alert["alert_id"] for alert in section(broadcast, "alerts")["alerts"]} == {"held", "kept", "shelved"}
    assert broadcast.threats == {2: Threat.CRITICAL}
    ended = {"state": "ended", "ended_ns": NOW_NS}
    picture.apply([make_alert("held", 1, "advisory", was_shown=False, **ended)], NOW_NS)
    picture.apply([make_alert("kept", 2, merged_into="other", **ended)], NOW_NS)
    broadcast.advance()
    assert {alert["alert_id"] for alert in section(broadcast, "alerts")["alerts"]} == {"shelved"}


def test_sections_get_a_new_number_only_when_they_change() -> None:
    picture = LivePicture()
    picture.apply([make_configuration(), make_health("east")], NOW_NS)
    broadcast = broadcast_over(picture)
    broadcast.advance()
    before = dict(broadcast.sections)
    picture.apply([make_tracks([1])], NOW_NS)
    broadcast.advance()
    assert broadcast.sections == before
    picture.apply([make_health("west", "failed")], NOW_NS)
    broadcast.advance()
    assert broadcast.sections["sources"][0] == before["sources"][0] + 1
    assert [health["source"] for health in section(broadcast, "sources")["sources"]] == ["east", "west"]
    assert broadcast.sections["configuration"] == before["configuration"]


def test_what_is_disturbed_now_and_who_may_fly_are_sections_of_their_own() -> None:
    picture = LivePicture()
    picture.apply([make_interference("4ca8e2", 5), make_permission(2, 5), make_permission(1, 5)], NOW_NS)
    broadcast = broadcast_over(picture)
    broadcast.advance()
    assert [e["icao_address"] for e in section(broadcast, "gnss_interference")["interference"]] == ["4ca8e2"]
    permissions = section(broadcast, "permissions")["permissions"]
    assert [p["permission_id"] for p in permissions] == ["permission-1", "permission-2"]
    picture.apply([make_interference("4ca8e2", 9, "ended")], NOW_NS)
    before = dict(broadcast.sections)
    broadcast.advance()
    assert section(broadcast, "gnss_interference")["interference"] == []
    assert broadcast.sections["permissions"] == before["permissions"]


def test_lost_tracks_are_a_section_until_they_end() -> None:
    picture = LivePicture()
    picture.apply([make_lost(9), make_lost(3)], NOW_NS)
    broadcast = broadcast_over(picture)
    broadcast.advance()
    assert [told["track_id"] for told in section(broadcast, "lost")["lost"]] == [3, 9]
    picture.apply([make_lost(3, state="ended", end="seen_again", ended_ns=NOW_NS)], NOW_NS)
    broadcast.advance()
    assert [told["track_id"] for told in section(broadcast, "lost")["lost"]] == [9]


def test_registrations_are_a_section_of_their_own() -> None:
    picture = LivePicture()
    picture.apply([make_registration("west"), make_registration("east"), make_health("east")], NOW_NS)
    broadcast = broadcast_over(picture)
    broadcast.advance()
    assert [told["sensor_id"] for told in section(broadcast, "registrations")["registrations"]] == ["east", "west"]
    before = dict(broadcast.sections)
    picture.apply([make_registration("west", "walked_off", reason="azimuth off")], NOW_NS)
    broadcast.advance()
    assert broadcast.sections["registrations"][0] == before["registrations"][0] + 1
    assert [told["state"] for told in section(broadcast, "registrations")["registrations"]] == [
        "registered",
        "walked_off",
    ]
    assert broadcast.sections["sources"] == before["sources"]


def test_flags_say_exercise_replay_and_trouble() -> None:
    picture = LivePicture()
    picture.apply([make_configuration(exercise=True), make_health("east", "silent"), make_tracks([1, 2])], NOW_NS)
    broadcast = broadcast_over(picture, replay=True)
    broadcast.advance()
    broadcast.set_clock()
    expected = FrameFlag.SNAPSHOT | FrameFlag.EXERCISE | FrameFlag.REPLAY | FrameFlag.DEGRADED
    assert newest(broadcast).flags == expected
    clock = section(broadcast, "clock")
    assert clock["exercise"]
    assert clock["replay"]
    assert clock["tracks"] == 2
    assert clock["server_time_ms"] - clock["valid_time_ms"] == 5.0


def test_names_travel_with_the_frame_that_needs_them() -> None:
    picture = LivePicture()
    picture.apply([make_tracks([1], callsign=np.array([b"LOT1"]))], NOW_NS)
    broadcast = broadcast_over(picture)
    broadcast.advance()
    assert json.loads(broadcast.update.names or "")["callsign"] == ["LOT1"]
    picture.apply([make_tracks([1], callsign=np.array([b"LOT1"]))], NOW_NS)
    broadcast.advance()
    assert broadcast.update.names is None


def test_a_snapshot_has_the_names_as_they_are_now() -> None:
    picture = LivePicture()
    picture.apply([make_tracks([1], callsign=np.array([b"LOT1"]))], NOW_NS)
    broadcast = broadcast_over(picture)
    broadcast.advance()
    for callsign in (b"LOT1", b"RYR1"):
        picture.apply([make_tracks([1, 2], callsign=np.array([callsign, b""]))], NOW_NS)
        broadcast.advance()
        names = json.loads(broadcast.snapshot().names or "")
        assert (names["track_id"], names["callsign"]) == ([1, 2], [callsign.decode(), ""])


def test_a_reader_of_the_deltas_ends_with_the_snapshot() -> None:
    picture = LivePicture()
    broadcast = broadcast_over(picture)
    rng = np.random.default_rng(1)
    known: dict[int, float] = {}
    for step in range(60):
        ids = sorted(set(rng.integers(1, 40, 8).tolist()))
        status = rng.choice([TrackStatus.CONFIRMED, TrackStatus.COASTING, TrackStatus.DROPPED], len(ids))
        picture.apply([make_tracks(ids, latitude=50 + step / 10, status=status.astype(np.uint8))], NOW_NS + step)
        if rng.random() < 0.6:
            broadcast.advance()
            frame = newest(broadcast)
            if frame.base_sequence == 0:
                known = {}
            for track_id in frame.deleted.tolist():
                known.pop(track_id, None)
            rows = zip(frame.columns["track_id"].tolist(), frame.columns["latitude_deg"].tolist(), strict=True)
            known.update(rows)
    broadcast.advance()
    frame = newest(broadcast)
    for track_id in frame.deleted.tolist():
        known.pop(track_id, None)
    known.update(zip(frame.columns["track_id"].tolist(), frame.columns["latitude_deg"].tolist(), strict=True))
    whole = decode_frame(broadcast.snapshot().frame)
    assert known == dict(zip(whole.columns["track_id"].tolist(), whole.columns["latitude_deg"].tolist(), strict=True))


def test_a_draft_that_waits_is_shown_however_many_came_after_it() -> None:
    picture = LivePicture()
    broadcast = broadcast_over(picture)
    drafts = [make_warning(NOW_NS + n, warning_id=f"w{n}", message_id=f"w{n}/1") for n in range(30)]
    refused = {"state": "refused", "decided_by": "ona", "decided_ns": NOW_NS}
    decided = [make_warning(NOW_NS, warning_id=f"d{n}", message_id=f"d{n}/1", **refused) for n in range(30)]
    picture.apply([drafts[0], *decided, *drafts[1:]], NOW_NS)
    broadcast.advance()
    told = [one["message_id"] for one in section(broadcast, "warnings")["warnings"]]
    assert [name for name in told if name.startswith("w")] == [f"w{n}/1" for n in reversed(range(30))]
    assert [name for name in told if name.startswith("d")] == [f"d{n}/1" for n in reversed(range(10, 30))]


def test_an_update_that_waits_and_what_the_public_was_told_hide_each_other_in_no_order() -> None:
    picture = LivePicture()
    broadcast = broadcast_over(picture)

    def told() -> list[tuple[str, str, int]]:
        broadcast.advance()
        shown = section(broadcast, "warnings")["warnings"]
        return sorted((one["message_id"], one["state"], len(one["deliveries"])) for one in shown)

    approved = {"state": "approved", "decided_by": "ona", "decided_ns": NOW_NS}
    first = make_warning(NOW_NS, message_id="w/1", warning_id="w", number=1, **approved)
    update = make_warning(NOW_NS, message_id="w/2", warning_id="w", number=2, message="update")
    picture.apply([first], NOW_NS)
    picture.apply([update], NOW_NS)
    assert told() == [("w/1", "approved", 0), ("w/2", "drafted", 0)]
    failing = Delivery(channel="mail", state="unclear", time_ns=NOW_NS, attempts=1)
    picture.apply([first.model_copy(update={"deliveries": (failing,)})], NOW_NS)
    assert told() == [("w/1", "approved", 1), ("w/2", "drafted", 0)]
    picture.apply([update.model_copy(update=approved)], NOW_NS)
    assert told() == [("w/2", "approved", 0)]
    picture.apply([first], NOW_NS)  # later news of what it took the place of
    assert told() == [("w/2", "approved", 0)]
    third = make_warning(NOW_NS, message_id="w/3", warning_id="w", number=3, message="update")
    picture.apply([third], NOW_NS)
    picture.apply([third.model_copy(update={"state": "withdrawn"})], NOW_NS)
    assert told() == [("w/2", "approved", 0)]
