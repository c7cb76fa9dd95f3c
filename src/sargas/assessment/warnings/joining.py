"""Who is covered by a draft that stands: tracks that joined its raid later and reach no area that it does not name."""

from __future__ import annotations

from sargas.assessment.warnings.threat import Threat
from sargas.model.label import most_restrictive
from sargas.model.warning_records import PublicWarning


def joined(draft: PublicWarning, raid: Threat, time_ns: int) -> PublicWarning | None:
    """Return a draft that names the tracks of a raid too (``time_ns``: UTC ns); None: it does, or it is decided.

    What the public would be told stays as it is, and so does a first approval of it; the label takes over that of
    whoever joined.
    """
    if draft.state != "drafted" or set(draft.track_ids) >= set(raid.track_ids):
        return None
    return draft.model_copy(
        update={
            "id": f"{draft.origin}/warning/{draft.message_id}/joined/{time_ns}",
            "time_ns": time_ns,
            "label": most_restrictive((draft.label, raid.label)),
            "track_ids": tuple(dict.fromkeys((*draft.track_ids, *raid.track_ids))),
            "alert_ids": tuple(dict.fromkeys((*draft.alert_ids, *raid.alert_ids))),
        }
    )
