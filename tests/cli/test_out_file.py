"""Files that commands write: refused before the work where none can be; what fails leaves there what was."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sargas.cli.failure import Failure
from sargas.cli.out_file import TABLES, open_whole, refuse_unwritable
from tests.cli.conftest import Ended

Sargas = Callable[..., Ended]
START_NS = 1_760_000_000_000_000_000


@pytest.fixture
def tracks(tmp_path: Path) -> Path:
    """Write 200 states of one track that flies east."""
    second = np.arange(200)
    columns = {
        "time_ns": START_NS + second * 1_000_000_000,
        "track_id": np.ones(200, np.int64),
        "latitude_deg": np.full(200, 55.0),
        "longitude_deg": 24.0 + second * 1e-3,
        "altitude_m": np.full(200, 500.0),
        "velocity_east_mps": np.full(200, 64.0),
        "velocity_north_mps": np.zeros(200),
        "velocity_up_mps": np.zeros(200),
    }
    pq.write_table(pa.table(columns), tmp_path / "tracks.parquet")
    return tmp_path / "tracks.parquet"


@contextmanager
def full_disk(octets: int) -> Iterator[None]:
    """Let no file grow beyond so much: the write fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # modules would be kept cut short
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        sys.dont_write_bytecode = writes


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("command", ["classify", "predict"])
def test_a_full_disk_leaves_the_result_of_before(command: str, suffix: str, tracks: Path, sargas: Sargas) -> None:
    out = tracks.with_name(f"out.{suffix}")
    assert sargas(command, str(tracks), "--out", str(out)).code == 0  # kernels are loaded, modules imported
    out.write_text("of before")
    with full_disk(4096):
        ended = sargas(command, str(tracks), "--out", str(out))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"sargas: {out}: cannot be written: file too large\n"
    assert out.read_text() == "of before"
    assert sorted(path.name for path in out.parent.iterdir()) == [out.name, "tracks.parquet"]


def test_a_device_is_written_to_and_stays_one(tracks: Path, sargas: Sargas) -> None:
    ended = sargas("fuse", str(tracks), str(tracks), "--out", "/dev/full")
    assert ended.code == 1
    assert ended.err == "sargas: /dev/full: cannot be written: no space left on device\n"
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_standard_output_stays_the_file_that_it_is(tmp_path: Path) -> None:
    code = (
        "import pathlib, sargas.cli.out_file as o\nwith o.open_whole(pathlib.Path('/dev/stdout')) as f: f.write(b'one')"
    )
    with (tmp_path / "log").open("ab", buffering=0) as log:
        subprocess.run([sys.executable, "-c", code], stdout=log, check=True)
        log.write(b" two")
    assert (tmp_path / "log").read_text() == "one two"


def test_what_is_interrupted_leaves_nothing_half(tmp_path: Path) -> None:
    def write_half() -> None:
        with open_whole(tmp_path / "out.csv") as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert list(tmp_path.iterdir()) == []


def test_a_link_stays_one_and_its_file_is_the_new_one(tmp_path: Path) -> None:
    (tmp_path / "kept.csv").write_text("of before")
    (tmp_path / "out.csv").symlink_to(tmp_path / "kept.csv")
    with open_whole(tmp_path / "out.csv") as file:
        file.write(b"new")
    assert (tmp_path / "out.csv").is_symlink()
    assert (tmp_path / "kept.csv").read_text() == "new"


@pytest.mark.parametrize(
    ("name", "told"),
    [("none/out.csv", "make .*none first"), ("folder.csv", "was a folder"), ("out.txt", r"ends in \.parquet or \.csv")],
)
def test_what_cannot_be_written_is_told_before(name: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    refuse_unwritable("--out", tmp_path / "out.csv", TABLES)
    with pytest.raises(Failure, match=f"--out .*{name}: expected .*{told}"):
        refuse_unwritable("--out", tmp_path / name, TABLES)


def test_a_folder_that_may_not_be_written_to_is_told_before(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    tmp_path.chmod(0o500)
    with pytest.raises(Failure, match="expected a folder that can be written to"):
        refuse_unwritable("--out", tmp_path / "out.csv")


def test_a_training_of_minutes_does_not_begin_for_a_folder(tmp_path: Path, sargas: Sargas) -> None:
    ended = sargas("train", "--out", str(tmp_path))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"sargas: --out {tmp_path}: expected a file, was a folder: name a file in it\n"
