"""What a start would stumble on is found before it: editions, nights, network folder, database, zones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sargas.runtime.config_check import find_doubts, find_faults, refuse_faults
from sargas.runtime.config_faults import ConfigurationError
from sargas.runtime.config_load import load_settings
from sargas.runtime.network.identity import OwnIdentity
from sargas.runtime.network.making import make_network
from tests.runtime.network.nations import join_nations

SOURCE = '[[source]]\nname = "riga"\n'
UDP = f'{SOURCE}url = "udp://0.0.0.0:8600"\n'
ZONE = {"type": "Polygon", "coordinates": [[[27.0, 55.0], [28.0, 55.0], [28.0, 57.0], [27.0, 55.0]]]}


def zones(*names: str) -> str:
    features = [
        {"type": "Feature", "properties": {"id": name, "name": name, "kind": "border"}, "geometry": ZONE}
        for name in names
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def faults(folder: Path, text: str) -> list[str]:
    path = folder / "sargas.toml"
    path.write_text(text, encoding="utf-8")
    return [line.removeprefix(f"{folder}/") for line in find_faults(load_settings(path))]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        (
            f'{UDP}editions = {{ 048 = "9" }}\n',
            "sargas.toml:4: source 'riga': expected an edition of category 048",
            "'9'",
        ),
        (f'{UDP}editions = {{ 48 = "1.32" }}\n', "sargas.toml:4: source 'riga': expected editions of 021", "was 48"),
        (f'{SOURCE}url = "sim:nigth"\n', "sargas.toml:3: source 'riga': expected a night out of", "was 'nigth'"),
        (
            f'{SOURCE}url = "sim:baltic-night?targts=3"\n',
            "sargas.toml:3: source 'riga': expected parameters out of seed, targets",
            "was targts",
        ),
        (
            f'{UDP}standby_for = "LVA"\n',
            "sargas.toml:4: source 'riga': expected standby_for as a partner out of none",
            "or take standby_for away",
        ),
        (
            UDP.replace("riga", "journal"),
            "sargas.toml:2: source 'journal': expected a name of its own, was 'journal'",
            "that of a part of the node",
        ),
        ('[network]\ndir = "net"\n', "net: expected a network folder, was none", "sargas network init"),
        (
            '[store]\nurl = "mysql://u:geheim@db/x"\n',
            "sargas.toml:2: [store]: store url: expected sqlite",
            "in [store]",
        ),
        ('zones_file = "none.geojson"\n', "none.geojson: no such file or directory", "check the path"),
        ('municipalities_file = "none.geojson"\n', "none.geojson: no such file or directory", "check the path"),
        ('wind_file = "none.csv"\n', "none.csv: no such file or directory", "check the path"),
    ],
)
def test_what_a_start_would_stumble_on_is_found(tmp_path: Path, text: str, start: str, end: str) -> None:
    [line] = faults(tmp_path, text)
    assert line.startswith(start)
    assert line.endswith(end)
    assert "geheim" not in line


def test_a_zone_of_the_file_has_an_id_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "zones.geojson").write_text(zones("east", "west", "west"), encoding="utf-8")
    table = '[[zone]]\nid = "east"\nname = "x"\nkind = "border"\ncentre = [24, 57]\nradius_m = 5\n'
    found = faults(tmp_path, f'zones_file = "zones.geojson"\n{table}')
    assert [line.partition(": expected")[0] for line in found] == [
        "zones.geojson: zone 'east'",
        "zones.geojson: zone 'west'",
    ]


def test_the_network_folder_of_another_node_is_a_fault_and_all_faults_are_told(tmp_path: Path) -> None:
    host = "127.0.0.1"
    own = OwnIdentity(nation="LVA", node="riga", made_ns=1, leaf_host=host, leaf_port=7422, leaf_listen=host)
    make_network(tmp_path / "net", own)
    found = faults(tmp_path, f'{UDP}editions = {{ 048 = "9" }}\n[network]\ndir = "net"\n')
    assert len(found) == 2
    assert "expected the network folder of LTU sargas, was of LVA riga" in found[1]
    with pytest.raises(ConfigurationError, match="and 1 more: sargas config check lists all"):
        refuse_faults(load_settings(tmp_path / "sargas.toml"))


def test_a_source_does_not_take_the_name_of_a_partners_releases(tmp_path: Path) -> None:
    join_nations(tmp_path, ("LTU", "LVA"))
    source = UDP.replace("riga", "partner-LVA")
    text = f'{source}[node]\nname = "ltu"\n[network]\ndir = "LTU"\n'
    [line] = faults(tmp_path, text)
    assert line == (
        "sargas.toml:2: source 'partner-LVA': expected a name of its own, was 'partner-LVA', "
        "that of the source of that partner's releases"
    )


def test_settings_that_work_have_no_fault(tmp_path: Path) -> None:
    (tmp_path / "zones.geojson").write_text(zones("east"), encoding="utf-8")
    assert faults(tmp_path, f'zones_file = "zones.geojson"\n{UDP}editions = {{ 048 = "1.32" }}\n') == []
    refuse_faults(load_settings(tmp_path / "sargas.toml"))


def test_municipalities_elsewhere_are_a_fault_and_a_part_of_the_country_without_any_is_a_doubt(tmp_path: Path) -> None:
    (tmp_path / "zones.geojson").write_text(zones("east"), encoding="utf-8")
    path = tmp_path / "sargas.toml"
    path.write_text('zones_file = "zones.geojson"\nmunicipalities_file = "areas.geojson"\n', encoding="utf-8")

    def check(*ring: list[float]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        area = {"type": "Feature", "properties": {"id": 1, "name": "A"}}
        area["geometry"] = {"type": "Polygon", "coordinates": [ring]}
        file = {"type": "FeatureCollection", "features": [area]}
        (tmp_path / "areas.geojson").write_text(json.dumps(file), encoding="utf-8")
        return find_faults(load_settings(path)), find_doubts(load_settings(path))

    assert check(*ZONE["coordinates"][0]) == ((), ())
    half = check([27.0, 55.0], [28.0, 55.0], [28.0, 56.0], [27.5, 56.0])
    told = "areas.geojson: 25% of east lies in none of its areas: nobody is warned there"
    assert half == ((), (f"{tmp_path}/{told}",))
    (fault,), _ = check([55.0, 27.0], [55.0, 28.0], [57.0, 28.0])
    assert fault.startswith(f"{tmp_path}/areas.geojson: expected areas near the centre of the region")
