"""The message model as data: JSON Schema of the records, Arrow columns with unit and meaning. Output: spec/schema."""

from __future__ import annotations

import json
import tomllib
from importlib import resources
from typing import Any

import pyarrow as pa
from pydantic import BaseModel

from sargas.model import plots, tracks
from sargas.model.drift_records import ClosureRule, DriftEntry, DriftPlace, WindLevel
from sargas.model.label import Label
from sargas.model.local_time import ClockChange
from sargas.model.lost_records import LostHypothesis, LostRegion, MayBe
from sargas.model.records import (
    RECORD,
    Alert,
    AlertPolicy,
    Claim,
    ClosureAdvice,
    Configuration,
    Cue,
    Decision,
    DriftForecast,
    FlightPermission,
    GnssInterference,
    Handover,
    HumanReport,
    LastSeen,
    LaunchEstimate,
    LostTrack,
    NetworkIdentity,
    Partner,
    PartnerNotice,
    PolicyChange,
    PublicWarning,
    ReporterHistory,
    Route,
    Sensor,
    SensorRegistration,
    SensorStatus,
    Sighting,
    Source,
    SourceHealth,
    SourceLabel,
    SourcePause,
    StandingAlert,
    Tick,
    TrackEvent,
    Unit,
    WarningDelivery,
    WindTable,
    Zone,
    ZoneChange,
)
from sargas.model.warning_records import Delivery, FirstApproval, WarningArea, WarningPolicy, WarningText

RECORDS: tuple[type[BaseModel], ...] = (
    Alert,
    Claim,
    ClosureAdvice,
    Configuration,
    Cue,
    Decision,
    DriftForecast,
    FlightPermission,
    GnssInterference,
    Handover,
    HumanReport,
    LaunchEstimate,
    LostTrack,
    NetworkIdentity,
    PartnerNotice,
    PublicWarning,
    SensorRegistration,
    SensorStatus,
    ReporterHistory,
    Sighting,
    SourceHealth,
    StandingAlert,
    Tick,
    TrackEvent,
    SourcePause,
    SourceLabel,
    PolicyChange,
    Unit,
    WarningDelivery,
    WindTable,
    ZoneChange,
)
VALUES: tuple[type[BaseModel], ...] = (
    AlertPolicy,
    ClockChange,
    ClosureRule,
    Delivery,
    DriftEntry,
    DriftPlace,
    FirstApproval,
    Label,
    LastSeen,
    LostHypothesis,
    LostRegion,
    MayBe,
    Partner,
    Route,
    Sensor,
    Source,
    WarningArea,
    WarningPolicy,
    WarningText,
    WindLevel,
    Zone,
)

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_COLUMNS: dict[str, dict[str, dict[str, str]]] = tomllib.loads(
    resources.files("sargas.model").joinpath("columns.toml").read_text(encoding="utf-8")
)


def export_schemas() -> dict[str, str]:
    """Render every schema: file name under spec/schema to its JSON text, the same bytes on every run."""
    found: dict[str, dict[str, Any]] = {f"{model.__name__}.json": record_schema(model) for model in (*RECORDS, *VALUES)}
    found["Record.json"] = {"$schema": _DIALECT, "title": "Record", **RECORD.json_schema(mode="serialization")}
    found["plots.json"] = column_schema("plots")
    found["tracks.json"] = column_schema("tracks")
    return {name: json.dumps(found[name], indent=2, ensure_ascii=False) + "\n" for name in sorted(found)}


def record_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Describe one record or value as JSON Schema 2020-12, in the form Sargas writes: every field present."""
    return {"$schema": _DIALECT, **model.model_json_schema(mode="serialization")}


def column_schema(batch: str) -> dict[str, Any]:
    """Describe the columns of ``plots`` or ``tracks``: name, Arrow type, nullable, exchange, unit, meaning."""
    module = {"plots": plots, "tracks": tracks}[batch]
    columns = [
        {
            "name": field.name,
            "type": _type_name(field.type),
            "nullable": field.nullable,
            "exchange": field.name in module.EXCHANGE_SCHEMA.names,
            **_COLUMNS[batch][field.name],
        }
        for field in module.SCHEMA
    ]
    return {"title": batch, "specification": f"spec/{batch}.md", "columns": columns}


def _type_name(kind: pa.DataType) -> str:
    """Name an Arrow type in words that do not change with the Arrow release."""
    if pa.types.is_dictionary(kind):
        return f"dictionary<{kind.index_type}, {kind.value_type}>"
    if pa.types.is_fixed_size_list(kind):
        return f"fixed_size_list<{kind.value_type}, {kind.list_size}>"
    if pa.types.is_list(kind):
        return f"list<{kind.value_type}>"
    return str(kind)
