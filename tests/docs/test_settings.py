"""docs/configuration.md says of every setting what the code says, and names none that is gone."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from sargas.model.records import AlertPolicy, ClosureRule, Sensor, WarningPolicy, Zone
from sargas.runtime import config
from sargas.runtime.config_load import load_settings
from sargas.runtime.network.settings import NetworkSettings
from sargas.runtime.oidc_settings import OidcSettings
from sargas.runtime.warnings.settings import EmailChannel, FileChannel, WebhookChannel
from tests.docs.tables import ROOT, field_rows, render, tables_of

PAGE = ROOT / "docs" / "configuration.md"
TABLES: dict[str, type[BaseModel]] = {
    "[node]": config.NodeSettings,
    "[region]": config.RegionSettings,
    "[console]": config.ConsoleSettings,
    "[store]": config.StoreSettings,
    "[journal]": config.JournalSettings,
    "[screen_log]": config.ScreenLogSettings,
    "[network]": NetworkSettings,
    "[closure]": ClosureRule,
    "[alerting]": AlertPolicy,
    "[warnings]": WarningPolicy,
    "[oidc]": OidcSettings,
    "[[source]]": config.SourceSettings,
    "[[sensor]]": Sensor,
    "[[zone]]": Zone,
    "[[warning_channel]], kind file": FileChannel,
    "[[warning_channel]], kind webhook": WebhookChannel,
    "[[warning_channel]], kind email": EmailChannel,
}


@pytest.mark.parametrize("heading", TABLES)
def test_every_setting_is_documented_as_it_is(heading: str) -> None:
    expected = field_rows(TABLES[heading], with_default=True)
    assert tables_of(PAGE).get(heading) == expected, f"## {heading} should hold\n{render(expected)}"


def test_every_table_of_the_settings_has_its_heading() -> None:
    files = ("zones_file", "municipalities_file", "permissions_file", "wind_file")
    named = {heading.partition(",")[0].strip("[]") for heading in TABLES}
    assert set(config.Settings.model_fields) == named | set(files)
    rows = [row for row in field_rows(config.Settings, with_default=True) if row[0].strip("`") in files]
    assert tables_of(PAGE)["Top level"] == rows, render(rows)


def test_the_headings_name_no_table_that_is_gone() -> None:
    assert {heading for heading in tables_of(PAGE) if heading.startswith("[")} == set(TABLES)


def test_the_example_works(tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "sargas.toml").write_text(example, encoding="utf-8")
    settings = load_settings(tmp_path / "sargas.toml").settings
    assert settings.source[0].queue_datagrams == tomllib.loads(example)["source"][0]["queue_datagrams"]


def test_the_page_of_the_store_names_the_database_as_it_is_named() -> None:
    name = config.Settings().store_url().rpartition("/")[2]
    page = (ROOT / "docs" / "store.md").read_text(encoding="utf-8")
    assert name == "sargas.db"
    assert set(re.findall(r"\b\w+\.(?:sqlite|db)\b", page)) == {name, "copy.db"}
