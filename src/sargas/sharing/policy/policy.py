"""A set of release rules: read and checked once, asked once for each nation, label and kind. Page: docs/policy.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from importlib import resources
from typing import Any

import cedarpy

from sargas.model.label import Label
from sargas.sharing.policy.bounds import broken_bounds
from sargas.sharing.policy.statements import Statement, split_statements
from sargas.sharing.policy.words import EXERCISE, FIELDS, Field, Kind, Owner, Recipient, Verdict, is_exercise

MOST_KEPT = 4096
"""Decisions kept; beyond that all are made anew."""
DEFAULT_DENY, FAILED, DISAGREED = "default-deny", "error", "bounds-disagree"
EXAMPLES = ("ltu", "lva", "pol")


class PolicyError(ValueError):
    """A policy file that cannot be used: file, line, and what to mend."""


def packaged(name: str) -> str:
    """Return the text of a file of this folder."""
    return resources.files("sargas.sharing.policy").joinpath(name).read_text(encoding="utf-8")


class Policy:
    """Rules of one nation with the bounds above them. Decisions are kept: the same question is asked of Cedar once."""

    def __init__(self, text: str, name: str = "policy") -> None:
        """Read a policy text. Raises PolicyError that names the line, for anything that is not entirely right."""
        bounds, schema = packaged("bounds.cedar"), packaged("release.cedarschema")
        self.name = name
        self.rules = _check(text, name, {s.rule_id for s in split_statements(bounds)}, schema)
        self.whole = "\x00".join((schema, bounds, text)).encode()
        """Schema, bounds and text: what decides."""
        self.digest = sha256(self.whole).digest()
        """SHA-256 of the whole; its first octets go out with every release."""
        self._policies = cedarpy.PolicySet.from_str(f"{bounds}\n{text}")
        self._schema = cedarpy.Schema.from_str(schema)
        self._kept: dict[tuple[Owner, Recipient, Label, Kind], Verdict] = {}

    @property
    def hash8(self) -> bytes:
        """Return the first eight octets of the digest, as releases carry it."""
        return self.digest[:8]

    def decide(self, owner: Owner, recipient: Recipient, label: Label, kind: Kind) -> Verdict:
        """Say whether a nation may be told a kind of thing under a label, which fields, and by which rules."""
        question = (owner, recipient, label, kind)
        verdict = self._kept.get(question)
        if verdict is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            verdict = self._kept[question] = self.ask(*question)
        return verdict

    def ask(self, owner: Owner, recipient: Recipient, label: Label, kind: Kind) -> Verdict:
        """Ask Cedar, and the plain bounds after it; whatever goes wrong is a refusal."""
        actions = [f"release_{name}" for name in (kind, *FIELDS)]
        try:
            answers = cedarpy.is_authorized_batch(
                [_request(owner, recipient, action) for action in actions],
                self._policies,
                json.dumps(_entities(recipient, label, kind)),
                self._schema,
            )
        except (ValueError, TypeError):
            return Verdict(False, (FAILED,))
        allowed, rules = _answer(answers[0])
        if not allowed:
            return Verdict(False, rules)
        if broken := broken_bounds(owner, recipient, label):
            return Verdict(False, (DISAGREED, *broken))
        granted: list[tuple[Field, tuple[str, ...]]] = []
        for field, answer in zip(FIELDS, answers[1:], strict=True):
            may, why = _answer(answer)
            if may:
                granted.append((field, why))
        return Verdict(True, rules, tuple(granted))


def example_policy(nation: str) -> Policy:
    """Return the rules shipped for a nation; for others rules that release nothing."""
    name = f"{nation.lower()}.cedar"
    return Policy(packaged(name), name) if nation.lower() in EXAMPLES else Policy("", "no rules")


def _check(text: str, name: str, bounds: set[str], schema: str) -> tuple[Statement, ...]:
    """Check names, syntax and types of a policy text; returns its rules."""
    statements = split_statements(text)
    seen: dict[str, int] = {}
    for statement in statements:
        where = f"{name}:{statement.line}"
        if not statement.is_closed:
            raise PolicyError(f"{where}: expected ; at the end of the rule that begins here")
        try:
            cedarpy.PolicySet.from_str(statement.text)
        except ValueError as error:
            raise PolicyError(f"{where}: expected a Cedar rule, was not: {_first_line(error)}") from None
        if not statement.rule_id:
            raise PolicyError(f'{where}: expected @id("...") before the rule: decisions are recorded by it')
        if statement.rule_id in bounds or statement.rule_id in (DEFAULT_DENY, FAILED, DISAGREED):
            raise PolicyError(f"{where}: expected an id of your own, was {statement.rule_id!r}: choose another")
        if statement.rule_id in seen:
            raise PolicyError(
                f"{where}: expected different ids, was {statement.rule_id!r} as on line {seen[statement.rule_id]}"
            )
        seen[statement.rule_id] = statement.line
    _validate(text, name, statements, schema)
    return statements


def _validate(text: str, name: str, statements: Sequence[Statement], schema: str) -> None:
    """Check the words of the rules against the schema. Raises PolicyError with the line of the first wrong rule."""
    for error in cedarpy.validate_policies(text, schema).errors:
        place = error.policy_id.removeprefix("policy")
        line = statements[int(place)].line if place.isdigit() and int(place) < len(statements) else 1
        words = error.error.replace(f"for policy `{error.policy_id}`, ", "")
        raise PolicyError(f"{name}:{line}: {words}: the words are those of release.cedarschema (docs/policy.md)")


def _request(owner: Owner, recipient: Recipient, action: str) -> dict[str, Any]:
    return {
        "principal": {"type": "Nation", "id": recipient.nation},
        "action": {"type": "Action", "id": action},
        "resource": {"type": "Thing", "id": "thing"},
        "context": {"owner": owner.nation, "exercise": owner.exercise},
    }


def _entities(recipient: Recipient, label: Label, kind: Kind) -> list[dict[str, Any]]:
    groups = [{"type": "Group", "id": group} for group in recipient.groups]
    nation = {
        "uid": {"type": "Nation", "id": recipient.nation},
        "attrs": {
            "code": recipient.nation,
            "clearance": int(recipient.clearance),
            "caveats": list(recipient.caveats),
            "exercise": recipient.exercise,
        },
        "parents": groups,
    }
    thing = {
        "uid": {"type": "Thing", "id": "thing"},
        "attrs": {
            "kind": kind,
            "policy": label.policy,
            "classification": int(label.classification),
            "releasable_to": list(label.releasable_to),
            "caveats": [caveat for caveat in label.caveats if caveat != EXERCISE],
            "originator": label.originator,
            "exercise": is_exercise(label),
        },
        "parents": [],
    }
    return [nation, thing, *({"uid": group, "attrs": {}, "parents": []} for group in groups)]


def _answer(result: cedarpy.AuthzResult) -> tuple[bool, tuple[str, ...]]:
    """Read one answer: allowed only when Cedar says so and nothing failed on the way."""
    if result.diagnostics.errors or result.decision is cedarpy.Decision.NoDecision:
        return False, (FAILED,)
    names = result.diagnostics.id_annotations_by_reason
    rules = tuple(sorted(names.get(reason, reason) for reason in result.diagnostics.reasons))
    return result.allowed, rules or (DEFAULT_DENY,)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
