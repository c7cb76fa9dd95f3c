"""Drafts of releases to one nation with the decisions behind them: numbered, weighed against the link, written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sargas.formats.release.envelope import Release, Traffic
from sargas.model.label import Label
from sargas.sharing.agreement import Agreement
from sargas.sharing.audit import AuditEntry
from sargas.sharing.pacing import Link, size_on_link
from sargas.sharing.policy.policy import Policy
from sargas.sharing.policy.words import FIELDS, Kind, Owner, Verdict

NOT_AGREED = "agreement-kinds"
MOST_REFUSALS = 1024
"""Refusals remembered, so that each is written down once and not at each tick."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A release that was decided and written down, ready to be sealed and published."""

    partner: str
    release: Release
    decision: str
    """``message_id`` of the audit entry that it goes under."""

    @property
    def subject(self) -> str:
        """Return the subject of our bus that reaches the partner's outbox."""
        return f"outbox.{self.partner}.{self.release.subject}"


@dataclass(frozen=True, slots=True)
class Offer:
    """What follows from what was offered: write ``audit`` first, then publish ``drafts`` in order."""

    drafts: tuple[Draft, ...] = ()
    audit: tuple[AuditEntry, ...] = ()


class Ledger:
    """Decide for one nation, number its messages, use its link, and write everything down."""

    def __init__(self, owner: Owner, agreement: Agreement, epoch: int) -> None:
        self.owner, self.agreement = owner, agreement
        self.recipient = agreement.to_recipient()
        self.link = Link(agreement.link_bps)
        self.time_ns = 0
        self._epoch = epoch
        self._sequence: dict[Traffic, int] = {"state": 0, "log": 0, "plots": 0}
        self._policy: Policy | None = None
        self._drafts: list[Draft] = []
        self._audit: list[AuditEntry] = []
        self._refused: dict[tuple[str, Label, tuple[str, ...], str], None] = {}

    @property
    def policy(self) -> Policy:
        """The rules that hold now."""
        assert self._policy is not None, "begin comes first"
        return self._policy

    def begin(self, time_ns: int, policy: Policy) -> None:
        """Begin what is decided at ``time_ns`` (UTC ns) by these rules."""
        if policy is not self._policy:
            self._refused.clear()
        self.time_ns, self._policy = time_ns, policy
        self.link.advance(time_ns)

    def decide(self, label: Label, kind: Kind) -> Verdict:
        """Decide by agreement and rules; what was not agreed never goes."""
        if kind not in self.agreement.kinds:
            return Verdict(False, (NOT_AGREED,))
        return self.policy.decide(self.owner, self.recipient, label, kind)

    def refuse(self, kind: Kind, label: Label, rules: Sequence[str], objects: Sequence[str], reason: str = "") -> None:
        """Write down that something does not go; the same refusal of tracks once."""
        about = "" if kind == "track" else "\x00".join(objects)
        key = (f"{kind}\x00{about}", label, tuple(rules), reason)
        if key in self._refused:
            return
        while len(self._refused) >= MOST_REFUSALS:
            del self._refused[next(iter(self._refused))]
        self._refused[key] = None
        entry = self._entry("refused", kind, "", label, tuple(rules), tuple(objects), reason=reason)
        self._audit.append(entry)

    def draft(self, traffic: Traffic, token: str, label: Label, body: bytes) -> Release:
        """Make the next message of a kind of traffic and use the link for it."""
        sequence = self._sequence[traffic]
        self._sequence[traffic] += 1
        release = Release(
            self.owner.nation, self.agreement.nation, traffic, token, self._epoch, sequence, self.time_ns,
            self.policy.hash8, label, body,
        )  # fmt: skip
        self.link.take(size_on_link(release))
        return release

    def release(
        self,
        release: Release,
        kind: Kind,
        verdict: Verdict,
        objects: Sequence[str],
        fields: Sequence[str],
        under: str = "",
    ) -> str:
        """Put a message out, written down by itself or under a decision that stands; returns the decision's id."""
        if not under:
            granted = {field for field, _ in verdict.fields}
            rules = sorted({*verdict.rules, *(rule for _, why in verdict.fields for rule in why)})
            withheld = tuple(field for field in FIELDS if field not in granted)
            entry = self._entry(
                "released", kind, release.message_id, release.label, tuple(rules), tuple(objects), tuple(fields),
                withheld, sha256(release.body).hexdigest(),
            )  # fmt: skip
            self._audit.append(entry)
            under = release.message_id
        self._drafts.append(Draft(self.agreement.nation, release, under))
        return under

    def take_drafts(self) -> list[Draft]:
        """Return the drafts since the last time."""
        found, self._drafts = self._drafts, []
        return found

    def take_audit(self) -> list[AuditEntry]:
        """Return what was written down since the last time."""
        found, self._audit = self._audit, []
        return found

    def _entry(
        self,
        decision: str,
        kind: Kind,
        message_id: str,
        label: Label,
        rules: tuple[str, ...],
        objects: tuple[str, ...],
        fields: tuple[str, ...] = (),
        withheld: tuple[str, ...] = (),
        body_sha256: str = "",
        reason: str = "",
    ) -> AuditEntry:
        return AuditEntry(
            time_ns=self.time_ns,
            decision="released" if decision == "released" else "refused",
            partner=self.agreement.nation,
            kind=kind,
            message_id=message_id,
            objects=objects,
            label=label,
            rules=rules,
            fields=fields,
            withheld=withheld,
            policy_hash=self.policy.digest.hex(),
            body_sha256=body_sha256,
            reason=reason,
        )
