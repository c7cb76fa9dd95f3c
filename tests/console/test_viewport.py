"""A reader that says its box gets what lies in it, what has an alert and what it selected; nothing stays behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from websockets.sync.client import ClientConnection

from sargas.console.broadcast import Broadcast
from sargas.console.frame import FrameFlag, TrackFrame, decode_frame
from sargas.console.messages import VIEW_REQUEST, ViewRequest
from sargas.console.viewport import Cut, holds
from sargas.model.tracks import TrackStatus
from sargas.runtime.live_picture import LivePicture
from tests.console.node import NOW_NS, ScriptedNode, make_alert, make_configuration, make_tracks, serve
from tests.console.test_sight import listen
from tests.console.test_stream import next_frame

BOX = (24.0, 54.0, 26.0, 56.0)
PLACES = st.tuples(st.floats(20, 30), st.floats(50, 60))
MOVES = st.lists(
    st.tuples(st.integers(1, 8), PLACES, st.sampled_from(("fly", "end", "alert", "end alert")), st.booleans()),
    min_size=1,
    max_size=25,
)


class Screen:
    """What a reader has after the frames it was sent."""

    def __init__(self, view: ViewRequest) -> None:
        self.cut = Cut(view)
        self.tracks: dict[int, tuple[float, float]] = {}
        self.names: set[int] = set()
        self.sequence = 0

    def take(self, broadcast: Broadcast, picture: LivePicture) -> TrackFrame:
        update = broadcast.update if broadcast.update.base_sequence == self.sequence else broadcast.snapshot()
        names, data = self.cut.update(update, picture)
        frame = decode_frame(data)
        assert frame.base_sequence in (0, self.sequence)
        assert frame.flags & FrameFlag.TRUNCATED
        self.sequence = frame.sequence
        if frame.base_sequence == 0:
            self.tracks = {}
        for number in frame.deleted.tolist():
            del self.tracks[number]  # a deleted track that the reader never had would say that there is one outside
        places = zip(frame.columns["longitude_deg"].tolist(), frame.columns["latitude_deg"].tolist(), strict=True)
        self.tracks |= dict(zip(frame.columns["track_id"].tolist(), places, strict=True))
        if names is not None:
            section = json.loads(names)
            self.names = set() if section["snapshot"] else self.names
            self.names |= set(section["track_id"])
        return frame


def fly(number: int, place: tuple[float, float], status: TrackStatus = TrackStatus.CONFIRMED) -> Any:
    return make_tracks(
        [number],
        longitude_deg=np.array([place[0]]),
        latitude_deg=np.array([place[1]]),
        status=np.array([status], np.uint8),
    )


@settings(max_examples=60)
@given(moves=MOVES, selected=st.sets(st.integers(1, 8), max_size=2))
def test_a_reader_has_what_is_in_its_view_at_every_step(
    moves: list[tuple[int, tuple[float, float], str, bool]], selected: set[int]
) -> None:
    picture = LivePicture()
    broadcast = Broadcast(picture, lambda: NOW_NS)
    screen = Screen(ViewRequest(type="view", box=BOX, selected=tuple(selected)))
    for place, (number, where, deed, reads) in enumerate(moves):
        match deed:
            case "fly":
                picture.apply([fly(number, where)], NOW_NS)
            case "end":
                picture.apply([fly(number, where, TrackStatus.DROPPED)], NOW_NS)
            case "alert":
                picture.apply([make_alert(f"a/{number}", number, id=str(place))], NOW_NS)
            case _:
                picture.apply([make_alert(f"a/{number}", number, state="ended", id=str(place))], NOW_NS)
        broadcast.advance()
        if not reads or broadcast.update.sequence == screen.sequence:
            continue
        screen.take(broadcast, picture)
        whole = broadcast.snapshot().table.columns
        rows = holds(screen.cut.view, whole)
        assert set(screen.tracks) == set(whole["track_id"][rows].tolist())
        west, south, east, north = BOX
        for track, longitude, latitude in zip(
            whole["track_id"].tolist(), whole["longitude_deg"].tolist(), whole["latitude_deg"].tolist(), strict=True
        ):
            inside = west <= longitude <= east and south <= latitude <= north
            assert (track in screen.tracks) == (inside or track in broadcast.threats or track in selected)
        assert set(screen.tracks) <= screen.names


def test_a_box_may_lie_across_180_degrees() -> None:
    columns = {
        "track_id": np.arange(4),
        "longitude_deg": np.array([179.0, -179.0, 0.0, 170.0]),
        "latitude_deg": np.zeros(4),
        "threat": np.zeros(4, np.uint8),
    }
    view = ViewRequest(type="view", box=(175.0, -10.0, -175.0, 10.0))
    assert holds(view, columns).tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    "said",
    ["{}", '{"type":"snapshot"}', "x", '{"type":"view","box":[1,2,3]}', '{"type":"view","box":[1,2,3,200]}',
     '{"type":"view","selected":[-1]}', '{"type":"view","king":1}'],
)  # fmt: skip
def test_what_is_no_view_is_none(said: str) -> None:
    with pytest.raises(ValidationError):
        VIEW_REQUEST.validate_json(said)


@pytest.fixture
def served(node: ScriptedNode) -> Iterator[ScriptedNode]:
    """A served node with a track a tenth of a degree along 25 degrees east, from 55 to 64.9 degrees north."""
    node.picture.apply([make_configuration(), make_tracks(list(range(1, 101)))], NOW_NS)
    with serve(node):
        yield node


def look(stream: ClientConnection, **view: Any) -> TrackFrame:
    """Say a view, and wait for the snapshot that is cut to it."""
    stream.send(json.dumps({"type": "view", **view}))
    while True:
        frame = next_frame(stream)
        if bool(frame.flags & FrameFlag.TRUNCATED) == ("box" in view) and frame.base_sequence == 0:
            return frame


def test_over_the_stream_a_view_cuts_and_moves_and_ends(served: ScriptedNode) -> None:
    with listen(served, "ona") as stream:
        assert len(next_frame(stream)) == 100
        assert look(stream, box=BOX).columns["track_id"].tolist() == list(range(1, 12))
        assert look(stream, box=(24, 60, 26, 60.25)).columns["track_id"].tolist() == [51, 52, 53]
        assert look(stream, box=BOX, selected=[90]).columns["track_id"].tolist() == [*range(1, 12), 90]
        served.picture.apply([make_tracks([1], latitude=60.0), make_tracks([70], latitude=55.5)], NOW_NS)
        frame = next_frame(stream)
        assert (frame.deleted.tolist(), frame.columns["track_id"].tolist()) == ([1], [70])
        stream.send('{"type":"view","box":"everywhere"}')
        served.picture.apply([make_alert("zone/1", 80)], NOW_NS)
        assert next_frame(stream).columns["track_id"].tolist() == [80], "an alert shows wherever it is"
        assert len(look(stream)) == 100


def test_a_cut_reader_of_another_sight_is_cut_from_what_it_may_see(served: ScriptedNode) -> None:
    served.accounts.create("ilze", "vakaro zvaigzde dega", "viewer", "EST")
    with listen(served, "ilze") as stream:
        assert len(look(stream, box=BOX)) == 0, "nothing of this is released to Estonia"


def test_readers_of_everything_are_not_touched(served: ScriptedNode) -> None:
    with listen(served, "ona") as cut, listen(served, "ona") as whole:
        assert len(look(cut, box=BOX)) == 11
        served.picture.apply([make_tracks([1, 100])], NOW_NS)
        frame = next_frame(whole)
        while frame.base_sequence == 0:
            frame = next_frame(whole)
        assert frame.columns["track_id"].tolist() == [1, 100]
        assert not frame.flags & FrameFlag.TRUNCATED
