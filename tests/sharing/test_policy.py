"""What is kept is what Cedar says, and what Cedar says is what the rules mean."""

from collections import Counter

import cedarpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.model.label import Label
from sargas.sharing.policy import policy as policy_module
from sargas.sharing.policy.bounds import broken_bounds
from sargas.sharing.policy.policy import EXAMPLES, Policy, PolicyError, example_policy, packaged
from sargas.sharing.policy.statements import split_statements
from sargas.sharing.policy.words import KINDS, Kind, Owner, Recipient
from tests.sharing import policy_model
from tests.sharing.labels import QUESTIONS

POLICIES = {nation: example_policy(nation) for nation in policy_model.MODELS}
RULES = st.sampled_from(sorted(POLICIES))
PERMIT_ALL = Policy('@id("all") permit (principal, action, resource);')
LTU = Owner("LTU")
LVA = Recipient("LVA", groups=("neighbours", "NATO", "BALTNET"))
TO_LVA = Label(releasable_to=("LVA",), originator="LTU")
SEEN: Counter[bool] = Counter()


@settings(max_examples=400)
@given(RULES, QUESTIONS, st.sampled_from(KINDS))
def test_cache_cedar_and_the_plain_model_agree(
    rules: str, question: tuple[Owner, Recipient, Label], kind: Kind
) -> None:
    owner, recipient, label = question
    policy = POLICIES[rules]
    kept, again, asked = (f(owner, recipient, label, kind) for f in (policy.decide, policy.decide, policy.ask))
    released, fields = policy_model.decide(rules, owner, recipient, label, kind)
    SEEN[released] += 1
    assert kept == again == asked
    assert (kept.is_released, {name for name, _ in kept.fields}) == (released, fields), kept.rules
    assert kept.rules, "every decision names what decided"


def test_the_comparison_saw_releases_and_refusals() -> None:
    if not SEEN:  # run alone: make the comparison first
        test_cache_cedar_and_the_plain_model_agree()
    assert min(SEEN[True], SEEN[False]) > 20


@settings(max_examples=200)
@given(QUESTIONS, st.sampled_from(KINDS))
def test_no_policy_file_opens_what_the_bounds_close(question: tuple[Owner, Recipient, Label], kind: Kind) -> None:
    verdict = PERMIT_ALL.decide(*question, kind)
    broken = broken_bounds(*question)
    assert verdict.is_released == (not broken)
    if broken:
        assert verdict.rules == broken, "Cedar names the same bounds as plain Python"
        assert verdict.fields == ()


def test_without_a_rule_nothing_goes() -> None:
    for kind in KINDS:
        assert Policy("").decide(LTU, LVA, TO_LVA, kind).rules == ("default-deny",)
        assert not Policy("").decide(LTU, LVA, TO_LVA, kind).is_released
    assert not example_policy("EST").decide(Owner("EST"), LVA, TO_LVA, "track").is_released


def test_what_another_nation_made_goes_no_further() -> None:
    theirs = Label(releasable_to=("LVA", "LTU", "POL"), originator="POL")
    assert PERMIT_ALL.decide(LTU, LVA, theirs, "track").rules == ("bound-originator-control",)
    both = Label(releasable_to=("LVA",), originator="LTU+POL")
    assert PERMIT_ALL.decide(LTU, LVA, both, "track").rules == ("bound-originator-control",)


def test_a_question_is_put_to_cedar_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    ask = cedarpy.is_authorized_batch
    monkeypatch.setattr(cedarpy, "is_authorized_batch", lambda *a: asked.append(a) or ask(*a))
    policy = Policy('@id("all") permit (principal, action, resource);')
    for _ in range(5):
        assert policy.decide(LTU, LVA, TO_LVA, "track").is_released
        assert not policy.decide(LTU, LVA, Label(), "track").is_released
    assert len(asked) == 2


def test_whatever_fails_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> list[cedarpy.AuthzResult]:
        raise ValueError("no entities")

    monkeypatch.setattr(cedarpy, "is_authorized_batch", fail)
    verdict = Policy(packaged("ltu.cedar")).decide(LTU, LVA, TO_LVA, "track")
    assert (verdict.is_released, verdict.rules) == (False, ("error",))


def test_an_answer_with_errors_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = {
        "decision": "Allow",
        "diagnostics": {"reason": ["policy0"], "errors": ["a bound could not be evaluated"]},
    }
    answers = [cedarpy.AuthzResult(allowed)] * 6
    monkeypatch.setattr(cedarpy, "is_authorized_batch", lambda *_: answers)
    assert not Policy("").decide(LTU, LVA, TO_LVA, "track").is_released


def test_the_plain_bounds_stand_when_cedar_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [cedarpy.AuthzResult({"decision": "Allow", "diagnostics": {"reason": ["policy0"], "errors": []}})] * 6
    monkeypatch.setattr(cedarpy, "is_authorized_batch", lambda *_: answers)
    verdict = Policy("").decide(LTU, LVA, Label(originator="LTU"), "track")
    assert (verdict.is_released, verdict.rules) == (False, ("bounds-disagree", "bound-releasable-to"))


def test_memory_of_decisions_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_module, "MOST_KEPT", 10)
    policy = Policy(packaged("ltu.cedar"))
    for number in range(50):
        policy.decide(LTU, LVA, Label(releasable_to=("LVA",), caveats=(f"{number}",)), "track")
    assert len(policy._kept) <= 10


def test_the_hash_is_of_every_word() -> None:
    text = packaged("lva.cedar")
    assert Policy(text).digest == Policy(text).digest
    assert Policy(text).digest != Policy(text.replace("EST", "FIN")).digest
    assert len(Policy(text).hash8) == 8


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('\n// why\n@id("a")\npermit (principal, action, resource) when { resource.level > 1 };', "file:3: attribute"),
        ('@id("a") permit (principal, action, resource)', "file:1: expected ; at the end of the rule"),
        ('@id("a") permit (principal, action, resource);\n\npermt (principal);', "file:3: expected a Cedar rule"),
        ('\npermit (principal, action, resource);', 'file:2: expected @id'),
        ('@id("a") permit (principal, action, resource);\n@id("a") forbid (principal, action, resource);',
         "file:2: expected different ids, was 'a' as on line 1"),
        ('@id("bound-clearance") permit (principal, action, resource);', "file:1: expected an id of your own"),
        ('@id("a") permit (principal, action == Action::"release_trak", resource);', "file:1: unrecognized action"),
        ('@id("a") permit (principal == Nation::"LVA, action, resource);', "file:1: expected"),
        ('@id("a") permit (principal in Grup::"NATO", action, resource);', "file:1: unrecognized entity type `Grup`"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(PolicyError, match=r"^file:") as refusal:
        Policy(text, "file")
    assert complaint in str(refusal.value)


@settings(max_examples=100)
@given(st.text(alphabet='@id("a")permitforbid principal,action resource;{}/\n\\', max_size=80))
def test_any_text_is_a_policy_or_a_named_error(text: str) -> None:
    try:
        Policy(text, "file")
    except PolicyError:
        with pytest.raises(PolicyError, match=r"^file:[0-9]+: "):
            Policy(text, "file")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_formatted_and_named_after_their_nation(name: str) -> None:
    text = packaged(f"{name}.cedar")
    statements = split_statements(text)
    assert statements
    assert all(statement.rule_id.startswith(f"{name}-") for statement in statements)
    for statement in statements:
        assert text.splitlines()[statement.line - 1].startswith("@id(")


def test_semicolons_in_strings_and_comments_end_no_rule() -> None:
    text = '// a; b\n@id("x;y") permit (principal, action, resource) when { resource.kind == "a;\\"b" };\n'
    [one] = split_statements(text)
    assert (one.line, one.rule_id, one.is_closed) == (2, "x;y", True)
