"""``sargas release``: rules checked, approved by two, and releases explained over files and over a node's own store."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sargas.model.label import Label
from sargas.runtime.history.writer import HistoryWriter
from sargas.runtime.network.rules import read_partner_agreement, read_policy
from sargas.runtime.store.store import open_store
from sargas.sharing.policy.policy import PolicyError, packaged
from sargas.sharing.policy.words import KINDS
from tests.formats.release.making import T0_NS
from tests.sharing.making import OPEN, alert, interference, tracks, warning

Sargas = Callable[..., Any]
AGREEMENT = {"nation": "LVA", "kinds": list(KINDS), "groups": ["NATO", "BALTNET", "neighbours"]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as assess writes it, an agreement, and a configuration that names neither."""
    out = tmp_path / "out"
    out.mkdir()
    pq.write_table(pa.Table.from_batches([tracks(3).to_arrow()]), out / "tracks.parquet")
    lines = [alert().model_dump_json(), warning(label=Label(originator="LTU")).model_dump_json()]
    (out / "records.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "agreement.json").write_text(json.dumps(AGREEMENT), encoding="utf-8")
    (tmp_path / "sargas.toml").write_text('[node]\nnation = "LTU"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return out


def explain(sargas: Sargas, *arguments: str) -> Any:
    return sargas("release", "explain", *arguments, "--agreement", "agreement.json")


def test_a_track_of_an_assessment_is_explained(sargas: Sargas, folder: Path) -> None:
    ended = explain(sargas, "2", "LVA", "--from", str(folder))
    assert ended.code == 0, ended.err
    assert ended.out.startswith("track 2 to LVA: goes\n")
    assert "ltu-picture-to-neighbours" in ended.out
    assert "no rule grants release_sensor_identity" in ended.out
    told = json.loads(explain(sargas, "2", "LVA", "--from", str(folder), "--json").out)
    assert told["goes"] is True
    assert told["label"]["releasable_to"] == ["EST", "LVA", "POL"]


def test_records_of_an_assessment_are_explained(sargas: Sargas, folder: Path) -> None:
    assert "critical" in explain(sargas, "a1", "LVA", "--from", str(folder)).out
    refused = explain(sargas, "w1/1", "LVA", "--from", str(folder))
    assert (refused.code, "does not go" in refused.out, "bound-releasable-to" in refused.out) == (0, True, True)
    assumed = explain(sargas, "w1/1", "LVA", "--from", str(folder), "--releasable-to", "LVA")
    assert "warning w1/1 to LVA: goes" in assumed.out
    missing = explain(sargas, "nothing", "LVA", "--from", str(folder))
    assert (missing.code, "expected a track, alert or warning 'nothing'" in missing.err) == (1, True)


def test_what_a_node_has_stored_is_explained(sargas: Sargas, folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    store = open_store(f"sqlite:///{data / 'sargas.db'}")
    store.write([alert(), warning(), interference()])
    store.engine.dispose()
    history = HistoryWriter(data / "history")
    history.append(tracks(2))
    history.close()
    for subject in ("a1", "w1/1", "gnss/1", "2"):
        ended = explain(sargas, subject, "LVA")
        assert ended.code == 0, ended.err
        assert "to LVA: goes" in ended.out, ended.out
    assert explain(sargas, "77", "LVA").code == 1


def test_without_an_agreement_or_a_store_it_says_what_is_missing(sargas: Sargas, folder: Path, tmp_path: Path) -> None:
    ended = sargas("release", "explain", "2", "LVA", "--from", str(folder))
    assert "give --agreement FILE, or set [network] dir" in ended.err
    assert "expected the database of a node" in explain(sargas, "a1", "LVA").err
    (tmp_path / "sargas.toml").write_text('[network]\ndir = "net"\n', encoding="utf-8")
    ended = sargas("release", "explain", "2", "LVA", "--from", str(folder))
    assert "expected an agreement with LVA, was none: nothing goes to it" in ended.err
    place = tmp_path / "net" / "partners" / "LVA"
    place.mkdir(parents=True)
    (place / "agreement.json").write_text(json.dumps(AGREEMENT), encoding="utf-8")
    assert sargas("release", "explain", "2", "LVA", "--from", str(folder)).out.startswith("track 2 to LVA: goes")


def test_rules_are_checked_with_their_line(sargas: Sargas, tmp_path: Path) -> None:
    file = tmp_path / "own.cedar"
    file.write_text(packaged("ltu.cedar"), encoding="utf-8")
    ended = sargas("release", "check", str(file))
    assert "good (8 rules)" in ended.out
    assert "approved by nobody; 2 more must approve it" in ended.out
    file.write_text('\n@id("a") permit (principal, action, resource) when { resource.levl > 1 };', encoding="utf-8")
    ended = sargas("release", "check", str(file))
    assert (ended.code, f"{file}:2: attribute `levl`" in ended.err) == (1, True)


def test_a_node_takes_rules_that_two_persons_approved(sargas: Sargas, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "own.cedar"
    file.write_text('@id("all") permit (principal, action, resource);', encoding="utf-8")
    (tmp_path / "sargas.toml").write_text('[network]\npolicy_file = "own.cedar"\n', encoding="utf-8")
    with pytest.raises(PolicyError, match="expected 2 persons"):
        read_policy(file, "LTU")
    assert "expected 2 persons" in explain(sargas, "2", "LVA", "--from", str(folder)).err
    checked = sargas("config", "check")
    assert (checked.code, "expected 2 persons" in checked.err) == (1, True)
    assert sargas("release", "approve", str(file), "Jonas").code == 0
    again = sargas("release", "approve", str(file), "jonas")
    assert (again.code, "expected another person" in again.err) == (1, True)
    assert "approved by Jonas, Ona" in sargas("release", "approve", str(file), "Ona").out
    assert read_policy(file, "LTU").rules[0].rule_id == "all"
    assert sargas("config", "check").code == 0
    assert "rules     all" in explain(sargas, "2", "LVA", "--from", str(folder)).out
    file.write_text('@id("all") permit (principal, action, resource) unless { false };', encoding="utf-8")
    with pytest.raises(PolicyError, match="was 0: sargas release approve"):
        read_policy(file, "LTU")


def test_an_agreement_lies_in_its_own_folder_and_keeps_to_the_link(tmp_path: Path) -> None:
    file = tmp_path / "agreement.json"
    assert read_partner_agreement(file, "LVA").kinds == ()
    file.write_text(json.dumps(AGREEMENT), encoding="utf-8")
    assert read_partner_agreement(file, "LVA", 9600).link_bps == 9600
    with pytest.raises(ValueError, match="nation: expected POL, was LVA"):
        read_partner_agreement(file, "POL")


def test_a_policy_read_with_no_file_is_that_of_the_nation() -> None:
    assert read_policy(None, "LTU").name == "ltu.cedar"
    assert read_policy(None, "NOR").rules == ()
    assert OPEN.originator == "LTU"


def test_the_time_of_the_newest_row_counts(sargas: Sargas, folder: Path) -> None:
    old = tracks(1)
    new = replace(old, time_ns=np.array([T0_NS + 5]), latitude_deg=np.array([57.5]))
    pq.write_table(pa.Table.from_batches([new.to_arrow(), old.to_arrow()]), folder / "tracks.parquet")
    told = json.loads(explain(sargas, "1", "LVA", "--from", str(folder), "--json").out)
    assert next(f for f in told["fields"] if f["name"] == "latitude_deg")["here"] == "57.5"
