"""The bench: scenarios, the product and the peer as processes of their own with one thread each, and the scores."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from sargas.cli.score_files import read_picture, read_truth
from sargas.exercise.scoring.columns import Picture, Truth
from sargas.exercise.scoring.frames import Frame, build_frames
from sargas.exercise.scoring.report import plain, score_picture

ROOT = Path(__file__).resolve().parents[2]
KEPT = Path(os.environ.get("SARGAS_PEER_CACHE") or ROOT / ".cache" / "peer")
"""The peer's environment, and its tracks of files it has seen (their accuracy is for keeps, their speed is not)."""
UNTIL_S = 116.0
"""Last report of a benchmark scenario of 120 s."""
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")}


class ProcessFailed(RuntimeError):
    """A process of the bench ended with an error; the text is its last line."""


@dataclass(frozen=True)
class Scored:
    """Hold what one tracker made of one scenario: its own figures, the report, and what that was drawn from."""

    run: dict[str, Any]
    report: dict[str, Any]
    frames: tuple[Frame, ...] = field(repr=False)
    truth: Truth = field(repr=False)
    picture: Picture = field(repr=False)


@dataclass(frozen=True)
class Lab:
    """Know where the shared tools are, where to write, and the interpreter that has the peer (None: no peer)."""

    bench: Path
    folder: Path
    peer_python: Path | None
    no_peer_reason: str
    is_quick: bool

    def scenario(self, targets: int, seed: int, profile: str, duration_s: int = 120) -> Path:
        """Let the shared generator write a scenario, once, and return its folder."""
        place = self.folder / f"{profile}-{targets}-{seed}-{duration_s}"
        if not (place / "biases.json").is_file():
            options = {"targets": targets, "seed": seed, "profile": profile, "duration": duration_s}
            named = [text for name, value in options.items() for text in (f"--{name}", str(value))]
            run([sys.executable, str(self.bench / "scenario.py"), *named, str(place)])
        return place

    def generator(self) -> ModuleType:
        """Import the shared generator, for scenarios of our own."""
        spec = importlib.util.spec_from_file_location("shared_scenario", self.bench / "scenario.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def track(self, scenario: Path, *options: str, plots: str = "plots.parquet") -> tuple[dict[str, Any], Path]:
        """Run ``sargas track`` in a fresh process; return its figures and the file of tracks."""
        out = scenario / f"tracks-{plots}"
        command = [sys.executable, "-m", "sargas.cli.main", "track", str(scenario / plots)]
        command += ["--sensors", str(scenario / "sensors.toml"), "--out", str(out), *options]
        figures: dict[str, Any] = json.loads(run(command))
        return figures, out

    def product(self, scenario: Path, *options: str, plots: str = "plots.parquet") -> Scored:
        """Track a scenario with the product and score it."""
        figures, out = self.track(scenario, *options, plots=plots)
        return scored(scenario, out, figures)

    def peer(self, scenario: Path, associator: str, is_timed: bool = False) -> Scored:
        """Track a scenario with the peer and score it; what is not timed may come from an earlier run here."""
        assert self.peer_python is not None
        tracks = self._kept(scenario, associator)
        if is_timed or not tracks.with_suffix(".json").is_file():
            tracks.parent.mkdir(parents=True, exist_ok=True)
            script = self.bench / "peer_stonesoup.py"
            command = [str(self.peer_python), str(script), str(scenario), str(tracks), "--associator", associator]
            tracks.with_suffix(".json").write_text(run(command), encoding="utf-8")
        figures: dict[str, Any] = json.loads(tracks.with_suffix(".json").read_text(encoding="utf-8"))
        return scored(scenario, tracks, figures)

    def _kept(self, scenario: Path, associator: str) -> Path:
        # the same plots and the same peer make the same tracks
        digest = hashlib.sha256()
        for path in (scenario / "plots.parquet", scenario / "sensors.toml", self.bench / "peer_stonesoup.py"):
            digest.update(path.read_bytes())
        return KEPT / "results" / f"{digest.hexdigest()[:24]}-{associator}.parquet"


def scored(scenario: Path, tracks: Path, figures: dict[str, Any]) -> Scored:
    """Score a file of tracks as ``sargas score --until 116`` does."""
    truth, picture = read_truth(scenario), read_picture(tracks)
    frames = build_frames(truth, picture, UNTIL_S)
    return Scored(figures, plain(score_picture(frames, truth, picture, 32.0)), frames, truth, picture)


def run(command: list[str]) -> str:
    """Run a program to its end with one thread and return what it printed."""
    environment = os.environ | ONE_THREAD | {"PYTHONDONTWRITEBYTECODE": ""}  # as installed: bytecode is kept
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise ProcessFailed(f"{' '.join(Path(word).name for word in command[:4])} ended with {done.returncode}: {last}")
    return done.stdout
