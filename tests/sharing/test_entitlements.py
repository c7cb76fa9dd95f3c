"""Who gets what is read off the same rules that decide releases."""

from __future__ import annotations

from sargas.model.label import Classification, Label
from sargas.sharing.agreement import Agreement
from sargas.sharing.entitlements import LEVELS, entitlements_of
from sargas.sharing.policy.policy import example_policy
from sargas.sharing.policy.words import KINDS, Owner

LTU = Owner("LTU")
LATVIA = Agreement(
    nation="LVA",
    kinds=("track", "alert", "approval", "plots", "cue"),
    clearance="restricted",
    groups=("NATO", "BALTNET", "neighbours"),
)


def test_every_kind_says_how_far_it_goes_and_by_which_rule() -> None:
    told = {one.kind: one for one in entitlements_of(example_policy("LTU"), LTU, LATVIA)}
    assert tuple(told) == KINDS
    assert (told["track"].up_to, told["track"].fields) == ("restricted", ("full_accuracy",))
    assert "ltu-picture-to-neighbours" in told["track"].rules
    assert told["approval"].up_to == "restricted"
    assert (told["plots"].up_to, told["plots"].fields) == ("unclassified", ("sensor_place",))
    assert (told["warning"].agreed, told["warning"].up_to, told["warning"].rules) == (False, None, ("agreement-kinds",))
    assert told["cue"].fields == (), "words go with unclassified cues only, and these go up to restricted"


def test_it_is_what_a_release_of_that_label_would_be_answered() -> None:
    policy = example_policy("LVA")
    agreement = LATVIA.model_copy(update={"nation": "LTU", "kinds": KINDS, "clearance": "secret"})
    owner = Owner("LVA")
    for one in entitlements_of(policy, owner, agreement):
        for level in LEVELS:
            label = Label(classification=Classification[level.upper()], releasable_to=("LTU",), originator="LVA")
            goes = policy.decide(owner, agreement.to_recipient(), label, one.kind).is_released
            if goes:
                assert one.up_to is not None
                assert LEVELS.index(level) <= LEVELS.index(one.up_to)
            elif one.up_to is not None:
                assert level != one.up_to


def test_a_nation_without_rules_gives_nothing_and_says_why() -> None:
    for one in entitlements_of(example_policy("EST"), Owner("EST"), LATVIA):
        assert one.up_to is None
        assert one.rules in (("default-deny",), ("agreement-kinds",))


def test_an_exercise_node_gives_to_partners_in_the_exercise_alone() -> None:
    policy = example_policy("LTU")
    outside = entitlements_of(policy, Owner("LTU", exercise=True), LATVIA)
    inside = entitlements_of(policy, Owner("LTU", exercise=True), LATVIA.model_copy(update={"exercise": True}))
    assert all(one.up_to is None for one in outside)
    assert any(one.up_to is not None for one in inside)
