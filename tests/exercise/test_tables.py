"""The data files of the night are whole and plausible, and say where they come from."""

import json
from importlib import resources

import numpy as np
import pytest

from sargas.exercise.borders import NOBODY, find_owners, make_zones
from sargas.exercise.population import FIXED_COUNTS
from sargas.exercise.tables import BORDERS, KINDS, MODELS, NATIONS, PLACES, SITES

TOWNS = {
    "LTU": {"Medininkai": (54.54, 25.65), "Šalčininkai": (54.31, 25.38), "Visaginas": (55.60, 26.43),
            "Druskininkai": (54.02, 23.97), "Joniškis": (56.24, 23.61), "Šumskas": (54.62, 25.68)},
    "LVA": {"Krāslava": (55.90, 27.17), "Zilupe": (56.38, 28.12), "Bauska": (56.41, 24.19)},
    "POL": {"Krynki": (53.26, 23.77), "Białystok": (53.13, 23.16), "Augustów": (53.84, 22.98)},
    None: {"Astravyets": (54.61, 25.96), "Ashmyany": (54.42, 25.94), "Hrodna": (53.68, 23.83), "Lida": (53.89, 25.30),
           "Kaliningrad": (54.71, 20.51), "Pskov": (57.82, 28.33)},
}  # fmt: skip


def test_border_towns_lie_in_their_own_nation() -> None:
    for nation, towns in TOWNS.items():
        expected = NOBODY if nation is None else NATIONS.index(nation)
        places = np.array(list(towns.values()))
        owners = find_owners(NATIONS, places[:, 0], places[:, 1])
        wrong = [town for town, owner in zip(towns, owners, strict=True) if owner != expected]
        assert wrong == [], nation


def test_every_sensor_stands_in_its_nation_and_has_a_model() -> None:
    for site in SITES:
        owner = find_owners(NATIONS, np.array([site.latitude_deg]), np.array([site.longitude_deg]))[0]
        assert NATIONS[owner] == site.nation, site.id
        assert site.model in MODELS
    assert len({site.id for site in SITES}) == len(SITES)


def test_every_nation_has_every_model() -> None:
    for nation in NATIONS:
        assert {site.model for site in SITES if site.nation == nation} == set(MODELS)


def test_one_clock_one_bearing_and_one_second_path_are_wrong() -> None:
    assert [site.clock_offset_s for site in SITES if site.clock_offset_s] == [pytest.approx(2, abs=0.5)]
    assert len([site for site in SITES if site.azimuth_bias_deg]) == 1
    assert len([site for site in SITES if site.paths == 2]) == 1


def test_shares_of_kinds_add_up() -> None:
    assert sum(kind.share for kind in KINDS) == pytest.approx(1)
    assert all((kind.share == 0) == (kind.kind in FIXED_COUNTS) for kind in KINDS)
    for kind in KINDS:
        assert kind.adsb <= kind.transponder, kind.kind
        assert all(low <= high for low, high in (kind.speed_mps, kind.height_m, kind.rcs_dbsm)), kind.kind


def test_zones_are_borders_and_protected_places_of_the_nations_asked_for() -> None:
    zones = make_zones(("LTU",))
    assert [zone.id for zone in zones] == ["border-ltu", "vilnius-airport", "elektrenai-power-plant", "vilnius"]
    assert zones[0].polygon == BORDERS["LTU"].ring
    assert len(make_zones(NATIONS)) == 3 + len(PLACES.zone)


def test_borders_name_their_origin_and_licence() -> None:
    text = resources.files("sargas.exercise").joinpath("figures", "borders.json").read_text(encoding="utf-8")
    stated = json.loads(text)
    assert "Natural Earth" in stated["origin"]
    assert "Public domain" in stated["licence"]
    assert all(100 <= len(border.ring) <= 500 for border in BORDERS.values())
