"""The item tables are read exactly, and what is unknown is refused with what is known."""

from fractions import Fraction

import pytest

from sargas.formats.asterix.specs import (
    DEFAULT_EDITIONS,
    Category,
    Element,
    Extended,
    Group,
    category,
    default_category,
    editions,
    width,
)
from sargas.formats.asterix.units import NAUTICAL_MILE_M


def element(layout: Category, item: str, *fields: str) -> Element:
    variation = layout.slots[layout.frn(item) - 1].variation  # type: ignore[union-attr]
    for name in fields:
        assert isinstance(variation, Group)
        variation = next(part.variation for part in variation.items if getattr(part, "name", "") == name)  # type: ignore[union-attr]
    assert isinstance(variation, Element)
    return variation


def test_every_default_edition_is_there() -> None:
    for name, edition in DEFAULT_EDITIONS.items():
        assert edition in editions(name)


def test_editions_are_in_order_of_number_not_of_text() -> None:
    assert editions("048") == ("1.27", "1.28", "1.29", "1.30", "1.31", "1.32")
    assert editions("021") == ("2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7")


def test_steps_are_exact_fractions() -> None:
    assert element(default_category(62), "105", "LAT").content.lsb == Fraction(180, 2**25)
    assert element(default_category(48), "040", "RHO").content.lsb * Fraction(NAUTICAL_MILE_M) == Fraction(1852, 256)
    assert element(default_category(21), "074", "TOMRP").content.lsb == Fraction(1, 2**30)


@pytest.mark.parametrize("edition", editions("048"))
def test_flight_levels_are_signed_in_every_edition(edition: str) -> None:
    assert element(category(48, edition), "090", "FL").content.signed


def test_a_layout_whose_last_part_ends_without_fx_is_known() -> None:
    layout = category(21, "2.1")
    variation = layout.slots[layout.frn("271") - 1].variation  # type: ignore[union-attr]
    assert isinstance(variation, Extended)
    assert (variation.part_bits, variation.last_has_fx) == ((7, 8), False)


@pytest.mark.parametrize("name", [name for name in DEFAULT_EDITIONS if "/" not in name])
def test_every_fixed_field_fills_whole_octets(name: str) -> None:
    for edition in editions(name):
        for item in category(int(name), edition).slots:
            if item is not None and isinstance(item.variation, Element | Group):
                assert width(item) % 8 == 0, item.name


def test_an_unknown_edition_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match=r"expected an edition of category 065 out of 1.4, 1.5, 1.6, was '9.9'"):
        category(65, "9.9")
    with pytest.raises(ValueError, match=r"expected an ASTERIX category out of 021.*, was '240'"):
        editions("240")


def test_an_unknown_item_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected an item of category 048 edition 1\.32, was '999'"):
        default_category(48).frn("999")
