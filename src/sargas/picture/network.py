"""The network of nations within the picture: identities, who answers for what, what partners say, what they may have.

A node without partners has none of it, and no cost. Page: docs/network-picture.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sargas.geo.plane import RegionPlane
from sargas.model.columns import NO_CODE, NS_PER_S, Int64
from sargas.model.label import Label, most_restrictive
from sargas.model.message import Message
from sargas.model.parts import pack, unpack
from sargas.model.records import Configuration, Decision, NetworkIdentity, PartnerNotice, SharedRecord
from sargas.model.rising import are_among
from sargas.model.tracks import Tracks
from sargas.model.tracks_parts import pack_tracks, unpack_tracks
from sargas.picture.evidence_labels import EvidenceLabels
from sargas.picture.fused_tracks import FusedTracks
from sargas.picture.identity import IdentityBook
from sargas.picture.network_areas import NetworkAreas
from sargas.picture.network_cueing import NetworkCueing
from sargas.picture.network_duty import NetworkDuty
from sargas.picture.network_identities import NetworkIdentities
from sargas.picture.network_waiting import MOST_WAITING, WaitingRecords
from sargas.sharing.cues import CueBook
from sargas.sharing.handover import HandoverBook
from sargas.tracking.tracker import TrackChange

MARK = b"SARGAS-NETWORK-3\n"
MOST_A_SECOND = 50
"""Records taken of one partner within one second; what is more waits."""
CROWD = 1_000
"""Tracks that are not only ours, from which on their records are told every other second."""
EXPLAINED = ("confirmed", "friend")


@dataclass(slots=True)
class Network:
    """Keep what one node knows of the network of nations."""

    configuration: Configuration
    identities: NetworkIdentities
    duty: NetworkDuty
    nation_of: dict[str, str]
    """By source that brings a partner's releases: its nation."""
    told: dict[int, NetworkIdentity] = field(default_factory=dict)
    """By own track: what was last told of it."""
    tracks: Tracks | None = None
    """All own tracks of the last tick."""
    heard: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By nation: the second and how many records of it were taken within."""
    waiting: dict[str, WaitingRecords] = field(default_factory=dict)
    """By source: what came over that many."""
    surplus: int = 0
    """Records that went because too many waited."""
    strange: int = 0
    """Records that are not of the nation whose source brought them."""

    @classmethod
    def of(cls, configuration: Configuration, plane: RegionPlane) -> Network:
        """Start with nothing known. Raises ValueError for an area outside the region plane."""
        nation, node = configuration.nation, configuration.node
        areas = NetworkAreas.of(configuration, plane)
        cueing = NetworkCueing(configuration, areas, CueBook(nation, node))
        duty = NetworkDuty(configuration, areas, HandoverBook(nation, node), cueing)
        nations = {source.name: source.partner for source in configuration.sources if source.partner}
        return cls(configuration, NetworkIdentities(nation), duty, nations)

    @property
    def is_on(self) -> bool:
        """Say whether this node has partners."""
        return bool(self.configuration.partners)

    def mark(self, tracks: Tracks) -> Tracks:
        """Return rows with the identities of the own tracks among them."""
        return self.identities.mark(tracks) if self.is_on else tracks

    def hear(self, source: str, shared: Sequence[SharedRecord], time_ns: int) -> list[Message]:
        """Take what a partner says beside tracks, as much as there may be within a second; the rest waits.

        Returns what was taken, to be shown, and what we have to say to it.
        """
        sender, waiting = self.nation_of.get(source, ""), self.waiting.setdefault(source, WaitingRecords())
        for record in shared:
            if sender and _is_of(record, sender):
                self.surplus += waiting.put(record)
            else:
                self.strange += 1
        messages = list[Message]()
        second, count = self.heard.get(sender, (0, 0))
        now, count = max(second, time_ns // NS_PER_S), count if second >= time_ns // NS_PER_S else 0
        while count < MOST_A_SECOND and (due := waiting.take()) is not None:
            count += 1
            self.heard[sender] = now, count
            messages += self._take(due, sender, time_ns)
        if not waiting:
            del self.waiting[source]
        return messages

    def _take(self, record: SharedRecord, sender: str, time_ns: int) -> Sequence[Message]:
        if isinstance(record, PartnerNotice):
            return (record,)
        tracks = self.tracks if self.tracks is not None else Tracks.none(self.configuration.label)
        answers = self.duty.hear(record, sender, tracks, self.identities, time_ns)
        return (record, *answers) if self.duty.is_news(record, sender) else answers

    def refused(self) -> dict[str, int]:
        """Count what partners said and was not taken, by reason."""
        return {
            f"over {MOST_WAITING} records waiting, more than {MOST_A_SECOND} a second": self.surplus,
            "a record that is not the partner's": self.strange,
            "a hand-over that the partner has no say in": self.duty.handovers.strange,
            "a cue that the partner has no say in": self.duty.cueing.book.strange,
        }

    def decide(self, decision: Decision, time_ns: int) -> tuple[Message, ...]:
        """Apply a person's decision on a hand-over or a cue."""
        if not self.is_on:
            return ()
        tracks = self.tracks if self.tracks is not None else Tracks.none(self.configuration.label)
        return self.duty.decide(decision, tracks, self.identities, time_ns)

    def tick(
        self,
        tracks: Tracks,
        changes: Sequence[TrackChange],
        fused: FusedTracks,
        identity: IdentityBook,
        time_ns: int,
    ) -> tuple[Int64, list[Message]]:
        """Let a second pass; ``tracks``: all own ones by number, correlated just now.

        Returns the numbers of own tracks whose identity changed, and what is to be told.
        """
        if not self.is_on:
            return np.zeros(0, np.int64), []
        remote, sender = fused.standing
        nations = [self.nation_of.get(source, "") for source in fused.partners.sources]
        pairs = fused.correlation.pairs
        changed = self.identities.advance(tracks, changes, pairs, remote, sender, time_ns)
        self.tracks = tracks = self.identities.mark(tracks)
        named = np.flatnonzero(remote.network_id != b"")
        reported = frozenset(
            (nations[k], text.decode("ascii", "replace"))
            for k, text in zip(sender[named].tolist(), remote.network_id[named].tolist(), strict=True)
        )

        def is_explained(track_id: int) -> bool:
            return identity.book.answer(track_id, "cooperation", time_ns).value in EXPLAINED

        told: list[Message] = [*self.duty.tick(tracks, self.identities, reported, is_explained, time_ns)]
        joined = pairs.take(pairs.joined == 1)
        senders = dict(zip(remote.track_id.tolist(), sender.tolist(), strict=True))
        partners: dict[int, set[int]] = {}
        for own, number in zip(joined.own.tolist(), joined.remote.tolist(), strict=True):
            partners.setdefault(own, set()).add(senders[number])
        told += self._tell(tracks, partners, nations, fused, time_ns)
        return changed, told

    def offered(self, tracks: Tracks, identity: IdentityBook, said: EvidenceLabels) -> tuple[Tracks, ...]:
        """Return own tracks as partners may have them, one batch for each label: what our own sensors made of them.

        ``tracks``: as the tracker reports them at the tick, not fused, with the classes found. Classes whose evidence
        has a stricter label than the track are left out, and so are groups: their other members may be anybody's.
        """
        firm = tracks.is_firm
        if not self.is_on or not firm.any():
            return ()
        tracks = self.identities.mark(identity.mask(tracks.take(firm)))
        offered = []
        for batch in replace(tracks, group_id=np.full(len(tracks), NO_CODE, np.int64)).split():
            spoken_of = np.flatnonzero(are_among(batch.track_id, said.numbers())).tolist()
            hidden = [k for k in spoken_of if said.raised(int(batch.track_id[k]), batch.label) != batch.label]
            classes = batch.class_probabilities.copy()
            classes[hidden] = np.nan
            offered.append(replace(batch, class_probabilities=classes))
        return tuple(offered)

    def go_on_from(self, before: Network, time_ns: int) -> list[NetworkIdentity]:
        """Begin anew after a part that failed; returns the end of the identities it had told.

        Hand-overs and cues go on, for the other nation counts on them, and so does who answers for what. What waits of
        partners goes on to wait: they tell it once.
        """
        self.duty.go_on_from(before.duty)
        self.waiting = before.waiting
        return [self._record(told, time_ns, is_ended=True) for told in before.told.values()]

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {
            "told": [record.model_dump(mode="json") for record in self.told.values()],
            "heard": [[nation, *counted] for nation, counted in self.heard.items()],
            "waiting": [[source, waiting.to_header()] for source, waiting in self.waiting.items()],
            "surplus": self.surplus,
            "strange": self.strange,
        }
        tracks = () if self.tracks is None else (pack_tracks(self.tracks),)
        return pack(MARK, header, [self.identities.snapshot(), self.duty.snapshot(), *tracks])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, (identities, duty, *tracks) = unpack(MARK, data)
        self.identities.restore(identities.tobytes())
        self.duty.restore(duty.tobytes())
        found = [NetworkIdentity.model_validate(fields) for fields in header["told"]]
        self.told = {record.track_id: record for record in found}
        self.heard = {nation: (second, count) for nation, second, count in header["heard"]}
        self.waiting = {source: WaitingRecords.of_header(waiting) for source, waiting in header["waiting"]}
        self.surplus, self.strange = header["surplus"], header["strange"]
        self.tracks = unpack_tracks(tracks[0].tobytes()) if tracks else None

    def _tell(
        self, tracks: Tracks, partners: dict[int, set[int]], nations: list[str], fused: FusedTracks, time_ns: int
    ) -> list[NetworkIdentity]:
        """Tell what is not as it was: of tracks that others see, took over an identity, or that others answer for."""
        identities, nation = self.identities, self.configuration.nation
        odd = {*identities.adopted, *partners, *self.told}
        if len(odd) > CROWD and time_ns // NS_PER_S % 2:  # it can wait a second: the rows carry the identities
            return []
        odd |= set(identities.track_id[~self.duty.held(identities)].tolist())
        labels, told = dict[tuple[int, ...], Label](), list[NetworkIdentity]()
        for number, held in identities.of_all(odd):
            before = self.told.get(number)
            if held is None:
                if before is not None:
                    told.append(self._record(before, time_ns, is_ended=True))
                    del self.told[number]
                continue
            behind = sorted(partners.get(number, ()))
            holder = self.duty.handovers.holder_of(held.text)
            others = tuple(sorted({nations[sender] for sender in behind} - {""}))
            if before is None and (holder, others, held.text) == (nation, (), identities.begun_as(number)):
                continue
            own = tracks.label_of(number)
            kind = id(own), *behind
            if kind not in labels:  # few kinds for many tracks
                theirs = (fused.partners.label(sender) for sender in behind)
                labels[kind] = most_restrictive((own, self.configuration.label, *theirs))
            content = held.text, held.since_ns, holder, others, labels[kind]
            if before is None or content != _content(before):
                record = NetworkIdentity(
                    id="", time_ns=time_ns, origin=self.configuration.node, label=content[-1], track_id=number,
                    network_id=held.text, since_ns=held.since_ns, holder=holder, partners=others,
                )  # fmt: skip
                self.told[number] = record = self._record(record, time_ns)
                told.append(record)
        return told

    def _record(self, record: NetworkIdentity, time_ns: int, *, is_ended: bool = False) -> NetworkIdentity:
        name = f"{self.configuration.node}/network/{record.track_id}/{time_ns}"
        return record.model_copy(update={"id": name, "time_ns": time_ns, "is_ended": is_ended})


def _content(record: NetworkIdentity) -> tuple[object, ...]:
    return record.network_id, record.since_ns, record.holder, record.partners, record.label


def _is_of(record: SharedRecord, sender: str) -> bool:
    """Say whether a notice names the nation that sent it; hand-overs and cues are judged by their books."""
    return not isinstance(record, PartnerNotice) or record.nation == sender
