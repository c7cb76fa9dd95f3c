"""What the live picture keeps of the network of nations: identities, hand-overs, cues, notices, take-overs."""

from __future__ import annotations

from operator import itemgetter
from typing import NamedTuple, TypeAlias, TypeVar

from sargas.model.records import Cue, Decision, Handover, NetworkIdentity, PartnerNotice
from sargas.sensors.standby import ACTIONS
from sargas.sharing.urgency import is_urgent

ENDED_IDENTITIES_KEPT = 1000
HANDOVERS_KEPT, CUES_KEPT, NOTICES_KEPT = 200, 200, 200
"""Of notices so many that stand, urgent ones before others, and as many of what is over."""
Network: TypeAlias = NetworkIdentity | Handover | Cue | PartnerNotice | Decision


class NetworkChange(NamedTuple):
    """What changed, the oldest change first."""

    identities: tuple[NetworkIdentity, ...] = ()
    """Those of tracks that ended too, so that readers forget them."""
    handovers: tuple[Handover, ...] = ()
    cues: tuple[Cue, ...] = ()
    notices: tuple[PartnerNotice, ...] = ()
    take_overs: tuple[Decision, ...] = ()
    """Newest of each subject; in order they say what is taken over."""


class NetworkShown:
    """Keep the newest word of each, those told last."""

    def __init__(self) -> None:
        self._identities: dict[int, tuple[int, NetworkIdentity]] = {}
        self._ended: dict[int, None] = {}
        self._handovers: dict[str, tuple[int, Handover]] = {}
        self._cues: dict[str, tuple[int, Cue]] = {}
        self._notices: dict[str, tuple[int, PartnerNotice]] = {}
        self._over: dict[str, tuple[int, PartnerNotice]] = {}
        """Notices of what is over: those never take the room of what stands."""
        self._take_overs: dict[str, tuple[int, Decision]] = {}

    def apply(self, message: Network, revision: int) -> None:
        """Take over one message at a revision of the picture."""
        match message:
            case NetworkIdentity():
                _put(self._identities, message.track_id, revision, message)
                self._note_end(message)
            case Handover():
                _put(self._handovers, message.handover_id, revision, message, HANDOVERS_KEPT)
            case Cue():
                _put(self._cues, message.cue_id, revision, message, CUES_KEPT)
            case PartnerNotice():
                self._note_notice(message, revision)
            case Decision() if message.action in ACTIONS:
                _put(self._take_overs, message.subject, revision, message)

    def _note_end(self, message: NetworkIdentity) -> None:
        """Let the identity that ended longest ago go when there are too many."""
        self._ended.pop(message.track_id, None)
        if message.is_ended:
            self._ended[message.track_id] = None
        if len(self._ended) > ENDED_IDENTITIES_KEPT:
            oldest = next(iter(self._ended))
            del self._ended[oldest], self._identities[oldest]

    def _note_notice(self, message: PartnerNotice, revision: int) -> None:
        key = f"{message.nation}/{message.notice_id}"
        held, other = (self._over, self._notices) if message.is_over else (self._notices, self._over)
        other.pop(key, None)
        _put(held, key, revision, message)
        if len(held) > NOTICES_KEPT:
            lesser = (name for name, (_, one) in held.items() if not is_urgent(one))
            del held[next(lesser, next(iter(held)))]

    def begin_anew(self) -> None:
        """Forget what was taken over: a node that starts with a configuration says anew what stands."""
        self._take_overs.clear()

    def changes(self, since: int) -> NetworkChange:
        """Return what changed after a revision; -1: all that is, without what ended."""
        identities = [told for revision, told in self._identities.values() if revision > since]
        notices = [kept for kept in (*self._notices.values(), *self._over.values()) if kept[0] > since]
        return NetworkChange(
            tuple(told for told in identities if since >= 0 or not told.is_ended),
            tuple(told for revision, told in self._handovers.values() if revision > since),
            tuple(told for revision, told in self._cues.values() if revision > since),
            tuple(told for _, told in sorted(notices, key=itemgetter(0))),
            tuple(told for revision, told in self._take_overs.values() if revision > since),
        )


Key = TypeVar("Key")
Kept = TypeVar("Kept")


def _put(held: dict[Key, tuple[int, Kept]], key: Key, revision: int, message: Kept, most: int | None = None) -> None:
    held.pop(key, None)
    held[key] = revision, message
    if most is not None and len(held) > most:
        del held[next(iter(held))]
