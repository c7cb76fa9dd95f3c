"""A picture starts with the zones of its configuration and what persons made of them, in the order they did it."""

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
