"""Winds by a file of the settings: read relative to the settings, and a bad row named with its place."""

from pathlib import Path

import pytest

from sargas.runtime.config import Settings

CSV = "valid,altitude_m,east_mps,north_mps\n2026-09-21T20:00Z,0,3,1\n2026-09-21T20:00Z,2000,8,2\n"


def settings(folder: Path, text: str) -> Settings:
    (folder / "winds.csv").write_text(text, encoding="utf-8")
    return Settings(wind_file=Path("winds.csv"), closure={"event_cost": 250_000}).relative_to(folder)


def test_the_file_gives_tables_and_the_rule_reaches_the_picture(tmp_path: Path) -> None:
    found = settings(tmp_path, CSV)
    [table] = found.winds_of_file(5)
    assert (len(table.levels), table.entered_by, table.time_ns) == (2, "", 5)
    assert found.to_configuration(5).closure.close_probability == pytest.approx(0.05)


def test_a_bad_row_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"winds\.csv:3: north_mps: expected a number"):
        settings(tmp_path, CSV.replace("8,2", "8,x")).winds_of_file(5)


def test_no_file_no_winds() -> None:
    assert Settings().winds_of_file(5) == ()
