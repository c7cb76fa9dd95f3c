"""The labels of sources over HTTP: what another one would change, and giving it; for administrators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

from fastapi import APIRouter, HTTPException, Query

from sargas.console.administering import Administering, AdministeringChange
from sargas.console.context import Console
from sargas.console.decisions import entry_of
from sargas.console.sessions import HasConsole
from sargas.console.sight import sight_for
from sargas.console.source_messages import EnteredLabel, LabelDraft, LabelPreview, LabelReader, Level
from sargas.console.source_views import SourceName, find_own_source
from sargas.model.label import Classification, Label, is_wider, narrowed
from sargas.model.records import SourceLabel
from sargas.sharing.drafts import NOT_AGREED
from sargas.sharing.policy.words import Kind

router = APIRouter(prefix="/api/sources")
TOLD: tuple[Kind, ...] = ("plots", "track")
"""What partners are told that has the label of a source; alerts and all else have the node's own."""
Nations = Annotated[str, Query(pattern=r"^([A-Z]{3}(,[A-Z]{3}){0,99})?$", description="Nations, LTU,LVA; empty: none")]


class _Labels(NamedTuple):
    """Labels of a source: as configured, in force, and a word on a later one."""

    configured: Label
    held: Label
    waiting: SourceLabel | None


@router.get("/{source}/label")
def preview_label(
    source: SourceName,
    console: HasConsole,
    session: Administering,
    classification: Annotated[Level, Query(description="How high")],
    releasable_to: Nations = "",
) -> LabelPreview:
    """Say what another label of a source would change: who gets its plots and tracks, and who sees them here."""
    labels = _labels(console, source)
    asked = _label(labels.configured, classification, tuple(filter(None, releasable_to.split(","))))
    after = narrowed(asked, labels.configured)
    return LabelPreview(
        source=source,
        configured=labels.configured,
        before=labels.held,
        after=after,
        is_wider=is_wider(asked, labels.configured),
        waiting=labels.waiting,
        readers=(*_partners(console, labels.held, after), *_accounts(console, labels.held, after)),
    )


@router.post("/{source}/label", status_code=202)
def change_label(
    source: SourceName, draft: LabelDraft, console: HasConsole, session: AdministeringChange
) -> EnteredLabel:
    """Give what a source reports another label, from a moment on; 422 wider than the configuration, 409 it has it."""
    entry, labels = entry_of(console, session), _labels(console, source)
    marking = _label(labels.configured, draft.classification, draft.releasable_to)
    if is_wider(marking, labels.configured):
        raise HTTPException(422, f"expected a label no wider than the configuration's, {_say(labels.configured)}")
    if marking == labels.held and labels.waiting is None:
        raise HTTPException(409, f"expected another label than that in force, {_say(labels.held)}")
    record = SourceLabel(
        id=f"{entry.origin}/source-label/{source}/{entry.time_ns}",
        time_ns=entry.time_ns,
        origin=entry.origin,
        label=entry.label,
        source=source,
        state="announced",
        marking=marking,
        from_ns=max(entry.time_ns, draft.from_ns or 0),
        as_configured=marking == labels.configured,
        reason=draft.reason.strip(),
        entered_by=session.account.name,
    )
    console.settings.enter(record)
    return EnteredLabel(source=source, record_id=record.id, from_ns=record.from_ns)


def _labels(console: Console, name: str) -> _Labels:
    """Find the labels of a source of our own. Raises HTTPException 404 and 409."""
    held = find_own_source(console, name).label
    word = next((one for one in console.picture.source_labels() if one.source == name), None)
    waiting = word if word is not None and word.state == "announced" else None
    return _Labels(console.picture.configured_labels().get(name, held), held, waiting)


def _label(configured: Label, level: Level, nations: tuple[str, ...]) -> Label:
    """Make a label of that height for those nations; all else is as configured."""
    update = {"classification": Classification[level.upper()], "releasable_to": tuple(sorted(set(nations)))}
    return configured.model_copy(update=update)


def _partners(console: Console, before: Label, after: Label) -> Iterator[LabelReader]:
    rules = console.settings.release_rules()
    for agreed in () if rules is None else rules.agreements:
        for kind in TOLD:
            if rules is None or kind not in agreed.kinds:
                yield LabelReader(name=agreed.nation, kind=_kind(kind), before=False, after=False, rules=(NOT_AGREED,))
                continue
            told = [rules.policy.decide(rules.owner, agreed.to_recipient(), one, kind) for one in (before, after)]
            was, will = (verdict.is_released for verdict in told)
            yield LabelReader(name=agreed.nation, kind=_kind(kind), before=was, after=will, rules=told[1].rules)


def _kind(kind: Kind) -> Literal["plots", "track"]:
    return "plots" if kind == "plots" else "track"


def _accounts(console: Console, before: Label, after: Label) -> Iterator[LabelReader]:
    for one in console.accounts.roster.list():
        sight = sight_for(one.rights.nation, one.rights.clearance, console.settings.nation)
        yield LabelReader(name=one.name, kind="account", before=sight.may_see(before), after=sight.may_see(after))


def _say(label: Label) -> str:
    return f"{label.classification.name.lower()} for {', '.join(label.releasable_to) or 'nobody'}"
