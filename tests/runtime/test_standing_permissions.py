"""What a picture starts with: the record stands, the file adds, changes and revokes its own, a crash loses none."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sargas.model.identity_records import FlightPermission
from sargas.runtime.config import ConsoleSettings, NodeSettings, Settings
from sargas.runtime.journal_read import read
from sargas.runtime.node import Node
from sargas.runtime.on_record import journaled
from sargas.runtime.standing_permissions import choose_standing
from tests.runtime.store_cases import make_permission

NOW_NS = 10**17
CSV = (
    "permission_id,holder,valid_from,valid_until,latitude_deg,longitude_deg,radius_m\n"
    "club,Klubas,2020-01-01T08:00Z,2090-01-01T08:00Z,54.9,24.0,1000\n"
)


def standing(stored: list[FlightPermission], of_file: list[FlightPermission]) -> dict[str, tuple[str, float]]:
    """Return state and ceiling of what a picture starts with."""
    chosen = choose_standing(stored, of_file, NOW_NS)
    return {one.permission_id: (one.state, one.ceiling_m) for one in chosen}


def test_what_is_on_record_stands_and_what_is_over_does_not() -> None:
    over = make_permission(2, 1, valid_until_ns=NOW_NS, entered_by="ona")
    revoked = make_permission(3, 1, state="revoked", entered_by="ona")
    assert standing([make_permission(1, 1, entered_by="ona"), over, revoked], []) == {"permission-1": ("active", 1e5)}


def test_the_file_brings_in_changes_and_revokes_its_own() -> None:
    old, gone = make_permission(1, 1), make_permission(2, 1)
    new = make_permission(1, 2, ceiling_m=500.0)
    assert standing([], [new]) == {"permission-1": ("active", 500.0)}
    assert standing([old, gone], [new]) == {"permission-1": ("active", 500.0), "permission-2": ("revoked", 1e5)}
    (kept,) = choose_standing([old], [make_permission(1, 9)], NOW_NS)
    assert kept is old, "the same permission is the same record, however often a node starts"
    assert standing([gone.model_copy(update={"state": "revoked"})], []) == {}


def test_what_a_person_changed_or_revoked_stands_whatever_the_file_says() -> None:
    changed = make_permission(1, 5, ceiling_m=300.0, entered_by="ona")
    assert standing([changed], [make_permission(1, 9, ceiling_m=900.0)]) == {"permission-1": ("active", 300.0)}
    revoked = changed.model_copy(update={"state": "revoked"})
    assert standing([revoked], [make_permission(1, 9)]) == {}


def settings_for(data_dir: Path, file: Path) -> Settings:
    """Return the settings of a node without feeds."""
    return Settings(
        node=NodeSettings(name="rasa", nation="LTU", data_dir=data_dir),
        console=ConsoleSettings(port=0),
        permissions_file=file,
    )


async def run_once(settings: Settings, enter: FlightPermission | None = None) -> dict[str, FlightPermission]:
    """Run a node until it shows its permissions; return them."""
    node = Node(settings)
    running = asyncio.create_task(node.run())
    for _ in range(600):
        await asyncio.sleep(0.05)
        if running.done() or node.picture.snapshot().permissions:
            break
    if enter is not None:
        node.enter(enter)
        await asyncio.sleep(1.5)
    shown = {one.permission_id: one for one in node.picture.snapshot().permissions}
    node.stop()
    await asyncio.wait_for(running, 60)
    return shown


def test_permissions_outlive_the_node_and_a_store_that_lost_them(tmp_path: Path) -> None:
    file = tmp_path / "permissions.csv"
    file.write_text(CSV, encoding="utf-8")
    settings = settings_for(tmp_path / "data", file)
    mine = make_permission(7, 1, valid_until_ns=1 << 62, entered_by="ona")
    assert sorted(asyncio.run(run_once(settings, mine))) == ["club", "permission-7"]
    assert sorted(asyncio.run(run_once(settings))) == ["club", "permission-7"]
    journal = tmp_path / "data" / "journal"
    records = [one for one in read(journal) if b'"flight_permission"' in one.data]
    assert len(records) == 4, "each start journals them anew: a replay hears what the node heard"
    found = {one.permission_id for one in journaled(journal, -1, FlightPermission)}
    assert found == {"club", "permission-7"}
    assert list(journaled(journal, records[-1].sequence, FlightPermission)) == []


def test_a_bad_file_stops_the_node_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "permissions.csv"
    file.write_text(CSV.replace("24.0", "240"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"permissions\.csv:2: centre\.0: "):
        asyncio.run(run_once(settings_for(tmp_path / "data", file)))
