"""Which messages of warnings stand when a node starts, and what came of them that the store does not know yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import structlog

from sargas.assessment.warnings.course import LASTS_NS
from sargas.assessment.warnings.deliveries import KEPT_NS
from sargas.model.records import Decision, PublicWarning, WarningDelivery
from sargas.runtime.journal import Journal
from sargas.runtime.on_record import beyond_store
from sargas.runtime.store import Store

_log = structlog.get_logger("sargas.node")


def standing_warnings(
    store: Store, journal: Journal, now_ns: int
) -> tuple[PublicWarning | Decision | WarningDelivery, ...]:
    """Return the messages that stand at ``now_ns`` (UTC ns), then what only the journal knows of them.

    A decision that was journaled just before a crash is handed in again, so that nobody's approval is lost.
    Raises StoreAway.
    """
    on_record = store.newest(PublicWarning, since_ns=now_ns - KEPT_NS - LASTS_NS)
    decisions = [one for one in beyond_store(store, journal, Decision) if one.action in ("approve", "refuse")]
    deliveries = tuple(beyond_store(store, journal, WarningDelivery))
    chosen = choose_warnings(on_record, {one.subject for one in decisions}, now_ns)
    drafts = {one.message_id for one in chosen if one.state == "drafted"}
    for lost in (one for one in decisions if one.subject not in {message.message_id for message in on_record}):
        _log.error(
            "a decision on a message that the store lacks takes no effect; write what it lacks: sargas journal records",
            message=lost.subject, action=lost.action, actor=lost.actor,
        )  # fmt: skip
    known = drafts | {one.message_id for one in chosen}
    return (
        *chosen,
        *(one for one in decisions if one.subject in drafts),
        *(one for one in deliveries if one.message_id in known),
    )


def choose_warnings(
    on_record: Iterable[PublicWarning], decided: Collection[str], now_ns: int
) -> tuple[PublicWarning, ...]:
    """Return the messages with which a picture starts, the oldest first; ``on_record``: the newest revision of each.

    What was approved, for its deliveries may still come; drafts that wait or are among the ``decided``; and the newest
    message of a warning that the public was told, for the next one counts on from it.
    """
    courses = dict[str, list[PublicWarning]]()
    for one in sorted(on_record, key=lambda one: (one.warning_id, one.number)):
        courses.setdefault(one.warning_id, []).append(one)
    chosen = list[PublicWarning]()
    for messages in courses.values():
        approved = [one for one in messages if one.state == "approved"]
        newest = messages[-1]
        drafts = [
            one
            for one in messages
            if one.state == "drafted" and (one.message_id in decided or (one is newest and one.expires_ns > now_ns))
        ]
        chosen += approved + drafts
        if approved and newest.state in ("refused", "withdrawn"):
            chosen.append(newest)
    return tuple(sorted(chosen, key=lambda one: (one.drafted_ns, one.warning_id, one.number)))
