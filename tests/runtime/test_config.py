"""Settings: precedence, places of faults, secrets, and the record the picture runs with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from sargas.formats import registry
from sargas.model.label import Classification
from sargas.runtime import config
from sargas.runtime.config import mask_url
from sargas.runtime.config_faults import SECRETS, ConfigurationError
from sargas.runtime.config_lines import find_lines, line_of
from sargas.runtime.config_load import load_settings
from sargas.runtime.oidc_settings import OidcSettings
from sargas.runtime.warnings.settings import EmailChannel, WebhookChannel

GOOD = """\
zones_file = "zones.geojson"

[node]
name = "vilnius"
nation = "LTU"

[console]
port = 9000

[[source]]
name = "riga"
url = "udp://239.1.2.3@0.0.0.0:8600"
format = "FORMAT"
editions = { 048 = "1.32" }
releasable_to = ["LVA", "EST"]
classification = "restricted"

[[source]]
name = "night"
url = "sim:baltic-night?targets=10&seed=1"
format = "FORMAT"

[[sensor]]
id = "riga-msr"
kind = "radar-3d"
sac = 50
sic = 1
latitude_deg = 56.92
longitude_deg = 23.97

[[zone]]
id = "port"
name = "Riga port"
kind = "protected"
centre = [24.08, 57.02]
radius_m = 4000
"""
ZONES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"id": "east", "name": "Eastern border", "kind": "border"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[27.0, 55.0], [28.0, 55.0], [28.0, 57.0], [27.0, 57.0], [27.0, 55.0]]],
            },
        }
    ],
}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SARGAS_CONSOLE__PORT", raising=False)


def write(folder: Path, text: str) -> Path:
    (folder / "zones.geojson").write_text(json.dumps(ZONES), encoding="utf-8")
    path = folder / "sargas.toml"
    path.write_text(text.replace("FORMAT", registry.names()[0]), encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as error:
        load_settings(write(folder, text))
    return [line.removeprefix(f"{folder}/") for line in error.value.problems]


def test_flags_win_over_environment_over_file_over_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, GOOD)
    place = ("console", "port")
    loaded = load_settings(path)
    assert (loaded.settings.console.port, loaded.origins.of(place)) == (9000, f"{path}:8")
    assert (loaded.settings.console.host, loaded.origins.of(("console", "host"))) == ("127.0.0.1", "default")
    monkeypatch.setenv("SARGAS_CONSOLE__PORT", "9001")
    loaded = load_settings(path)
    assert (loaded.settings.console.port, loaded.origins.of(place)) == (9001, "SARGAS_CONSOLE__PORT")
    loaded = load_settings(path, {"console": {"port": 9002}})
    assert (loaded.settings.console.port, loaded.origins.of(place)) == (9002, "--port")


def test_without_a_file_the_defaults_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings().settings
    assert settings.node.data_dir == tmp_path / "data"
    assert settings.store_url() == f"sqlite:///{tmp_path}/data/sargas.db"


def test_the_file_here_is_read_without_being_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, GOOD)
    monkeypatch.chdir(tmp_path)
    assert load_settings().settings.node.name == "vilnius"


def test_paths_count_from_the_folder_of_the_file(tmp_path: Path) -> None:
    text = GOOD.replace("udp://239.1.2.3@0.0.0.0:8600", "pcap:night.pcap").replace("[node]", '[node]\ndata_dir = "d"')
    settings = load_settings(write(tmp_path, text)).settings
    assert settings.source[0].url == f"pcap:{tmp_path}/night.pcap"
    assert settings.node.data_dir == tmp_path / "d"
    assert settings.zones_file == tmp_path / "zones.geojson"


def test_the_record_carries_what_the_picture_needs(tmp_path: Path) -> None:
    record = load_settings(write(tmp_path, GOOD)).settings.to_configuration(7, first_track_number=40)
    assert (record.time_ns, record.node, record.nation, record.first_track_number) == (7, "vilnius", "LTU", 40)
    assert [zone.id for zone in record.zones] == ["port", "east"]
    assert record.sensors[0].sic == 1
    riga, night = record.sources
    assert riga.label.classification is Classification.RESTRICTED
    assert riga.label.releasable_to == ("EST", "LVA")
    assert riga.label.caveats == ()
    assert riga.editions == {"048": "1.32"}
    assert night.label.caveats == ("EXERCISE",), "simulation is marked from birth"


@pytest.mark.parametrize(("time_s", "hours"), [(1_790_000_000, 3), (1_796_000_000, 2)])
def test_the_public_is_told_the_local_time_of_the_nation_in_summer_and_winter(
    tmp_path: Path, time_s: int, hours: int
) -> None:
    settings = load_settings(write(tmp_path, GOOD)).settings
    assert settings.to_configuration(time_s * 10**9).utc_offset_s == hours * 3600


def test_a_nation_whose_local_time_is_not_known_must_say_it(tmp_path: Path) -> None:
    foreign = GOOD.replace("[node]", '[node]\nnation = "ISL"').replace('nation = "LTU"\n', "")
    [line] = problems(tmp_path, foreign)
    assert "expected [node] time_zone, the local time that the public of ISL is told" in line
    said = foreign.replace("[node]", '[node]\ntime_zone = "Atlantic/Reykjavik"')
    assert load_settings(write(tmp_path, said)).settings.to_configuration(1_790_000_000 * 10**9).utc_offset_s == 0
    [line] = problems(tmp_path, foreign.replace("[node]", '[node]\ntime_zone = "Europe/Vilnus"'))
    assert "was 'Europe/Vilnus'" in line


def test_everything_of_an_exercise_is_marked(tmp_path: Path) -> None:
    text = GOOD.replace("[node]", "[node]\nexercise = true")
    record = load_settings(write(tmp_path, text)).settings.to_configuration(0)
    assert record.exercise
    assert {source.label.caveats for source in record.sources} == {("EXERCISE",)}
    assert record.label.caveats == ("EXERCISE",)


def test_an_unknown_format_names_those_that_are_there_and_the_nearest(tmp_path: Path) -> None:
    name = registry.names()[0]
    wrong = name[:-2] + name[-1]
    [line] = problems(tmp_path, GOOD.replace('format = "FORMAT"', f'format = "{wrong}"', 1))
    names = ", ".join(registry.names())
    expected = f"expected a format out of {names}, was {wrong!r}; did you mean {name!r}?"
    assert line == f"sargas.toml:13: source 'riga': {expected}"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("port = 9000", "prot = 9000", "sargas.toml:8: [console]: unknown setting 'prot'; did you mean 'port'?"),
        (
            "port = 9000",
            "port = 90000",
            "sargas.toml:8: [console]: expected port to be less than or equal to 65535, was 90000",
        ),
        ("[console]", "[consol]", "sargas.toml:7: unknown setting 'consol'; did you mean 'console'?"),
        ('kind = "radar-3d"', "", "sargas.toml:23: sensor 'riga-msr': expected kind, was missing"),
        (
            "radius_m = 4000",
            "radius_m = -4",
            "sargas.toml:36: zone 'port': expected radius_m to be greater than 0, was -4",
        ),
        (
            "radius_m = 4000",
            "",
            "sargas.toml:31: zone 'port': expected a polygon of 3 or more points, or centre and radius_m",
        ),
        (
            'editions = { 048 = "1.32" }',
            'framing = "finale"',
            "sargas.toml:14: source 'riga': expected framing to be 'none' or 'final', was 'finale'"
            "; did you mean 'final'?",
        ),
        (
            'releasable_to = ["LVA", "EST"]',
            'releasable_to = ["LVA", "Estonia"]',
            "sargas.toml:15: source 'riga': expected releasable_to entry 2 to match pattern '^[A-Z]{3}$'"
            ", was 'Estonia'",
        ),
        (
            'releasable_to = ["LVA", "EST"]',
            'releasable_to = "LVA"',
            "sargas.toml:15: source 'riga': expected releasable_to as a list, [...], was 'LVA'",
        ),
        (
            "[console]",
            "data_dir = 5\n[console]",
            "sargas.toml:7: [node]: expected data_dir as a path in quotes, was 5",
        ),
        (
            "udp://239.1.2.3@0.0.0.0:8600",
            "udp://239.1.2.3:8600",
            "sargas.toml:12: source 'riga': expected the group before the interface's own address, "
            "was '239.1.2.3' alone as host (form: udp://[group@]host:port; see docs/feeds.md)",
        ),
        (
            'name = "night"',
            'name = "riga"',
            "sargas.toml:19: source 'riga': expected a name 'riga' of its own, was given to an earlier source already",
        ),
        ("[[sensor]]", "[sensor]", "sargas.toml:23: [sensor]: expected [[sensor]] with two brackets, was [sensor]"),
        ("sic = 1", "", "sargas.toml:26: sensor 'riga-msr': expected both sac and sic or neither"),
        (
            "sic = 1",
            "sic = 1\nscan_period_s = inf",
            "sargas.toml:28: sensor 'riga-msr': expected scan_period_s to be a finite number, was inf",
        ),
        (
            "sic = 1",
            "sic = 1\nlowest_elevation_deg = 9\nhighest_elevation_deg = 1",
            "sargas.toml:28: sensor 'riga-msr': expected lowest_elevation_deg below highest_elevation_deg, "
            "was 9.0 >= 1.0",
        ),
        (
            "[console]",
            'wind_file = "w.csv"\n[console]',
            "sargas.toml:7: [node]: unknown setting 'wind_file'; it stands above the first table",
        ),
        ("[[source]]", "[[sourc]]", "sargas.toml:10: unknown setting 'sourc'; did you mean 'source'?"),
        (
            "[console]",
            "[oidc]\nissuer = 'https://sso.lt'\n[console]",
            "sargas.toml:7: [oidc]: expected client_id and roles with an issuer, was none",
        ),
    ],
)
def test_faults_say_where_what_and_how_to_mend(tmp_path: Path, old: str, new: str, line: str) -> None:
    assert old in GOOD
    assert problems(tmp_path, GOOD.replace(old, new, 1)) == [line]


def test_two_sensors_of_one_sac_and_sic_are_refused(tmp_path: Path) -> None:
    twin = '\n[[sensor]]\nid = "twin"\nkind = "radar-2d"\nsac = 50\nsic = 1\n'
    [line] = problems(tmp_path, GOOD + twin)
    assert line.endswith("sensor 'twin': expected a sac/sic 50/1 of its own, was given to an earlier sensor already")


def test_two_feeds_of_one_udp_port_are_refused_but_not_of_one_group(tmp_path: Path) -> None:
    text = GOOD.replace("sim:baltic-night?targets=10&seed=1", "udp://239.1.2.3@0.0.0.0:8600")
    assert len(load_settings(write(tmp_path, text)).settings.source) == 2
    [line] = problems(tmp_path, text.replace("239.1.2.3@", ""))
    assert line == (
        "sargas.toml:20: source 'night': expected a udp port of its own, was 0.0.0.0:8600 given to an earlier source "
        "already"
    )


CHANNEL = '\n[[warning_channel]]\nname = "gate"\nkind = "webhook"\nurl = "https://gate/"\n'


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("", CHANNEL, "44: warning_channel 'gate': expected a name 'gate' of its own, was given to an earlier"),
        ('kind = "webhook"', "", "38: warning_channel 'gate': expected kind, was missing"),
        ("webhook", "webhok", "38: warning_channel 'gate': expected kind out of 'file', 'webhook', 'email', was "),
        ("url =", "ulr =", "38: warning_channel 'gate': expected url, was missing"),
        ("https://gate/", "https://u:geheim@gate:99999/", "41: warning_channel 'gate': expected url otherwise, was "),
        ("https://gate/", "ftp://u:geheim@gate/", "41: warning_channel 'gate': expected an http:// or https:// "),
        ('"https://gate/"', '"https://gate/"\nsecret = 815', "42: warning_channel 'gate': expected secret to be"),
        ('kind = "webhook"', "secret = 815", "38: warning_channel 'gate': expected kind, was missing"),
    ],
)
def test_faults_of_channels_say_where_and_never_a_secret(tmp_path: Path, old: str, new: str, line: str) -> None:
    text = GOOD + (CHANNEL.replace(old, new, 1) if old else CHANNEL + new)
    found = problems(tmp_path, text)
    assert found[0].startswith(f"sargas.toml:{line}"), found
    assert not any(secret in line for line in found for secret in ("geheim", "815"))


def test_no_message_shows_a_setting_that_is_secret() -> None:
    def secrets_of(model: type[BaseModel]) -> set[str]:
        return {name for name, field in model.model_fields.items() if "SecretStr" in str(field.annotation)}

    models = (config.ConsoleSettings, OidcSettings, WebhookChannel, EmailChannel)
    assert {name for model in models for name in secrets_of(model)} == SECRETS
    assert secrets_of(config.StoreSettings) == {"url"}


def test_a_file_of_another_encoding_is_named_and_a_byte_order_mark_passes(tmp_path: Path) -> None:
    path = tmp_path / "sargas.toml"
    path.write_bytes(b'\xef\xbb\xbf[node]\nname = "vilnius"\n')
    assert load_settings(path).settings.node.name == "vilnius"
    path.write_bytes(b'[node]\nname = "\xfe"\n')
    with pytest.raises(ConfigurationError, match=f"{path}: expected text in UTF-8, was not"):
        load_settings(path)


def test_a_database_counts_from_the_folder_of_the_file(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, GOOD + '[store]\nurl = "sqlite:///db/sargas.db"\n')).settings
    assert settings.store_url() == f"sqlite:///{tmp_path}/db/sargas.db"
    settings = load_settings(write(tmp_path, GOOD + '[store]\nurl = "sqlite:////var/sargas.db"\n')).settings
    assert settings.store_url() == "sqlite:////var/sargas.db"


def test_what_is_no_toml_says_so_with_its_line(tmp_path: Path) -> None:
    [line] = problems(tmp_path, "[node]\nname = \n")
    assert line.startswith("sargas.toml: expected TOML, was not")
    assert "line 2" in line


def test_every_fault_is_listed_and_the_first_is_shown(tmp_path: Path) -> None:
    text = GOOD.replace("port = 9000", "prot = 1\nhots = 2")
    with pytest.raises(ConfigurationError, match=r"and 1 more: sargas config check lists all") as error:
        load_settings(write(tmp_path, text))
    assert len(error.value.problems) == 2


def test_a_fault_in_the_environment_names_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SARGAS_CONSOLE__PORT", "many")
    [line] = problems(tmp_path, GOOD)
    assert line.startswith("SARGAS_CONSOLE__PORT: [console]: expected port to be a valid integer")


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("SARGAS_CONSOL__PORT", "9000", "SARGAS_CONSOL__PORT: unknown setting 'consol'; did you mean 'console'?"),
        ("SARGAS_CONSOLE_PORT", "9000", "SARGAS_CONSOLE_PORT: unknown setting; did you mean 'SARGAS_CONSOLE__PORT'?"),
        ("SARGAS_NODE__RELEASABLE_TO", "LVA", "SARGAS_NODE__RELEASABLE_TO: expected JSON, such as '[\"LVA\"]'"),
        ("SARGAS_STORE", '{"url": "geheim"', "SARGAS_STORE: expected JSON, such as"),
        ("SARGAS_CONSOLE", '{"port": "x"}', "SARGAS_CONSOLE: [console]: expected port to be a valid integer"),
        (
            "SARGAS_SOURCE",
            '[{"name": "a", "url": "sim:x"}, {"name": "b", "url": "x"}]',
            "SARGAS_SOURCE: source 'b': expected a feed url",
        ),
    ],
)
def test_a_variable_that_cannot_be_meant_is_a_fault_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, line: str
) -> None:
    monkeypatch.setenv("SARGAS_DEBUG", "1")
    monkeypatch.setenv("SARGAS_SHARED", "/nowhere")
    monkeypatch.setenv(name, value)
    [found] = problems(tmp_path, GOOD)
    assert found.startswith(line)
    assert "geheim" not in found


def test_secrets_are_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SARGAS_STORE__URL", "postgresql+pg8000://sargas:geheim@db/sargas")
    loaded = load_settings(write(tmp_path, GOOD))
    assert loaded.settings.store_url().endswith(":geheim@db/sargas")
    assert "geheim" not in repr(loaded.settings) + loaded.settings.model_dump_json()
    monkeypatch.delenv("SARGAS_STORE__URL")
    monkeypatch.setenv("SARGAS_STORE", '{"url": ["geheim"]}')
    assert all("geheim" not in line for line in problems(tmp_path, GOOD))


def test_urls_lose_their_password_only() -> None:
    assert mask_url("https://jonas:geheim@host:8/x?y=1") == "https://jonas:***@host:8/x?y=1"
    assert mask_url("udp://239.1.2.3:8600") == "udp://239.1.2.3:8600"
    assert mask_url("http://[") == "***"


def test_lines_are_found_in_tables_arrays_and_dotted_names() -> None:
    text = 'a = 1\n[b.c]\nd = 2  # e = 3\n\n[[f]]\ng = 1\n[[f]]\n"g" = 2\n[f.h]\ni = { j = 1 }\nk.l = 3\n'
    lines = find_lines(text)
    assert lines[("a",)] == 1
    assert lines[("b", "c")] == 2
    assert lines[("b", "c", "d")] == 3
    assert [lines[("f", 0, "g")], lines[("f", 1, "g")]] == [6, 8]
    assert lines[("f", 1, "h", "i")] == 10
    assert lines[("f", 1, "h", "k", "l")] == 11
    assert line_of(("f", 1, "h", "i", "j"), lines) == 10
    assert line_of(("nowhere",), lines) is None
