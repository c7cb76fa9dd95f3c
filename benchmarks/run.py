"""Run every benchmark, one after another, and write docs/performance.md.

Each ``bench_*.py`` beside this file prints JSON lines {"figure", "value", "unit", "limit", "ok", "command", "note"}:
``value`` is null where nothing was measured, ``limit`` is a text such as "<= 5 ms" or null where there is none, ``ok``
whether it is kept or null. Exit 1 when a limit is missed or a benchmark ends with an error. Names as arguments run
those alone: the rows of the others stay on the page as they are, so that it shows the last run of every benchmark, with
its date and load. A row belongs to the benchmark its command names. What follows ``--`` after one name goes to that
benchmark, and then only its rows of the same figure or command are renewed: ``run.py federation -- --only slow``.
"""

from __future__ import annotations

import ast
import json
import os
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "performance.md"
KEYS = {"figure", "value", "unit", "limit", "ok", "command", "note"}
HEAD = ("| figure | value | limit | kept | command | date, load | note |", "|---|---|---|---|---|---|---|")
OF_BENCHMARK = re.compile(r"(?:^\| |/)(bench_\w+?)(?:\.py| \| failed )")


@dataclass(frozen=True)
class Outcome:
    """What one benchmark gave: its figures, the load of the machine as it began, and how it ended."""

    name: str
    figures: tuple[dict[str, Any], ...]
    load: float
    error: str = ""


def rows_by_benchmark(page: str) -> dict[str, list[str]]:
    """Return the rows of a written page by the benchmark that gave them."""
    rows: dict[str, list[str]] = {}
    for line in page.splitlines():
        named = OF_BENCHMARK.search(line) if line.startswith("| ") else None
        if named:
            rows.setdefault(named[1], []).append(line)
    return rows


def renew(rows: list[str], new: list[str], *, all_of_them: bool) -> list[str]:
    """Put new rows in the place of the old: of all, or of those of the same figure or command."""
    figures, commands = {_cell(row, 0) for row in new}, {_cell(row, 4) for row in new}
    kept = [row for row in rows if _cell(row, 0) not in figures and _cell(row, 4) not in commands]
    return new if all_of_them else sorted((*kept, *new), key=lambda row: _cell(row, 4).strip("`"))


def _cell(row: str, index: int) -> str:
    return row.split(" | ")[index].strip("| ")


def run_benchmark(path: Path, options: list[str]) -> Outcome:
    """Run one benchmark to its end; what it talks goes to stderr, its figures come back."""
    load = os.getloadavg()[0]
    done = subprocess.run(
        [sys.executable, path, *options], stdout=subprocess.PIPE, text=True, cwd=HERE.parent, check=False
    )
    try:
        figures = tuple(json.loads(line) for line in done.stdout.splitlines() if line.strip())
    except json.JSONDecodeError as error:
        return Outcome(path.stem, (), load, f"expected JSON lines on stdout, was not: {error}")
    wrong = [figure for figure in figures if set(figure) != KEYS]
    if wrong:
        return Outcome(path.stem, (), load, f"expected the keys {sorted(KEYS)}, was {sorted(wrong[0])}")
    strange = [figure["command"] for figure in figures if f" benchmarks/{path.name}" not in f" {figure['command']}"]
    if strange:
        return Outcome(path.stem, (), load, f"expected commands that name benchmarks/{path.name}, was {strange[0]!r}")
    if done.returncode or not figures:
        return Outcome(path.stem, figures, load, f"ended with {done.returncode} and {len(figures)} figures")
    return Outcome(path.stem, figures, load)


def render_rows(outcome: Outcome, day: str) -> list[str]:
    """Render the rows of one benchmark."""
    rows = []
    for figure in outcome.figures:
        kept = {True: "yes", False: "**no**", None: ""}[figure["ok"]]
        cells = (figure["figure"], _value(figure), _limit(figure), kept, f"`{figure['command']}`")
        rows.append("| " + " | ".join((*cells, f"{day}, {outcome.load:.1f}", figure["note"] or "")) + " |")
    if outcome.error:
        rows.append(f"| {outcome.name} | failed | | **no** | | {day}, {outcome.load:.1f} | {outcome.error} |")
    return rows


def render_page(rows: dict[str, list[str]], machine: str) -> str:
    """Render docs/performance.md: how many limits each benchmark keeps, then the rows of each."""
    lines = [
        "# Performance",
        "",
        "Written by `make bench`; nothing here is typed by hand. Load is the one-minute load average as each benchmark",
        "began: above 0.5 a core the times are too long.",
        "",
        f"Machine: {machine}.",
        "",
        "| benchmark | figures | with a limit | missed |",
        "|---|---|---|---|",
        *(_count_kept(name, rows[name]) for name in sorted(rows)),
    ]
    for name in sorted(rows):
        lines += ["", f"## {_short(name)}", "", *_describe(name), *HEAD, *rows[name]]
    return "\n".join(lines) + "\n"


def _count_kept(name: str, rows: list[str]) -> str:
    kept = [_cell(row, 3) for row in rows]
    missed = kept.count("**no**")
    cells = (f"[{_short(name)}](#{_short(name)})", len(rows), sum(map(bool, kept)), f"**{missed}**" if missed else 0)
    return f"| {' | '.join(map(str, cells))} |"


def _short(name: str) -> str:
    return name.removeprefix("bench_")


def _describe(name: str) -> list[str]:
    try:
        said = ast.get_docstring(ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8"))) or ""
    except SyntaxError:  # its row says that it failed
        said = ""
    return [said.partition("\n")[0], ""] if said else []


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


def main(arguments: list[str]) -> int:
    """Run the benchmarks named, or all, and write their rows into the page; 1 when a limit is missed."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    names, options = arguments[:cut], arguments[cut + 1 :]
    found = {path.stem.removeprefix("bench_"): path for path in sorted(HERE.glob("bench_*.py"))}
    unknown = sorted(set(names) - set(found))
    if unknown or (options and len(names) != 1):
        wrong = ", ".join(unknown) or f"{len(names)} names before --"
        print(f"benchmarks: expected names out of {', '.join(found)}, was {wrong}", file=sys.stderr)
        return 2
    missed = False
    for name in names or found:
        print(f"{name} ...", file=sys.stderr, flush=True)
        outcome = run_benchmark(found[name], options)
        for figure in outcome.figures:
            mark = {True: "ok  ", False: "MISS", None: "    "}[figure["ok"]]
            print(f"  {mark} {figure['figure']}: {_value(figure)} ({_limit(figure) or 'no limit'})")
        if outcome.error:
            print(f"  MISS {outcome.error}")
        missed |= bool(outcome.error) or any(figure["ok"] is False for figure in outcome.figures)
        # after each, so that a run cut short leaves what it measured
        _write(outcome, {path.stem for path in found.values()}, all_of_them=not options)
    return 1 if missed else 0


def _write(outcome: Outcome, present: set[str], *, all_of_them: bool) -> None:
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    rows = {name: old for name, old in rows_by_benchmark(page).items() if name in present}
    new = render_rows(outcome, f"{datetime.now(UTC):%Y-%m-%d}")
    rows[outcome.name] = renew(rows.get(outcome.name, []), new, all_of_them=all_of_them)
    PAGE.write_text(render_page(rows, describe_machine()), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
