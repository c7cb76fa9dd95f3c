"""``sargas network``: two nations set up by the commands of docs/network.md, and what they say when it goes wrong."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sargas.runtime.network.folder import read_network
from tests.cli.conftest import Ended

Sargas = Callable[..., Ended]


@pytest.fixture
def folders(sargas: Sargas, tmp_path: Path) -> Path:
    area = {"type": "Polygon", "coordinates": [[[21, 54], [26, 54], [26, 56], [21, 56], [21, 54]]]}
    (tmp_path / "area.geojson").write_text(json.dumps(area))
    for nation, node, port in (("LTU", "vilnius", "7422"), ("LVA", "riga", "7423")):
        more = ("--area", str(tmp_path / "area.geojson")) if nation == "LTU" else ()
        made = sargas(
            "network", "init", str(tmp_path / nation), "--nation", nation, "--node", node,
            "--leaf-host", "127.0.0.1", "--leaf-port", port, *more,
        )  # fmt: skip
        assert made.code == 0, made.err
    return tmp_path


def exchange(sargas: Sargas, folders: Path) -> str:
    out = folders / "ltu-for-lva.json"
    invited = sargas("network", "invite", str(folders / "LTU"), "LVA", "--out", str(out))
    added = sargas("network", "add-partner", str(folders / "LVA"), str(out), "--link-bps", "9600")
    assert invited.code == added.code == 0, added.err
    fingerprint = invited.out.split("fingerprint ")[1].split(":")[0]
    assert fingerprint in added.out
    return fingerprint


def test_two_nations_are_set_up(sargas: Sargas, folders: Path) -> None:
    fingerprint = exchange(sargas, folders)
    told = json.loads(sargas("network", "status", str(folders / "LVA"), "--json").out)
    [partner] = told["partners"]
    assert (partner["nation"], partner["node"], partner["link_bps"]) == ("LTU", "vilnius", 9600)
    assert partner["fingerprint"] == fingerprint
    assert partner["verify_key"] == read_network(folders / "LTU").verify_key
    assert read_network(folders / "LVA").partner("LTU").area == ((21, 54), (26, 54), (26, 56), (21, 56))
    shown = sargas("network", "status", str(folders / "LVA")).out
    assert f"fingerprint {fingerprint}" in shown
    assert "link of 9600 bit/s" in shown


def test_a_rotation_in_three_steps(sargas: Sargas, folders: Path) -> None:
    exchange(sargas, folders)
    exchange_back = folders / "lva-for-ltu.json"
    sargas("network", "invite", str(folders / "LVA"), "LTU", "--out", str(exchange_back))
    sargas("network", "add-partner", str(folders / "LTU"), str(exchange_back))
    before = read_network(folders / "LTU").verify_key
    assert "sargas network invite" in sargas("network", "rotate", str(folders / "LTU")).out
    assert "rotate --switch" in sargas("network", "status", str(folders / "LTU")).out
    exchange(sargas, folders)
    assert sargas("network", "rotate", str(folders / "LTU"), "--switch").code == 0
    after = read_network(folders / "LTU").verify_key
    assert read_network(folders / "LVA").partner("LTU").verify_keys == (before, after)
    assert read_network(folders / "LVA").partner("LTU").link_bps == 9600  # a new file changes no setting of ours
    again = sargas("network", "rotate", str(folders / "LTU"), "--switch")
    assert (again.code, again.err.count("\n")) == (1, 1)


def test_every_fault_is_one_line(sargas: Sargas, folders: Path) -> None:
    exchange(sargas, folders)
    file = folders / "ltu-for-lva.json"
    bad = folders / "bad.json"
    bad.write_text(file.read_text().replace("vilnius", "kaunas"))
    cases = {
        ("add-partner", str(folders / "LVA"), str(bad)): "the signature does not fit",
        ("add-partner", str(folders / "LTU"), str(file)): "expected an invitation for LTU, was one for LVA",
        ("add-partner", str(folders / "LVA"), str(folders / "area.geojson")): "expected an invitation",
        ("status", str(folders)): "make one with sargas network init",
        ("invite", str(folders / "LTU"), "Latvia", "--out", str(bad)): "alpha-3 code such as LVA, was 'Latvia'",
        ("invite", str(folders / "LTU"), "LTU", "--out", str(bad)): "expected another nation",
        ("remove-partner", str(folders / "LVA"), "POL"): "expected a partner out of LTU, was POL",
        ("init", str(folders / "X"), "--nation", "lt", "--node", "a", "--leaf-host", "h"): "--nation: expected ISO",
        (
            "init",
            str(folders / "LTU"),
            "--nation",
            "LTU",
            "--node",
            "a",
            "--leaf-host",
            "h",
        ): "expected an empty or new",
    }
    for arguments, said in cases.items():
        ended = sargas("network", *arguments)
        assert (ended.code, ended.err.count("\n")) == (1, 1), arguments
        assert said in ended.err


def test_a_removed_partner_is_gone(sargas: Sargas, folders: Path) -> None:
    exchange(sargas, folders)
    assert sargas("network", "remove-partner", str(folders / "LVA"), "LTU").code == 0
    assert read_network(folders / "LVA").partners == ()


def test_a_server_configuration_is_written_for_others_to_start(sargas: Sargas, folders: Path) -> None:
    exchange(sargas, folders)
    out = folders / "server"
    assert sargas("network", "server-config", str(folders / "LVA"), "--out", str(out)).code == 0
    assert (out / "server.conf").stat().st_mode & 0o777 == 0o600
    text = (out / "server.conf").read_text()
    assert "sync_interval: always" in text
    assert 'listen: "127.0.0.1:4222"' in text
    wrong = sargas("network", "server-config", str(folders / "LVA"), "--out", str(out), "--client-listen", "x } y")
    assert wrong.code == 1
