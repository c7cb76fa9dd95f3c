"""Tables between heights, times and places; outside of them the nearest, with more doubt."""

import numpy as np
import pytest

from sargas.assessment.drift.atmosphere import log_pressure
from sargas.assessment.drift.drifters import Drifters
from sargas.assessment.drift.wind_table import STALE_S, WindField
from sargas.model.columns import NS_PER_S
from tests.assessment.drift.winds import PLANE, START_NS, table

HOUR_NS = 3600 * NS_PER_S


def test_between_heights_it_is_linear_in_log_pressure() -> None:
    field = WindField.of([table(0.0, shear=5.0)], PLANE, START_NS, START_NS)
    between = 2000.0
    share = (log_pressure(1000.0) - log_pressure(between)) / (log_pressure(1000.0) - log_pressure(3000.0))
    assert field.at(0.0, 0.0, np.array([between]), 0.0).east_mps[0] == pytest.approx(5.0 + share * 10.0)


def test_between_times_it_is_linear_and_outside_more_doubtful() -> None:
    tables = [table(10.0, name="a"), table(20.0, at_ns=START_NS + HOUR_NS, name="b")]
    field = WindField.of(tables, PLANE, START_NS, START_NS)
    height = np.array([500.0])
    assert field.at(0.0, 0.0, height, 900.0).east_mps[0] == pytest.approx(12.5)
    late = field.at(0.0, 0.0, height, 3 * 3600.0)
    assert late.east_mps[0] == pytest.approx(20.0)
    assert late.sigma_mps[0] > field.at(0.0, 0.0, height, 3600.0).sigma_mps[0] + 0.1


def test_a_table_too_old_to_count_again_is_forgotten_and_one_to_come_is_kept() -> None:
    drifters, later_ns = Drifters(PLANE), START_NS + round((STALE_S + 1.0) * NS_PER_S)
    drifters.hear(table(10.0, name="old"), START_NS)
    drifters.hear(table(10.0, at_ns=later_ns + 48 * HOUR_NS, name="to come"), START_NS)
    drifters.hear(table(20.0, at_ns=later_ns, name="new"), later_ns)
    assert sorted(drifters.tables) == ["new", "to come"]


def test_above_the_highest_level_it_is_more_doubtful() -> None:
    field = WindField.of([table()], PLANE, START_NS, START_NS)
    inside, above = field.at(0.0, 0.0, np.array([8000.0, 12_000.0]), 0.0).sigma_mps
    assert above > inside + 1.0


def test_near_a_column_its_own_wind_counts_and_between_two_both() -> None:
    tables = [table(10.0, place=(54.6, 25.3), name="a"), table(20.0, place=(54.6, 28.4), name="b")]
    field = WindField.of(tables, PLANE, START_NS, START_NS)
    east_m = float(PLANE.plane_from_geodetic(54.6, 28.4)[0])
    winds = [float(field.at(x, 0.0, np.array([500.0]), 0.0).east_mps[0]) for x in (0.0, east_m / 2, east_m)]
    assert winds == pytest.approx([10.0, 15.0, 20.0], abs=0.2)


def test_withdrawn_and_stale_tables_say_nothing() -> None:
    withdrawn = table().model_copy(update={"state": "withdrawn"})
    stale = table(at_ns=START_NS - round((STALE_S + 60) * NS_PER_S))
    assert not WindField.of([withdrawn, stale], PLANE, START_NS, START_NS)
    with pytest.raises(ValueError, match="expected wind tables, was none"):
        WindField().at(0.0, 0.0, np.array([0.0]), 0.0)
