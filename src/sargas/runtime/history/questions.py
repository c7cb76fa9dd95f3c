"""What an analyst asks of the tracks on record: which were there, how one flew, how many of what each hour.

Every question names whose labels may be seen, and rows under other labels are not in it at all: they are left out
before anything is counted, joined or paged.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from sargas.model.label import Label
from sargas.runtime.history.area import Area
from sargas.runtime.history.layout import LABEL_COLUMN, TRACKS, HistoryError, Kind
from sargas.runtime.history.manifest import Entry
from sargas.runtime.history.row_order import RowPlace, beyond_in_sql, label_key
from sargas.runtime.history.selection import Bbox, Query

COLUMNS = (
    "time_ns", "track_id", "latitude_deg", "longitude_deg", "altitude_m", "velocity_east_mps", "velocity_north_mps",
    "velocity_up_mps", "class_probabilities", "icao_address", "callsign", "existence", "status",
)  # fmt: skip
HELD_FROM = 0.5
"""From this probability on a class counts as held."""
NOT_CLASSIFIED = -1
SortColumn = Literal[
    "first_ns", "last_ns", "track_id", "states", "lowest_m", "highest_m", "fastest_mps", "class_index", "callsign",
    "threat", "label",
]  # fmt: skip
TEXT_COLUMNS: frozenset[SortColumn] = frozenset({"callsign", "label"})
"""Sorted by words; all others by numbers."""
_SORT_VALUES: dict[SortColumn, str] = {
    "callsign": "nullif(concat_ws(' ', callsign, icao_address), '')",
    "label": "strictest",
}
"""What a column is sorted by where that is not the column itself."""

_WAS_BELIEVED = "HAVING bool_or(coalesce(status::VARCHAR, 'confirmed') IN ('confirmed', 'coasting'))"
"""What was never more than tentative, mostly a false plot or two, was on no screen: it is told by number only."""
_PROBABILITIES = (
    "CASE WHEN class_probabilities IS NULL OR isnan((class_probabilities::FLOAT[])[1]) THEN NULL "
    "ELSE class_probabilities::FLOAT[] END"
)
_CLASS = (
    f"CASE WHEN probabilities IS NULL OR list_max(probabilities) < {HELD_FROM} THEN {NOT_CLASSIFIED} "
    "ELSE list_position(probabilities, list_max(probabilities)) - 1 END"
)


@dataclass(frozen=True, kw_only=True)
class Question(ABC):
    """Rows with start_ns <= time_ns < end_ns (UTC), in an area, of one track, under labels that may be seen."""

    start_ns: int
    end_ns: int
    may_see: Callable[[Label], bool]
    area: Area | None = None
    track_id: int | None = None
    kind: Kind = TRACKS

    def run(
        self, database: duckdb.DuckDBPyConnection, folder: Path, entries: Sequence[Entry], logs: Sequence[pa.Table]
    ) -> pa.Table:
        """Ask the files of the manifest and logged rows; empty where nothing may be seen."""
        query = self._query()
        entries = [entry for entry in entries if query.may_hold_rows(entry)]
        logs = [rows for rows in logs if len(rows)]
        labels = self._labels(entries, logs)
        sources = [f"SELECT {', '.join((*COLUMNS, LABEL_COLUMN))} FROM ({self._from(database, entries)})"]
        if logs:
            database.register("logged", pa.concat_tables(logs))
            sources.append(f"SELECT {', '.join((*COLUMNS, LABEL_COLUMN))} FROM logged")
        where, bound = self._where()
        bound |= self._bind_labels(labels)
        if entries:
            bound["paths"] = [str(folder / entry.path) for entry in entries]
        sql, asked = self._select()
        rows = f"SELECT * FROM ({' UNION ALL BY NAME '.join(sources)}) WHERE {where}"
        answer = database.sql(f"WITH rows AS ({rows}) {sql}", params=bound | asked)
        return answer.to_arrow_table()

    @abstractmethod
    def _select(self) -> tuple[str, dict[str, Any]]:
        """Return what follows on ``rows``, and what is bound in it."""

    def _query(self) -> Query:
        box: Bbox | None = None if self.area is None else self.area.box
        return Query.of(self.kind, self.start_ns, self.end_ns, "track_id", self.track_id, box, None)

    def _labels(self, entries: Sequence[Entry], logs: Sequence[pa.Table]) -> list[str]:
        """Return the labels in question that may be seen."""
        found = {label for entry in entries for label in entry.labels}
        found.update(label for rows in logs for label in pc.unique(rows.column(LABEL_COLUMN)).to_pylist())
        return sorted(text for text in found if self.may_see(Label.model_validate_json(text)))

    def _from(self, database: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> str:
        """Name the rows of the files; columns that an older program did not write are null."""
        database.register("blank", self.kind.plain_schema.empty_table())
        if not entries:
            return "SELECT * FROM blank"
        return "SELECT * FROM read_parquet($paths, union_by_name = true) UNION ALL BY NAME SELECT * FROM blank"

    def _bind_labels(self, labels: Sequence[str]) -> dict[str, Any]:
        return {"labels": list(labels) or [""]}

    def _where(self) -> tuple[str, dict[str, Any]]:
        sql = [
            "time_ns >= $start_ns",
            "time_ns < $end_ns",
            f"list_contains($labels::VARCHAR[], {LABEL_COLUMN}::VARCHAR)",
        ]
        bound: dict[str, Any] = {"start_ns": self.start_ns, "end_ns": self.end_ns}
        if self.track_id is not None:
            sql.append("track_id = $track_id")
            bound["track_id"] = self.track_id
        if self.area is not None:
            inside, corners = self.area.condition()
            sql.append(inside)
            bound |= corners
        return " AND ".join(sql), bound


@dataclass(frozen=True, kw_only=True)
class TracksQuestion(Question):
    """Which tracks were there and believed: one row each, a page of them in order of a column, and how many in all.

    ``number`` of a row counts from 1 in that order, over all pages; ``sort_value`` is what it was sorted by.
    """

    class_index: int | None = None
    """Only tracks held for this at the end of what is asked for; ``NOT_CLASSIFIED``: for nothing."""
    sort: SortColumn = "last_ns"
    descending: bool = True
    limit: int = 100
    place: RowPlace | None = None
    """The page goes on from here; none: it is the first."""
    backwards: bool = False
    """The page ends before the place."""
    threats: Mapping[int, float] = field(default_factory=dict)
    """How threatening alerts said tracks are, for that order; tracks without an alert are not in it."""

    def _select(self) -> tuple[str, dict[str, Any]]:
        if self.sort not in get_args(SortColumn):
            raise HistoryError(f"sort: expected one of {', '.join(get_args(SortColumn))}, was {self.sort!r}")
        wanted, beyond, bound = "", "", dict[str, Any](limit=self.limit)
        if self.class_index is not None:
            wanted, bound["class_index"] = "WHERE class_index = $class_index", self.class_index
        order = f"sort_value {'DESC' if self.descending else 'ASC'} NULLS LAST, track_id"
        numbered = f"SELECT *, row_number() OVER (ORDER BY {order}) AS number, count(*) OVER () AS total FROM told"
        if self.place is not None:
            condition = beyond_in_sql(
                "sort_value", "track_id", self.place, descending=self.descending, backwards=self.backwards
            )
            beyond, bound["place_id"] = f"WHERE {condition}", self.place.id
            if self.place.value is not None:
                bound["place_value"] = self.place.value
        walked = f"ORDER BY number {'DESC' if self.backwards else 'ASC'} LIMIT $limit"
        page = f"SELECT * FROM (SELECT * FROM ({numbered} {wanted}) {beyond} {walked}) ORDER BY number"
        if self.sort == "threat":
            bound |= {"threat_ids": list(self.threats), "threats": [float(one) for one in self.threats.values()]}
        return f"{self._summed()} {page}", bound

    def _summed(self) -> str:
        """Return the rows of each track summed up to one, with the value that it is sorted by."""
        strictest = f", max($label_keys[list_position($labels::VARCHAR[], {LABEL_COLUMN}::VARCHAR)]) AS strictest"
        summed = _SUMMED.format(
            strictest=strictest if self.sort == "label" else "", believed=_WAS_BELIEVED if self.track_id is None else ""
        )
        joined = _THREATS if self.sort == "threat" else ""
        value = _SORT_VALUES.get(self.sort, self.sort)
        return f"{summed}, told AS (SELECT *, {value} AS sort_value FROM classed {joined})"

    def _bind_labels(self, labels: Sequence[str]) -> dict[str, Any]:
        bound = super()._bind_labels(labels)
        if self.sort == "label":
            bound["label_keys"] = [
                label_key(Label.model_validate_json(text)) if text else "" for text in bound["labels"]
            ]
        return bound


@dataclass(frozen=True, kw_only=True)
class PathsQuestion(Question):
    """Where some tracks flew: at most so many places of each, in order of time."""

    track_ids: tuple[int, ...]
    most_places: int = 200

    def _select(self) -> tuple[str, dict[str, Any]]:
        thinned = (
            "SELECT track_id, time_ns, longitude_deg, latitude_deg, altitude_m, "
            "row_number() OVER (PARTITION BY track_id ORDER BY time_ns) AS n, "
            "count(*) OVER (PARTITION BY track_id) AS total FROM rows "
            "WHERE list_contains($track_ids::BIGINT[], track_id)"
        )
        sql = (
            f"SELECT track_id, time_ns, longitude_deg, latitude_deg, altitude_m FROM ({thinned}) "
            "WHERE (n - 1) % greatest(1, total // $most) = 0 OR n = total ORDER BY track_id, time_ns"
        )
        return sql, {"track_ids": list(self.track_ids), "most": self.most_places}


@dataclass(frozen=True, kw_only=True)
class SeriesQuestion(Question):
    """How one track flew: its states in order of time, evenly thinned to about so many."""

    points: int = 600

    def _select(self) -> tuple[str, dict[str, Any]]:
        numbered = "SELECT *, row_number() OVER (ORDER BY time_ns) AS n, count(*) OVER () AS total FROM rows"
        sql = (
            "SELECT time_ns, latitude_deg, longitude_deg, altitude_m, "
            "sqrt(pow(velocity_east_mps, 2) + pow(velocity_north_mps, 2)) AS speed_mps, velocity_up_mps, existence, "
            f"{_PROBABILITIES} AS probabilities, {LABEL_COLUMN}::VARCHAR AS label FROM ({numbered}) "
            "WHERE (n - 1) % greatest(1, total // $points) = 0 OR n = total ORDER BY time_ns"
        )
        return sql, {"points": self.points}


@dataclass(frozen=True, kw_only=True)
class CountsQuestion(Question):
    """How many tracks of each class there were in each step of time, by what each was held for at its end."""

    step_ns: int

    def _select(self) -> tuple[str, dict[str, Any]]:
        sql = (
            ", held AS (SELECT time_ns // $step_ns AS slot, track_id, "
            f"arg_max({_PROBABILITIES}, time_ns) FILTER ({_PROBABILITIES} IS NOT NULL) AS probabilities "
            f"FROM rows GROUP BY slot, track_id {_WAS_BELIEVED}), "
            f"told AS (SELECT slot, {_CLASS} AS class_index FROM held) "
            "SELECT slot * $step_ns AS from_ns, class_index, count(*) AS tracks FROM told "
            "GROUP BY slot, class_index ORDER BY slot, class_index"
        )
        return sql, {"step_ns": self.step_ns}


def whole(question: TracksQuestion, limit: int) -> TracksQuestion:
    """Return the same question for everything at once, as it is saved to a file."""
    return replace(question, limit=limit, place=None, backwards=False)


_SUMMED = f"""
, summed AS (
  SELECT track_id, min(time_ns) AS first_ns, max(time_ns) AS last_ns, count(*) AS states,
    min(CASE WHEN isnan(altitude_m) THEN NULL ELSE altitude_m END) AS lowest_m,
    max(CASE WHEN isnan(altitude_m) THEN NULL ELSE altitude_m END) AS highest_m,
    max(sqrt(pow(velocity_east_mps, 2) + pow(velocity_north_mps, 2))) AS fastest_mps,
    arg_max(latitude_deg, time_ns) AS latitude_deg, arg_max(longitude_deg, time_ns) AS longitude_deg,
    max(nullif(callsign, '')) AS callsign, max(icao_address) AS icao_address,
    arg_max({_PROBABILITIES}, time_ns) FILTER ({_PROBABILITIES} IS NOT NULL) AS probabilities,
    list(DISTINCT {LABEL_COLUMN}::VARCHAR) AS labels{{strictest}}
  FROM rows GROUP BY track_id {{believed}}),
classed AS (SELECT *, {_CLASS} AS class_index FROM summed)
"""
_THREATS = (
    "LEFT JOIN (SELECT unnest($threat_ids::BIGINT[]) AS track_id, unnest($threats::DOUBLE[]) AS threat) "
    "USING (track_id)"
)
