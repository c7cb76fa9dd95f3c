// Made from spec/schema by scripts/generate-types.mjs: do not edit.

/** A decision is journaled and will take effect. */
export interface Accepted {
  /** Id of the journaled decision */
  readonly decision_id: string;
}

/** An account to be made; nobody gives it a password but its person. */
export interface AccountDraft {
  /** What it may do */
  readonly role: "viewer" | "operator" | "administrator";
  /** ISO 3166-1 alpha-3; empty: the node's */
  readonly nation: string;
  /** Highest classification it may see; none: all, of another nation the lowest */
  readonly clearance: "unclassified" | "restricted" | "confidential" | "secret" | null;
  /** View its screen begins with; none: that of the role */
  readonly home: "picture" | "airport" | "protection" | "history" | "admin" | null;
  /** Login name; upper case is made lower */
  readonly name: string;
  /** Ask for a code of an authenticator app too */
  readonly second_factor: boolean;
}

/** An account as an administrator sees it; times are UTC ns. */
export interface AccountView {
  /** What it may do */
  readonly role: "viewer" | "operator" | "administrator";
  /** ISO 3166-1 alpha-3; empty: the node's */
  readonly nation: string;
  /** Highest classification it may see; none: all, of another nation the lowest */
  readonly clearance: "unclassified" | "restricted" | "confidential" | "secret" | null;
  /** View its screen begins with; none: that of the role */
  readonly home: "picture" | "airport" | "protection" | "history" | "admin" | null;
  /** Login name */
  readonly name: string;
  /** When it was made */
  readonly created_ns: number;
  /** Its person has chosen a password, or a provider vouches for them */
  readonly has_password: boolean;
  /** A code of an authenticator is asked for too */
  readonly has_second_factor: boolean;
  /** An OpenID provider vouches for the person and says role and nation */
  readonly by_provider: boolean;
  /** When an administrator locked it; none: it is not locked */
  readonly locked_ns: number | null;
  /** Too many failed log-ins: until when none is looked at */
  readonly refused_until_ns: number | null;
  /** Sessions that are open */
  readonly sessions: number;
  /** When those were last used; none: none is open */
  readonly last_used_ns: number | null;
}

/** A notice to the operator: raised, updated, ended under one alert_id. */
export interface Alert {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "alert";
  /** Identity of the alert through its life; the messages about it have ids of their own */
  readonly alert_id: string;
  /** advisory: quiet notice; critical: demands action */
  readonly tier: "advisory" | "critical";
  /** Where in its life the alert is; held_back: an advisory beyond the hour's budget, listed, not shown */
  readonly state: "held_back" | "raised" | "escalated" | "acknowledged" | "shelved" | "ended";
  /** zone_entry: is inside; zone_predicted: will be */
  readonly rule: "zone_entry" | "zone_predicted";
  /** System tracks it is about */
  readonly track_ids: readonly number[];
  /** Zone it is about */
  readonly zone_id: string;
  /** Name of that zone, for people */
  readonly zone_name: string;
  /** UTC ns at which it was first raised */
  readonly raised_ns: number;
  /** Of entry; 1 once inside; none: unknown */
  readonly probability: number | null;
  /** Expected entry; none once inside */
  readonly eta_ns: number | null;
  /** UTC ns at which it ended; none: not yet */
  readonly ended_ns: number | null;
  /** Why, in words, the strongest first */
  readonly reasons: readonly string[];
  /** Account that acknowledged it; none: nobody yet */
  readonly acknowledged_by: string | null;
  /** Probability of harm by its worst member */
  readonly danger: number | null;
  /** The same in Lithuanian */
  readonly reasons_lt: readonly string[];
  /** Group that its members fly in; none: no one group */
  readonly group_id: number | null;
  /** False: an advisory that was only held back so far */
  readonly was_shown: boolean;
  /** alert_id it became part of: one raid; none: of none */
  readonly merged_into: string | null;
  /** UTC ns at which it last became critical; none: never */
  readonly critical_ns: number | null;
  /** UTC ns at which nobody had answered for too long */
  readonly escalated_ns: number | null;
  /** Whom it was escalated to */
  readonly escalated_to: string | null;
  /** Account that shelved it; none: it is not shelved */
  readonly shelved_by: string | null;
  /** UTC ns at which it comes back by itself */
  readonly shelved_until_ns: number | null;
  /** Why it was shelved, in the person's words */
  readonly shelved_reason: string | null;
}

/** How much an operator is told, and who is told when nobody answers. */
export interface AlertPolicy {
  /** Advisories shown within any hour at most */
  readonly advisories_per_hour: number;
  /** A critical alert nobody answered is escalated then */
  readonly escalate_after_s: number;
  /** Whom to */
  readonly escalate_to: string;
}

/** The rules of alerts as they are to be from now on. */
export interface AlertingDraft {
  /** Advisories shown within any hour at most */
  readonly advisories_per_hour: number;
  /** A critical alert nobody answered is escalated then */
  readonly escalate_after_s: number;
  /** Whom to */
  readonly escalate_to: string;
  /** Why, in the person's words */
  readonly reason: string;
}

/** All alerts an operator must know: standing ones, and shown ones that ended before anybody acknowledged them. */
export interface AlertsSection {
  /** Says which section this is */
  readonly type: "alerts";
  /** Oldest first */
  readonly alerts: readonly Alert[];
}

/** What is held of one question about a track. */
export interface AnswerView {
  /** The question */
  readonly about: "class" | "identity" | "origin" | "danger" | "cooperation" | "intent";
  /** The answer; unknown: nothing speaks enough for any */
  readonly value: string;
  /** That it is so, as all voices together have it */
  readonly probability: number;
  /** A person put it in the place of the others */
  readonly is_override: boolean;
  /** What it rests on, oldest first; one a source */
  readonly claims: readonly Claim[];
  /** What a person's override keeps from counting */
  readonly masked: readonly Claim[];
}

/** One entry of the audit. */
export interface AuditLine {
  /** Number in the chain */
  readonly seq: number;
  /** UTC ns */
  readonly time_ns: number;
  /** Account, node, rule or command */
  readonly actor: string;
  /** What was done */
  readonly action: string;
  /** To what */
  readonly object: string;
}

/** The audit as it was verified just now: every byte, the chain, the signed checkpoints. */
export interface AuditView {
  /** Nothing was found changed, missing or added */
  readonly holds: boolean;
  /** What does not hold, 20 at most */
  readonly faults: readonly string[];
  /** In the chain */
  readonly entries: number;
  /** Signed */
  readonly checkpoints: number;
  /** Entries after the last checkpoint */
  readonly unsigned: number;
  /** Merkle root over all entries, hexadecimal */
  readonly root: string;
  /** Public key the checkpoints are signed with, hexadecimal */
  readonly key: string;
  /** UTC ns of the last checkpoint; none: there is none yet */
  readonly checkpoint_ns: number | null;
  /** Entries it stands over */
  readonly checkpoint_size: number;
  /** UTC ns of this verification */
  readonly verified_ns: number;
  /** How long it took */
  readonly took_s: number;
  /** Newest entries, the newest first, 50 at most */
  readonly latest: readonly AuditLine[];
}

/** What one source says about a track, graded after Admiralty: kept beside other claims, never in their place. */
export interface Claim {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "claim";
  /** Identity of the claim through its corrections */
  readonly claim_id: string;
  /** Where in its life it is */
  readonly state: "made" | "corrected" | "withdrawn";
  /** System track it is about */
  readonly track_id: number;
  /** Which question it answers */
  readonly about: "class" | "identity" | "origin" | "danger" | "cooperation" | "intent";
  /** The answer; see spec/records.md for those used here */
  readonly value: string;
  /** That it is so; none: not said */
  readonly probability: number | null;
  /** Of the source, A reliable to F unknown */
  readonly reliability: "A" | "B" | "C" | "D" | "E" | "F";
  /** Of what it says, 1 confirmed to 6 unknown */
  readonly credibility: number;
  /** Sensor, system or person that says it; one voice counts once */
  readonly source: string;
  /** A person's word that masks other answers, which stay kept */
  readonly is_override: boolean;
  /** What speaks for it, in words, the strongest first */
  readonly evidence: readonly string[];
  /** The same in Lithuanian; empty: not said so */
  readonly evidence_lt: readonly string[];
  /** Claims it was derived from; it is corrected with them */
  readonly based_on: readonly string[];
  /** UTC ns after which it says nothing; none: it stays */
  readonly until_ns: number | null;
}

/** A claim is journaled and will take effect. */
export interface ClaimAccepted {
  /** Identity of the claim */
  readonly claim_id: string;
}

/** How probable one class was over time. */
export interface ClassSeries {
  /** One of those of spec/tracks.md */
  readonly class_name: string;
  /** As long as the times; none: not classified */
  readonly probability: readonly (number | null)[];
}

/** Classification levels, ordered: the larger is the more restrictive. */
export type Classification = 0 | 1 | 2 | 3;

/** A change of the clocks, to summer time or back. */
export interface ClockChange {
  /** UTC ns */
  readonly time_ns: number;
  /** Of local time from then on, east positive */
  readonly utc_offset_s: number;
}

/** Sent every second, so that silence can be told from a quiet sky. */
export interface ClockSection {
  /** Says which section this is */
  readonly type: "clock";
  /** Epoch ms of sending */
  readonly server_time_ms: number;
  /** Epoch ms of the newest input in the picture; 0: none yet */
  readonly valid_time_ms: number;
  /** Simulated data is in this picture */
  readonly exercise: boolean;
  /** This is a recording */
  readonly replay: boolean;
  /** Version of the track frames (spec/track-feed.md) */
  readonly frame_version: number;
  /** Tracks in the picture, whatever part of it this reader looks at */
  readonly tracks: number;
}

/** Advice on one airport: close from when to when, and what would reopen it. A person decides. */
export interface ClosureAdvice {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "closure_advice";
  /** Identity of the closure through its changes */
  readonly advice_id: string;
  /** expected: later than the lead time; close: clear now; closed: as advised; reopen: all clear */
  readonly state: "expected" | "close" | "closed" | "reopen" | "called_off";
  /** Airport's zone */
  readonly zone_id: string;
  /** Its name, for people */
  readonly zone_name: string;
  /** Close from, UTC ns */
  readonly from_ns: number;
  /** Expected to reopen; none: not within the look-ahead */
  readonly until_ns: number | null;
  /** Highest of any balloon in the volume, over the look-ahead */
  readonly probability: number;
  /** Of any balloon in the volume now */
  readonly probability_now: number;
  /** Threshold: cost of closing over cost of an entry */
  readonly close_probability: number;
  /** Threshold of reopening */
  readonly open_probability: number;
  /** First entry: 5 % and 95 %; none: no entry left */
  readonly entry_ns: readonly [number, number] | null;
  /** Last exit: 5 % and 95 % */
  readonly exit_ns: readonly [number, number] | null;
  /** Balloons behind it, the weightiest first */
  readonly track_ids: readonly number[];
  /** Probability that any of these plots is a balloon at all */
  readonly existence: number;
  /** The advice in words, one a language */
  readonly texts: readonly WarningText[];
  /** Exercise or simulated data is behind it */
  readonly is_exercise: boolean;
}

/** What closing an airport costs and asks for; see docs/closures.md for how the figures become thresholds. */
export interface ClosureRule {
  /** Of an hour closed, any currency */
  readonly closure_cost_per_hour: number;
  /** Hours that one closure is reckoned with */
  readonly closure_hours: number;
  /** Of one entry into the volume while open */
  readonly event_cost: number;
  /** Reopen below this share of the closing probability */
  readonly open_share: number;
  /** So long must it have been below before reopening */
  readonly hold_s: number;
  /** To clear runway and approach: the lead time */
  readonly clearing_s: number;
  /** So far ahead it must be below to reopen */
  readonly reopen_ahead_s: number;
  /** Added to the volume sideways */
  readonly buffer_m: number;
  /** Added above and below */
  readonly buffer_vertical_m: number;
}

/** Advice on airports: what stands, and how the last closure of each ended. */
export interface ClosuresSection {
  /** Says which section this is */
  readonly type: "closures";
  /** Newest of each airport, by zone id */
  readonly closures: readonly ClosureAdvice[];
}

/** What the picture runs with; the first record of every journal, and again at each change. */
export interface Configuration {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "configuration";
  /** Name of this node */
  readonly node: string;
  /** ISO 3166-1 alpha-3 code of its nation */
  readonly nation: string;
  /** Simulated reports alert, and everything is marked EXERCISE */
  readonly exercise: boolean;
  /** Centre of the region plane */
  readonly origin_latitude_deg: number;
  /** Centre of the region plane */
  readonly origin_longitude_deg: number;
  /** Own tracks are numbered from here: never reused */
  readonly first_track_number: number;
  /** How each feed's bytes are to be read */
  readonly sources: readonly Source[];
  /** Sensors behind the feeds */
  readonly sensors: readonly Sensor[];
  /** Volumes that matter */
  readonly zones: readonly Zone[];
  /** Ways that are flown again and again, for forecasts */
  readonly routes: readonly Route[];
  /** Areas that warnings are for; none: cells */
  readonly municipalities: readonly WarningArea[];
  /** Of local time in what the public is told, east positive */
  readonly utc_offset_s: number;
  /** Later changes of that, in order */
  readonly clock_changes: readonly ClockChange[];
  /** When airports close for balloons, and reopen */
  readonly closure: ClosureRule;
  /** Budget of advisories, and escalation */
  readonly alerting: AlertPolicy;
  /** Who approves what the public is told */
  readonly warnings: WarningPolicy;
  /** Nations it shares with */
  readonly partners: readonly Partner[];
  /** Ring of lon, lat that it answers for; none: everywhere */
  readonly area: readonly (readonly [number, number])[];
}

/** Zones, sensors, sources and the name of the node. */
export interface ConfigurationSection {
  /** Says which section this is */
  readonly type: "configuration";
  /** As the picture runs with it */
  readonly configuration: Configuration;
}

/** A request to another nation: look there. */
export interface Cue {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "cue";
  /** Identity of the cue through its changes */
  readonly cue_id: string;
  /** What came of it */
  readonly state: "asked" | "seen" | "not_seen" | "expired";
  /** Nation that asks */
  readonly asker: string;
  /** Nation that shall look */
  readonly asked: string;
  /** Where to look at ``time_ns``, WGS84 */
  readonly latitude_deg: number;
  /** As latitude_deg */
  readonly longitude_deg: number;
  /** Above the ellipsoid; none: unknown */
  readonly altitude_m: number | null;
  /** The object is inside with 90 % */
  readonly radius_m: number;
  /** None: unknown */
  readonly velocity_east_mps: number | null;
  /** None: unknown */
  readonly velocity_north_mps: number | null;
  /** Object it is about; none: no track */
  readonly network_id: string | null;
  /** Track that answers it */
  readonly seen_as: string | null;
  /** UTC ns after which nobody looks any more */
  readonly expires_ns: number;
  /** What was seen there, in words */
  readonly reason: string;
}

/** Where a partner shall look: for an object of ours, or at a place. */
export interface CueDraft {
  /** Partner that shall look */
  readonly nation: string;
  /** Object; none: a place is given */
  readonly network_id: string | null;
  /** Of a place, WGS84 */
  readonly latitude_deg: number | null;
  /** Of a place, WGS84 */
  readonly longitude_deg: number | null;
  /** Around the place */
  readonly radius_m: number;
  /** Why, in the person's words */
  readonly reason: string;
}

/** What an alert said of a track at one moment. */
export interface DangerPoint {
  /** Epoch ms */
  readonly time_ms: number;
  /** Chance that it is dangerous; none: not estimated */
  readonly danger: number | null;
  /** Of the alert */
  readonly tier: "advisory" | "critical";
  /** Of the alert then */
  readonly state: string;
}

/** What a named person decided; journaled before it takes effect. */
export interface Decision {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "decision";
  /** The person's account */
  readonly actor: string;
  /** What was decided */
  readonly action: "acknowledge" | "shelve" | "unshelve" | "approve" | "refuse" | "resend" | "hand_over" | "accept" | "decline" | "cue" | "take_over" | "give_back";
  /** Id of what was decided on: an alert_id, or a message_id of a warning; resend: message_id@channel; accept, decline: a handover_id; hand_over, cue: network_id@nation; cue: latitude,longitude,radius_m@nation; take_over, give_back: a nation, or nation/source */
  readonly subject: string;
  /** Why, in the person's words; may be empty, but not of what is shelved */
  readonly reason: string;
  /** UTC ns until which an alert is shelved; else none */
  readonly until_ns: number | null;
}

/** What became of a message at one channel. */
export interface Delivery {
  /** Name of the channel */
  readonly channel: string;
  /** sent: taken; failing: tried again; refused: never taken; unclear: nobody knows; expired: too late */
  readonly state: "sent" | "failing" | "refused" | "unclear" | "expired";
  /** UTC ns at which that was known */
  readonly time_ns: number;
  /** Tries so far */
  readonly attempts: number;
  /** What the taker answered, or where the message lies */
  readonly reference: string;
  /** Why it was not taken, in words */
  readonly reason: string;
  /** The same in Lithuanian; empty: the taker's or system's own words */
  readonly reason_lt: string;
}

/** The chance that a drifter enters a zone within the hour, and when. */
export interface DriftEntry {
  /** Zone it is about */
  readonly zone_id: string;
  /** Of entry within 60 minutes, the object taken to exist */
  readonly probability: number;
  /** 5 % of the entries have happened by then */
  readonly earliest_ns: number;
  /** Half of them */
  readonly median_ns: number;
  /** 95 % */
  readonly latest_ns: number;
}

/** Where the wind will carry one track: replaced by the next of its track. */
export interface DriftForecast {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "drift_forecast";
  /** System track it is about */
  readonly track_id: number;
  /** ended: the track is gone or no drifter */
  readonly state: "current" | "ended";
  /** Probability that the wind carries it */
  readonly drifts: number;
  /** Probability that it rises now */
  readonly rising: number;
  /** That it keeps its height */
  readonly floating: number;
  /** That it comes down */
  readonly falling: number;
  /** What the wind was taken from, in words */
  readonly wind: string;
  /** By horizon, rising */
  readonly places: readonly DriftPlace[];
  /** Zones that it may enter, the likeliest first */
  readonly entries: readonly DriftEntry[];
}

/** Where a drifter will be at one horizon: the middle of its ensemble and the region that holds 90 % of it. */
export interface DriftPlace {
  /** From the record's time */
  readonly ahead_s: number;
  /** Of the ensemble's middle, WGS84 */
  readonly latitude_deg: number;
  /** Of the ensemble's middle, WGS84 */
  readonly longitude_deg: number;
  /** 5 % of those in the air are below; above the ellipsoid */
  readonly altitude_low_m: number;
  /** 5 % of those in the air are above */
  readonly altitude_high_m: number;
  /** Share that is still in the air */
  readonly aloft: number;
  /** Ring of lon, lat that holds the place with 90 % */
  readonly region_90: readonly (readonly [number, number])[];
  /** Of the region */
  readonly area_km2: number;
}

/** Where the wind will carry drifters, and where they were let go. */
export interface DriftSection {
  /** Says which section this is */
  readonly type: "drift";
  /** By track */
  readonly forecasts: readonly DriftForecast[];
  /** By launch id */
  readonly launches: readonly LaunchEstimate[];
}

/** How many sessions were ended. */
export interface EndedSessions {
  /** Of the account */
  readonly sessions: number;
}

/** Another label of a source is journaled; it holds from the moment said. */
export interface EnteredLabel {
  /** Name of the source */
  readonly source: string;
  /** Id of the journaled record */
  readonly record_id: string;
  /** UTC ns from which on it holds */
  readonly from_ns: number;
}

/** A source is paused or goes on: journaled, and in effect from the next datagram on. */
export interface EnteredPause {
  /** Name of the source */
  readonly source: string;
  /** Id of the journaled record */
  readonly record_id: string;
}

/** A flight permission is journaled and will take effect. */
export interface EnteredPermission {
  /** Identity of the permission */
  readonly permission_id: string;
  /** Id of the journaled record */
  readonly record_id: string;
}

/** A change of rules is journaled and takes effect with it. */
export interface EnteredPolicy {
  /** Id of the journaled record */
  readonly record_id: string;
}

/** A unit is journaled and will be shown. */
export interface EnteredUnit {
  /** Identity of the unit */
  readonly unit_id: string;
  /** Id of the journaled record */
  readonly record_id: string;
}

/** A change of a wind table is journaled and will take effect. */
export interface EnteredWind {
  /** Identity of the table */
  readonly table_id: string;
  /** Id of the journaled record */
  readonly record_id: string;
}

/** A change of a zone is journaled and will take effect. */
export interface EnteredZone {
  /** Identity of the zone */
  readonly zone_id: string;
  /** Id of the journaled record */
  readonly record_id: string;
}

/** What a nation gets of one kind of thing, as the rules answer now. */
export interface Entitlement {
  /** Kind of thing */
  readonly subject: "track" | "plots" | "alert" | "warning" | "approval" | "interference" | "handover" | "cue";
  /** The agreement names it; else nothing of it goes */
  readonly agreed: boolean;
  /** Highest classification that goes; none: nothing goes */
  readonly up_to: "unclassified" | "restricted" | "confidential" | "secret" | null;
  /** Further fields that go then */
  readonly fields: readonly string[];
  /** By which rules, or why not */
  readonly rules: readonly string[];
}

/** What is wrong with one row of a file. */
export interface FileProblem {
  /** Line of a CSV file, number of a GeoJSON feature from 1; 0: of the file as a whole */
  readonly line: number;
  /** What, and how to mend it */
  readonly problem: string;
}

/** The first of two persons' approvals of a message. */
export interface FirstApproval {
  /** Account of that person */
  readonly approved_by: string;
  /** UTC ns at which that person approved */
  readonly approved_ns: number;
  /** UTC ns at which it counts no more, unless a second person has approved */
  readonly until_ns: number;
  /** Why, in the person's words; may be empty */
  readonly reason: string;
}

/** Who may fly where and when; a later record of one permission_id replaces it, ``revoked`` ends it. */
export interface FlightPermission {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "flight_permission";
  /** Identity of the permission through its revisions */
  readonly permission_id: string;
  /** Whether it still holds */
  readonly state: "active" | "revoked";
  /** Who flies, for people */
  readonly holder: string;
  /** What for */
  readonly purpose: "own_drone" | "police" | "border_guard" | "medical" | "rescue" | "model_club" | "survey" | "training" | "plan" | "other";
  /** UTC ns from which it holds */
  readonly valid_from_ns: number;
  /** UTC ns until which it holds */
  readonly valid_until_ns: number;
  /** Ring of lon, lat; closed by itself */
  readonly polygon: readonly (readonly [number, number])[];
  /** Rings that are outside */
  readonly holes: readonly (readonly (readonly [number, number])[])[];
  /** Of a cylinder: lon, lat */
  readonly centre: readonly [number, number] | null;
  /** Of a cylinder */
  readonly radius_m: number | null;
  /** Lowest height, above the ellipsoid */
  readonly floor_m: number;
  /** Highest height, above the ellipsoid */
  readonly ceiling_m: number;
  /** 24-bit address it is known by */
  readonly icao_address: string | null;
  /** Squawk it is known by */
  readonly mode_3a: string | null;
  /** Call sign it is known by */
  readonly callsign: string | null;
  /** Remote ID serial it is known by */
  readonly uas_id: string | null;
  /** What it may be; empty: anything */
  readonly classes: readonly ("one_way_drone" | "small_fixed_wing_drone" | "multirotor" | "balloon" | "bird" | "bird_flock" | "light_aircraft" | "glider" | "helicopter" | "airliner" | "fast_jet" | "clutter")[];
  /** Objects it covers at one time */
  readonly count: number;
  /** Account that entered it last; empty: from the configuration */
  readonly entered_by: string;
}

/** Where a track will be after some time. */
export interface ForecastPlace {
  /** Seconds from the time of the forecast */
  readonly ahead_s: number;
  /** WGS84 */
  readonly latitude_deg: number;
  /** WGS84 */
  readonly longitude_deg: number;
  /** Above the WGS84 ellipsoid; none: unknown */
  readonly altitude_m: number | null;
  /** Of the circle that holds the true place with 90 %; none: not calibrated */
  readonly radius_90_m: number | null;
}

/** Satellite navigation not to be trusted, of one aircraft or in one area; begun, changed and ended. */
export interface GnssInterference {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "gnss_interference";
  /** Identity of the event through its life; the messages about it have ids of their own */
  readonly event_id: string;
  /** jamming: accuracy lost; spoofing: cannot be true; disagreement: radar tells another place */
  readonly cause: "jamming" | "spoofing" | "disagreement";
  /** Where in its life the event is */
  readonly state: "begun" | "changed" | "ended";
  /** Aircraft it is about; none: about an area */
  readonly icao_address: string | null;
  /** H3 index of the area; none: about an aircraft */
  readonly cell: string | null;
  /** False: a cell told for the map alone, in order or flown by too few to say */
  readonly is_alarm: boolean;
  /** Outline of the area, lon, lat; closed by itself */
  readonly polygon: readonly (readonly [number, number])[];
  /** Of an area: below or above 5,000 m */
  readonly band: "low" | "high" | null;
  /** System tracks it touches */
  readonly track_ids: readonly number[];
  /** UTC ns of the first report that belongs to it */
  readonly start_ns: number;
  /** UTC ns of the report that told; nothing later was used */
  readonly found_ns: number;
  /** UTC ns at which it ended; none: it goes on */
  readonly end_ns: number | null;
  /** Probability that it is what it says */
  readonly confidence: number;
  /** Of an area: aircraft heard in ten minutes */
  readonly aircraft: number | null;
  /** Of an area: those of them that lost their accuracy */
  readonly affected: number | null;
  /** Of an area: share affected, one of them left out: a single faulty set */
  readonly share: number | null;
  /** Why, in words */
  readonly reason: string;
  /** The same in Lithuanian */
  readonly reason_lt: string;
}

/** One hand-over of responsibility for an object: offered, then accepted, refused or timed out. */
export interface Handover {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "handover";
  /** Identity of the hand-over through its changes */
  readonly handover_id: string;
  /** Until it is accepted the giver answers for the object */
  readonly state: "offered" | "accepted" | "refused" | "timed_out" | "withdrawn";
  /** Object it is about */
  readonly network_id: string;
  /** Nation that answers for it so far */
  readonly giver: string;
  /** Nation that shall */
  readonly taker: string;
  /** UTC ns of the offer */
  readonly offered_ns: number;
  /** UTC ns after which an unanswered offer has timed out */
  readonly expires_ns: number;
  /** Why, in words */
  readonly reason: string;
  /** The same in Lithuanian; empty: a person's own words */
  readonly reason_lt: string;
  /** Account or rule that offered or answered last */
  readonly decided_by: string;
}

/** An object to be offered to a partner. */
export interface HandoverDraft {
  /** Object; a track of ours has it */
  readonly network_id: string;
  /** Partner that shall answer for it */
  readonly nation: string;
  /** Why, in the person's words */
  readonly reason: string;
}

/** Whether the node answers; open to everybody, so it says no more. */
export interface Health {
  /** starting: no configuration has reached the picture yet */
  readonly status: "ok" | "starting";
  /** False: installed without the console's pages */
  readonly ui_built: boolean;
}

/** How many tracks were held for one class in one step of time. */
export interface HistoryCount {
  /** UTC ns where the step begins */
  readonly from_ns: number;
  /** None: held for nothing */
  readonly class_name: string | null;
  /** Tracks */
  readonly tracks: number;
}

/** Tracks by class in equal steps of time. */
export interface HistoryCounts {
  /** Length of a step */
  readonly step_s: number;
  /** By time, then class; steps without tracks are left out */
  readonly counts: readonly HistoryCount[];
}

/** One alert, warning, report, sighting, disturbance, closure or lost track of the past, in its newest state. */
export interface HistoryRecord {
  /** Kind of record */
  readonly what: "alert" | "warning" | "report" | "sighting" | "interference" | "closure" | "lost";
  /** What it is known by */
  readonly record_id: string;
  /** UTC ns of its newest state */
  readonly time_ns: number;
  /** UTC ns of its beginning */
  readonly began_ns: number;
  /** Its newest state */
  readonly state: string;
  /** Tier, level, cause or what most likely became of it */
  readonly level: string;
  /** Zone, areas, words or reason */
  readonly text: string;
  /** The same in Lithuanian where the node says it so; empty: as text */
  readonly text_lt: string;
  /** Tracks it is about */
  readonly track_ids: readonly number[];
  /** Where; none: at no single place */
  readonly latitude_deg: number | null;
  /** Where */
  readonly longitude_deg: number | null;
  /** Who may receive it */
  readonly label: Label;
}

/** A page of records. */
export interface HistoryRecords {
  /** Those that fit, in the order asked for */
  readonly rows: readonly HistoryRecord[];
  /** Asks for the page before it, as `before`; none: this is the first */
  readonly previous: string | null;
  /** Asks for the page after it, as `after`; none: this is the last */
  readonly next: string | null;
}

/** One track of the time asked for, as far as its rows may be seen. */
export interface HistoryTrack {
  /** Number of the track */
  readonly track_id: number;
  /** UTC ns of its first state in that time */
  readonly first_ns: number;
  /** UTC ns of its last */
  readonly last_ns: number;
  /** How many states are on record */
  readonly states: number;
  /** Of its last state there, WGS84 */
  readonly latitude_deg: number;
  /** Of its last state there */
  readonly longitude_deg: number;
  /** Above the ellipsoid; none: unknown */
  readonly lowest_m: number | null;
  /** Above the ellipsoid; none: unknown */
  readonly highest_m: number | null;
  /** Over ground */
  readonly fastest_mps: number;
  /** As broadcast */
  readonly callsign: string | null;
  /** Six hexadecimal digits */
  readonly icao_address: string | null;
  /** What it was held for at the end; none: for nothing */
  readonly class_name: string | null;
  /** Of that class */
  readonly probability: number | null;
  /** Worst alert about it in that time; none: none */
  readonly tier: "advisory" | "critical" | null;
  /** Highest danger that an alert about it gave */
  readonly danger: number | null;
  /** The strictest of its rows */
  readonly label: Label;
}

/** A page of tracks. */
export interface HistoryTracks {
  /** How many there are in all; 0 beyond the last page */
  readonly total: number;
  /** How many come before the first one here */
  readonly offset: number;
  /** In the order asked for */
  readonly rows: readonly HistoryTrack[];
  /** Asks for the page before it, as `before`; none: this is the first */
  readonly previous: string | null;
  /** Asks for the page after it, as `after`; none: this is the last */
  readonly next: string | null;
}

/** What one person saw or heard, from where and when; a later record of one report_id corrects or withdraws it. */
export interface HumanReport {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "human_report";
  /** Identity of the report through its corrections */
  readonly report_id: string;
  /** Where in its life it is */
  readonly state: "made" | "corrected" | "withdrawn";
  /** Who saw or heard it: one voice, however many pass it on */
  readonly source_id: string;
  /** What kind of person; hearsay: somebody else saw it, who is not known */
  readonly reporter: "soldier" | "border_guard" | "police" | "trained_observer" | "citizen" | "hearsay";
  /** app: a phone gave place and direction */
  readonly channel: "call" | "app";
  /** Where the person stood, WGS84 */
  readonly latitude_deg: number;
  /** Where the person stood, WGS84 */
  readonly longitude_deg: number;
  /** One sigma of that; none: usual of the channel */
  readonly place_sigma_m: number | null;
  /** UTC ns of the observation; none: not said */
  readonly observed_ns: number | null;
  /** Where to, clockwise from true north; none: not said */
  readonly bearing_deg: number | null;
  /** One sigma of it; none: usual of the channel */
  readonly bearing_sigma_deg: number | null;
  /** How far, as people say it; none: not said */
  readonly distance: "overhead" | "near" | "some_hundred_metres" | "about_a_kilometre" | "some_kilometres" | "far" | null;
  /** What it is said to be */
  readonly seen: "drone" | "plane" | "helicopter" | "balloon" | "bird" | "light" | "bang" | "unknown";
  /** How it was noticed */
  readonly sense: "seen" | "heard" | "both";
  /** Where it went; none: not said */
  readonly heading_deg: number | null;
  /** How sure the person is of what it was */
  readonly confidence: number;
  /** What was said, as it was said */
  readonly words: string;
  /** Account that handed it in */
  readonly entered_by: string;
}

/** What became of a file of permissions, units, winds or zones: all of it was taken, or none. */
export interface ImportedFile {
  /** What is new or changed */
  readonly entered: number;
  /** What stood as it is in the file */
  readonly unchanged: number;
  /** Every bad row; empty: all was taken */
  readonly problems: readonly FileProblem[];
}

/** One incident on the map; made of what is on record, never a record itself. */
export interface IncidentView {
  /** Its record: sighting/…, lost/…, warning/… or finding/… and the identity there */
  readonly incident_id: string;
  /** sighting: people noticed it; lost: a track was lost; crash: it most likely came down; warning: people were or are to be warned; finding: navigation was disturbed */
  readonly incident: "sighting" | "lost" | "crash" | "warning" | "finding";
  /** Whether it goes on */
  readonly state: "open" | "closed";
  /** Word of its record: what was seen, level of the warning, cause; may be empty */
  readonly detail: string;
  /** UTC ns at which it began, as well as it is known */
  readonly opened_ns: number;
  /** UTC ns of the newest word on it; of a closed one that which closed it */
  readonly changed_ns: number;
  /** Where, WGS84 */
  readonly latitude_deg: number;
  /** Where, WGS84 */
  readonly longitude_deg: number;
  /** Tracks it is about, the likeliest first; may be empty */
  readonly track_ids: readonly number[];
  /** Why, in words */
  readonly reasons: readonly string[];
  /** The same in Lithuanian, where the node says it so */
  readonly reasons_lt: readonly string[];
}

/** Where and of whom satellite navigation is not to be trusted now. */
export interface InterferenceSection {
  /** Says which section this is */
  readonly type: "gnss_interference";
  /** By event id */
  readonly interference: readonly GnssInterference[];
}

/** Say who may receive an object.
 * 
 * ``releasable_to`` holds ISO 3166-1 alpha-3 nation codes, sorted; empty means the originator's own node only. */
export interface Label {
  /** Name of the policy that gives the other fields their meaning */
  readonly policy: string;
  /** 0 unclassified, 1 restricted, 2 confidential, 3 secret */
  readonly classification: Classification;
  /** Nations that may receive it, sorted; empty: none */
  readonly releasable_to: readonly string[];
  /** Further handling marks, sorted, for example EXERCISE */
  readonly caveats: readonly string[];
  /** Node, nation or sensor owner that made the object */
  readonly originator: string;
}

/** Another label for what a source reports; no wider than what the configuration says of it. */
export interface LabelDraft {
  /** How high */
  readonly classification: "unclassified" | "restricted" | "confidential" | "secret";
  /** Nations that may have it */
  readonly releasable_to: readonly string[];
  /** UTC ns from which on; none: at once */
  readonly from_ns: number | null;
  /** Why, in the person's words */
  readonly reason: string;
}

/** What another label of a source would change. */
export interface LabelPreview {
  /** Name of the source */
  readonly source: string;
  /** As the configuration has it: the widest there may be */
  readonly configured: Label;
  /** In force */
  readonly before: Label;
  /** As asked for, without what is wider than the configuration */
  readonly after: Label;
  /** Something of what was asked for is wider: it would be refused */
  readonly is_wider: boolean;
  /** A label that waits for its moment; none: none does */
  readonly waiting: SourceLabel | null;
  /** Partners, then accounts */
  readonly readers: readonly LabelReader[];
}

/** Who gets what a source reports, before and after. */
export interface LabelReader {
  /** Nation of a partner, or an account */
  readonly name: string;
  /** What a partner is told by the rules of release; account: what a person sees here */
  readonly kind: "plots" | "track" | "account";
  /** Gets it now */
  readonly before: boolean;
  /** Gets it under the other label */
  readonly after: boolean;
  /** By which rules, or why not, afterwards; none of accounts */
  readonly rules: readonly string[];
}

/** Where a track was last seen, and how it flew. */
export interface LastSeen {
  /** System track */
  readonly track_id: number;
  /** UTC ns at which it was there */
  readonly time_ns: number;
  /** Latitude, WGS84 */
  readonly latitude_deg: number;
  /** Longitude, WGS84 */
  readonly longitude_deg: number;
  /** Velocity to the east; 0: not known */
  readonly velocity_east_mps: number;
  /** Velocity to the north; 0: not known */
  readonly velocity_north_mps: number;
}

/** Where and when balloons were let go, by drifting them back from where they were first seen. */
export interface LaunchEstimate {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "launch_estimate";
  /** Identity of the site of the night through its revisions */
  readonly launch_id: string;
  /** revised: more balloons, or other winds, tell more; ended: its balloons are of other sites now */
  readonly state: "estimated" | "revised" | "ended";
  /** Balloons held to come from there, by number */
  readonly track_ids: readonly number[];
  /** Middle, WGS84 */
  readonly latitude_deg: number;
  /** Middle, WGS84 */
  readonly longitude_deg: number;
  /** Ring of lon, lat that holds the site with 50 % */
  readonly region_50: readonly (readonly [number, number])[];
  /** The same with 90 % */
  readonly region_90: readonly (readonly [number, number])[];
  /** First balloon let go: 5 % */
  readonly earliest_ns: number;
  /** Last balloon let go: 95 % */
  readonly latest_ns: number;
  /** What it rests on, in words */
  readonly reasons: readonly string[];
}

/** Name and password of a local account, and the code of its authenticator where it has one. */
export interface Login {
  /** Account */
  readonly name: string;
  /** Its password */
  readonly password: string;
  /** Six digits of the second factor; empty: none */
  readonly code: string;
}

/** What may have become of it, and where it would be then. */
export interface LostHypothesis {
  /** hidden: flies where no sensor that looks there can see it; left: beyond the reach of all; unwatched: where sensors are silent, or missed it */
  readonly name: "landed_or_crashed" | "hidden" | "left" | "unwatched";
  /** That it is so */
  readonly probability: number;
  /** Likeliest place if it is so: lon, lat; none: too unlikely */
  readonly place: readonly [number, number] | null;
  /** Of the region for it alone; none: too unlikely */
  readonly area_km2: number | null;
}

/** One part of a search region. */
export interface LostRegion {
  /** Ring of lon, lat; closed by itself */
  readonly polygon: readonly (readonly [number, number])[];
  /** Rings that are outside */
  readonly holes: readonly (readonly (readonly [number, number])[])[];
}

/** Where lost tracks may be now. */
export interface LostSection {
  /** Says which section this is */
  readonly type: "lost";
  /** Newest message of each case that goes on, by its id */
  readonly lost: readonly LostTrack[];
}

/** A search region for a lost track; told anew while it changes, and once more as it ends. */
export interface LostTrack {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "lost_track";
  /** Identity of the case through its messages */
  readonly lost_id: string;
  /** System track that was lost */
  readonly track_id: number;
  /** Where in its life the case is */
  readonly state: "lost" | "ended";
  /** UTC ns of its last plot */
  readonly last_seen_ns: number;
  /** Where it was then: lon, lat */
  readonly last_seen: readonly [number, number];
  /** Above the ellipsoid; none: no height known */
  readonly last_altitude_m: number | null;
  /** Clockwise from true north, as last seen */
  readonly course_deg: number;
  /** Over ground, as last seen */
  readonly speed_mps: number;
  /** Probability of a warhead, as last judged */
  readonly armed: number | null;
  /** Probability that it is in the region */
  readonly level: number;
  /** What may have become of it, the likeliest first */
  readonly hypotheses: readonly LostHypothesis[];
  /** The smallest region of that probability, the largest part first */
  readonly regions: readonly LostRegion[];
  /** Of the region */
  readonly area_km2: number;
  /** Of the sector of 20 degrees to either side that last course and speed alone give */
  readonly dead_reckoning_km2: number;
  /** Likeliest place: lon, lat */
  readonly most_probable: readonly [number, number];
  /** Sensors that looked since; what they covered is taken off */
  readonly looked: readonly string[];
  /** Reports of persons weighed in */
  readonly reports: number;
  /** Newer tracks that may be it, the likeliest first */
  readonly may_be: readonly MayBe[];
  /** What could not be taken into account, in words */
  readonly limits: readonly string[];
  /** The same in Lithuanian */
  readonly limits_lt: readonly string[];
  /** Why it ended; empty: it goes on */
  readonly end: "" | "seen_again" | "is_newer_track" | "too_long_ago" | "too_many" | "begun_anew";
  /** UTC ns at which it ended; none: it goes on */
  readonly ended_ns: number | null;
}

/** A newer track that may be the lost object; nothing is merged. */
export interface MayBe {
  /** The newer track */
  readonly track_id: number;
  /** That it is the same object */
  readonly probability: number;
}

/** What tracks call themselves, as columns; belongs to one track frame and is sent before it. */
export interface NamesSection {
  /** Says which section this is */
  readonly type: "names";
  /** Forget all names known before */
  readonly snapshot: boolean;
  /** Names the indices in ``sensors`` stand for; only ever grows */
  readonly sensor_ids: readonly string[];
  /** Tracks named here; the other columns are as long */
  readonly track_id: readonly number[];
  /** Empty: unknown */
  readonly callsign: readonly string[];
  /** Six hexadecimal digits; empty: unknown */
  readonly icao_address: readonly string[];
  /** Four octal digits; empty: unknown */
  readonly mode_3a: readonly string[];
  /** Contributing sensors by index into ``sensor_ids`` */
  readonly sensors: readonly (readonly number[])[];
  /** Identity in the network of nations; empty: none */
  readonly network_id: readonly string[];
}

/** Under which identity the network knows a track of ours, and which nation answers for the object. */
export interface NetworkIdentity {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "network_identity";
  /** System track of this node */
  readonly track_id: number;
  /** Identity in the network; the older one wins where two meet */
  readonly network_id: string;
  /** UTC ns at which that identity was first given */
  readonly since_ns: number;
  /** Nation that answers for the object */
  readonly holder: string;
  /** Nations that report it too, sorted */
  readonly partners: readonly string[];
  /** The track has ended here */
  readonly is_ended: boolean;
}

/** The network of nations as the side panel shows it, the latest change first. */
export interface NetworkSection {
  /** Says which section this is */
  readonly type: "network";
  /** Our own */
  readonly nation: string;
  /** In the order of the configuration */
  readonly partners: readonly PartnerView[];
  /** The 100 that changed last */
  readonly identities: readonly NetworkIdentity[];
  /** The 50 told last */
  readonly handovers: readonly Handover[];
  /** The 50 told last */
  readonly cues: readonly Cue[];
  /** 50 that are not over: alarms first, then those told last */
  readonly notices: readonly PartnerNotice[];
}

/** What the node knows of the network of nations, the latest change first. */
export interface NetworkView {
  /** Our own; none: no configuration yet */
  readonly nation: string | null;
  /** In the order of the configuration */
  readonly partners: readonly PartnerView[];
  /** Of own tracks that are not only ours */
  readonly identities: readonly NetworkIdentity[];
  /** Newest word of each */
  readonly handovers: readonly Handover[];
  /** Newest word of each */
  readonly cues: readonly Cue[];
  /** What partners told; nothing of it is ours */
  readonly notices: readonly PartnerNotice[];
  /** Sources taken over from partners; of a recording none */
  readonly taken_over: readonly TakenView[];
}

/** A new account with what its person needs to begin; shown this once. */
export interface NewAccount {
  /** As it was made */
  readonly account: AccountView;
  /** Lets the person in to choose a password */
  readonly link: OneTimeLink;
  /** Of the authenticator; none: not asked for */
  readonly second_factor: NewSecret | null;
}

/** What a person says about a track, with grades after Admiralty. */
export interface NewClaim {
  /** Which question it answers */
  readonly about: "class" | "identity" | "origin" | "danger" | "cooperation" | "intent";
  /** The answer, for example a class */
  readonly value: string;
  /** That it is so; none: by its credibility */
  readonly probability: number | null;
  /** Of the source, A to F */
  readonly reliability: "A" | "B" | "C" | "D" | "E" | "F";
  /** Of what it says, 1 confirmed to 6 unknown */
  readonly credibility: number;
  /** Masks what others say, which stays on record */
  readonly is_override: boolean;
  /** What speaks for it, in words */
  readonly evidence: readonly string[];
  /** For how long it holds; none: it stays */
  readonly minutes: number | null;
}

/** The password that a person chooses. */
export interface NewPassword {
  /** 12 characters at least, not the name */
  readonly password: string;
}

/** The secret of a second factor, for the person's authenticator; shown this once. */
export interface NewSecret {
  /** Base 32 */
  readonly secret: string;
  /** The same as otpauth://, as authenticators take it */
  readonly uri: string;
  /** That link as a QR code for the authenticator's camera: an SVG document */
  readonly qr_svg: string;
}

/** An API token; the token itself is shown this once. */
export interface NewToken {
  /** Sent as Authorization: Bearer */
  readonly token: string;
  /** What is kept of it */
  readonly told: TokenView;
}

/** A link that logs a person in once; shown this once. */
export interface OneTimeLink {
  /** To be put behind the node's address */
  readonly path: string;
  /** UTC ns until which it works */
  readonly expires_ns: number;
}

/** One figure of a part of the node. */
export interface PartFigure {
  /** Which, as docs/accounts.md names them */
  readonly name: string;
  /** In the unit of its name */
  readonly value: number;
}

/** How one part of the node is. */
export interface PartView {
  /** core, journal, store, history, audit, screen log, bus, or link and a nation */
  readonly part: string;
  /** off: this node runs without it */
  readonly state: "ok" | "degraded" | "failed" | "off";
  /** Why it is not ok; empty: it is */
  readonly reason: string;
  /** The same in Lithuanian; empty: as the database or the system says it */
  readonly reason_lt: string;
  /** What it did and holds */
  readonly figures: readonly PartFigure[];
}

/** A nation this node shares with: how its releases come in, and whose signature stands under them. */
export interface Partner {
  /** ISO 3166-1 alpha-3 code */
  readonly nation: string;
  /** Name of its node */
  readonly node: string;
  /** Ed25519 public key of its releases, hexadecimal */
  readonly verify_key: string;
  /** Key it may sign with while it changes keys; empty: none */
  readonly next_verify_key: string;
  /** Ring of lon, lat that it answers for; none: it takes nothing over */
  readonly area: readonly (readonly [number, number])[];
}

/** What a partner told of its alerts, warnings, approvals and the like; shown, never taken for our own. */
export interface PartnerNotice {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "partner_notice";
  /** Nation that tells it */
  readonly nation: string;
  /** Its identity there, through its changes */
  readonly notice_id: string;
  /** What kind of thing it is */
  readonly about: "alert" | "warning" | "approval" | "interference";
  /** As the partner says it: raised, ended, drafted, approved ... */
  readonly state: string;
  /** Tier or level there: advisory, critical, yellow, red */
  readonly level: string;
  /** In words */
  readonly headline: string;
  /** The same in Lithuanian; empty: not said so */
  readonly headline_lt: string;
  /** Objects it is about */
  readonly network_ids: readonly string[];
  /** Area it is about; none: no area, or not released */
  readonly polygon: readonly (readonly [number, number])[];
  /** Earliest and latest arrival, UTC ns */
  readonly eta_ns: readonly [number, number] | null;
  /** It has ended */
  readonly is_over: boolean;
}

/** What one partner gets, of things whose label lets it have them. */
export interface PartnerRights {
  /** ISO 3166-1 alpha-3 */
  readonly nation: string;
  /** Of the agreement: nothing above it goes */
  readonly clearance: "unclassified" | "restricted" | "confidential" | "secret";
  /** Groups that rules name */
  readonly groups: readonly string[];
  /** Handling marks it keeps to */
  readonly caveats: readonly string[];
  /** Every kind of thing */
  readonly kinds: readonly Entitlement[];
}

/** A nation this node shares with. */
export interface PartnerView {
  /** ISO 3166-1 alpha-3 code */
  readonly nation: string;
  /** Name of its node */
  readonly node: string;
  /** It says what area it answers for, so hand-overs to it can be offered by rule */
  readonly has_area: boolean;
  /** Sources that bring its releases; their health is the link's */
  readonly sources: readonly string[];
  /** Sources that stand by for it, or are taken over */
  readonly standby: readonly string[];
  /** Those of them that are taken over */
  readonly taken_over: readonly string[];
}

/** Why a source is paused. */
export interface PauseDraft {
  /** Why, in the person's words; everybody is told */
  readonly reason: string;
}

/** A flight permission as a person enters it; who entered it, and when, is added. */
export interface PermissionDraft {
  /** Identity of the permission */
  readonly permission_id: string;
  /** Who flies, for people */
  readonly holder: string;
  /** What for */
  readonly purpose: "own_drone" | "police" | "border_guard" | "medical" | "rescue" | "model_club" | "survey" | "training" | "plan" | "other";
  /** UTC ns from which it holds */
  readonly valid_from_ns: number;
  /** UTC ns until which it holds */
  readonly valid_until_ns: number;
  /** Ring of lon, lat; closed by itself */
  readonly polygon: readonly (readonly [number, number])[];
  /** Rings that are outside */
  readonly holes: readonly (readonly (readonly [number, number])[])[];
  /** Of a cylinder: lon, lat */
  readonly centre: readonly [number, number] | null;
  /** Of a cylinder */
  readonly radius_m: number | null;
  /** Lowest height, above the ellipsoid */
  readonly floor_m: number;
  /** Highest height, above the ellipsoid */
  readonly ceiling_m: number;
  /** 24-bit address it is known by */
  readonly icao_address: string | null;
  /** Squawk it is known by */
  readonly mode_3a: string | null;
  /** Call sign it is known by */
  readonly callsign: string | null;
  /** Remote ID serial it is known by */
  readonly uas_id: string | null;
  /** What it may be; empty: anything */
  readonly classes: readonly ("one_way_drone" | "small_fixed_wing_drone" | "multirotor" | "balloon" | "bird" | "bird_flock" | "light_aircraft" | "glider" | "helicopter" | "airliner" | "fast_jet" | "clutter")[];
  /** Objects it covers at one time */
  readonly count: number;
}

/** Who may fly where and when; also what was revoked. */
export interface PermissionsSection {
  /** Says which section this is */
  readonly type: "permissions";
  /** By permission id */
  readonly permissions: readonly FlightPermission[];
}

/** A town. */
export interface PlaceView {
  /** As its people write it */
  readonly name: string;
  /** Where it lies */
  readonly nation: string;
  /** WGS84 */
  readonly latitude_deg: number;
  /** WGS84 */
  readonly longitude_deg: number;
  /** People who live there */
  readonly population: number;
}

/** What a client asks for over the stream: its own playback, as it shall be from now on. */
export interface PlaybackRequest {
  /** Says which request this is */
  readonly type: "playback";
  /** Go to this epoch ms; none: stay, or begin now */
  readonly time_ms: number | null;
  /** Seconds of the record a second */
  readonly speed: number;
  /** Let the instant stay */
  readonly paused: boolean;
  /** With time_ms: say where the tracks were before, too */
  readonly trails: boolean;
  /** Begin of a loop, epoch ms */
  readonly loop_from_ms: number | null;
  /** End of it */
  readonly loop_until_ms: number | null;
}

/** Where a client's own playback stands; sent with everything it is given, and each second. */
export interface PlaybackSection {
  /** Says which section this is */
  readonly type: "playback";
  /** False: the picture is live again, or what was recorded cannot be shown */
  readonly active: boolean;
  /** Epoch ms of the instant that is shown */
  readonly time_ms: number;
  /** Seconds of the record a second */
  readonly speed: number;
  /** The instant stays */
  readonly paused: boolean;
  /** Where a loop begins, epoch ms; none: no loop */
  readonly loop_from_ms: number | null;
  /** Where it ends */
  readonly loop_until_ms: number | null;
  /** Nothing was recorded from here, epoch ms; 0: nor ever before; none: it was */
  readonly gap_from_ms: number | null;
  /** Until here; 0: nor at any time later */
  readonly gap_until_ms: number | null;
  /** Which file is damaged, or why there is no playback */
  readonly fault: string;
  /** Alerts that stand live and were not there when the playback began */
  readonly new_alerts: number;
  /** Critical ones among them */
  readonly new_critical: number;
}

/** The rules of alerts and warnings: in force, as configured, and who changed them last. */
export interface PoliciesView {
  /** In force */
  readonly alerting: AlertPolicy;
  /** In force */
  readonly warnings: WarningPolicy;
  /** As the configuration has them */
  readonly configured_alerting: AlertPolicy;
  /** As the configuration has them; a change is no laxer */
  readonly configured_warnings: WarningPolicy;
  /** Newest change of each, the latest first */
  readonly changes: readonly PolicyChange[];
}

/** A person has changed the rules of alerts or of public warnings; of each the later record holds, as a whole. */
export interface PolicyChange {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "policy_change";
  /** Which rules */
  readonly policy: "alerting" | "warnings";
  /** as_configured: those of the node's configuration again, also after that has changed */
  readonly state: "changed" | "as_configured";
  /** Rules of alerts from now on; none: not of these */
  readonly alerting: AlertPolicy | null;
  /** Rules of warnings from now on; as above */
  readonly warnings: WarningPolicy | null;
  /** Why, in the person's words */
  readonly reason: string;
  /** Account that entered it */
  readonly entered_by: string;
}

/** That it is still the person who logged in: password, with the code where there is one, or the code alone. */
export interface Proof {
  /** Of the session's account; empty: the code alone */
  readonly password: string;
  /** Six digits of the second factor; empty: none */
  readonly code: string;
}

/** One message of a warning: drafted, then approved or refused by a person; later ones update or end it. */
export interface PublicWarning {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "public_warning";
  /** Identity of the warning through its messages */
  readonly warning_id: string;
  /** Identity of the message; decisions name it */
  readonly message_id: string;
  /** Of the message in its warning */
  readonly number: number;
  /** Where in its life the message is */
  readonly state: "drafted" | "approved" | "refused" | "withdrawn";
  /** What the message does */
  readonly message: "alert" | "update" | "all_clear";
  /** red: may carry explosives; yellow: may enter, or harmless */
  readonly level: "yellow" | "red";
  /** Whom it is for */
  readonly areas: readonly WarningArea[];
  /** cells: around places, no boundary of anything */
  readonly areas_are: "municipalities" | "cells";
  /** UTC ns from which it may be there; none: it is */
  readonly eta_from_ns: number | null;
  /** UTC ns until which it may come; none: not known */
  readonly eta_until_ns: number | null;
  /** UTC ns at which the message ends by itself */
  readonly expires_ns: number;
  /** One a language */
  readonly texts: readonly WarningText[];
  /** System tracks it is about */
  readonly track_ids: readonly number[];
  /** Alerts that led to it */
  readonly alert_ids: readonly string[];
  /** Why this level, why here, in words */
  readonly reasons: readonly string[];
  /** The same in Lithuanian */
  readonly reasons_lt: readonly string[];
  /** UTC ns of the first plot behind it */
  readonly first_plot_ns: number | null;
  /** UTC ns at which its first track was firm */
  readonly firm_ns: number | null;
  /** UTC ns from which it was held to threaten a place; before settling */
  readonly threatening_ns: number | null;
  /** UTC ns at which this message was drafted */
  readonly drafted_ns: number;
  /** Different persons that must approve it */
  readonly approvals_needed: number;
  /** Of two persons the first; none: one is enough, or nobody yet */
  readonly first_approval: FirstApproval | null;
  /** UTC ns at which a person decided; none: not yet */
  readonly decided_ns: number | null;
  /** Account of that person; none: nobody yet */
  readonly decided_by: string | null;
  /** Why, in the person's words; may be empty */
  readonly decision_reason: string;
  /** What became of it, one a channel */
  readonly deliveries: readonly Delivery[];
  /** UTC ns at which the first channel took it; none: not yet */
  readonly sent_ns: number | null;
  /** Of simulated data: never sent to the public */
  readonly is_exercise: boolean;
}

/** Why a decision was taken; free text, may be empty. */
export interface Reason {
  /** Why, in the person's words */
  readonly reason: string;
}

/** How far every radar is off. */
export interface RegistrationsSection {
  /** Says which section this is */
  readonly type: "registrations";
  /** By sensor id */
  readonly registrations: readonly SensorRegistration[];
}

/** One rule of release as it stands in the file. */
export interface ReleaseRule {
  /** By which decisions are recorded */
  readonly rule_id: string;
  /** Of the file */
  readonly line: number;
  /** In Cedar */
  readonly text: string;
}

/** The rules of release of this node and what they give to whom. */
export interface ReleasesView {
  /** File, or the shipped rules of the nation */
  readonly policy: string;
  /** SHA-256 of schema, bounds and rules, hexadecimal */
  readonly policy_hash: string;
  /** In the order of the file */
  readonly rules: readonly ReleaseRule[];
  /** By nation; empty: this node shares with nobody */
  readonly partners: readonly PartnerRights[];
}

/** A report is journaled and will take effect. */
export interface ReportAccepted {
  /** Identity of the report */
  readonly report_id: string;
  /** False: noticed too long ago to change the picture; it stays on record */
  readonly counts: boolean;
}

/** What a person saw or heard, as it is handed in; who handed it in, and when, is added. */
export interface ReportDraft {
  /** Made by the sender, so that sent again it counts once; of a report handed in before: corrects it */
  readonly report_id: string | null;
  /** Who saw or heard it, one voice; none: the account */
  readonly source_id: string | null;
  /** What kind of person */
  readonly reporter: "soldier" | "border_guard" | "police" | "trained_observer" | "citizen" | "hearsay";
  /** app: a phone gave place and direction */
  readonly channel: "call" | "app";
  /** Where the person stood, WGS84 */
  readonly latitude_deg: number;
  /** Where the person stood, WGS84 */
  readonly longitude_deg: number;
  /** One sigma of that; none: usual */
  readonly place_sigma_m: number | null;
  /** When it was noticed; none: not said */
  readonly minutes_ago: number | null;
  /** Degrees or a compass word; none: not said */
  readonly bearing: string | null;
  /** One sigma of it; none: usual */
  readonly bearing_sigma_deg: number | null;
  /** Words of distance; none: not said */
  readonly distance: string | null;
  /** What it is said to be, in words */
  readonly seen: string;
  /** How it was noticed */
  readonly sense: "seen" | "heard" | "both";
  /** Where it went, as bearing; none: not said */
  readonly heading: string | null;
  /** How sure the person is of what it was */
  readonly confidence: number;
  /** What was said, as it was said */
  readonly words: string;
}

/** How the reports of one person fared so far; a later record of one source_id takes its place. */
export interface ReporterHistory {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "reporter_history";
  /** Who saw or heard, as in human_report */
  readonly source_id: string;
  /** A history is kept; there is no other state */
  readonly state: "kept";
  /** Reports that a firm track or a person bore out */
  readonly right: number;
  /** Reports refuted by a person, and parts of those that nothing bore out */
  readonly wrong: number;
}

/** What an account may do and see, and the view its screen begins with. */
export interface RightsView {
  /** What it may do */
  readonly role: "viewer" | "operator" | "administrator";
  /** ISO 3166-1 alpha-3; empty: the node's */
  readonly nation: string;
  /** Highest classification it may see; none: all, of another nation the lowest */
  readonly clearance: "unclassified" | "restricted" | "confidential" | "secret" | null;
  /** View its screen begins with; none: that of the role */
  readonly home: "picture" | "airport" | "protection" | "history" | "admin" | null;
}

/** A way that is flown again and again: an airway, a river, a valley; a line of some width. */
export interface Route {
  /** Unique id among the routes */
  readonly id: string;
  /** Name for people */
  readonly name: string;
  /** Corners of the line: lon, lat, in order; it is flown either way */
  readonly line: readonly (readonly [number, number])[];
  /** Full width of the corridor around the line */
  readonly width_m: number;
}

/** A sensor's site and what to expect of it; accuracies are one sigma.
 * 
 * The fields are those of a ``[[sensor]]`` table of the benchmark's sensors.toml, and how ASTERIX names the sensor. */
export interface Sensor {
  /** Name used in plots (sensor_id) */
  readonly id: string;
  /** What it measures */
  readonly kind: "radar-3d" | "radar-2d" | "ads-b" | "remote-id" | "wam" | "acoustic" | "rf" | "camera" | "human" | "system";
  /** WGS84; none: place unknown */
  readonly latitude_deg: number | null;
  /** WGS84; none: place unknown */
  readonly longitude_deg: number | null;
  /** Antenna, above the ellipsoid */
  readonly height_m: number;
  /** ASTERIX system area code of its reports */
  readonly sac: number | null;
  /** ASTERIX system identification code */
  readonly sic: number | null;
  /** Time between two looks */
  readonly scan_period_s: number;
  /** Instrumented slant range */
  readonly max_range_m: number;
  /** Of slant range */
  readonly sigma_range_m: number;
  /** Of azimuth */
  readonly sigma_azimuth_deg: number;
  /** Of elevation */
  readonly sigma_elevation_deg: number;
  /** Of range rate */
  readonly sigma_range_rate_mps: number;
  /** Of cooperative reports without quality codes */
  readonly sigma_position_m: number;
  /** Of a time difference of arrival */
  readonly sigma_tdoa_s: number;
  /** Expected false plots a scan */
  readonly clutter_per_scan: number;
  /** Has no biases, and keeps so: other radars are registered to it */
  readonly aligned: boolean;
  /** Range at which 1 m² is detected with 0.9; none: not told */
  readonly reach_m: number | null;
  /** Lowest it looks */
  readonly lowest_elevation_deg: number;
  /** Highest it looks */
  readonly highest_elevation_deg: number;
  /** What is slower towards or from it is not seen */
  readonly min_range_rate_mps: number;
  /** Ground about it, above the ellipsoid; none: 20 m below the antenna */
  readonly ground_m: number | null;
}

/** How far a radar is off, as other sensors show it: measured = true + bias. Each bias with its one sigma. */
export interface SensorRegistration {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "sensor_registration";
  /** Radar it is about */
  readonly sensor_id: string;
  /** Whether its bias is known; see spec/records.md */
  readonly state: "uncertain" | "registered" | "walked_off";
  /** UTC ns since when it is in this state */
  readonly since_ns: number;
  /** Why it is not registered, in words */
  readonly reason: string;
  /** The same in Lithuanian */
  readonly reason_lt: string;
  /** Pairs of plots with other sensors behind it so far */
  readonly pairs: number;
  /** Of slant range */
  readonly range_bias_m: number;
  /** One sigma of it */
  readonly range_bias_sigma_m: number;
  /** Of azimuth */
  readonly azimuth_bias_deg: number;
  /** One sigma of it */
  readonly azimuth_bias_sigma_deg: number;
  /** Of elevation */
  readonly elevation_bias_deg: number;
  /** One sigma of it */
  readonly elevation_bias_sigma_deg: number;
  /** Of its stamps: positive, they are late */
  readonly time_bias_s: number;
  /** One sigma of it */
  readonly time_bias_sigma_s: number;
}

/** How long a sensor contributed to a track. */
export interface SensorSpanView {
  /** Its id */
  readonly sensor: string;
  /** UTC ns of the first state it contributed to */
  readonly first_ns: number;
  /** UTC ns of the last one */
  readonly last_ns: number;
  /** How many states of the track it contributed to */
  readonly states: number;
}

/** What a sensor says of itself: north mark, sector crossing, status (I034, I063, I065). */
export interface SensorStatus {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "sensor_status";
  /** Sensor that says it */
  readonly sensor_id: string;
  /** Kind of service message */
  readonly report: "north" | "sector" | "status" | "end_of_batch";
  /** Of a sector message: where the beam is now */
  readonly azimuth_deg: number | null;
  /** Time of one antenna turn (I034/041) */
  readonly rotation_period_s: number | null;
  /** False: NOGO, data must not be used */
  readonly operational: boolean | null;
  /** Where the sensor says it stands (I034/120) */
  readonly latitude_deg: number | null;
  /** As latitude_deg, WGS84 */
  readonly longitude_deg: number | null;
  /** As latitude_deg, above the ellipsoid */
  readonly height_m: number | null;
}

/** Who is logged in; all empty when nobody is. */
export interface SessionView {
  /** Account */
  readonly name: string | null;
  /** What the account may do */
  readonly role: string | null;
  /** To be sent as X-CSRF-Token with every change */
  readonly csrf_token: string | null;
  /** UTC ns at which the session ends by itself */
  readonly expires_ns: number | null;
  /** UTC ns at which it ends however much it is used */
  readonly latest_ns: number | null;
  /** Whether the account may acknowledge alerts here and now */
  readonly may_decide: boolean;
  /** UTC ns of the last password, code or one-time link */
  readonly proved_ns: number | null;
  /** An OpenID provider is set up: /oidc/login leads to it */
  readonly oidc: boolean;
  /** Of an API token: what it may do; empty: a person's own */
  readonly scopes: readonly ("read" | "decide" | "report" | "claim" | "enter" | "network")[];
  /** View that the person's screen begins with */
  readonly home: "picture" | "airport" | "protection" | "history" | "admin" | null;
  /** Came by a one-time link and is to choose a password */
  readonly needs_password: boolean;
  /** Whether the account may change accounts here */
  readonly may_administer: boolean;
}

/** What one person decided. */
export interface ShiftPerson {
  /** Account */
  readonly name: string;
  /** How many */
  readonly decisions: number;
  /** UTC ns of the last one */
  readonly last_ns: number;
}

/** How a shift goes. */
export interface ShiftView {
  /** From here, UTC ns */
  readonly since_ns: number;
  /** To here: the picture's time */
  readonly until_ns: number;
  /** Critical alerts raised and shown */
  readonly critical: number;
  /** Advisories raised and shown */
  readonly advisories: number;
  /** Advisories beyond the budget, listed and not shown */
  readonly held_back: number;
  /** Of them in the last hour */
  readonly advisories_last_hour: number;
  /** The budget; none: no configuration yet */
  readonly advisories_per_hour: number | null;
  /** Alerts that nobody answered yet */
  readonly waiting: number;
  /** UTC ns at which the oldest of them was raised; none: none waits */
  readonly oldest_waiting_ns: number | null;
  /** Alerts that stand for more than an hour */
  readonly standing_over_hour: number;
  /** From raised to acknowledged or shelved; none: none was */
  readonly answered_after_s: Spread | null;
  /** Who decided, the most loaded first */
  readonly people: readonly ShiftPerson[];
  /** Messages of public warnings drafted or changed */
  readonly drafted: number;
  /** Of them those that wait for a person */
  readonly undecided: number;
  /** From the firm track to a warning's first draft; none: none was */
  readonly firm_to_draft_s: Spread | null;
  /** From the draft to a person's decision */
  readonly draft_to_decision_s: Spread | null;
  /** From the decision until the first channel took it */
  readonly decision_to_sent_s: Spread | null;
}

/** What reports add up to: an object that only people noticed, or a track that they mean; never a track itself. */
export interface Sighting {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "sighting";
  /** Identity of the sighting through its life */
  readonly sighting_id: string;
  /** Where in its life it is; see spec/records.md */
  readonly state: "unconfirmed" | "supported" | "tracked" | "ended";
  /** That something flies there that was reported */
  readonly probability: number;
  /** Independent sources behind it: repetition and hearsay count once */
  readonly voices: number;
  /** Reports behind it, in the order they came */
  readonly report_ids: readonly string[];
  /** What it is said to be by the weightiest voices */
  readonly seen: "drone" | "plane" | "helicopter" | "balloon" | "bird" | "light" | "bang" | "unknown";
  /** UTC ns of the newest observation, as well as it is known */
  readonly observed_ns: number;
  /** UTC ns at which it ends by itself */
  readonly expires_ns: number;
  /** Where it is with 80 %, lon, lat; empty: a track tells */
  readonly polygon: readonly (readonly [number, number])[];
  /** Likeliest place, WGS84; none: a track tells */
  readonly latitude_deg: number | null;
  /** Likeliest place, WGS84; none: a track tells */
  readonly longitude_deg: number | null;
  /** System tracks that may be meant, the likeliest first */
  readonly track_ids: readonly number[];
  /** Probability that it is meant, of each of track_ids */
  readonly shares: readonly number[];
  /** Why, in words */
  readonly reasons: readonly string[];
  /** The same in Lithuanian */
  readonly reasons_lt: readonly string[];
}

/** What people reported: objects that only they noticed, and tracks that they mean. */
export interface SightingsSection {
  /** Says which section this is */
  readonly type: "sightings";
  /** Those that go on, the latest change first */
  readonly sightings: readonly Sighting[];
}

/** How one feed's bytes are to be read: the format and what the wire does not say. */
export interface Source {
  /** Unique name; journaled with each datagram */
  readonly name: string;
  /** Name of a format: asterix, readsb, plots ... */
  readonly format: string;
  /** ASTERIX category to edition, '048': '1.32' */
  readonly editions: Readonly<Record<string, string>>;
  /** Framing of ASTERIX datagrams */
  readonly framing: "none" | "final";
  /** Sensor of reports that do not name one themselves */
  readonly sensor_id: string | null;
  /** Sign of I048/120 */
  readonly doppler_positive: "away" | "towards";
  /** Added to the source's stamps, by explicit decision */
  readonly clock_correction_s: number;
  /** Label from birth of everything this source reports */
  readonly label: Label;
  /** Nation whose releases it brings; empty: none */
  readonly partner: string;
  /** Partner whose feed it is: it brings nothing until a person takes over; empty: none */
  readonly standby_for: string;
}

/** State and counters of one source since start. */
export interface SourceHealth {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "source_health";
  /** Name of the source */
  readonly source: string;
  /** Whether it may be believed now; see spec/records.md */
  readonly state: "waiting" | "ok" | "degraded" | "silent" | "quarantined" | "failed" | "paused";
  /** Why it is not ok, in words */
  readonly reason: string;
  /** The same in Lithuanian; empty where it is said in English only */
  readonly reason_lt: string;
  /** Datagrams */
  readonly received: number;
  /** Records decoded */
  readonly decoded: number;
  /** Records or blocks refused, with a reason */
  readonly rejected: number;
  /** Records that another path had brought already */
  readonly duplicates: number;
  /** Datagrams dropped by a full queue */
  readonly lost: number;
  /** Octets behind the last block */
  readonly trailing_bytes: number;
  /** Receive time minus stamp, robust; none: too few */
  readonly clock_offset_s: number | null;
  /** UTC ns of its last datagram; none: nothing yet */
  readonly last_receive_ns: number | null;
  /** Reason to count */
  readonly reject_reasons: Readonly<Record<string, number>>;
}

/** A person has given what a source reports another label, from a moment on; of a source the later record holds.
 * 
 * It is never wider than what the node's configuration says of the source: where the two differ the stricter holds. */
export interface SourceLabel {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "source_label";
  /** Source it is about */
  readonly source: string;
  /** announced: it waits for from_ns; the core says the rest */
  readonly state: "announced" | "in_force";
  /** Label from birth of everything this source reports from then on */
  readonly marking: Label;
  /** UTC ns of receiving from which on it holds */
  readonly from_ns: number;
  /** The configuration's own label, also after that has changed */
  readonly as_configured: boolean;
  /** Why, in the person's words */
  readonly reason: string;
  /** Account that entered it */
  readonly entered_by: string;
}

/** A person has paused a source, or lets it go on; of a source the later record holds.
 * 
 * While it is paused its datagrams are received and journaled, and nothing reads them: neither then nor afterwards. */
export interface SourcePause {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "source_pause";
  /** Source it is about */
  readonly source: string;
  /** Whether what it reports is left unread from now on */
  readonly state: "paused" | "resumed";
  /** Why, in the person's words; never empty of a pause */
  readonly reason: string;
  /** Account that entered it */
  readonly entered_by: string;
}

/** Health of every source. */
export interface SourcesSection {
  /** Says which section this is */
  readonly type: "sources";
  /** By name */
  readonly sources: readonly SourceHealth[];
}

/** How long something took, over several times. */
export interface Spread {
  /** How often */
  readonly count: number;
  /** Seconds */
  readonly median: number;
  /** Seconds; nine of ten took no longer */
  readonly p90: number;
}

/** An alert of an earlier run that had not ended; the node hands it in when it starts. */
export interface StandingAlert {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "standing_alert";
  /** The alert as it was last told */
  readonly alert: Alert;
  /** Those of its tracks that were seen lately */
  readonly members: readonly LastSeen[];
}

/** One thing that happened to a track or was said of it. */
export interface StoryLine {
  /** UTC ns */
  readonly time_ns: number;
  /** What it is about */
  readonly what: "sensor" | "class" | "status" | "alert" | "warning" | "claim" | "decision" | "event" | "lost";
  /** What it became: a class, a status, a state of the alert or warning, an action, what is known of its loss */
  readonly state: string;
  /** Sensor, system or person; empty: the node itself */
  readonly who: string;
  /** What it was about besides the track: a zone, a question, a message, a track */
  readonly subject: string;
  /** The answer of a claim, the tier of an alert; else empty */
  readonly value: string;
  /** That it is so; none: not said */
  readonly probability: number | null;
  /** Why, in words, the strongest first, at most three */
  readonly reasons: readonly string[];
  /** The same in Lithuanian, where the node says it so */
  readonly reasons_lt: readonly string[];
  /** Of a lost track: what may have become of it, the likeliest first */
  readonly shares: readonly StoryShare[];
}

/** What may have become of a lost track, and how probable that is. */
export interface StoryShare {
  /** What may be */
  readonly name: "landed_or_crashed" | "hidden" | "left" | "unwatched";
  /** That it is so */
  readonly probability: number;
}

/** What became of a track. */
export interface StoryView {
  /** System track number */
  readonly track_id: number;
  /** What happened, the first first */
  readonly lines: readonly StoryLine[];
  /** Earlier lines that were too many to be sent */
  readonly left_out: number;
  /** Who saw it, the first first; empty: no history is kept */
  readonly sensors: readonly SensorSpanView[];
}

/** Which standby feeds of a partner shall run, or stop. */
export interface TakeOverDraft {
  /** Name of the source; none: all that stand by for the partner */
  readonly source: string | null;
  /** Why, in the person's words */
  readonly reason: string;
}

/** A source that is taken over from a partner, and how fast it came; times are UTC ns. */
export interface TakenView {
  /** Its name */
  readonly source: string;
  /** Partner whose feed it is */
  readonly nation: string;
  /** Account of the person who decided */
  readonly taken_by: string;
  /** When that was */
  readonly taken_ns: number;
  /** Its first datagram since then; none: nothing yet */
  readonly first_datagram_ns: number | null;
  /** The picture showed a track with a plot of it; none: not yet */
  readonly first_track_ns: number | null;
}

/** The picture's clock: one a second, journaled, so that replay hears the same seconds. */
export interface Tick {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "tick";
}

/** A time of which nothing can be shown. */
export interface TimelineGap {
  /** From here, epoch ms */
  readonly from_ms: number;
  /** Until here */
  readonly until_ms: number;
  /** Which file is damaged; empty: nothing was recorded */
  readonly fault: string;
}

/** Something that happened: a place to go to. */
export interface TimelineMark {
  /** When, epoch ms */
  readonly time_ms: number;
  /** An alert raised, a warning drafted, a source lost */
  readonly kind: "alert" | "warning" | "source";
  /** Tier of the alert, level of the warning, state of the source */
  readonly level: string;
  /** Zone, areas, or source */
  readonly text: string;
  /** Track it is about; none: no single one */
  readonly track_id: number | null;
}

/** What can be shown again of a time, and what happened in it. */
export interface TimelineView {
  /** Where the record begins, epoch ms; none: there is none */
  readonly first_ms: number | null;
  /** Where it ends for now */
  readonly last_ms: number | null;
  /** In it, oldest first */
  readonly gaps: readonly TimelineGap[];
  /** Oldest first; of more than 2,000 the newest */
  readonly marks: readonly TimelineMark[];
}

/** An API token to be made. */
export interface TokenDraft {
  /** In whose name it acts; empty: the person's own */
  readonly account: string;
  /** What it may do */
  readonly scopes: readonly ("read" | "decide" | "report" | "claim" | "enter" | "network")[];
  /** For how long */
  readonly days: number;
  /** What it is for */
  readonly purpose: string;
}

/** An API token without its secret; times are UTC ns. */
export interface TokenView {
  /** Names it where it is revoked, and in the audit */
  readonly token_id: string;
  /** In whose name it acts */
  readonly account: string;
  /** What it may do, as far as the account's role allows */
  readonly scopes: readonly ("read" | "decide" | "report" | "claim" | "enter" | "network")[];
  /** What it is for, as it was said when it was made */
  readonly purpose: string;
  /** When it was made */
  readonly created_ns: number;
  /** When it ends by itself */
  readonly expires_ns: number;
  /** Last use, to the hour; none: never yet */
  readonly last_used_ns: number | null;
}

/** What happened between system tracks: a gap closed, two found one, one found two, a group, a match abroad. */
export interface TrackEvent {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "track_event";
  /** What happened; see spec/records.md */
  readonly event: "stitched" | "merged" | "split" | "correlated" | "decorrelated" | "group_formed" | "group_changed" | "group_ended";
  /** Tracks it is about, the surviving or older first; of a group all */
  readonly track_ids: readonly number[];
  /** Group it is about; none: about no group */
  readonly group_id: number | null;
  /** Objects the group holds at least; none: no group */
  readonly count_low: number | null;
  /** Objects the group may hold; none: no group */
  readonly count_high: number | null;
  /** Of a stitched track: time without plots; else none */
  readonly gap_s: number | null;
  /** Why, in words */
  readonly reason: string;
  /** The same in Lithuanian */
  readonly reason_lt: string;
}

/** Where a track will be, as its alerts reckon it; without places: nothing is forecast of it. */
export interface TrackForecast {
  /** Number of the track */
  readonly track_id: number;
  /** UTC ns of the state it is forecast from; none: nothing is forecast */
  readonly time_ns: number | null;
  /** In order of time, 30 s to 600 s ahead */
  readonly places: readonly ForecastPlace[];
}

/** A drafted report of a track, for a person to read, change and sign. */
export interface TrackReport {
  /** System track number */
  readonly track_id: number;
  /** Language of its headings */
  readonly language: "en" | "lt";
  /** The draft, plain text */
  readonly text: string;
}

/** How one track flew, as columns of one length. */
export interface TrackSeries {
  /** Number of the track */
  readonly track_id: number;
  /** Epoch ms, rising */
  readonly time_ms: readonly number[];
  /** WGS84 */
  readonly latitude_deg: readonly number[];
  /** WGS84 */
  readonly longitude_deg: readonly number[];
  /** Above the ellipsoid; none: unknown */
  readonly altitude_m: readonly (number | null)[];
  /** Over ground */
  readonly speed_mps: readonly number[];
  /** Positive up; none: unknown */
  readonly climb_mps: readonly (number | null)[];
  /** Probability that the object exists; none: not estimated */
  readonly existence: readonly (number | null)[];
  /** Classes that ever had a tenth, the likeliest first */
  readonly classes: readonly ClassSeries[];
  /** What its alerts said, the first first */
  readonly danger: readonly DangerPoint[];
  /** The strictest of its rows; none: there are none */
  readonly label: Label | null;
}

/** One system track, for small consumers; large ones take the binary stream. */
export interface TrackView {
  /** Number of the track */
  readonly track_id: number;
  /** UTC ns the state holds at */
  readonly time_ns: number;
  /** UTC ns of the last plot behind it */
  readonly update_time_ns: number;
  /** WGS84 */
  readonly latitude_deg: number;
  /** WGS84 */
  readonly longitude_deg: number;
  /** Above the WGS84 ellipsoid; none: unknown */
  readonly altitude_m: number | null;
  /** Over ground */
  readonly velocity_east_mps: number;
  /** Over ground */
  readonly velocity_north_mps: number;
  /** Positive up; none: unknown */
  readonly velocity_up_mps: number | null;
  /** coasting: predicted without new plots */
  readonly status: "confirmed" | "coasting";
  /** Six hexadecimal digits */
  readonly icao_address: string | null;
  /** Squawk, four octal digits */
  readonly mode_3a: string | null;
  /** As broadcast */
  readonly callsign: string | null;
  /** Sensors whose plots are in the track */
  readonly sensors: readonly string[];
  /** Tier of the worst standing alert */
  readonly threat: "none" | "advisory" | "critical";
  /** Probability that the object exists; none: not estimated */
  readonly existence: number | null;
  /** Horizontal radius that holds the true position with 95 % */
  readonly position_95_m: number | null;
  /** The same of the velocity; none: no covariance */
  readonly velocity_95_mps: number | null;
  /** Mean normalised innovation squared, 1 as expected; none: unknown */
  readonly consistency: number | null;
  /** Group the track flies in; none: in none */
  readonly group_id: number | null;
}

/** Places of tracks at one moment, as columns. */
export interface TrailStep {
  /** Valid time, epoch ms */
  readonly time_ms: number;
  /** Tracks; the other columns are as long */
  readonly track_id: readonly number[];
  /** WGS84 */
  readonly longitude_deg: readonly number[];
  /** WGS84 */
  readonly latitude_deg: readonly number[];
}

/** Where the tracks of a playback's instant were before it: for trails, sent after the frame of the instant. */
export interface TrailsSection {
  /** Says which section this is */
  readonly type: "trails";
  /** Six seconds apart, oldest first */
  readonly steps: readonly TrailStep[];
}

/** A unit that could respond, where it was last told to be; a later record of one unit_id replaces it. */
export interface Unit {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "unit";
  /** Identity of the unit through its revisions */
  readonly unit_id: string;
  /** Name for people */
  readonly name: string;
  /** patrol: on the road; mobile_team: with means against drones; quick_reaction: fighters on alert */
  readonly role: "patrol" | "mobile_team" | "helicopter" | "quick_reaction" | "rescue" | "observer";
  /** Whether it can be asked; removed: it is no more */
  readonly state: "ready" | "busy" | "unavailable" | "removed";
  /** Where it was, WGS84 */
  readonly latitude_deg: number;
  /** Where it was, WGS84 */
  readonly longitude_deg: number;
  /** UTC ns at which it was there */
  readonly position_ns: number;
  /** Seconds from an order to moving; none: not said */
  readonly ready_in_s: number | null;
  /** Radio call sign or telephone, for people */
  readonly contact: string;
  /** Account that entered it last */
  readonly entered_by: string;
}

/** A unit as a person enters it; who entered it, and when, is added. */
export interface UnitDraft {
  /** Identity of the unit */
  readonly unit_id: string;
  /** Name for people */
  readonly name: string;
  /** What it is, see Unit */
  readonly role: "patrol" | "mobile_team" | "helicopter" | "quick_reaction" | "rescue" | "observer";
  /** Whether it can be asked */
  readonly state: "ready" | "busy" | "unavailable";
  /** Where it is, WGS84 */
  readonly latitude_deg: number;
  /** Where it is, WGS84 */
  readonly longitude_deg: number;
  /** UTC ns at which it was there; none: now */
  readonly position_ns: number | null;
  /** Seconds from an order to moving; none: not said */
  readonly ready_in_s: number | null;
  /** Radio call sign or telephone, for people */
  readonly contact: string;
  /** Who may see it; none: whom the node's own label allows */
  readonly label: Label | null;
}

/** Own units that could respond, where they were last told to be. */
export interface UnitsSection {
  /** Says which section this is */
  readonly type: "units";
  /** By unit id, without those that were removed */
  readonly units: readonly Unit[];
}

/** What a reader of the stream looks at; sent by it as a text message, any time. */
export interface ViewRequest {
  /** Says which message this is */
  readonly type: "view";
  /** West, south, east, north, WGS84; west over east: across 180°; none: everything */
  readonly box: readonly [number, number, number, number] | null;
  /** Tracks that are wanted wherever they are */
  readonly selected: readonly number[];
}

/** One area that is warned: a municipality, or the cell of a place where no municipalities are known. */
export interface WarningArea {
  /** Identity of the area */
  readonly area_id: string;
  /** Name for people */
  readonly name: string;
  /** Ring of lon, lat; closed by itself */
  readonly polygon: readonly (readonly [number, number])[];
}

/** What the node's sender learnt of one message at one channel; journaled, shown beside the warning. */
export interface WarningDelivery {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "warning_delivery";
  /** Message that was to be sent */
  readonly message_id: string;
  /** Name of the channel */
  readonly channel: string;
  /** As in a delivery of public_warning */
  readonly state: "sent" | "failing" | "refused" | "unclear" | "expired";
  /** Tries so far */
  readonly attempts: number;
  /** What the taker answered, or where the message lies */
  readonly reference: string;
  /** Why it was not taken, in words */
  readonly reason: string;
  /** The same in Lithuanian; empty: the taker's or system's own words */
  readonly reason_lt: string;
}

/** Who must approve what the public is told, and how they show that it is they. */
export interface WarningPolicy {
  /** Levels that two different persons must approve; `true`: both, `false`: none */
  readonly two_persons: readonly ("yellow" | "red")[];
  /** So long the first of two approvals stands; then it counts no more */
  readonly first_approval_s: number;
  /** Who decides gives password or code again so long after the last; 0: never */
  readonly proof_lasts_s: number;
}

/** What the public is told, in one language. */
export interface WarningText {
  /** ISO 639-1 code */
  readonly language: "lt" | "en" | "lv" | "pl";
  /** One line, fits a phone */
  readonly headline: string;
  /** What is known */
  readonly description: string;
  /** What to do */
  readonly instruction: string;
}

/** The rules of public warnings as they are to be from now on; no laxer than the configuration's. */
export interface WarningsDraft {
  /** Levels that two different persons must approve; `true`: both, `false`: none */
  readonly two_persons: readonly ("yellow" | "red")[];
  /** So long the first of two approvals stands; then it counts no more */
  readonly first_approval_s: number;
  /** Who decides gives password or code again so long after the last; 0: never */
  readonly proof_lasts_s: number;
  /** Why, in the person's words */
  readonly reason: string;
}

/** Warnings that wait for a person's decision, and those decided lately. */
export interface WarningsSection {
  /** Says which section this is */
  readonly type: "warnings";
  /** Of each warning what waits and what was approved and refused last, the latest change first */
  readonly warnings: readonly PublicWarning[];
}

/** The wind at one height: where it blows to, and one sigma of each component's error. */
export interface WindLevel {
  /** Above the ellipsoid; from a pressure by the ICAO standard */
  readonly altitude_m: number;
  /** Towards east */
  readonly east_mps: number;
  /** Towards north */
  readonly north_mps: number;
  /** One sigma of the error of either component */
  readonly sigma_mps: number;
}

/** The wind by height at one time, in one place or for the whole region: a forecast's or a sounding's column. */
export interface WindTable {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "wind_table";
  /** Identity of the table through its revisions */
  readonly table_id: string;
  /** Whether it still counts */
  readonly state: "active" | "withdrawn";
  /** Model run or sounding it is from, for people */
  readonly source: string;
  /** UTC ns at which the wind blows so */
  readonly valid_ns: number;
  /** WGS84; none: for the whole region */
  readonly latitude_deg: number | null;
  /** WGS84; none: for the whole region */
  readonly longitude_deg: number | null;
  /** Heights rising */
  readonly levels: readonly WindLevel[];
  /** Account that entered it; empty: from the configuration */
  readonly entered_by: string;
}

/** Wind by height, as entered; without any, drift is told by the tracks' own motion only. */
export interface WindsSection {
  /** Says which section this is */
  readonly type: "winds";
  /** In force, by table id */
  readonly winds: readonly WindTable[];
}

/** A volume that matters: a polygon or a cylinder with floor and ceiling (metres, ellipsoidal). */
export interface Zone {
  /** Unique id; alerts name it */
  readonly id: string;
  /** Name for people */
  readonly name: string;
  /** What entering it means */
  readonly kind: "protected" | "restricted" | "border";
  /** Worth of what it protects; 1 is ordinary */
  readonly value: number;
  /** An airport's volume: balloons in it close the airport */
  readonly closes: boolean;
  /** Lowest height inside, above the ellipsoid */
  readonly floor_m: number;
  /** Highest height inside, above the ellipsoid */
  readonly ceiling_m: number;
  /** Ring of lon, lat; closed by itself */
  readonly polygon: readonly (readonly [number, number])[];
  /** Rings that are outside */
  readonly holes: readonly (readonly (readonly [number, number])[])[];
  /** Of a cylinder: lon, lat */
  readonly centre: readonly [number, number] | null;
  /** Of a cylinder */
  readonly radius_m: number | null;
}

/** What a person made of one zone: drew it, changed it as a whole, or deleted it. */
export interface ZoneChange {
  /** Identity of this message; equal ids are the same message */
  readonly id: string;
  /** UTC ns at which it holds */
  readonly time_ns: number;
  /** Node, source or person that made it */
  readonly origin: string;
  /** Who may receive it */
  readonly label: Label;
  /** Says which record this is */
  readonly kind: "zone_change";
  /** Zone it is about */
  readonly zone_id: string;
  /** Whether there is such a zone from now on */
  readonly state: "active" | "deleted";
  /** The zone as it is from now on; none: it is deleted */
  readonly zone: Zone | null;
  /** Account that entered it */
  readonly entered_by: string;
}
