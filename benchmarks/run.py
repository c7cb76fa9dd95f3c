"""Run every benchmark, one after another, and write docs/performance.md.

Each ``bench_*.py`` beside this file prints JSON lines {"figure", "value", "unit", "limit", "ok", "command", "note"}:
``value`` is null where nothing was measured, ``limit`` is a text such as "<= 5 ms" or null where there is none, ``ok``
whether it is kept or null. Exit 1 when a limit is missed or a benchmark ends with an error. Names as arguments run
those alone. What each gave last is kept in .cache/bench, and the page shows the last run of every benchmark, with its
date and load.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "performance.md"
KEPT = HERE.parent / ".cache" / "bench"
KEYS = {"figure", "value", "unit", "limit", "ok", "command", "note"}


@dataclass(frozen=True)
class Outcome:
    """What one benchmark gave: its figures, the load of the machine as it began, and how it ended."""

    name: str
    figures: tuple[dict[str, Any], ...]
    load: float
    error: str = ""
    day: str = ""


def keep(outcome: Outcome) -> None:
    """Keep what a benchmark gave, for the page."""
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"{outcome.name}.json").write_text(json.dumps(asdict(outcome)), encoding="utf-8")


def kept_outcomes() -> list[Outcome]:
    """Return the last outcome of every benchmark there is, by name."""
    present = {path.stem for path in HERE.glob("bench_*.py")}
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(KEPT.glob("bench_*.json"))]
    return [Outcome(**(row | {"figures": tuple(row["figures"])})) for row in read if row["name"] in present]


def run_benchmark(path: Path) -> Outcome:
    """Run one benchmark to its end; what it talks goes to stderr, its figures come back."""
    load = os.getloadavg()[0]
    done = subprocess.run([sys.executable, path], stdout=subprocess.PIPE, text=True, cwd=HERE.parent, check=False)
    try:
        figures = tuple(json.loads(line) for line in done.stdout.splitlines() if line.strip())
    except json.JSONDecodeError as error:
        return Outcome(path.stem, (), load, f"expected JSON lines on stdout, was not: {error}")
    wrong = [figure for figure in figures if set(figure) != KEYS]
    if wrong:
        return Outcome(path.stem, (), load, f"expected the keys {sorted(KEYS)}, was {sorted(wrong[0])}")
    if done.returncode or not figures:
        return Outcome(path.stem, figures, load, f"ended with {done.returncode} and {len(figures)} figures")
    return Outcome(path.stem, figures, load)


def render_page(outcomes: list[Outcome], machine: str) -> str:
    """Render docs/performance.md."""
    lines = [
        "# Performance",
        "",
        "Written by `make bench`; nothing here is typed by hand. Load is the one-minute load average as each benchmark",
        "began: above 0.5 a core the times are too long.",
        "",
        f"Machine: {machine}.",
        "",
        "| figure | value | limit | kept | command | date, load | note |",
        "|---|---|---|---|---|---|---|",
    ]
    for outcome in outcomes:
        for figure in outcome.figures:
            kept = {True: "yes", False: "**no**", None: ""}[figure["ok"]]
            cells = (figure["figure"], _value(figure), _limit(figure), kept, f"`{figure['command']}`")
            lines.append("| " + " | ".join((*cells, f"{outcome.day}, {outcome.load:.1f}", figure["note"] or "")) + " |")
        if outcome.error:
            lines.append(
                f"| {outcome.name} | failed | | **no** | | {outcome.day}, {outcome.load:.1f} | {outcome.error} |"
            )
    return "\n".join(lines) + "\n"


def _value(figure: dict[str, Any]) -> str:
    value = figure["value"]
    if value is None:
        return "not measured"
    number = f"{value:,.4g}" if isinstance(value, float) and abs(value) < 1000 else f"{value:,.0f}"
    return f"{number} {figure['unit']}".strip()


def _limit(figure: dict[str, Any]) -> str:
    limit = figure["limit"]
    return "" if limit is None else str(limit) if isinstance(limit, str) else _value({**figure, "value": limit})


def describe_machine() -> str:
    """Say on what it ran: processor, cores, memory, system, Python."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in info if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {model}, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def main(names: list[str]) -> int:
    """Run the benchmarks named, or all and write the page; 1 when a limit is missed."""
    found = {path.stem.removeprefix("bench_"): path for path in sorted(HERE.glob("bench_*.py"))}
    unknown = sorted(set(names) - set(found))
    if unknown:
        print(f"benchmarks: expected names out of {', '.join(found)}, was {', '.join(unknown)}", file=sys.stderr)
        return 2
    outcomes = []
    for name in names or found:
        print(f"{name} ...", file=sys.stderr, flush=True)
        outcomes.append(run_benchmark(found[name]))
        for figure in outcomes[-1].figures:
            mark = {True: "ok  ", False: "MISS", None: "    "}[figure["ok"]]
            print(f"  {mark} {figure['figure']}: {_value(figure)} ({_limit(figure) or 'no limit'})")
        if outcomes[-1].error:
            print(f"  MISS {outcomes[-1].error}")
        keep(replace(outcomes[-1], day=f"{datetime.now(UTC):%Y-%m-%d}"))
        # after each, so that a run cut short leaves what it measured
        PAGE.write_text(render_page(kept_outcomes(), describe_machine()), encoding="utf-8")
    missed = [o for o in outcomes if o.error or any(figure["ok"] is False for figure in o.figures)]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
