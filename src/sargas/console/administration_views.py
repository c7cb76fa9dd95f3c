"""How the node itself is, for administrators: its parts, the audit verified, and what rules of release give to whom."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException

from sargas.console.administering import Administering
from sargas.console.administration_messages import (
    AuditLine,
    AuditView,
    Entitlement,
    PartFigure,
    PartnerRights,
    PartView,
    ReleaseRule,
    ReleasesView,
)
from sargas.console.sessions import HasConsole
from sargas.runtime.audit.look import look_beside
from sargas.sharing.entitlements import entitlements_of

router = APIRouter(prefix="/api/administration")


@router.get("/parts")
def read_parts(console: HasConsole, session: Administering) -> list[PartView]:
    """Say how each part of the node is: core, journal, store, history, audit, bus and links."""
    return [
        PartView(
            part=one.part,
            state=one.state,
            reason=one.reason.en,
            reason_lt=one.reason.lt,
            figures=tuple(PartFigure(name=name, value=value) for name, value in one.figures.items()),
        )
        for one in console.settings.parts()
    ]


@router.get("/audit")
async def verify_audit(console: HasConsole, session: Administering) -> AuditView:
    """Verify the whole audit, every byte of it, and show its newest entries; one verification at a time."""
    folder = console.settings.audit_folder
    if folder is None or not folder.is_dir():
        raise HTTPException(404, "expected a node that keeps an audit, was a recording")
    async with console.audit_turn:
        found = await look_beside(folder)
    verdict = found.verdict
    return AuditView(
        holds=not verdict.faults,
        faults=verdict.faults[:20],
        entries=verdict.entries,
        checkpoints=verdict.checkpoints,
        unsigned=verdict.unsigned,
        root=verdict.root,
        key=verdict.key,
        checkpoint_ns=found.checkpoint.time_ns if found.checkpoint else None,
        checkpoint_size=found.checkpoint.size if found.checkpoint else 0,
        verified_ns=console.settings.now_ns(),
        took_s=found.took_s,
        latest=tuple(
            AuditLine(seq=one.seq, time_ns=one.time_ns, actor=one.actor, action=one.action, object=one.object)
            for one in found.latest
        ),
    )


@router.get("/releases")
def read_releases(console: HasConsole, session: Administering) -> ReleasesView:
    """Say what each partner gets: the rules of release as they answer now, kind by kind."""
    held = console.settings.release_rules()
    if held is None:
        raise HTTPException(404, "expected a node that runs, was a recording or one that still loads")
    return ReleasesView(
        policy=held.policy.name,
        policy_hash=held.policy.digest.hex(),
        rules=tuple(ReleaseRule(rule_id=one.rule_id, line=one.line, text=one.text) for one in held.policy.rules),
        partners=tuple(
            PartnerRights(
                nation=agreed.nation,
                clearance=agreed.clearance,
                groups=agreed.groups,
                caveats=agreed.caveats,
                kinds=tuple(
                    Entitlement(
                        subject=one.kind, agreed=one.agreed, up_to=one.up_to, fields=one.fields, rules=one.rules
                    )
                    for one in entitlements_of(held.policy, held.owner, agreed)
                ),
            )
            for agreed in held.agreements
        ),
    )
