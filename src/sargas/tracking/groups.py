"""Groups: tracks that fly together for a while, numbered and counted; the members keep their own numbers.

What is linked (``group_pairs``), directly or through others, is a group. Page: docs/tracking.md, groups.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sargas.model.columns import NO_CODE, NS_PER_S, Float64, Int64
from sargas.model.records import Sensor
from sargas.model.saying import Said, joined
from sargas.model.tracks import Tracks
from sargas.tracking.group_count import count_objects
from sargas.tracking.group_pairs import CLOSE_M, CLOSE_MPS, JOIN_NS, Pairs, advance_pairs, no_pairs
from sargas.tracking.neighbours import Flights
from sargas.tracking.saying import say

RECOUNT_NS = 10 * NS_PER_S
"""A count that changes while the members stay is told no more often than this."""
GroupEvent = Literal["group_formed", "group_changed", "group_ended"]


@dataclass(frozen=True, slots=True)
class GroupChange:
    """What happened to a group; the members are in order of number, of an ended one those it had."""

    event: GroupEvent
    group_id: int
    track_ids: tuple[int, ...]
    count_low: int
    count_high: int
    reason: Said


class Told(NamedTuple):
    """What was last told of a group."""

    track_ids: tuple[int, ...]
    count_low: int
    count_high: int
    time_ns: int


class Graph(NamedTuple):
    """The linked pairs, what they make of the tracks, and the count of each group; kept while the pairs stay."""

    first: Int64
    second: Int64
    edges: tuple[Int64, Int64]
    """Both ends of each pair as places in ``members``."""
    members: Int64
    component: Int64
    """(members,) place in ``numbers``."""
    numbers: Int64
    low: Int64
    high: Int64


class Groups:
    """Find groups tick by tick. Deterministic: neither the order of rows nor anything but calls before matters.

    Group numbers rise from ``first_id`` and are never used twice.
    """

    def __init__(self, first_id: int = 1) -> None:
        self._next_id = first_id
        self._pairs = no_pairs()
        self._members = np.zeros(0, np.int64)
        self._group_of_member = np.zeros(0, np.int64)
        self._told: dict[int, Told] = {}
        self._graph: Graph | None = None

    def mark(self, tracks: Tracks) -> Tracks:
        """Fill in the group of each track."""
        if not len(self._members):
            return tracks
        return replace(tracks, group_id=self.column(tracks.track_id))

    def column(self, track_id: Int64) -> Int64:
        """Return the group of each track number; ``NO_CODE``: in none."""
        if not len(self._members):
            return np.full(len(track_id), NO_CODE, np.int64)
        place = np.minimum(np.searchsorted(self._members, track_id), len(self._members) - 1)
        return np.where(self._members[place] == track_id, self._group_of_member[place], np.int64(NO_CODE))

    def advance(
        self, tracks: Tracks, time_ns: int, sensors: Sequence[Sensor] = ()
    ) -> tuple[Int64, tuple[GroupChange, ...]]:
        """Take every confirmed or coasting track at one time (UTC ns); return their groups and what changed.

        A track that is not among them has left for good. ``sensors`` give the resolution for the count.
        """
        is_sorted = bool((tracks.track_id[1:] > tracks.track_id[:-1]).all())
        in_order = tracks if is_sorted else tracks.take(np.argsort(tracks.track_id, kind="stable"))
        flights = Flights.of(in_order)
        self._pairs, distance_m = advance_pairs(self._pairs, flights, time_ns)
        changes = self._regroup(in_order, distance_m, time_ns, sensors)
        return self.column(tracks.track_id), changes

    def snapshot(self) -> bytes:
        """Return the state as JSON; the same state gives the same bytes."""
        state = {
            "next_id": self._next_id,
            "pairs": [column.tolist() for column in self._pairs],
            "members": self._members.tolist(),
            "group_of_member": self._group_of_member.tolist(),
            "told": {str(group): list(told) for group, told in self._told.items()},
        }
        return json.dumps(state, sort_keys=True, separators=(",", ":")).encode()

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        state = json.loads(data)
        self._graph = None
        self._pairs = Pairs(*(np.array(column, np.int64) for column in state["pairs"]))
        self._next_id = state["next_id"]
        self._members = np.array(state["members"], np.int64)
        self._group_of_member = np.array(state["group_of_member"], np.int64)
        self._told = {
            int(group): Told(tuple(told[0]), *told[1:]) for group, told in sorted(state["told"].items(), key=_number)
        }

    def _regroup(
        self, tracks: Tracks, distance_m: Float64, time_ns: int, sensors: Sequence[Sensor]
    ) -> tuple[GroupChange, ...]:
        linked = self._pairs.linked == 1
        first, second = self._pairs.first[linked], self._pairs.second[linked]
        if not len(first) and not self._told:
            return ()
        last = self._graph
        is_same = last is not None and np.array_equal(first, last.first) and np.array_equal(second, last.second)
        graph = last if last is not None and is_same else self._relink(first, second)
        rows = tracks.take(np.searchsorted(tracks.track_id, graph.members))
        spacing_m = _spacing_m(graph, distance_m[linked])
        low, high = count_objects(rows, graph.component, len(graph.numbers), spacing_m, sensors)
        self._graph = graph._replace(low=low, high=high)
        if is_same and not self._owes(time_ns):
            return ()
        return self._tell(self._graph, time_ns)

    def _relink(self, first: Int64, second: Int64) -> Graph:
        """Find the components of the linked pairs and number them."""
        members, places = np.unique(np.concatenate([first, second]), return_inverse=True)
        edges = places[: len(first)], places[len(first) :]
        count, component = _components(edges, len(members))
        numbers = self._number(members, component, count)
        self._members, self._group_of_member = members, numbers[component]
        none = np.zeros(0, np.int64)
        return Graph(first, second, edges, members, component, numbers, none, none)

    def _number(self, members: Int64, component: Int64, count: int) -> Int64:
        """Give each component the number of the group most of it was in; ties go to the lower number, then member."""
        before = self.column(members)
        known = before != NO_CODE
        codes, shared = np.unique(before[known] * (count + 1) + component[known], return_counts=True)
        claims = np.stack([codes // (count + 1), codes % (count + 1)], axis=1)
        numbers = np.full(count, NO_CODE, np.int64)
        taken: set[int] = set()
        # components are numbered by their lowest member, because the members are sorted
        for k in np.lexsort((claims[:, 1], claims[:, 0], -shared)).tolist():
            group, place = int(claims[k, 0]), int(claims[k, 1])
            if group not in taken and numbers[place] == NO_CODE:
                numbers[place] = group
                taken.add(group)
        for place in np.flatnonzero(numbers == NO_CODE).tolist():
            numbers[place] = self._next_id
            self._next_id += 1
        return numbers

    def _owes(self, time_ns: int) -> bool:
        """Say whether a count differs from what was told, longer ago than ``RECOUNT_NS``."""
        graph = self._graph
        if graph is None:
            return False
        shown = [self._told[group] for group in graph.numbers.tolist()]
        other = (graph.low != [t.count_low for t in shown]) | (graph.high != [t.count_high for t in shown])
        return any(time_ns - shown[place].time_ns >= RECOUNT_NS for place in np.flatnonzero(other).tolist())

    def _tell(self, graph: Graph, time_ns: int) -> tuple[GroupChange, ...]:
        told, changes = dict[int, Told](), list[GroupChange]()
        order = np.argsort(graph.component, kind="stable")
        edges = np.searchsorted(graph.component[order], np.arange(len(graph.numbers) + 1)).tolist()
        ordered, low, high = graph.members[order].tolist(), graph.low.tolist(), graph.high.tolist()
        for place, group in enumerate(graph.numbers.tolist()):
            ids = tuple(ordered[edges[place] : edges[place + 1]])
            now = Told(ids, low[place], high[place], time_ns)
            before = self._told.get(group)
            reason = _reason(before, now)
            told[group] = now if reason or before is None else before
            if reason:
                event: GroupEvent = "group_changed" if before else "group_formed"
                changes.append(GroupChange(event, group, ids, now.count_low, now.count_high, reason))
        for group, before in self._told.items():
            if group not in told:
                changes.append(GroupChange("group_ended", group, before.track_ids, 0, 0, self._end_reason(before)))
        self._told = dict(sorted(told.items()))
        return tuple(sorted(changes, key=lambda change: change.group_id))

    def _end_reason(self, before: Told) -> Said:
        others = self.column(np.array(before.track_ids, np.int64))
        joins = np.unique(others[others != NO_CODE]).tolist()
        return say("joined_group", group=joins[0]) if joins else say("too_few")


def _components(edges: tuple[Int64, Int64], members: int) -> tuple[int, Int64]:
    """Return how many connected components a graph has and the component of each node, numbered by first node."""
    if not members:
        return 0, np.zeros(0, np.int64)
    graph = coo_array((np.ones(len(edges[0])), edges), shape=(members, members))
    count, component = connected_components(graph, directed=False)
    _, first, place = np.unique(component, return_index=True, return_inverse=True)
    return count, np.argsort(np.argsort(first)).astype(np.int64)[place]


def _spacing_m(graph: Graph, distance_m: Float64) -> Float64:
    """Return per group the mean distance of a member to its nearest linked neighbour."""
    nearest, count = np.full(len(graph.component), np.inf), len(graph.numbers)
    for ends in graph.edges:
        np.minimum.at(nearest, ends, distance_m)
    sizes = np.maximum(np.bincount(graph.component, minlength=count), 1)
    return np.bincount(graph.component, weights=nearest, minlength=count) / sizes


def _reason(before: Told | None, now: Told) -> Said | None:
    """Say what is new about a group; none: nothing that is told now."""
    if before is None:
        together = {"distance_m": f"{CLOSE_M:.0f}", "speed_mps": f"{CLOSE_MPS:.0f}", "seconds": JOIN_NS // NS_PER_S}
        return say("formed", count=len(now.track_ids), **together)
    came, went = set(now.track_ids) - set(before.track_ids), set(before.track_ids) - set(now.track_ids)
    parts = [say(name, count=len(ids)) for name, ids in (("came", came), ("went", went)) if ids]
    if parts:
        return joined(parts, say("and"))
    is_other = (now.count_low, now.count_high) != (before.count_low, before.count_high)
    return say("recount") if is_other and now.time_ns - before.time_ns >= RECOUNT_NS else None


def _number(item: tuple[str, object]) -> int:
    return int(item[0])
