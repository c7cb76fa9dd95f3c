"""A picture starts with the zones of its configuration and what persons made of them, in the order they did it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from sargas.model.records import Configuration, Zone, ZoneChange
from sargas.runtime.config import ConsoleSettings, NodeSettings, Settings
from sargas.runtime.journal_read import read
from sargas.runtime.node import Node
from sargas.runtime.standing_zones import with_standing_zones
from tests.runtime.store_cases import make_configuration, make_zone_change


def test_what_was_drawn_changed_and_deleted_stands_whatever_the_file_says() -> None:
    settings = make_configuration(1, 5)
    first, second = (zone.id for zone in settings.zones)
    moved = settings.zones[1].model_copy(update={"name": "Moved"})
    changes = [
        make_zone_change(9),
        make_zone_change(7, zone_id=second, zone=moved),
        make_zone_change(8, zone_id=first, state="deleted", zone=None),
    ]
    found = with_standing_zones(settings, changes)
    assert [(zone.id, zone.name) for zone in found.zones] == [(second, "Moved"), ("new", "Nauja")]
    assert found.model_copy(update={"zones": settings.zones}) == settings


def test_without_changes_the_configuration_is_the_file_alone() -> None:
    settings = make_configuration(1, 5)
    assert with_standing_zones(settings, []) == settings
    gone = make_zone_change(9, zone_id="never-there", state="deleted", zone=None)
    assert with_standing_zones(settings, [gone]) == settings


async def run_once(settings: Settings, *entered: ZoneChange) -> tuple[str, ...]:
    """Run a node until what is entered is in its picture; return the names of its zones then."""
    node = Node(settings)
    running = asyncio.create_task(node.run())
    wanted = {one.zone.name for one in entered if one.zone is not None}
    names, is_entered = list[str](), False
    for _ in range(2400):
        await asyncio.sleep(0.05)
        shown = node.picture.snapshot().configuration
        if running.done():
            break
        if shown is None:
            continue
        if not is_entered:
            node.enter(*entered)
            is_entered = True
        names = [zone.name for zone in shown.zones]
        if wanted <= set(names):
            break
    await asyncio.sleep(1.5)
    node.stop()
    await asyncio.wait_for(running, 60)
    return tuple(names)


def test_a_zone_that_was_drawn_outlives_the_node_and_the_audit_has_who_drew_it(tmp_path: Path) -> None:
    plant = Zone(id="plant", name="Plant", kind="protected", centre=(24.9, 54.75), radius_m=5000.0)
    settings = Settings(
        node=NodeSettings(name="rasa", nation="LTU", data_dir=tmp_path / "data"),
        console=ConsoleSettings(port=0), zone=(plant,),
    )  # fmt: skip
    assert asyncio.run(run_once(settings, make_zone_change(time.time_ns()))) == ("Plant", "Nauja")
    assert asyncio.run(run_once(settings)) == ("Plant", "Nauja")
    told = [one.data for one in read(tmp_path / "data" / "journal") if b'"kind":"configuration"' in one.data]
    assert [len(Configuration.model_validate_json(data).zones) for data in told] == [1, 2]
    deeds = b"".join(path.read_bytes() for path in (tmp_path / "data" / "audit").rglob("*") if path.is_file())
    assert b'"action":"zone"' in deeds
    assert b'"actor":"jonas"' in deeds
