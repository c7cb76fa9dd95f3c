"""`sargas replay` makes sensible tracks of real recordings, and one clear line of what it cannot read."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ended

END_AND_BEGIN_S = 13_400, 23_400
PART_OF_FLIGHT, PART_OF_ASCENT = 250, 250
"""Rows of long recordings that say the same as all of them: each second of a recording is a tick."""


Run = Callable[..., Ended]
Replay = Callable[..., dict[str, Any]]


@pytest.fixture
def run_replay(sargas: Run) -> Run:
    """Run the command in this process, which has the kernels loaded."""
    return lambda *arguments: sargas("replay", *map(str, arguments))


@pytest.fixture
def replay(run_replay: Run) -> Replay:
    """Replay, and return what the command says as JSON."""

    def run(*arguments: str | Path) -> dict[str, Any]:
        done = run_replay(*arguments, "--json")
        assert done.code == 0, done.err
        found: dict[str, Any] = json.loads(done.out)
        return found

    return run


def digest_of(path: Path) -> str:
    """Replay in a process of its own."""
    command = [sys.executable, "-m", "sargas.cli.main", "replay", str(path), "--digest"]
    return subprocess.run(command, capture_output=True, text=True, timeout=170, check=True).stdout


def test_mode_s_aircraft_of_a_radar_that_tells_its_place_are_tracked(shared_data: Path, replay: Replay) -> None:
    found = replay(shared_data / "real/asterix/cat034_048.pcap")
    addresses = {track["icao_address"] for track in found["tracks"]}
    assert found["plots"] == 63
    assert len(addresses - {""}) >= 15
    assert all(track["sensors"] == ["025/012"] for track in found["tracks"])
    assert all(40 < track["latitude_deg"] < 48 and 11 < track["longitude_deg"] < 21 for track in found["tracks"])
    assert all(50 < track["speed_mps"] < 320 for track in found["tracks"])
    (health,) = found["sources"]
    assert health["duplicates"] == 81
    assert health["rejected"] == 0
    assert found["plot_counts"]["unplaced"] > 0, "radars that do not tell their place are named, not guessed"


def test_a_readsb_trace_is_one_aircraft_flight_by_flight(shared_data: Path, tmp_path: Path, replay: Replay) -> None:
    trace = json.loads((shared_data / "real/adsb/readsb_trace_ac671b.json").read_bytes())
    begin_s, end_s = END_AND_BEGIN_S  # the last of one flight and the first of the next: every second costs
    trace["trace"] = [row for row in trace["trace"] if begin_s < row[0] < end_s]
    (tmp_path / "trace.json").write_text(json.dumps(trace))
    found = replay(tmp_path / "trace.json")
    assert {track["icao_address"] for track in found["tracks"]} == {"ac671b"}
    assert {track["callsign"] for track in found["tracks"]} >= {"DAL1812", "DAL2418"}
    assert 2 <= len(found["tracks"]) <= 6
    assert all(track["speed_mps"] < 320 for track in found["tracks"])


@pytest.mark.slow
def test_a_drone_log_is_one_track_and_a_balloon_rises_as_one(shared_data: Path, tmp_path: Path, replay: Replay) -> None:
    drone = replay(shared_data / "real/drone/uav_rot.csv")
    assert len(drone["tracks"]) == 1
    assert drone["tracks"][0]["updates"] > 900
    rows = gzip.decompress((shared_data / "real/balloon/R3320833.csv.gz").read_bytes()).decode().splitlines()
    ascent = sorted(rows[1:], key=lambda row: row.split(";")[2])[:PART_OF_ASCENT]
    (tmp_path / "balloon.csv").write_text("\n".join([rows[0], *ascent]) + "\n")
    balloon = replay(tmp_path / "balloon.csv")
    longest = max(balloon["tracks"], key=lambda track: int(track["updates"]))
    assert longest["updates"] > 0.6 * balloon["plots"]


def test_the_calibration_flight_stays_one_aircraft(shared_data: Path, tmp_path: Path, replay: Replay) -> None:
    rows = json.loads(gzip.decompress((shared_data / "real/adsb/calibration_bornholm.json.gz").read_bytes()))
    (tmp_path / "flight.json.gz").write_bytes(gzip.compress(json.dumps(rows[:PART_OF_FLIGHT]).encode()))
    found = replay(tmp_path / "flight.json.gz")
    longest = max(found["tracks"], key=lambda track: int(track["updates"]))
    assert longest["icao_address"] == "4ab179"
    assert longest["updates"] > 0.5 * found["plots"]


def test_an_old_edition_is_quarantined_by_name_and_makes_no_track(shared_data: Path, replay: Replay) -> None:
    found = replay(shared_data / "real/asterix/cat062_old_edition.pcap")
    assert found["tracks"] == []
    (health,) = found["sources"]
    assert health["state"] == "quarantined"
    assert "category 062 does not fit edition 1.21" in health["reason"]
    assert health["decoded"] == 0


def test_partners_tracks_of_a_recording_are_shown(shared_data: Path, replay: Replay) -> None:
    found = replay(shared_data / "real/asterix/cat062_065.pcap")
    assert {track["callsign"] for track in found["tracks"]} == {"RYR174C", "ISS2007"}


def test_what_goes_into_a_pipe_is_cut_nowhere(shared_data: Path, run_replay: Run) -> None:
    done = run_replay(shared_data / "real/asterix/cat062_065.pcap")
    assert done.code == 0, done.err
    assert "RYR174C" in done.out
    assert "…" not in done.out


def test_two_replays_give_one_digest(shared_data: Path, run_replay: Run) -> None:
    path = shared_data / "real/asterix/cat062_065.pcap"
    first, second = run_replay(path, "--digest"), digest_of(path)
    assert len(second.strip()) == 64
    assert (first.code, first.out) == (0, second)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nothing.bin", b"\x00\x01\x02", "expected a journal folder, a pcap with ASTERIX"),
        ("empty.csv", b"", "empty.csv"),
        ("strange.csv", b"a,b\n1,2\n", "strange.csv"),
        ("broken.json", b'{"trace": [', "broken.json"),
    ],
)
def test_what_cannot_be_replayed_is_named_in_one_line(
    tmp_path: Path, name: str, content: bytes, said: str, run_replay: Run
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = run_replay(path)
    assert done.code != 0
    assert done.out == ""
    assert len(done.err.strip().splitlines()) == 1
    assert said in done.err


def test_a_missing_file_an_empty_folder_and_a_bad_edition_are_named(tmp_path: Path, run_replay: Run) -> None:
    for arguments, said in (
        ((tmp_path / "gone.pcap",), "gone.pcap"),
        ((tmp_path,), "expected a journal"),
        ((tmp_path / "x.pcap", "--edition", "048"), "expected --edition CATEGORY=EDITION"),
    ):
        done = run_replay(*arguments)
        assert done.code != 0
        assert said in done.err
        assert len(done.err.strip().splitlines()) == 1


def test_a_replay_in_two_parts_is_the_whole_one(shared_data: Path, tmp_path: Path, run_replay: Run) -> None:
    path, half = shared_data / "real/asterix/cat034_048.pcap", tmp_path / "half.state"
    whole = run_replay(path, "--snapshot", tmp_path / "whole.state", "--json")
    assert whole.code == 0, whole.err
    first = run_replay(path, "--until", "50", "--snapshot", half, "--digest")
    assert first.code == 0, first.err
    second = run_replay(path, "--from", half, "--snapshot", tmp_path / "end.state", "--json")
    expected, found = json.loads(whole.out), json.loads(second.out)
    assert first.out.strip() != expected["digest"]
    assert found["digest"] == expected["digest"]
    assert found["envelopes"] == expected["envelopes"] - 51
    assert (tmp_path / "end.state").read_bytes() == (tmp_path / "whole.state").read_bytes()
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--from", "wrong.state"), "expected a snapshot that begins with"),
        (("--from", "none.state"), "No such file"),
        (("--snapshot", "no/folder.state"), "expected an existing folder"),
        (("--snapshot", "a.state", "--speed", "1"), "without --speed"),
    ],
)
def test_what_is_no_snapshot_is_refused_in_one_line(
    shared_data: Path, tmp_path: Path, arguments: tuple[str, ...], message: str, run_replay: Run
) -> None:
    (tmp_path / "wrong.state").write_bytes(b"something else")
    option, file, *more = arguments
    done = run_replay(shared_data / "real/asterix/cat062_065.pcap", option, tmp_path / file, *more)
    assert done.code != 0
    (line,) = done.err.strip().splitlines()
    assert message in line


def test_a_file_of_sensors_that_is_wrong_is_named(shared_data: Path, tmp_path: Path, run_replay: Run) -> None:
    (tmp_path / "sensors.toml").write_text("[[sensor]]\n")
    done = run_replay(shared_data / "real/asterix/cat062_065.pcap", "--sensors", tmp_path / "sensors.toml")
    assert done.code == 1
    assert f"{tmp_path}/sensors.toml: " in done.err
