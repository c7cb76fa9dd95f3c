"""The benchmark runner writes every figure, and a missed limit or a broken benchmark is never quiet."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from benchmarks import run as runner

FIGURE = (
    '{"figure": "%s", "value": %s, "unit": "ms", "limit": "<= 5 ms", "ok": %s, '
    '"command": "benchmarks/bench_one.py", "note": ""}'
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(runner, "HERE", tmp_path)
    monkeypatch.setattr(runner, "PAGE", tmp_path / "performance.md")
    return runner


def write(folder: Path, name: str, *lines: str) -> None:
    own = "\n".join(lines).replace("bench_one", f"bench_{name}")
    (folder / f"bench_{name}.py").write_text(own, encoding="utf-8")


def test_kept_limits_make_a_page_and_exit_0(run: ModuleType, tmp_path: Path) -> None:
    write(tmp_path, "one", f"print('''{FIGURE % ('zones', 3.25, 'true')}''')")
    write(tmp_path, "two", f"print('''{FIGURE % ('rate', 1234567, 'null')}''')")
    assert run.main([]) == 0
    page = (tmp_path / "performance.md").read_text(encoding="utf-8")
    assert "| zones | 3.25 ms | <= 5 ms | yes | `benchmarks/bench_one.py` |" in page
    assert "| rate | 1,234,567 ms | <= 5 ms |  | `benchmarks/bench_two.py` |" in page


@pytest.mark.parametrize(
    "lines",
    [
        (f"print('''{FIGURE % ('zones', 7, 'false')}''')",),
        ("print('no json')",),
        ("print('{}')",),
        (f"print('''{FIGURE.replace('bench_', 'strange_') % ('zones', 3, 'true')}''')",),
        (f"print('''{FIGURE.replace('benchmarks/', '/home/me/benchmarks/') % ('zones', 3, 'true')}''')",),
        ("pass",),
        ("no python",),
        (f"print('''{FIGURE % ('zones', 3, 'true')}''')", "raise SystemExit(3)"),
    ],
)
def test_a_missed_limit_or_a_broken_benchmark_exits_1(run: ModuleType, tmp_path: Path, lines: tuple[str, ...]) -> None:
    write(tmp_path, "one", *lines)
    assert run.main([]) == 1
    assert "**no**" in (tmp_path / "performance.md").read_text(encoding="utf-8")


def test_a_named_benchmark_renews_its_own_rows_and_unknown_names_are_told(run: ModuleType, tmp_path: Path) -> None:
    write(tmp_path, "one", f"print('''{FIGURE % ('zones', 3, 'true')}''')")
    write(tmp_path, "two", f"print('''{FIGURE % ('rate', 4, 'true')}''')")
    assert run.main([]) == 0
    write(tmp_path, "one", f"print('''{FIGURE % ('zones', 2, 'true')}''')")
    assert run.main(["one"]) == 0
    assert run.main(["oen"]) == 2
    page = (tmp_path / "performance.md").read_text(encoding="utf-8")
    assert "| zones | 2 ms |" in page
    assert "| rate | 4 ms |" in page


def test_what_was_not_measured_is_said(run: ModuleType, tmp_path: Path) -> None:
    write(tmp_path, "one", f"print('''{FIGURE % ('peer', 'null', 'null')}''')")
    assert run.main([]) == 0
    assert "| peer | not measured |" in (tmp_path / "performance.md").read_text(encoding="utf-8")


def test_rows_measured_elsewhere_stay_and_what_broke_is_replaced_once_it_runs(run: ModuleType, tmp_path: Path) -> None:
    """The page alone remembers: a fresh clone renews one benchmark's rows and loses no other's."""
    write(tmp_path, "one", "raise SystemExit(3)")
    write(tmp_path, "two", f"print('''{FIGURE % ('rate', 4, 'true')}''')")
    assert run.main([]) == 1
    write(tmp_path, "one", f"print('''{FIGURE % ('zones', 2, 'true')}''')")
    assert run.main(["one"]) == 0
    assert [row.split(" | ")[0] for row in rows_of(tmp_path)] == ["| zones", "| rate"]
    (tmp_path / "bench_two.py").unlink()
    assert run.main(["one"]) == 0
    assert [row.split(" | ")[0] for row in rows_of(tmp_path)] == ["| zones"], "no row of a benchmark that is gone"


def test_options_renew_only_the_figures_they_measure(run: ModuleType, tmp_path: Path) -> None:
    row = f"import sys; row = '''{FIGURE}'''.replace('_one.py', ' '.join(('_one.py', *sys.argv[1:])))"
    write(tmp_path, "one", row, "print(row % ('slow', 1, 'true'))", "print(row % ('fast', 2, 'true'))")
    assert run.main(["one"]) == 0
    write(tmp_path, "one", row, "print(row % ('slow', 9, 'true'))")
    assert run.main(["one", "--", "--only", "slow"]) == 0
    fast, slow = sorted(rows_of(tmp_path))
    assert fast.startswith("| fast | 2 ms |")
    assert slow.startswith("| slow | 9 ms | <= 5 ms | yes | `benchmarks/bench_one.py --only slow` |")
    assert run.main(["--", "--only", "slow"]) == 2


def test_the_page_begins_with_how_many_limits_each_benchmark_keeps(run: ModuleType, tmp_path: Path) -> None:
    write(tmp_path, "one", '"How soon: bench_one.py."', f"print('''{FIGURE % ('zones', 3, 'true')}''')")
    two = (("a", 1, "null"), ("b", 9, "false"), ("c", 1, "true"))
    write(tmp_path, "two", *(f"print('''{FIGURE % figure}''')" for figure in two))
    assert run.main([]) == 1
    page = (tmp_path / "performance.md").read_text(encoding="utf-8")
    assert "| [one](#one) | 1 | 1 | 0 |\n| [two](#two) | 3 | 2 | **1** |\n" in page
    assert "\n## one\n\nHow soon: bench_one.py.\n\n| figure |" in page
    assert run.main(["one"]) == 0
    assert (tmp_path / "performance.md").read_text(encoding="utf-8") == page, "what stands on it is no row of its own"


def rows_of(folder: Path) -> list[str]:
    page = (folder / "performance.md").read_text(encoding="utf-8")
    return [row for row in page.splitlines() if row.startswith("| ") and "bench_" in row]
