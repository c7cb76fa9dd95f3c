"""``sargas gnss-check``: no real flight raises anything, a jump is written with its times, other files are refused."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ended

Sargas = Callable[..., Ended]
START_S = 1_726_565_000


@pytest.mark.parametrize("name", ["ambulances__rega_zh.json.gz", "opensky_plane_states.csv"])
def test_no_real_flight_raises_anything(name: str, shared_data: Path, tmp_path: Path, sargas: Sargas) -> None:
    path = shared_data / "real/adsb" / name
    ended = sargas("gnss-check", str(path), "--out", str(tmp_path / "events.jsonl"))
    assert ended.code == 0
    assert "spoofing: 0, jamming: 0" in ended.out
    assert (tmp_path / "events.jsonl").read_text() == ""


def test_events_are_written_as_lines(tmp_path: Path, sargas: Sargas) -> None:
    rows = [
        {
            "timestamp": (START_S + 5 * k) * 1000, "icao24": "4b1805", "latitude": 50.0 if k < 60 else 45.0,
            "longitude": 20.0 + 0.0161 * k, "groundspeed": 447, "track": 90, "altitude": 38_000, "callsign": "SWR1",
        }
        for k in range(120)
    ]  # fmt: skip
    (tmp_path / "adsb.json").write_text(json.dumps(rows))
    ended = sargas("gnss-check", str(tmp_path / "adsb.json"), "--out", str(tmp_path / "events.jsonl"))
    assert ended.code == 0, ended.err
    (event,) = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert (event["kind"], event["icao_address"], event["end_ns"]) == ("spoofing", "4b1805", None)
    assert event["start_ns"] == (START_S + 300) * 1_000_000_000


def test_a_capture_is_refused_with_what_to_do(shared_data: Path, tmp_path: Path, sargas: Sargas) -> None:
    ended = sargas("gnss-check", str(shared_data / "real/asterix/cat034_048.pcap"), "--out", str(tmp_path / "out"))
    assert ended.code == 2
    assert "decode it first" in ended.err
