"""JSON Schema of what the console says. Output: spec/schema/console.json, made by ``sargas schema export``."""

from __future__ import annotations

import json

from pydantic.json_schema import models_json_schema

from sargas.console.account_messages import Login, Proof, SessionView, TokenView
from sargas.console.administration_messages import (
    AccountDraft,
    AccountView,
    AuditLine,
    AuditView,
    EndedSessions,
    Entitlement,
    NewAccount,
    NewPassword,
    NewSecret,
    NewToken,
    OneTimeLink,
    PartFigure,
    PartnerRights,
    PartView,
    ReleaseRule,
    ReleasesView,
    RightsView,
    TokenDraft,
)
from sargas.console.app import make_api
from sargas.console.forecast_views import ForecastPlace, TrackForecast
from sargas.console.incident_messages import IncidentView
from sargas.console.messages import (
    Accepted,
    AlertsSection,
    AnswerView,
    ClaimAccepted,
    ClockSection,
    ClosuresSection,
    ConfigurationSection,
    CueDraft,
    DriftSection,
    EnteredPermission,
    EnteredWind,
    HandoverDraft,
    Health,
    ImportedPermissions,
    ImportedWinds,
    InterferenceSection,
    LostSection,
    NamesSection,
    NetworkSection,
    NetworkView,
    NewClaim,
    PartnerView,
    PermissionDraft,
    PermissionProblem,
    PermissionsSection,
    Reason,
    RegistrationsSection,
    ReportAccepted,
    ReportDraft,
    SightingsSection,
    SourcesSection,
    TakenView,
    TakeOverDraft,
    TrackView,
    UnitsSection,
    ViewRequest,
    WarningsSection,
    WindsSection,
)
from sargas.console.place_views import PlaceView
from sargas.console.playback_messages import (
    PlaybackRequest,
    PlaybackSection,
    TimelineGap,
    TimelineMark,
    TimelineView,
    TrailsSection,
    TrailStep,
)
from sargas.console.shift_messages import ShiftPerson, ShiftView, Spread
from sargas.console.story_messages import SensorSpanView, StoryLine, StoryView, TrackReport
from sargas.console.unit_messages import EnteredUnit, ImportedUnits, UnitDraft
from sargas.console.zone_views import EnteredZone, ImportedZones

MESSAGES = (
    Accepted,
    AlertsSection,
    AnswerView,
    ClaimAccepted,
    ClockSection,
    ConfigurationSection,
    EnteredPermission,
    Health,
    ImportedPermissions,
    InterferenceSection,
    Login,
    LostSection,
    NamesSection,
    PermissionsSection,
    NewClaim,
    PermissionDraft,
    PermissionProblem,
    PermissionsSection,
    Reason,
    RegistrationsSection,
    ReportAccepted,
    ReportDraft,
    SessionView,
    SightingsSection,
    SourcesSection,
    TrackView,
    WarningsSection,
    WindsSection,
    DriftSection,
    ClosuresSection,
    EnteredWind,
    ImportedWinds,
    NetworkSection,
    NetworkView,
    PartnerView,
    HandoverDraft,
    CueDraft,
    TakeOverDraft,
    PartnerView,
    TakenView,
    TokenView,
    Proof,
    ViewRequest,
    StoryLine,
    SensorSpanView,
    StoryView,
    TrackReport,
    ShiftView,
    ShiftPerson,
    Spread,
    PlaybackSection,
    PlaybackRequest,
    TimelineView,
    TimelineMark,
    TimelineGap,
    TrailsSection,
    TrailStep,
    PlaceView,
    ForecastPlace,
    TrackForecast,
    EnteredZone,
    ImportedZones,
    RightsView,
    AccountDraft,
    AccountView,
    NewAccount,
    OneTimeLink,
    NewSecret,
    EndedSessions,
    NewPassword,
    TokenDraft,
    NewToken,
    PartFigure,
    PartView,
    AuditLine,
    AuditView,
    ReleaseRule,
    Entitlement,
    PartnerRights,
    ReleasesView,
    UnitsSection,
    UnitDraft,
    EnteredUnit,
    ImportedUnits,
    IncidentView,
)


def export_openapi() -> str:
    """Render the API as OpenAPI: the same bytes on every run."""
    return json.dumps(make_api().openapi(), indent=2, ensure_ascii=False) + "\n"


def export_schema() -> str:
    """Render the schema: the same bytes on every run, every field present as the console sends it."""
    _, schema = models_json_schema([(model, "serialization") for model in MESSAGES], title="Console")
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2) + "\n"
