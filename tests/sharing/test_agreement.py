"""An agreement is read or refused by field, and its page says what it holds."""

import json

import numpy as np
import pytest

from sargas.sharing.agreement import Agreement, SharedSensor, read_agreement
from sargas.sharing.policy.approvals import approval_line, approvers, check_approvals
from sargas.sharing.policy.policy import Policy, PolicyError, packaged
from sargas.sharing.region import inside, outline_of, touches
from tests.docs.tables import ROOT, field_rows, render, tables_of

PAGE = ROOT / "docs" / "policy.md"
SQUARE = ((24.0, 55.0), (26.0, 55.0), (26.0, 57.0), (24.0, 57.0))


@pytest.mark.parametrize("model", [Agreement, SharedSensor], ids=lambda model: model.__name__)
def test_every_field_is_documented_as_it_is(model: type[Agreement] | type[SharedSensor]) -> None:
    expected = field_rows(model, with_default=True)
    assert tables_of(PAGE).get(model.__name__) == expected, render(expected)


def test_the_example_of_the_page_is_an_agreement() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("```json\n")[2].partition("```")[0]
    found = read_agreement(text)
    assert found.nation == "LVA"
    assert found.sensors


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"nation": "LV"}, "f: nation:"),
        ({"nation": "LVA", "kinds": ["tracks"]}, "f: kinds.0:"),
        ({"nation": "LVA", "link": 9600}, "f: link: Extra inputs"),
        ({"nation": "LVA", "region": [[24, 55], [25, 55]]}, "f: file: Value error, expected a region of 3 or more"),
        ({"nation": "LVA", "sensors": [{"sensor_id": "a", "name": "x"}, {"sensor_id": "b", "name": "x"}]},
         "expected different names of shared sensors"),
        ({"nation": "LVA", "sensors": [{"sensor_id": "a", "name": "x.y"}]}, "f: sensors.0.name:"),
    ],
)  # fmt: skip
def test_a_wrong_agreement_is_refused_by_field(fields: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=r"^f: ") as refusal:
        read_agreement(json.dumps(fields), "f")
    assert complaint in str(refusal.value)


def test_nothing_was_agreed_until_it_is_named() -> None:
    assert Agreement(nation="LVA").kinds == ()


@pytest.mark.parametrize(("bps", "buckets"), [(9600, 4), (16_000, 4), (64_000, 8), (128_000, 16), (1_000_000, 32)])
def test_slow_links_deal_tracks_to_few_buckets(bps: int, buckets: int) -> None:
    assert Agreement(nation="LVA", link_bps=bps).buckets == buckets


def test_a_region_is_a_ring_of_straight_edges() -> None:
    latitude, longitude = np.array([56.0, 54.9, 57.1, 56.0]), np.array([25.0, 25.0, 25.0, 26.1])
    assert inside(SQUARE, latitude, longitude).tolist() == [True, False, False, False]
    assert inside((), latitude, longitude).all()
    assert touches(SQUARE, ((25.9, 56.9), (27.0, 56.9), (27.0, 58.0)))
    assert not touches(SQUARE, ((27.0, 56.9), (28.0, 56.9), (28.0, 58.0)))
    assert not touches(SQUARE, ())
    assert touches((), ())
    hull = outline_of((SQUARE, ((25.0, 56.0), (25.1, 56.0), (25.1, 56.1234567))))
    assert sorted(hull) == sorted(SQUARE), "the outline shows no corner within"
    assert outline_of(((),)) == ()


def test_two_persons_stand_behind_the_words_of_a_policy() -> None:
    policy = Policy(packaged("ltu.cedar"))
    one = approval_line(policy, "Jonas Jonaitis")
    assert approvers(policy, one + one.replace("Jonas", "jonas")) == ("Jonas Jonaitis",)
    with pytest.raises(
        PolicyError, match=r"p.approved: expected 2 persons .* was 1 \(Jonas Jonaitis\): sargas release"
    ):
        check_approvals(policy, one, "p.approved")
    both = one + approval_line(policy, "Ona Onaitė")
    assert check_approvals(policy, both, "p") == ("Jonas Jonaitis", "Ona Onaitė")
    changed = Policy(packaged("ltu.cedar").replace("<= 1", "<= 2"))
    assert approvers(changed, both) == (), "other words are other rules"
    with pytest.raises(PolicyError, match="expected the name of a person"):
        approval_line(policy, "two\nlines")


def test_an_outline_over_180_degrees_is_as_small_as_it_is() -> None:
    area = ((179.6, 56.0), (-179.7, 56.0), (-179.7, 56.5), (179.6, 56.5))
    assert set(outline_of((area,))) == set(area)
    assert set(outline_of((area, ((-179.7, 56.0), (-179.2, 56.0), (-179.2, 56.5))))) == {
        (179.6, 56.0), (-179.2, 56.0), (-179.2, 56.5), (179.6, 56.5),
    }  # fmt: skip
    for west in (179.0, -180.0, -180.5):
        assert touches(((west, 55.0), (west + 1.0, 55.0), (west + 1.0, 57.0), (west, 57.0)), area)
    assert not touches(((20.0, 55.0), (26.0, 55.0), (26.0, 57.0), (20.0, 57.0)), area)
    assert touches(((-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0)), area)
