"""Every operation of the API as a method. Made by generate.py of spec/schema/openapi.json."""

from __future__ import annotations

from typing import Any, Literal, cast

from sargas_client import models


class Operations:
    """The operations; how a request is sent is for who derives from it."""

    def _call(self, method: str, path: str, parts: dict[str, Any], query: dict[str, Any], body: Any = None) -> Any:
        raise NotImplementedError

    def _send(self, method: str, path: str, text: str, kind: str) -> Any:
        raise NotImplementedError

    def read_session(self) -> models.SessionView:
        """Say who is logged in; never an error, so that the page can ask before it shows the log-in form.

        ``GET /api/session``; any token or session.
        """
        return cast("models.SessionView", self._call("GET", "/api/session", {}, {}))

    def log_in(self, body: models.Login) -> models.SessionView:
        """Open a session by name and password.

        ``POST /api/session``; open to everybody.
        """
        return cast("models.SessionView", self._call("POST", "/api/session", {}, {}, body))

    def log_out(self) -> None:
        """Close the session.

        ``DELETE /api/session``; a person who has logged in, no token.
        """
        self._call("DELETE", "/api/session", {}, {})

    def prove(self, body: models.Proof) -> models.SessionView:
        """Give password or code again, as deciding on a public warning asks for; wrong ones lock out as at log-in.

        ``POST /api/session/proof``; a person who has logged in, no token.
        """
        return cast("models.SessionView", self._call("POST", "/api/session/proof", {}, {}, body))

    def choose_password(self, body: models.NewPassword) -> models.SessionView:
        """Set the password of the session's own account; its other sessions, links and API tokens end.

        ``PUT /api/session/password``; a person who has logged in, no token.
        """
        return cast("models.SessionView", self._call("PUT", "/api/session/password", {}, {}, body))

    def read_health(self) -> models.Health:
        """Say whether the node answers and has a picture; needs no session.

        ``GET /api/health``; open to everybody.
        """
        return cast("models.Health", self._call("GET", "/api/health", {}, {}))

    def list_alerts(
        self, *, active_only: bool | None = None, since_ns: int | None = None, limit: int | None = None
    ) -> list[models.Alert]:
        """List alerts on record.

        ``GET /api/alerts``; scope ``read``.
        """
        return cast(
            "list[models.Alert]",
            self._call("GET", "/api/alerts", {}, {"active_only": active_only, "since_ns": since_ns, "limit": limit}),
        )

    def acknowledge_alert(self, alert_id: str, body: models.Reason) -> models.Accepted:
        """Acknowledge an alert in the name of the session's account.

        ``POST /api/alerts/{alert_id}/acknowledge``; scope ``decide``.
        """
        return cast(
            "models.Accepted",
            self._call("POST", "/api/alerts/{alert_id}/acknowledge", {"alert_id": alert_id}, {}, body),
        )

    def shelve_alert(self, alert_id: str, body: models.Shelving) -> models.Accepted:
        """Lay an alert aside for a reason and a while; it comes back then, or when it worsens.

        ``POST /api/alerts/{alert_id}/shelve``; scope ``decide``.
        """
        return cast(
            "models.Accepted", self._call("POST", "/api/alerts/{alert_id}/shelve", {"alert_id": alert_id}, {}, body)
        )

    def unshelve_alert(self, alert_id: str, body: models.Reason) -> models.Accepted:
        """Take an alert off the shelf.

        ``POST /api/alerts/{alert_id}/unshelve``; scope ``decide``.
        """
        return cast(
            "models.Accepted", self._call("POST", "/api/alerts/{alert_id}/unshelve", {"alert_id": alert_id}, {}, body)
        )

    def list_sources(self) -> list[models.SourceHealth]:
        """List the health of every source, by name.

        ``GET /api/sources``; scope ``read``.
        """
        return cast("list[models.SourceHealth]", self._call("GET", "/api/sources", {}, {}))

    def list_registrations(self) -> list[models.SensorRegistration]:
        """List how far each radar is off, by sensor id.

        ``GET /api/registrations``; scope ``read``.
        """
        return cast("list[models.SensorRegistration]", self._call("GET", "/api/registrations", {}, {}))

    def list_interference(
        self, *, active_only: bool | None = None, limit: int | None = None
    ) -> list[models.GnssInterference]:
        """List where and of whom satellite navigation is not to be trusted, the latest change first.

        ``GET /api/gnss-interference``; scope ``read``.
        """
        return cast(
            "list[models.GnssInterference]",
            self._call("GET", "/api/gnss-interference", {}, {"active_only": active_only, "limit": limit}),
        )

    def list_lost_tracks(self, *, active_only: bool | None = None, limit: int | None = None) -> list[models.LostTrack]:
        """List where lost tracks may be now, the most dangerous first, then the latest lost; on demand all on record.

        ``GET /api/lost-tracks``; scope ``read``.
        """
        return cast(
            "list[models.LostTrack]",
            self._call("GET", "/api/lost-tracks", {}, {"active_only": active_only, "limit": limit}),
        )

    def list_permissions(self, *, active_only: bool | None = None) -> list[models.FlightPermission]:
        """List who may fly where and when, the latest revision first.

        ``GET /api/permissions``; scope ``read``.
        """
        return cast(
            "list[models.FlightPermission]", self._call("GET", "/api/permissions", {}, {"active_only": active_only})
        )

    def enter_permission(self, body: models.PermissionDraft) -> models.EnteredPermission:
        """Enter a permission in the name of the session's account; one of that id must not be in force.

        ``POST /api/permissions``; scope ``enter``.
        """
        return cast("models.EnteredPermission", self._call("POST", "/api/permissions", {}, {}, body))

    def list_sensors(self) -> list[models.Sensor]:
        """List the configured sensors.

        ``GET /api/sensors``; scope ``read``.
        """
        return cast("list[models.Sensor]", self._call("GET", "/api/sensors", {}, {}))

    def list_zones(self) -> list[models.Zone]:
        """List the configured zones.

        ``GET /api/zones``; scope ``read``.
        """
        return cast("list[models.Zone]", self._call("GET", "/api/zones", {}, {}))

    def enter_zone(self, body: models.Zone) -> models.EnteredZone:
        """Enter a zone in the name of the session's account; there must be none of that id.

        ``POST /api/zones``; scope ``enter``.
        """
        return cast("models.EnteredZone", self._call("POST", "/api/zones", {}, {}, body))

    def list_tracks(self, *, limit: int | None = None) -> list[models.TrackView]:
        """List the confirmed and coasting tracks in order of number.

        ``GET /api/tracks``; scope ``read``.
        """
        return cast("list[models.TrackView]", self._call("GET", "/api/tracks", {}, {"limit": limit}))

    def list_track_events(
        self, *, event: str | None = None, since_ns: int | None = None, limit: int | None = None
    ) -> list[models.TrackEvent]:
        """List what happened between tracks, the latest first: gaps closed, merges, splits, groups, partners' matches.

        ``GET /api/track-events``; scope ``read``.
        """
        return cast(
            "list[models.TrackEvent]",
            self._call("GET", "/api/track-events", {}, {"event": event, "since_ns": since_ns, "limit": limit}),
        )

    def list_claims(self, track_id: int) -> list[models.Claim]:
        """List what is said about a live track, in the order it was first said; the newest revision of each claim.

        ``GET /api/tracks/{track_id}/claims``; scope ``read``.
        """
        return cast(
            "list[models.Claim]", self._call("GET", "/api/tracks/{track_id}/claims", {"track_id": track_id}, {})
        )

    def make_claim(self, track_id: int, body: models.NewClaim) -> models.ClaimAccepted:
        """Say something about a live track in the name of the session's account; said again, it corrects what was said.

        ``POST /api/tracks/{track_id}/claims``; scope ``claim``.
        """
        return cast(
            "models.ClaimAccepted",
            self._call("POST", "/api/tracks/{track_id}/claims", {"track_id": track_id}, {}, body),
        )

    def read_identity(self, track_id: int) -> list[models.AnswerView]:
        """Weigh what is said about a live track: one answer a question, with the claims behind it and those masked.

        ``GET /api/tracks/{track_id}/identity``; scope ``read``.
        """
        return cast(
            "list[models.AnswerView]", self._call("GET", "/api/tracks/{track_id}/identity", {"track_id": track_id}, {})
        )

    def withdraw_claim(self, track_id: int, claim_id: str) -> models.ClaimAccepted:
        """Withdraw what somebody said; it stays on record, and what it masked counts again.

        ``POST /api/tracks/{track_id}/claims/{claim_id}/withdraw``; scope ``claim``.
        """
        return cast(
            "models.ClaimAccepted",
            self._call(
                "POST",
                "/api/tracks/{track_id}/claims/{claim_id}/withdraw",
                {"track_id": track_id, "claim_id": claim_id},
                {},
            ),
        )

    def read_story(self, track_id: int, *, hours: float | None = None) -> models.StoryView:
        """Tell a track's story, the first first: who saw it when, how class and status changed, what was said and done.

        ``GET /api/tracks/{track_id}/story``; scope ``read``.
        """
        return cast(
            "models.StoryView",
            self._call("GET", "/api/tracks/{track_id}/story", {"track_id": track_id}, {"hours": hours}),
        )

    def draft_track_report(self, track_id: int, *, language: Literal["en", "lt"] | None = None) -> models.TrackReport:
        """Draft a report of a track, also of one that is gone, for a person to read, change and sign; nothing is
        stored.

        ``GET /api/tracks/{track_id}/report-draft``; scope ``read``.
        """
        return cast(
            "models.TrackReport",
            self._call("GET", "/api/tracks/{track_id}/report-draft", {"track_id": track_id}, {"language": language}),
        )

    def read_shift(self, *, hours: float | None = None) -> models.ShiftView:
        """Tell how the shift goes: alerts and their budget, how fast they were answered, who decided, the warning
        clock.

        ``GET /api/shift``; scope ``read``.
        """
        return cast("models.ShiftView", self._call("GET", "/api/shift", {}, {"hours": hours}))

    def list_warnings(
        self, *, state: Literal["drafted", "approved", "refused", "withdrawn"] | None = None, limit: int | None = None
    ) -> list[models.PublicWarning]:
        """List the messages of warnings, the latest change first.

        ``GET /api/warnings``; scope ``read``.
        """
        return cast(
            "list[models.PublicWarning]", self._call("GET", "/api/warnings", {}, {"state": state, "limit": limit})
        )

    def decide_on_warning(
        self, message_id: str, action: Literal["approve", "refuse"], body: models.Reason
    ) -> models.Accepted:
        """Approve or refuse a drafted message in the name of the session's account.

        Where two persons must approve, the first approval leaves it a draft that waits for the second.

        ``POST /api/warnings/{message_id}/decide/{action}``; a person who has logged in, no token.
        """
        return cast(
            "models.Accepted",
            self._call(
                "POST",
                "/api/warnings/{message_id}/decide/{action}",
                {"message_id": message_id, "action": action},
                {},
                body,
            ),
        )

    def resend_warning(self, message_id: str, channel: str, body: models.Reason) -> models.Accepted:
        """Send an approved message again over a channel that refused it, was too late, or of which nobody knows.

        ``POST /api/warnings/{message_id}/resend/{channel}``; a person who has logged in, no token.
        """
        return cast(
            "models.Accepted",
            self._call(
                "POST",
                "/api/warnings/{message_id}/resend/{channel}",
                {"message_id": message_id, "channel": channel},
                {},
                body,
            ),
        )

    def read_cap(self, message_id: str) -> str:
        """Write a message as OASIS CAP 1.2 XML; one that nobody approved says Draft.

        ``GET /api/warnings/{message_id}/cap``; scope ``read``.
        """
        return cast("str", self._call("GET", "/api/warnings/{message_id}/cap", {"message_id": message_id}, {}))

    def change_permission(self, permission_id: str, body: models.PermissionDraft) -> models.EnteredPermission:
        """Replace a permission as a whole; one that was revoked is in force again.

        ``PUT /api/permissions/{permission_id}``; scope ``enter``.
        """
        return cast(
            "models.EnteredPermission",
            self._call("PUT", "/api/permissions/{permission_id}", {"permission_id": permission_id}, {}, body),
        )

    def revoke_permission(self, permission_id: str) -> models.EnteredPermission:
        """Revoke a permission: it explains nothing from the next second on, and stays on record.

        ``DELETE /api/permissions/{permission_id}``; scope ``enter``.
        """
        return cast(
            "models.EnteredPermission",
            self._call("DELETE", "/api/permissions/{permission_id}", {"permission_id": permission_id}, {}),
        )

    def import_permissions(self, text: str, kind: str = "text/csv") -> models.ImportedFile:
        """Take all permissions of a CSV or GeoJSON file, or none: with a bad row, every bad one is told (422).

        What stands as it is in the file is left alone, so that the same file twice changes nothing.

        ``POST /api/permissions/import``; scope ``enter``.
        """
        return cast("models.ImportedFile", self._send("POST", "/api/permissions/import", text, kind))

    def list_places(self) -> list[models.PlaceView]:
        """List the towns of the region from 5,000 people on, larger ones first. Source: GeoNames (CC BY 4.0).

        ``GET /api/places``; scope ``read``.
        """
        return cast("list[models.PlaceView]", self._call("GET", "/api/places", {}, {}))

    def read_forecast(self, track_id: int) -> models.TrackForecast:
        """Forecast a track; of one that is gone, of a partner's, and on a recording there are no places.

        ``GET /api/tracks/{track_id}/forecast``; scope ``read``.
        """
        return cast(
            "models.TrackForecast", self._call("GET", "/api/tracks/{track_id}/forecast", {"track_id": track_id}, {})
        )

    def list_reports(self, *, limit: int | None = None) -> list[models.HumanReport]:
        """List reports of people, the latest revision first.

        ``GET /api/reports``; scope ``read``.
        """
        return cast("list[models.HumanReport]", self._call("GET", "/api/reports", {}, {"limit": limit}))

    def make_report(self, body: models.ReportDraft) -> models.ReportAccepted:
        """Hand in what a person saw or heard, in the name of the session's account; said again, it is corrected.

        ``POST /api/reports``; scope ``report``.
        """
        return cast("models.ReportAccepted", self._call("POST", "/api/reports", {}, {}, body))

    def withdraw_report(self, report_id: str) -> models.ReportAccepted:
        """Withdraw a report; it stays on record and says nothing any more.

        ``POST /api/reports/{report_id}/withdraw``; scope ``report``.
        """
        return cast(
            "models.ReportAccepted",
            self._call("POST", "/api/reports/{report_id}/withdraw", {"report_id": report_id}, {}),
        )

    def list_sightings(self, *, active_only: bool | None = None, limit: int | None = None) -> list[models.Sighting]:
        """List what reports add up to, the latest change first.

        ``GET /api/sightings``; scope ``read``.
        """
        return cast(
            "list[models.Sighting]",
            self._call("GET", "/api/sightings", {}, {"active_only": active_only, "limit": limit}),
        )

    def decide_on_sighting(
        self, sighting_id: str, action: Literal["approve", "refuse"], body: models.Reason
    ) -> models.Accepted:
        """Confirm (approve) or refute (refuse) a sighting; it counts for how far those who reported it are believed.

        ``POST /api/sightings/{sighting_id}/decide/{action}``; scope ``decide``.
        """
        return cast(
            "models.Accepted",
            self._call(
                "POST",
                "/api/sightings/{sighting_id}/decide/{action}",
                {"sighting_id": sighting_id, "action": action},
                {},
                body,
            ),
        )

    def list_winds(self, *, active_only: bool | None = None) -> list[models.WindTable]:
        """List the wind tables, by id; those withdrawn too when asked for.

        ``GET /api/winds``; scope ``read``.
        """
        return cast("list[models.WindTable]", self._call("GET", "/api/winds", {}, {"active_only": active_only}))

    def import_winds(self, text: str, kind: str = "text/csv") -> models.ImportedFile:
        """Take all wind tables of a CSV file, or none: with a bad row, every bad one is told (422).

        ``POST /api/winds/import``; scope ``enter``.
        """
        return cast("models.ImportedFile", self._send("POST", "/api/winds/import", text, kind))

    def withdraw_wind(self, table_id: str) -> models.EnteredWind:
        """Withdraw a table: it counts no more from the next second on, and stays on record.

        ``DELETE /api/winds/{table_id}``; scope ``enter``.
        """
        return cast("models.EnteredWind", self._call("DELETE", "/api/winds/{table_id}", {"table_id": table_id}, {}))

    def list_drift(self) -> list[models.DriftForecast]:
        """List where the wind will carry each drifter, by track.

        ``GET /api/drift``; scope ``read``.
        """
        return cast("list[models.DriftForecast]", self._call("GET", "/api/drift", {}, {}))

    def list_launches(self, *, limit: int | None = None) -> list[models.LaunchEstimate]:
        """List where and when balloons were let go, the latest first.

        ``GET /api/launches``; scope ``read``.
        """
        return cast("list[models.LaunchEstimate]", self._call("GET", "/api/launches", {}, {"limit": limit}))

    def list_closures(self, *, limit: int | None = None) -> list[models.ClosureAdvice]:
        """List the advice on airports, the latest first: newest of each closure.

        ``GET /api/closures``; scope ``read``.
        """
        return cast("list[models.ClosureAdvice]", self._call("GET", "/api/closures", {}, {"limit": limit}))

    def change_zone(self, zone_id: str, body: models.Zone) -> models.EnteredZone:
        """Replace a zone as a whole.

        ``PUT /api/zones/{zone_id}``; scope ``enter``.
        """
        return cast("models.EnteredZone", self._call("PUT", "/api/zones/{zone_id}", {"zone_id": zone_id}, {}, body))

    def delete_zone(self, zone_id: str) -> models.EnteredZone:
        """Delete a zone: its alerts end, and it stays on record. The last zone stays, and what an advice stands on.

        ``DELETE /api/zones/{zone_id}``; scope ``enter``.
        """
        return cast("models.EnteredZone", self._call("DELETE", "/api/zones/{zone_id}", {"zone_id": zone_id}, {}))

    def import_zones(self, text: str, kind: str = "application/geo+json") -> models.ImportedFile:
        """Take all zones of a GeoJSON file, or none; those of ids that are known are replaced, all others stay.

        What stands as it is in the file is left alone, so that the same file twice changes nothing.

        ``POST /api/zones/import``; scope ``enter``.
        """
        return cast("models.ImportedFile", self._send("POST", "/api/zones/import", text, kind))

    def read_network(self) -> models.NetworkView:
        """Tell who the partners are, identities that are not only ours, hand-overs, cues and notices, the latest first.

        ``GET /api/network``; scope ``read``.
        """
        return cast("models.NetworkView", self._call("GET", "/api/network", {}, {}))

    def offer_handover(self, body: models.HandoverDraft) -> models.Accepted:
        """Offer an object that we answer for to a partner, in the name of the session's account.

        ``POST /api/network/hand-overs``; scope ``network``.
        """
        return cast("models.Accepted", self._call("POST", "/api/network/hand-overs", {}, {}, body))

    def accept_handover(self, handover_id: str, body: models.Reason) -> models.Accepted:
        """Take over an object that a partner offers.

        ``POST /api/network/hand-overs/{handover_id}/accept``; scope ``network``.
        """
        return cast(
            "models.Accepted",
            self._call("POST", "/api/network/hand-overs/{handover_id}/accept", {"handover_id": handover_id}, {}, body),
        )

    def decline_handover(self, handover_id: str, body: models.Reason) -> models.Accepted:
        """Leave an object with the partner that offers it.

        ``POST /api/network/hand-overs/{handover_id}/decline``; scope ``network``.
        """
        return cast(
            "models.Accepted",
            self._call("POST", "/api/network/hand-overs/{handover_id}/decline", {"handover_id": handover_id}, {}, body),
        )

    def take_over(self, nation: str, body: models.TakeOverDraft) -> models.Accepted:
        """Let the feeds run that stand by for a partner, all or one.

        ``POST /api/network/partners/{nation}/take-over``; scope ``network``.
        """
        return cast(
            "models.Accepted",
            self._call("POST", "/api/network/partners/{nation}/take-over", {"nation": nation}, {}, body),
        )

    def give_back(self, nation: str, body: models.TakeOverDraft) -> models.Accepted:
        """Let feeds that were taken over from a partner stand by again, all or one.

        ``POST /api/network/partners/{nation}/give-back``; scope ``network``.
        """
        return cast(
            "models.Accepted",
            self._call("POST", "/api/network/partners/{nation}/give-back", {"nation": nation}, {}, body),
        )

    def ask_to_look(self, body: models.CueDraft) -> models.Accepted:
        """Ask a partner to look for a track of ours, or at a place.

        ``POST /api/network/cues``; scope ``network``.
        """
        return cast("models.Accepted", self._call("POST", "/api/network/cues", {}, {}, body))

    def read_timeline(self, *, from_ms: float, until_ms: float) -> models.TimelineView:
        """Say what of a time can be shown again, where the record has gaps, and what happened in it.

        ``GET /api/timeline``; scope ``read``.
        """
        return cast(
            "models.TimelineView", self._call("GET", "/api/timeline", {}, {"from_ms": from_ms, "until_ms": until_ms})
        )

    def list_tokens(self) -> list[models.TokenView]:
        """List the API tokens of the session's account, of an administrator those of all; never a token itself.

        ``GET /api/tokens``; a person who has logged in, no token.
        """
        return cast("list[models.TokenView]", self._call("GET", "/api/tokens", {}, {}))

    def issue_token(self, body: models.TokenDraft) -> models.NewToken:
        """Make an API token, shown this once: in the person's own name, by an administrator in that of any account.

        ``POST /api/tokens``; a person who has logged in, no token.
        """
        return cast("models.NewToken", self._call("POST", "/api/tokens", {}, {}, body))

    def revoke_token(self, token_id: str) -> None:
        """End an API token of the session's account, as an administrator of any: it opens nothing from now on.

        ``DELETE /api/tokens/{token_id}``; a person who has logged in, no token.
        """
        self._call("DELETE", "/api/tokens/{token_id}", {"token_id": token_id}, {})

    def list_accounts(self) -> list[models.AccountView]:
        """List every account with its rights, locks and open sessions; nothing that opens one.

        ``GET /api/accounts``; a person who has logged in, no token.
        """
        return cast("list[models.AccountView]", self._call("GET", "/api/accounts", {}, {}))

    def create_account(self, body: models.AccountDraft) -> models.NewAccount:
        """Make an account; its person is let in by a one-time link, shown this once, and chooses the password.

        ``POST /api/accounts``; a person who has logged in, no token.
        """
        return cast("models.NewAccount", self._call("POST", "/api/accounts", {}, {}, body))

    def change_rights(self, name: str, body: models.RightsView) -> models.AccountView:
        """Give an account another role, nation, clearance or first view; its open sessions end when rights change.

        ``PUT /api/accounts/{name}/rights``; a person who has logged in, no token.
        """
        return cast("models.AccountView", self._call("PUT", "/api/accounts/{name}/rights", {"name": name}, {}, body))

    def lock_account(self, name: str) -> models.AccountView:
        """Let nobody in by an account: its sessions end, its API tokens open nothing until it is unlocked.

        ``POST /api/accounts/{name}/lock``; a person who has logged in, no token.
        """
        return cast("models.AccountView", self._call("POST", "/api/accounts/{name}/lock", {"name": name}, {}))

    def unlock_account(self, name: str) -> models.AccountView:
        """Let an account in again, also after too many failed log-ins.

        ``POST /api/accounts/{name}/unlock``; a person who has logged in, no token.
        """
        return cast("models.AccountView", self._call("POST", "/api/accounts/{name}/unlock", {"name": name}, {}))

    def renew_second_factor(self, name: str) -> models.NewSecret:
        """Give an account a new secret for its authenticator, shown this once; its sessions and API tokens end.

        ``POST /api/accounts/{name}/second-factor``; a person who has logged in, no token.
        """
        return cast("models.NewSecret", self._call("POST", "/api/accounts/{name}/second-factor", {"name": name}, {}))

    def make_link(self, name: str) -> models.OneTimeLink:
        """Make a one-time link for a person who cannot log in, shown this once; it lasts a day.

        ``POST /api/accounts/{name}/link``; a person who has logged in, no token.
        """
        return cast("models.OneTimeLink", self._call("POST", "/api/accounts/{name}/link", {"name": name}, {}))

    def end_sessions(self, name: str) -> models.EndedSessions:
        """End every session and one-time link of an account.

        ``DELETE /api/accounts/{name}/sessions``; a person who has logged in, no token.
        """
        return cast("models.EndedSessions", self._call("DELETE", "/api/accounts/{name}/sessions", {"name": name}, {}))

    def read_parts(self) -> list[models.PartView]:
        """Say how each part of the node is: core, journal, store, history, audit, bus and links.

        ``GET /api/administration/parts``; a person who has logged in, no token.
        """
        return cast("list[models.PartView]", self._call("GET", "/api/administration/parts", {}, {}))

    def verify_audit(self) -> models.AuditView:
        """Verify the whole audit, every byte of it, and show its newest entries; one verification at a time.

        ``GET /api/administration/audit``; a person who has logged in, no token.
        """
        return cast("models.AuditView", self._call("GET", "/api/administration/audit", {}, {}))

    def read_releases(self) -> models.ReleasesView:
        """Say what each partner gets: the rules of release as they answer now, kind by kind.

        ``GET /api/administration/releases``; a person who has logged in, no token.
        """
        return cast("models.ReleasesView", self._call("GET", "/api/administration/releases", {}, {}))

    def pause_source(self, source: str, body: models.PauseDraft) -> models.EnteredPause:
        """Leave unread what a source reports, from now until it is let go on, also over a restart; 409 it is paused.

        ``POST /api/sources/{source}/pause``; a person who has logged in, no token.
        """
        return cast(
            "models.EnteredPause", self._call("POST", "/api/sources/{source}/pause", {"source": source}, {}, body)
        )

    def resume_source(self, source: str, body: models.Reason) -> models.EnteredPause:
        """Read a source again from now on; what came meanwhile is not made up for. 409 it is not paused.

        ``POST /api/sources/{source}/resume``; a person who has logged in, no token.
        """
        return cast(
            "models.EnteredPause", self._call("POST", "/api/sources/{source}/resume", {"source": source}, {}, body)
        )

    def preview_label(
        self,
        source: str,
        *,
        classification: Literal["unclassified", "restricted", "confidential", "secret"],
        releasable_to: str | None = None,
    ) -> models.LabelPreview:
        """Say what another label of a source would change: who gets its plots and tracks, and who sees them here.

        ``GET /api/sources/{source}/label``; a person who has logged in, no token.
        """
        return cast(
            "models.LabelPreview",
            self._call(
                "GET",
                "/api/sources/{source}/label",
                {"source": source},
                {"classification": classification, "releasable_to": releasable_to},
            ),
        )

    def change_label(self, source: str, body: models.LabelDraft) -> models.EnteredLabel:
        """Give what a source reports another label, from a moment on; 422 wider than the configuration, 409 it has it.

        ``POST /api/sources/{source}/label``; a person who has logged in, no token.
        """
        return cast(
            "models.EnteredLabel", self._call("POST", "/api/sources/{source}/label", {"source": source}, {}, body)
        )

    def read_policies(self) -> models.PoliciesView:
        """Say by which rules alerts and warnings are told, what the configuration has, and who changed them last.

        ``GET /api/administration/policies``; a person who has logged in, no token.
        """
        return cast("models.PoliciesView", self._call("GET", "/api/administration/policies", {}, {}))

    def change_alerting(self, body: models.AlertingDraft) -> models.EnteredPolicy:
        """Change budget and escalation of alerts from now on, also over a restart; 409 nothing is changed.

        ``PUT /api/administration/policies/alerting``; a person who has logged in, no token.
        """
        return cast("models.EnteredPolicy", self._call("PUT", "/api/administration/policies/alerting", {}, {}, body))

    def change_warnings(self, body: models.WarningsDraft) -> models.EnteredPolicy:
        """Change who approves warnings and how they prove it; never laxer than the configuration, which is 422.

        ``PUT /api/administration/policies/warnings``; a person who has logged in, no token.
        """
        return cast("models.EnteredPolicy", self._call("PUT", "/api/administration/policies/warnings", {}, {}, body))

    def list_units(self) -> list[models.Unit]:
        """List the units that could respond, by id, as far as the account may see them.

        ``GET /api/units``; scope ``read``.
        """
        return cast("list[models.Unit]", self._call("GET", "/api/units", {}, {}))

    def enter_unit(self, body: models.UnitDraft) -> models.EnteredUnit:
        """Enter a unit in the name of the session's account; there must be none of that id.

        ``POST /api/units``; scope ``enter``.
        """
        return cast("models.EnteredUnit", self._call("POST", "/api/units", {}, {}, body))

    def change_unit(self, unit_id: str, body: models.UnitDraft) -> models.EnteredUnit:
        """Replace a unit as a whole: where it is now, whether it can be asked.

        ``PUT /api/units/{unit_id}``; scope ``enter``.
        """
        return cast("models.EnteredUnit", self._call("PUT", "/api/units/{unit_id}", {"unit_id": unit_id}, {}, body))

    def remove_unit(self, unit_id: str) -> models.EnteredUnit:
        """Remove a unit from the picture; it stays on record.

        ``DELETE /api/units/{unit_id}``; scope ``enter``.
        """
        return cast("models.EnteredUnit", self._call("DELETE", "/api/units/{unit_id}", {"unit_id": unit_id}, {}))

    def import_units(self, text: str, kind: str = "text/csv") -> models.ImportedFile:
        """Take all units of a CSV or GeoJSON file, or none: with a bad row, every bad one is told (422).

        Units of known ids are replaced, all others stay; what stands as it is in the file is left alone.

        ``POST /api/units/import``; scope ``enter``.
        """
        return cast("models.ImportedFile", self._send("POST", "/api/units/import", text, kind))

    def list_incidents(self, *, since_ns: int | None = None, closed: int | None = None) -> list[models.IncidentView]:
        """List incidents, open ones first, then the newest first.

        ``GET /api/incidents``; scope ``read``.
        """
        return cast(
            "list[models.IncidentView]",
            self._call("GET", "/api/incidents", {}, {"since_ns": since_ns, "closed": closed}),
        )

    def search_tracks(
        self,
        *,
        limit: int | None = None,
        class_name: Literal[
            "none",
            "one_way_drone",
            "small_fixed_wing_drone",
            "multirotor",
            "balloon",
            "bird",
            "bird_flock",
            "light_aircraft",
            "glider",
            "helicopter",
            "airliner",
            "fast_jet",
            "clutter",
        ]
        | None = None,
        track_id: int | None = None,
        sort: Literal[
            "first_ns",
            "last_ns",
            "track_id",
            "states",
            "lowest_m",
            "highest_m",
            "fastest_mps",
            "class_index",
            "callsign",
            "threat",
            "label",
        ]
        | None = None,
        descending: bool | None = None,
        from_ms: float,
        until_ms: float,
        box: str | None = None,
        ring: str | None = None,
        zone: str | None = None,
        classification: Literal["unclassified", "restricted", "confidential", "secret"] | None = None,
        originator: str | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> models.HistoryTracks:
        """List the tracks of a time, a page of them: when, where, how high and fast, what it was held for, worst alert.

        ``GET /api/history/tracks``; scope ``read``.
        """
        return cast(
            "models.HistoryTracks",
            self._call(
                "GET",
                "/api/history/tracks",
                {},
                {
                    "limit": limit,
                    "class_name": class_name,
                    "track_id": track_id,
                    "sort": sort,
                    "descending": descending,
                    "from_ms": from_ms,
                    "until_ms": until_ms,
                    "box": box,
                    "ring": ring,
                    "zone": zone,
                    "classification": classification,
                    "originator": originator,
                    "after": after,
                    "before": before,
                },
            ),
        )

    def save_tracks(
        self,
        format: Literal["csv", "geojson", "parquet"],
        *,
        class_name: Literal[
            "none",
            "one_way_drone",
            "small_fixed_wing_drone",
            "multirotor",
            "balloon",
            "bird",
            "bird_flock",
            "light_aircraft",
            "glider",
            "helicopter",
            "airliner",
            "fast_jet",
            "clutter",
        ]
        | None = None,
        track_id: int | None = None,
        sort: Literal[
            "first_ns",
            "last_ns",
            "track_id",
            "states",
            "lowest_m",
            "highest_m",
            "fastest_mps",
            "class_index",
            "callsign",
            "threat",
            "label",
        ]
        | None = None,
        descending: bool | None = None,
        from_ms: float,
        until_ms: float,
        box: str | None = None,
        ring: str | None = None,
        zone: str | None = None,
        classification: Literal["unclassified", "restricted", "confidential", "secret"] | None = None,
        originator: str | None = None,
    ) -> str:
        """Save the same as a file: CSV, GeoJSON with the ways flown, or Parquet; who saved what is in the audit.

        ``GET /api/history/tracks.{format}``; scope ``read``.
        """
        return cast(
            "str",
            self._call(
                "GET",
                "/api/history/tracks.{format}",
                {"format": format},
                {
                    "class_name": class_name,
                    "track_id": track_id,
                    "sort": sort,
                    "descending": descending,
                    "from_ms": from_ms,
                    "until_ms": until_ms,
                    "box": box,
                    "ring": ring,
                    "zone": zone,
                    "classification": classification,
                    "originator": originator,
                },
            ),
        )

    def read_series(
        self, track_id: int, *, from_ms: float, until_ms: float, points: int | None = None
    ) -> models.TrackSeries:
        """Tell how one track flew: place, height, speed, classes, and what its alerts said of the danger; 404 unknown.

        ``GET /api/history/tracks/{track_id}``; scope ``read``.
        """
        return cast(
            "models.TrackSeries",
            self._call(
                "GET",
                "/api/history/tracks/{track_id}",
                {"track_id": track_id},
                {"from_ms": from_ms, "until_ms": until_ms, "points": points},
            ),
        )

    def count_tracks(
        self,
        *,
        step: Literal["minutes", "hour", "day"] | None = None,
        from_ms: float,
        until_ms: float,
        box: str | None = None,
        ring: str | None = None,
        zone: str | None = None,
        classification: Literal["unclassified", "restricted", "confidential", "secret"] | None = None,
        originator: str | None = None,
    ) -> models.HistoryCounts:
        """Count the tracks of each class in equal steps of time.

        ``GET /api/history/counts``; scope ``read``.
        """
        return cast(
            "models.HistoryCounts",
            self._call(
                "GET",
                "/api/history/counts",
                {},
                {
                    "step": step,
                    "from_ms": from_ms,
                    "until_ms": until_ms,
                    "box": box,
                    "ring": ring,
                    "zone": zone,
                    "classification": classification,
                    "originator": originator,
                },
            ),
        )

    def search_records(
        self,
        *,
        kind: Literal["alert", "warning", "report", "sighting", "interference", "closure", "lost"] | None = None,
        state: str | None = None,
        level: str | None = None,
        sort: Literal["changed", "began", "level", "state", "text", "track", "label"] | None = None,
        descending: bool | None = None,
        limit: int | None = None,
        from_ms: float,
        until_ms: float,
        box: str | None = None,
        ring: str | None = None,
        zone: str | None = None,
        classification: Literal["unclassified", "restricted", "confidential", "secret"] | None = None,
        originator: str | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> models.HistoryRecords:
        """List records whose newest state is of a time, a page in order of a column; 422 when too many must be read.

        ``GET /api/history/records``; scope ``read``.
        """
        return cast(
            "models.HistoryRecords",
            self._call(
                "GET",
                "/api/history/records",
                {},
                {
                    "kind": kind,
                    "state": state,
                    "level": level,
                    "sort": sort,
                    "descending": descending,
                    "limit": limit,
                    "from_ms": from_ms,
                    "until_ms": until_ms,
                    "box": box,
                    "ring": ring,
                    "zone": zone,
                    "classification": classification,
                    "originator": originator,
                    "after": after,
                    "before": before,
                },
            ),
        )
