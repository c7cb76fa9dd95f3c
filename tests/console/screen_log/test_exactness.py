"""What is played back is what live clients were given: every bit of every row, every section, at every moment."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sargas.console.frame import FrameFlag, decode_frame
from sargas.console.playback import Playback
from sargas.console.playback_messages import PlaybackRequest
from tests.console.screen_log.night import STEP_NS, Client, Night, body

STEPS = 400
"""A hundred seconds: more than three keys."""


@pytest.fixture(scope="module", params=(1, 2))
def night(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Night:
    made = Night(tmp_path_factory.mktemp("screen"), seed=request.param).run(STEPS)
    made.end()
    return made


def playback_of(night: Night) -> Playback:
    return Playback(night.folder, lambda: night.now_ns + 3600 * 10**9)


def seek(time_ns: int) -> PlaybackRequest:
    return PlaybackRequest(type="playback", time_ms=time_ns / 1e6, paused=True)


def test_at_any_instant_a_playback_draws_what_live_drew(night: Night) -> None:
    rng = np.random.default_rng(7)
    playback, client = playback_of(night), Client()
    assert len(night.shown) == STEPS
    for i in rng.integers(0, STEPS, 60).tolist():
        time_ns, expected = night.shown[i]
        between = time_ns + int(rng.integers(0, STEP_NS // 2))
        for message in playback.obey(seek(between)):
            client.take(message)
        rows, names, sections, head = client.shown()
        assert (rows, names, head) == (expected[0], expected[1], expected[3])
        assert {name: sections[name] for name in expected[2]} == expected[2]
        lists = [value for name in sections.keys() - expected[2].keys() for value in sections[name].values()]
        assert not any(value for value in lists if isinstance(value, list)), "what live did not have is empty"


def test_playing_on_gives_the_same_frames_byte_for_byte(night: Night) -> None:
    playback, client = playback_of(night), Client()
    start = 5
    for message in playback.obey(seek(night.shown[start][0])):
        client.take(message)
    playback.obey(PlaybackRequest(type="playback", paused=False))
    live = dict(night.frames)
    compared = 0
    for time_ns, expected in night.shown[start + 1 :]:
        messages = playback.advance(STEP_NS / 1e9)
        for message in messages:
            client.take(message)
        frames = [message for message in messages if isinstance(message, bytes)]
        if time_ns in live and frames and decode_frame(frames[0]).base_sequence:
            assert body(frames[0]) == body(live[time_ns])
            compared += 1
        assert client.shown()[:2] == expected[:2]
        assert {name: client.sections[name] for name in expected[2]} == expected[2]
    assert compared > 0.9 * STEPS


@pytest.mark.parametrize("speed", [0.5, 8.0, 32.0])
def test_at_any_speed_the_screen_is_that_of_the_instant(night: Night, speed: float) -> None:
    playback, client = playback_of(night), Client()
    for message in playback.obey(seek(night.shown[3][0])):
        client.take(message)
    playback.obey(PlaybackRequest(type="playback", speed=speed, paused=False))
    for tick in range(1, int((STEPS - 5) / speed)):
        for message in playback.advance(STEP_NS / 1e9):
            client.take(message)
        at_ns = night.shown[3][0] + round(tick * speed * STEP_NS)
        expected = next(shown for time_ns, shown in reversed(night.shown) if time_ns <= at_ns)
        assert client.shown()[:2] == expected[:2]


@pytest.mark.parametrize("step", [3, 30, 200, STEPS - 1])
def test_the_trails_of_an_instant_are_where_live_drew_its_tracks_before(night: Night, step: int) -> None:
    playback, client = playback_of(night), Client()
    time_ns, expected = night.shown[step]
    request = PlaybackRequest(type="playback", time_ms=time_ns / 1e6, paused=True, trails=True)
    for message in playback.obey(request):
        client.take(message)
    assert playback.owes_trails
    [told] = playback.trails()
    assert not playback.owes_trails
    steps = json.loads(told)["steps"]
    assert len(steps) == min(15, int((step + 1) * STEP_NS / 6e9))
    for back, told_step in enumerate(reversed(steps), start=1):
        before_ns = time_ns - back * 6_000_000_000
        drawn = next(shown for at_ns, shown in reversed(night.shown) if at_ns <= before_ns)[0]
        assert told_step["track_id"] == sorted(drawn.keys() & expected[0].keys())
        places = [np.frombuffer(drawn[n]["longitude_deg"], "<f4")[0] for n in told_step["track_id"]]
        np.testing.assert_allclose(told_step["longitude_deg"], places, atol=6e-6)
    assert [at["time_ms"] for at in steps] == sorted(at["time_ms"] for at in steps)
    assert client.shown()[:2] == expected[:2], "the picture itself is that of the instant"


def test_what_was_exercise_is_exercise_again(night: Night) -> None:
    told = playback_of(night).obey(seek(night.shown[40][0]))
    is_exercise = night.seed % 2 == 0
    frame = decode_frame(next(message for message in told if isinstance(message, bytes)))
    assert bool(frame.flags & FrameFlag.EXERCISE) == is_exercise
    assert json.loads(told[0])["exercise"] == is_exercise


def test_every_frame_says_that_it_is_a_replay(night: Night) -> None:
    playback = playback_of(night)
    *texts, frame = playback.obey(seek(night.shown[40][0]))
    assert isinstance(frame, bytes)
    assert decode_frame(frame).flags & FrameFlag.REPLAY
    assert '"replay":true' in str(texts[0])


def test_a_track_that_has_ended_stays_ended(night: Night) -> None:
    playback, client = playback_of(night), Client()
    final = night.shown[-1][1][0].keys()
    ended = set().union(*(shown[0].keys() for _, shown in night.shown)) - final
    assert len(ended) > 20
    for i in (STEPS - 1, 100, STEPS - 1):
        for message in playback.obey(seek(night.shown[i][0])):
            client.take(message)
    assert not ended & client.rows.keys()


def test_a_loop_goes_back_to_its_begin(night: Night) -> None:
    playback = playback_of(night)
    from_ns, until_ns = night.shown[10][0], night.shown[20][0]
    playback.obey(
        PlaybackRequest(
            type="playback",
            time_ms=from_ns / 1e6,
            loop_from_ms=from_ns / 1e6,
            loop_until_ms=until_ns / 1e6,
            paused=False,
        )
    )
    client = Client()
    for message in playback.advance(9 * STEP_NS / 1e9) + playback.again():
        client.sequence = 0
        client.rows = {} if isinstance(message, bytes) else client.rows
        if not isinstance(message, bytes) or decode_frame(message).base_sequence == 0:
            client.take(message)
    assert client.shown()[0] == night.shown[19][1][0]
    for message in playback.advance(STEP_NS / 1e9):
        client.take(message)
    assert client.shown()[0] == night.shown[10][1][0]
