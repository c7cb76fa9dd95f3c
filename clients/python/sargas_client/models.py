"""What the API takes and gives, in typed dictionaries. Made by generate.py of openapi.json."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class Accepted(TypedDict):
    """A decision is journaled and will take effect."""

    decision_id: str
    """Id of the journaled decision"""


class AccountDraft(TypedDict):
    """An account to be made; nobody gives it a password but its person."""

    role: Literal["viewer", "operator", "administrator"]
    """What it may do"""

    nation: NotRequired[str]
    """ISO 3166-1 alpha-3; empty: the node's"""

    clearance: NotRequired[Literal["unclassified", "restricted", "confidential", "secret"] | None]
    """Highest classification it may see; none: all, of another nation the lowest"""

    home: NotRequired[Literal["picture", "airport", "protection", "history", "admin"] | None]
    """View its screen begins with; none: that of the role"""

    name: str
    """Login name; upper case is made lower"""

    second_factor: NotRequired[bool]
    """Ask for a code of an authenticator app too"""


class AccountView(TypedDict):
    """An account as an administrator sees it; times are UTC ns."""

    role: Literal["viewer", "operator", "administrator"]
    """What it may do"""

    nation: str
    """ISO 3166-1 alpha-3; empty: the node's"""

    clearance: Literal["unclassified", "restricted", "confidential", "secret"] | None
    """Highest classification it may see; none: all, of another nation the lowest"""

    home: Literal["picture", "airport", "protection", "history", "admin"] | None
    """View its screen begins with; none: that of the role"""

    name: str
    """Login name"""

    created_ns: int
    """When it was made"""

    has_password: bool
    """Its person has chosen a password, or a provider vouches for them"""

    has_second_factor: bool
    """A code of an authenticator is asked for too"""

    by_provider: bool
    """An OpenID provider vouches for the person and says role and nation"""

    locked_ns: int | None
    """When an administrator locked it; none: it is not locked"""

    refused_until_ns: int | None
    """Too many failed log-ins: until when none is looked at"""

    sessions: int
    """Sessions that are open"""

    last_used_ns: int | None
    """When those were last used; none: none is open"""


class Alert(TypedDict):
    """A notice to the operator: raised, updated, ended under one alert_id."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["alert"]
    """Says which record this is"""

    alert_id: str
    """Identity of the alert through its life; the messages about it have ids of their own"""

    tier: Literal["advisory", "critical"]
    """advisory: quiet notice; critical: demands action"""

    state: Literal["held_back", "raised", "escalated", "acknowledged", "shelved", "ended"]
    """Where in its life the alert is; held_back: an advisory beyond the hour's budget, listed, not shown"""

    rule: Literal["zone_entry", "zone_predicted"]
    """zone_entry: is inside; zone_predicted: will be"""

    track_ids: list[int]
    """System tracks it is about"""

    zone_id: str
    """Zone it is about"""

    zone_name: str
    """Name of that zone, for people"""

    raised_ns: int
    """UTC ns at which it was first raised"""

    probability: float | None
    """Of entry; 1 once inside; none: unknown"""

    eta_ns: int | None
    """Expected entry; none once inside"""

    ended_ns: int | None
    """UTC ns at which it ended; none: not yet"""

    reasons: list[str]
    """Why, in words, the strongest first"""

    acknowledged_by: str | None
    """Account that acknowledged it; none: nobody yet"""

    danger: float | None
    """Probability of harm by its worst member"""

    reasons_lt: list[str]
    """The same in Lithuanian"""

    group_id: int | None
    """Group that its members fly in; none: no one group"""

    was_shown: bool
    """False: an advisory that was only held back so far"""

    merged_into: str | None
    """alert_id it became part of: one raid; none: of none"""

    critical_ns: int | None
    """UTC ns at which it last became critical; none: never"""

    escalated_ns: int | None
    """UTC ns at which nobody had answered for too long"""

    escalated_to: str | None
    """Whom it was escalated to"""

    shelved_by: str | None
    """Account that shelved it; none: it is not shelved"""

    shelved_until_ns: int | None
    """UTC ns at which it comes back by itself"""

    shelved_reason: str | None
    """Why it was shelved, in the person's words"""


class AlertPolicy(TypedDict):
    """How much an operator is told, and who is told when nobody answers."""

    advisories_per_hour: int
    """Advisories shown within any hour at most"""

    escalate_after_s: float
    """A critical alert nobody answered is escalated then"""

    escalate_to: str
    """Whom to"""


class AlertingDraft(TypedDict):
    """The rules of alerts as they are to be from now on."""

    advisories_per_hour: int
    """Advisories shown within any hour at most"""

    escalate_after_s: float
    """A critical alert nobody answered is escalated then"""

    escalate_to: str
    """Whom to"""

    reason: str
    """Why, in the person's words"""


class AnswerView(TypedDict):
    """What is held of one question about a track."""

    about: Literal["class", "identity", "origin", "danger", "cooperation", "intent"]
    """The question"""

    value: str
    """The answer; unknown: nothing speaks enough for any"""

    probability: float
    """That it is so, as all voices together have it"""

    is_override: bool
    """A person put it in the place of the others"""

    claims: list[Claim]
    """What it rests on, oldest first; one a source"""

    masked: list[Claim]
    """What a person's override keeps from counting"""


class AuditLine(TypedDict):
    """One entry of the audit."""

    seq: int
    """Number in the chain"""

    time_ns: int
    """UTC ns"""

    actor: str
    """Account, node, rule or command"""

    action: str
    """What was done"""

    object: str
    """To what"""


class AuditView(TypedDict):
    """The audit as it was verified just now: every byte, the chain, the signed checkpoints."""

    holds: bool
    """Nothing was found changed, missing or added"""

    faults: list[str]
    """What does not hold, 20 at most"""

    entries: int
    """In the chain"""

    checkpoints: int
    """Signed"""

    unsigned: int
    """Entries after the last checkpoint"""

    root: str
    """Merkle root over all entries, hexadecimal"""

    key: str
    """Public key the checkpoints are signed with, hexadecimal"""

    checkpoint_ns: int | None
    """UTC ns of the last checkpoint; none: there is none yet"""

    checkpoint_size: int
    """Entries it stands over"""

    verified_ns: int
    """UTC ns of this verification"""

    took_s: float
    """How long it took"""

    latest: list[AuditLine]
    """Newest entries, the newest first, 50 at most"""


class Claim(TypedDict):
    """What one source says about a track, graded after Admiralty: kept beside other claims, never in their place."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["claim"]
    """Says which record this is"""

    claim_id: str
    """Identity of the claim through its corrections"""

    state: Literal["made", "corrected", "withdrawn"]
    """Where in its life it is"""

    track_id: int
    """System track it is about"""

    about: Literal["class", "identity", "origin", "danger", "cooperation", "intent"]
    """Which question it answers"""

    value: str
    """The answer; see spec/records.md for those used here"""

    probability: float | None
    """That it is so; none: not said"""

    reliability: Literal["A", "B", "C", "D", "E", "F"]
    """Of the source, A reliable to F unknown"""

    credibility: int
    """Of what it says, 1 confirmed to 6 unknown"""

    source: str
    """Sensor, system or person that says it; one voice counts once"""

    is_override: bool
    """A person's word that masks other answers, which stay kept"""

    evidence: list[str]
    """What speaks for it, in words, the strongest first"""

    evidence_lt: list[str]
    """The same in Lithuanian; empty: not said so"""

    based_on: list[str]
    """Claims it was derived from; it is corrected with them"""

    until_ns: int | None
    """UTC ns after which it says nothing; none: it stays"""


class ClaimAccepted(TypedDict):
    """A claim is journaled and will take effect."""

    claim_id: str
    """Identity of the claim"""


class ClassSeries(TypedDict):
    """How probable one class was over time."""

    class_name: str
    """One of those of spec/tracks.md"""

    probability: list[float | None]
    """As long as the times; none: not classified"""


Classification: TypeAlias = Literal[0, 1, 2, 3]


class ClosureAdvice(TypedDict):
    """Advice on one airport: close from when to when, and what would reopen it. A person decides."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["closure_advice"]
    """Says which record this is"""

    advice_id: str
    """Identity of the closure through its changes"""

    state: Literal["expected", "close", "closed", "reopen", "called_off"]
    """expected: later than the lead time; close: clear now; closed: as advised; reopen: all clear"""

    zone_id: str
    """Airport's zone"""

    zone_name: str
    """Its name, for people"""

    from_ns: int
    """Close from, UTC ns"""

    until_ns: int | None
    """Expected to reopen; none: not within the look-ahead"""

    probability: float
    """Highest of any balloon in the volume, over the look-ahead"""

    probability_now: float
    """Of any balloon in the volume now"""

    close_probability: float
    """Threshold: cost of closing over cost of an entry"""

    open_probability: float
    """Threshold of reopening"""

    entry_ns: list[int] | None
    """First entry: 5 % and 95 %; none: no entry left"""

    exit_ns: list[int] | None
    """Last exit: 5 % and 95 %"""

    track_ids: list[int]
    """Balloons behind it, the weightiest first"""

    existence: float
    """Probability that any of these plots is a balloon at all"""

    texts: list[WarningText]
    """The advice in words, one a language"""

    is_exercise: bool
    """Exercise or simulated data is behind it"""


class Cue(TypedDict):
    """A request to another nation: look there."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["cue"]
    """Says which record this is"""

    cue_id: str
    """Identity of the cue through its changes"""

    state: Literal["asked", "seen", "not_seen", "expired"]
    """What came of it"""

    asker: str
    """Nation that asks"""

    asked: str
    """Nation that shall look"""

    latitude_deg: float
    """Where to look at ``time_ns``, WGS84"""

    longitude_deg: float
    """As latitude_deg"""

    altitude_m: float | None
    """Above the ellipsoid; none: unknown"""

    radius_m: float
    """The object is inside with 90 %"""

    velocity_east_mps: float | None
    """None: unknown"""

    velocity_north_mps: float | None
    """None: unknown"""

    network_id: str | None
    """Object it is about; none: no track"""

    seen_as: str | None
    """Track that answers it"""

    expires_ns: int
    """UTC ns after which nobody looks any more"""

    reason: str
    """What was seen there, in words"""


class CueDraft(TypedDict):
    """Where a partner shall look: for an object of ours, or at a place."""

    nation: str
    """Partner that shall look"""

    network_id: NotRequired[str | None]
    """Object; none: a place is given"""

    latitude_deg: NotRequired[float | None]
    """Of a place, WGS84"""

    longitude_deg: NotRequired[float | None]
    """Of a place, WGS84"""

    radius_m: NotRequired[float]
    """Around the place"""

    reason: NotRequired[str]
    """Why, in the person's words"""


class DangerPoint(TypedDict):
    """What an alert said of a track at one moment."""

    time_ms: float
    """Epoch ms"""

    danger: float | None
    """Chance that it is dangerous; none: not estimated"""

    tier: Literal["advisory", "critical"]
    """Of the alert"""

    state: str
    """Of the alert then"""


class Delivery(TypedDict):
    """What became of a message at one channel."""

    channel: str
    """Name of the channel"""

    state: Literal["sent", "failing", "refused", "unclear", "expired"]
    """sent: taken; failing: tried again; refused: never taken; unclear: nobody knows; expired: too late"""

    time_ns: int
    """UTC ns at which that was known"""

    attempts: int
    """Tries so far"""

    reference: str
    """What the taker answered, or where the message lies"""

    reason: str
    """Why it was not taken, in words"""

    reason_lt: str
    """The same in Lithuanian; empty: the taker's or system's own words"""


class DriftEntry(TypedDict):
    """The chance that a drifter enters a zone within the hour, and when."""

    zone_id: str
    """Zone it is about"""

    probability: float
    """Of entry within 60 minutes, the object taken to exist"""

    earliest_ns: int
    """5 % of the entries have happened by then"""

    median_ns: int
    """Half of them"""

    latest_ns: int
    """95 %"""


class DriftForecast(TypedDict):
    """Where the wind will carry one track: replaced by the next of its track."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["drift_forecast"]
    """Says which record this is"""

    track_id: int
    """System track it is about"""

    state: Literal["current", "ended"]
    """ended: the track is gone or no drifter"""

    drifts: float
    """Probability that the wind carries it"""

    rising: float
    """Probability that it rises now"""

    floating: float
    """That it keeps its height"""

    falling: float
    """That it comes down"""

    wind: str
    """What the wind was taken from, in words"""

    places: list[DriftPlace]
    """By horizon, rising"""

    entries: list[DriftEntry]
    """Zones that it may enter, the likeliest first"""


class DriftPlace(TypedDict):
    """Where a drifter will be at one horizon: the middle of its ensemble and the region that holds 90 % of it."""

    ahead_s: float
    """From the record's time"""

    latitude_deg: float
    """Of the ensemble's middle, WGS84"""

    longitude_deg: float
    """Of the ensemble's middle, WGS84"""

    altitude_low_m: float
    """5 % of those in the air are below; above the ellipsoid"""

    altitude_high_m: float
    """5 % of those in the air are above"""

    aloft: float
    """Share that is still in the air"""

    region_90: list[list[float]]
    """Ring of lon, lat that holds the place with 90 %"""

    area_km2: float
    """Of the region"""


class EndedSessions(TypedDict):
    """How many sessions were ended."""

    sessions: int
    """Of the account"""


class EnteredLabel(TypedDict):
    """Another label of a source is journaled; it holds from the moment said."""

    source: str
    """Name of the source"""

    record_id: str
    """Id of the journaled record"""

    from_ns: int
    """UTC ns from which on it holds"""


class EnteredPause(TypedDict):
    """A source is paused or goes on: journaled, and in effect from the next datagram on."""

    source: str
    """Name of the source"""

    record_id: str
    """Id of the journaled record"""


class EnteredPermission(TypedDict):
    """A flight permission is journaled and will take effect."""

    permission_id: str
    """Identity of the permission"""

    record_id: str
    """Id of the journaled record"""


class EnteredPolicy(TypedDict):
    """A change of rules is journaled and takes effect with it."""

    record_id: str
    """Id of the journaled record"""


class EnteredUnit(TypedDict):
    """A unit is journaled and will be shown."""

    unit_id: str
    """Identity of the unit"""

    record_id: str
    """Id of the journaled record"""


class EnteredWind(TypedDict):
    """A change of a wind table is journaled and will take effect."""

    table_id: str
    """Identity of the table"""

    record_id: str
    """Id of the journaled record"""


class EnteredZone(TypedDict):
    """A change of a zone is journaled and will take effect."""

    zone_id: str
    """Identity of the zone"""

    record_id: str
    """Id of the journaled record"""


class Entitlement(TypedDict):
    """What a nation gets of one kind of thing, as the rules answer now."""

    subject: Literal["track", "plots", "alert", "warning", "approval", "interference", "handover", "cue"]
    """Kind of thing"""

    agreed: bool
    """The agreement names it; else nothing of it goes"""

    up_to: Literal["unclassified", "restricted", "confidential", "secret"] | None
    """Highest classification that goes; none: nothing goes"""

    fields: list[str]
    """Further fields that go then"""

    rules: list[str]
    """By which rules, or why not"""


class FileProblem(TypedDict):
    """What is wrong with one row of a file."""

    line: int
    """Line of a CSV file, number of a GeoJSON feature from 1; 0: of the file as a whole"""

    problem: str
    """What, and how to mend it"""


class FirstApproval(TypedDict):
    """The first of two persons' approvals of a message."""

    approved_by: str
    """Account of that person"""

    approved_ns: int
    """UTC ns at which that person approved"""

    until_ns: int
    """UTC ns at which it counts no more, unless a second person has approved"""

    reason: str
    """Why, in the person's words; may be empty"""


class FlightPermission(TypedDict):
    """Who may fly where and when; a later record of one permission_id replaces it, ``revoked`` ends it."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["flight_permission"]
    """Says which record this is"""

    permission_id: str
    """Identity of the permission through its revisions"""

    state: Literal["active", "revoked"]
    """Whether it still holds"""

    holder: str
    """Who flies, for people"""

    purpose: Literal[
        "own_drone", "police", "border_guard", "medical", "rescue", "model_club", "survey", "training", "plan", "other"
    ]
    """What for"""

    valid_from_ns: int
    """UTC ns from which it holds"""

    valid_until_ns: int
    """UTC ns until which it holds"""

    polygon: list[list[float]]
    """Ring of lon, lat; closed by itself"""

    holes: list[list[list[float]]]
    """Rings that are outside"""

    centre: list[float] | None
    """Of a cylinder: lon, lat"""

    radius_m: float | None
    """Of a cylinder"""

    floor_m: float
    """Lowest height, above the ellipsoid"""

    ceiling_m: float
    """Highest height, above the ellipsoid"""

    icao_address: str | None
    """24-bit address it is known by"""

    mode_3a: str | None
    """Squawk it is known by"""

    callsign: str | None
    """Call sign it is known by"""

    uas_id: str | None
    """Remote ID serial it is known by"""

    classes: list[
        Literal[
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
    ]
    """What it may be; empty: anything"""

    count: int
    """Objects it covers at one time"""

    entered_by: str
    """Account that entered it last; empty: from the configuration"""


class ForecastPlace(TypedDict):
    """Where a track will be after some time."""

    ahead_s: float
    """Seconds from the time of the forecast"""

    latitude_deg: float
    """WGS84"""

    longitude_deg: float
    """WGS84"""

    altitude_m: float | None
    """Above the WGS84 ellipsoid; none: unknown"""

    radius_90_m: float | None
    """Of the circle that holds the true place with 90 %; none: not calibrated"""


class GnssInterference(TypedDict):
    """Satellite navigation not to be trusted, of one aircraft or in one area; begun, changed and ended."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["gnss_interference"]
    """Says which record this is"""

    event_id: str
    """Identity of the event through its life; the messages about it have ids of their own"""

    cause: Literal["jamming", "spoofing", "disagreement"]
    """jamming: accuracy lost; spoofing: cannot be true; disagreement: radar tells another place"""

    state: Literal["begun", "changed", "ended"]
    """Where in its life the event is"""

    icao_address: str | None
    """Aircraft it is about; none: about an area"""

    cell: str | None
    """H3 index of the area; none: about an aircraft"""

    is_alarm: bool
    """False: a cell told for the map alone, in order or flown by too few to say"""

    polygon: list[list[float]]
    """Outline of the area, lon, lat; closed by itself"""

    band: Literal["low", "high"] | None
    """Of an area: below or above 5,000 m"""

    track_ids: list[int]
    """System tracks it touches"""

    start_ns: int
    """UTC ns of the first report that belongs to it"""

    found_ns: int
    """UTC ns of the report that told; nothing later was used"""

    end_ns: int | None
    """UTC ns at which it ended; none: it goes on"""

    confidence: float
    """Probability that it is what it says"""

    aircraft: int | None
    """Of an area: aircraft heard in ten minutes"""

    affected: int | None
    """Of an area: those of them that lost their accuracy"""

    share: float | None
    """Of an area: share affected, one of them left out: a single faulty set"""

    reason: str
    """Why, in words"""

    reason_lt: str
    """The same in Lithuanian"""


class HTTPValidationError(TypedDict):
    """HTTPValidationError"""

    detail: NotRequired[list[ValidationError]]


class Handover(TypedDict):
    """One hand-over of responsibility for an object: offered, then accepted, refused or timed out."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["handover"]
    """Says which record this is"""

    handover_id: str
    """Identity of the hand-over through its changes"""

    state: Literal["offered", "accepted", "refused", "timed_out", "withdrawn"]
    """Until it is accepted the giver answers for the object"""

    network_id: str
    """Object it is about"""

    giver: str
    """Nation that answers for it so far"""

    taker: str
    """Nation that shall"""

    offered_ns: int
    """UTC ns of the offer"""

    expires_ns: int
    """UTC ns after which an unanswered offer has timed out"""

    reason: str
    """Why, in words"""

    reason_lt: str
    """The same in Lithuanian; empty: a person's own words"""

    decided_by: str
    """Account or rule that offered or answered last"""


class HandoverDraft(TypedDict):
    """An object to be offered to a partner."""

    network_id: str
    """Object; a track of ours has it"""

    nation: str
    """Partner that shall answer for it"""

    reason: NotRequired[str]
    """Why, in the person's words"""


class Health(TypedDict):
    """Whether the node answers; open to everybody, so it says no more."""

    status: Literal["ok", "starting"]
    """starting: no configuration has reached the picture yet"""

    ui_built: bool
    """False: installed without the console's pages"""


class HistoryCount(TypedDict):
    """How many tracks were held for one class in one step of time."""

    from_ns: int
    """UTC ns where the step begins"""

    class_name: str | None
    """None: held for nothing"""

    tracks: int
    """Tracks"""


class HistoryCounts(TypedDict):
    """Tracks by class in equal steps of time."""

    step_s: int
    """Length of a step"""

    counts: list[HistoryCount]
    """By time, then class; steps without tracks are left out"""


class HistoryRecord(TypedDict):
    """One alert, warning, report, sighting, disturbance, closure or lost track of the past, in its newest state."""

    what: Literal["alert", "warning", "report", "sighting", "interference", "closure", "lost"]
    """Kind of record"""

    record_id: str
    """What it is known by"""

    time_ns: int
    """UTC ns of its newest state"""

    began_ns: int
    """UTC ns of its beginning"""

    state: str
    """Its newest state"""

    level: str
    """Tier, level, cause or what most likely became of it"""

    text: str
    """Zone, areas, words or reason"""

    text_lt: str
    """The same in Lithuanian where the node says it so; empty: as text"""

    track_ids: list[int]
    """Tracks it is about"""

    latitude_deg: float | None
    """Where; none: at no single place"""

    longitude_deg: float | None
    """Where"""

    label: Label
    """Who may receive it"""


class HistoryRecords(TypedDict):
    """A page of records."""

    rows: list[HistoryRecord]
    """Those that fit, in the order asked for"""

    previous: str | None
    """Asks for the page before it, as `before`; none: this is the first"""

    next: str | None
    """Asks for the page after it, as `after`; none: this is the last"""


class HistoryTrack(TypedDict):
    """One track of the time asked for, as far as its rows may be seen."""

    track_id: int
    """Number of the track"""

    first_ns: int
    """UTC ns of its first state in that time"""

    last_ns: int
    """UTC ns of its last"""

    states: int
    """How many states are on record"""

    latitude_deg: float
    """Of its last state there, WGS84"""

    longitude_deg: float
    """Of its last state there"""

    lowest_m: float | None
    """Above the ellipsoid; none: unknown"""

    highest_m: float | None
    """Above the ellipsoid; none: unknown"""

    fastest_mps: float
    """Over ground"""

    callsign: str | None
    """As broadcast"""

    icao_address: str | None
    """Six hexadecimal digits"""

    class_name: str | None
    """What it was held for at the end; none: for nothing"""

    probability: float | None
    """Of that class"""

    tier: Literal["advisory", "critical"] | None
    """Worst alert about it in that time; none: none"""

    danger: float | None
    """Highest danger that an alert about it gave"""

    label: Label
    """The strictest of its rows"""


class HistoryTracks(TypedDict):
    """A page of tracks."""

    total: int
    """How many there are in all; 0 beyond the last page"""

    offset: int
    """How many come before the first one here"""

    rows: list[HistoryTrack]
    """In the order asked for"""

    previous: str | None
    """Asks for the page before it, as `before`; none: this is the first"""

    next: str | None
    """Asks for the page after it, as `after`; none: this is the last"""


class HumanReport(TypedDict):
    """What one person saw or heard, from where and when; a later record of one report_id corrects or withdraws it."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["human_report"]
    """Says which record this is"""

    report_id: str
    """Identity of the report through its corrections"""

    state: Literal["made", "corrected", "withdrawn"]
    """Where in its life it is"""

    source_id: str
    """Who saw or heard it: one voice, however many pass it on"""

    reporter: Literal["soldier", "border_guard", "police", "trained_observer", "citizen", "hearsay"]
    """What kind of person; hearsay: somebody else saw it, who is not known"""

    channel: Literal["call", "app"]
    """app: a phone gave place and direction"""

    latitude_deg: float
    """Where the person stood, WGS84"""

    longitude_deg: float
    """Where the person stood, WGS84"""

    place_sigma_m: float | None
    """One sigma of that; none: usual of the channel"""

    observed_ns: int | None
    """UTC ns of the observation; none: not said"""

    bearing_deg: float | None
    """Where to, clockwise from true north; none: not said"""

    bearing_sigma_deg: float | None
    """One sigma of it; none: usual of the channel"""

    distance: Literal["overhead", "near", "some_hundred_metres", "about_a_kilometre", "some_kilometres", "far"] | None
    """How far, as people say it; none: not said"""

    seen: Literal["drone", "plane", "helicopter", "balloon", "bird", "light", "bang", "unknown"]
    """What it is said to be"""

    sense: Literal["seen", "heard", "both"]
    """How it was noticed"""

    heading_deg: float | None
    """Where it went; none: not said"""

    confidence: float
    """How sure the person is of what it was"""

    words: str
    """What was said, as it was said"""

    entered_by: str
    """Account that handed it in"""


class ImportedFile(TypedDict):
    """What became of a file of permissions, units, winds or zones: all of it was taken, or none."""

    entered: int
    """What is new or changed"""

    unchanged: int
    """What stood as it is in the file"""

    problems: list[FileProblem]
    """Every bad row; empty: all was taken"""


class IncidentView(TypedDict):
    """One incident on the map; made of what is on record, never a record itself."""

    incident_id: str
    """Its record: sighting/…, lost/…, warning/… or finding/… and the identity there"""

    incident: Literal["sighting", "lost", "crash", "warning", "finding"]
    """sighting: people noticed it; lost: a track was lost; crash: it most likely came down; warning: people were or are
    to be warned; finding: navigation was disturbed
    """

    state: Literal["open", "closed"]
    """Whether it goes on"""

    detail: str
    """Word of its record: what was seen, level of the warning, cause; may be empty"""

    opened_ns: int
    """UTC ns at which it began, as well as it is known"""

    changed_ns: int
    """UTC ns of the newest word on it; of a closed one that which closed it"""

    latitude_deg: float
    """Where, WGS84"""

    longitude_deg: float
    """Where, WGS84"""

    track_ids: list[int]
    """Tracks it is about, the likeliest first; may be empty"""

    reasons: list[str]
    """Why, in words"""

    reasons_lt: list[str]
    """The same in Lithuanian, where the node says it so"""


class Label(TypedDict):
    """Say who may receive an object.

    ``releasable_to`` holds ISO 3166-1 alpha-3 nation codes, sorted; empty means the originator's own node only.
    """

    policy: NotRequired[str]
    """Name of the policy that gives the other fields their meaning"""

    classification: NotRequired[Classification]
    """0 unclassified, 1 restricted, 2 confidential, 3 secret"""

    releasable_to: NotRequired[list[str]]
    """Nations that may receive it, sorted; empty: none"""

    caveats: NotRequired[list[str]]
    """Further handling marks, sorted, for example EXERCISE"""

    originator: NotRequired[str]
    """Node, nation or sensor owner that made the object"""


class LabelDraft(TypedDict):
    """Another label for what a source reports; no wider than what the configuration says of it."""

    classification: Literal["unclassified", "restricted", "confidential", "secret"]
    """How high"""

    releasable_to: NotRequired[list[str]]
    """Nations that may have it"""

    from_ns: NotRequired[int | None]
    """UTC ns from which on; none: at once"""

    reason: str
    """Why, in the person's words"""


class LabelPreview(TypedDict):
    """What another label of a source would change."""

    source: str
    """Name of the source"""

    configured: Label
    """As the configuration has it: the widest there may be"""

    before: Label
    """In force"""

    after: Label
    """As asked for, without what is wider than the configuration"""

    is_wider: bool
    """Something of what was asked for is wider: it would be refused"""

    waiting: SourceLabel | None
    """A label that waits for its moment; none: none does"""

    readers: list[LabelReader]
    """Partners, then accounts"""


class LabelReader(TypedDict):
    """Who gets what a source reports, before and after."""

    name: str
    """Nation of a partner, or an account"""

    kind: Literal["plots", "track", "account"]
    """What a partner is told by the rules of release; account: what a person sees here"""

    before: bool
    """Gets it now"""

    after: bool
    """Gets it under the other label"""

    rules: list[str]
    """By which rules, or why not, afterwards; none of accounts"""


class LaunchEstimate(TypedDict):
    """Where and when balloons were let go, by drifting them back from where they were first seen."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["launch_estimate"]
    """Says which record this is"""

    launch_id: str
    """Identity of the site of the night through its revisions"""

    state: Literal["estimated", "revised", "ended"]
    """revised: more balloons, or other winds, tell more; ended: its balloons are of other sites now"""

    track_ids: list[int]
    """Balloons held to come from there, by number"""

    latitude_deg: float
    """Middle, WGS84"""

    longitude_deg: float
    """Middle, WGS84"""

    region_50: list[list[float]]
    """Ring of lon, lat that holds the site with 50 %"""

    region_90: list[list[float]]
    """The same with 90 %"""

    earliest_ns: int
    """First balloon let go: 5 %"""

    latest_ns: int
    """Last balloon let go: 95 %"""

    reasons: list[str]
    """What it rests on, in words"""


class Login(TypedDict):
    """Name and password of a local account, and the code of its authenticator where it has one."""

    name: str
    """Account"""

    password: str
    """Its password"""

    code: NotRequired[str]
    """Six digits of the second factor; empty: none"""


class LostHypothesis(TypedDict):
    """What may have become of it, and where it would be then."""

    name: Literal["landed_or_crashed", "hidden", "left", "unwatched"]
    """hidden: flies where no sensor that looks there can see it; left: beyond the reach of all; unwatched: where
    sensors are silent, or missed it
    """

    probability: float
    """That it is so"""

    place: list[float] | None
    """Likeliest place if it is so: lon, lat; none: too unlikely"""

    area_km2: float | None
    """Of the region for it alone; none: too unlikely"""


class LostRegion(TypedDict):
    """One part of a search region."""

    polygon: list[list[float]]
    """Ring of lon, lat; closed by itself"""

    holes: list[list[list[float]]]
    """Rings that are outside"""


class LostTrack(TypedDict):
    """A search region for a lost track; told anew while it changes, and once more as it ends."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["lost_track"]
    """Says which record this is"""

    lost_id: str
    """Identity of the case through its messages"""

    track_id: int
    """System track that was lost"""

    state: Literal["lost", "ended"]
    """Where in its life the case is"""

    last_seen_ns: int
    """UTC ns of its last plot"""

    last_seen: list[float]
    """Where it was then: lon, lat"""

    last_altitude_m: float | None
    """Above the ellipsoid; none: no height known"""

    course_deg: float
    """Clockwise from true north, as last seen"""

    speed_mps: float
    """Over ground, as last seen"""

    armed: float | None
    """Probability of a warhead, as last judged"""

    level: float
    """Probability that it is in the region"""

    hypotheses: list[LostHypothesis]
    """What may have become of it, the likeliest first"""

    regions: list[LostRegion]
    """The smallest region of that probability, the largest part first"""

    area_km2: float
    """Of the region"""

    dead_reckoning_km2: float
    """Of the sector of 20 degrees to either side that last course and speed alone give"""

    most_probable: list[float]
    """Likeliest place: lon, lat"""

    looked: list[str]
    """Sensors that looked since; what they covered is taken off"""

    reports: int
    """Reports of persons weighed in"""

    may_be: list[MayBe]
    """Newer tracks that may be it, the likeliest first"""

    limits: list[str]
    """What could not be taken into account, in words"""

    limits_lt: list[str]
    """The same in Lithuanian"""

    end: Literal["", "seen_again", "is_newer_track", "too_long_ago", "too_many", "begun_anew"]
    """Why it ended; empty: it goes on"""

    ended_ns: int | None
    """UTC ns at which it ended; none: it goes on"""


class MayBe(TypedDict):
    """A newer track that may be the lost object; nothing is merged."""

    track_id: int
    """The newer track"""

    probability: float
    """That it is the same object"""


class NetworkIdentity(TypedDict):
    """Under which identity the network knows a track of ours, and which nation answers for the object."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["network_identity"]
    """Says which record this is"""

    track_id: int
    """System track of this node"""

    network_id: str
    """Identity in the network; the older one wins where two meet"""

    since_ns: int
    """UTC ns at which that identity was first given"""

    holder: str
    """Nation that answers for the object"""

    partners: list[str]
    """Nations that report it too, sorted"""

    is_ended: bool
    """The track has ended here"""


class NetworkView(TypedDict):
    """What the node knows of the network of nations, the latest change first."""

    nation: str | None
    """Our own; none: no configuration yet"""

    partners: list[PartnerView]
    """In the order of the configuration"""

    identities: list[NetworkIdentity]
    """Of own tracks that are not only ours"""

    handovers: list[Handover]
    """Newest word of each"""

    cues: list[Cue]
    """Newest word of each"""

    notices: list[PartnerNotice]
    """What partners told; nothing of it is ours"""

    taken_over: list[TakenView]
    """Sources taken over from partners; of a recording none"""


class NewAccount(TypedDict):
    """A new account with what its person needs to begin; shown this once."""

    account: AccountView
    """As it was made"""

    link: OneTimeLink
    """Lets the person in to choose a password"""

    second_factor: NewSecret | None
    """Of the authenticator; none: not asked for"""


class NewClaim(TypedDict):
    """What a person says about a track, with grades after Admiralty."""

    about: Literal["class", "identity", "origin", "danger", "cooperation", "intent"]
    """Which question it answers"""

    value: str
    """The answer, for example a class"""

    probability: NotRequired[float | None]
    """That it is so; none: by its credibility"""

    reliability: NotRequired[Literal["A", "B", "C", "D", "E", "F"]]
    """Of the source, A to F"""

    credibility: NotRequired[int]
    """Of what it says, 1 confirmed to 6 unknown"""

    is_override: NotRequired[bool]
    """Masks what others say, which stays on record"""

    evidence: NotRequired[list[str]]
    """What speaks for it, in words"""

    minutes: NotRequired[float | None]
    """For how long it holds; none: it stays"""


class NewPassword(TypedDict):
    """The password that a person chooses."""

    password: str
    """12 characters at least, not the name"""


class NewSecret(TypedDict):
    """The secret of a second factor, for the person's authenticator; shown this once."""

    secret: str
    """Base 32"""

    uri: str
    """The same as otpauth://, as authenticators take it"""

    qr_svg: str
    """That link as a QR code for the authenticator's camera: an SVG document"""


class NewToken(TypedDict):
    """An API token; the token itself is shown this once."""

    token: str
    """Sent as Authorization: Bearer"""

    told: TokenView
    """What is kept of it"""


class OneTimeLink(TypedDict):
    """A link that logs a person in once; shown this once."""

    path: str
    """To be put behind the node's address"""

    expires_ns: int
    """UTC ns until which it works"""


class PartFigure(TypedDict):
    """One figure of a part of the node."""

    name: str
    """Which, as docs/accounts.md names them"""

    value: float
    """In the unit of its name"""


class PartView(TypedDict):
    """How one part of the node is."""

    part: str
    """core, journal, store, history, audit, screen log, bus, or link and a nation"""

    state: Literal["ok", "degraded", "failed", "off"]
    """off: this node runs without it"""

    reason: str
    """Why it is not ok; empty: it is"""

    reason_lt: str
    """The same in Lithuanian; empty: as the database or the system says it"""

    figures: list[PartFigure]
    """What it did and holds"""


class PartnerNotice(TypedDict):
    """What a partner told of its alerts, warnings, approvals and the like; shown, never taken for our own."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["partner_notice"]
    """Says which record this is"""

    nation: str
    """Nation that tells it"""

    notice_id: str
    """Its identity there, through its changes"""

    about: Literal["alert", "warning", "approval", "interference"]
    """What kind of thing it is"""

    state: str
    """As the partner says it: raised, ended, drafted, approved ..."""

    level: str
    """Tier or level there: advisory, critical, yellow, red"""

    headline: str
    """In words"""

    headline_lt: str
    """The same in Lithuanian; empty: not said so"""

    network_ids: list[str]
    """Objects it is about"""

    polygon: list[list[float]]
    """Area it is about; none: no area, or not released"""

    eta_ns: list[int] | None
    """Earliest and latest arrival, UTC ns"""

    is_over: bool
    """It has ended"""


class PartnerRights(TypedDict):
    """What one partner gets, of things whose label lets it have them."""

    nation: str
    """ISO 3166-1 alpha-3"""

    clearance: Literal["unclassified", "restricted", "confidential", "secret"]
    """Of the agreement: nothing above it goes"""

    groups: list[str]
    """Groups that rules name"""

    caveats: list[str]
    """Handling marks it keeps to"""

    kinds: list[Entitlement]
    """Every kind of thing"""


class PartnerView(TypedDict):
    """A nation this node shares with."""

    nation: str
    """ISO 3166-1 alpha-3 code"""

    node: str
    """Name of its node"""

    has_area: bool
    """It says what area it answers for, so hand-overs to it can be offered by rule"""

    sources: list[str]
    """Sources that bring its releases; their health is the link's"""

    standby: list[str]
    """Sources that stand by for it, or are taken over"""

    taken_over: list[str]
    """Those of them that are taken over"""


class PauseDraft(TypedDict):
    """Why a source is paused."""

    reason: str
    """Why, in the person's words; everybody is told"""


class PermissionDraft(TypedDict):
    """A flight permission as a person enters it; who entered it, and when, is added."""

    permission_id: str
    """Identity of the permission"""

    holder: str
    """Who flies, for people"""

    purpose: NotRequired[
        Literal[
            "own_drone",
            "police",
            "border_guard",
            "medical",
            "rescue",
            "model_club",
            "survey",
            "training",
            "plan",
            "other",
        ]
    ]
    """What for"""

    valid_from_ns: int
    """UTC ns from which it holds"""

    valid_until_ns: int
    """UTC ns until which it holds"""

    polygon: NotRequired[list[list[float]]]
    """Ring of lon, lat; closed by itself"""

    holes: NotRequired[list[list[list[float]]]]
    """Rings that are outside"""

    centre: NotRequired[list[float] | None]
    """Of a cylinder: lon, lat"""

    radius_m: NotRequired[float | None]
    """Of a cylinder"""

    floor_m: NotRequired[float]
    """Lowest height, above the ellipsoid"""

    ceiling_m: NotRequired[float]
    """Highest height, above the ellipsoid"""

    icao_address: NotRequired[str | None]
    """24-bit address it is known by"""

    mode_3a: NotRequired[str | None]
    """Squawk it is known by"""

    callsign: NotRequired[str | None]
    """Call sign it is known by"""

    uas_id: NotRequired[str | None]
    """Remote ID serial it is known by"""

    classes: NotRequired[
        list[
            Literal[
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
        ]
    ]
    """What it may be; empty: anything"""

    count: NotRequired[int]
    """Objects it covers at one time"""


class PlaceView(TypedDict):
    """A town."""

    name: str
    """As its people write it"""

    nation: str
    """Where it lies"""

    latitude_deg: float
    """WGS84"""

    longitude_deg: float
    """WGS84"""

    population: int
    """People who live there"""


class PoliciesView(TypedDict):
    """The rules of alerts and warnings: in force, as configured, and who changed them last."""

    alerting: AlertPolicy
    """In force"""

    warnings: WarningPolicy
    """In force"""

    configured_alerting: AlertPolicy
    """As the configuration has them"""

    configured_warnings: WarningPolicy
    """As the configuration has them; a change is no laxer"""

    changes: list[PolicyChange]
    """Newest change of each, the latest first"""


class PolicyChange(TypedDict):
    """A person has changed the rules of alerts or of public warnings; of each the later record holds, as a whole."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["policy_change"]
    """Says which record this is"""

    policy: Literal["alerting", "warnings"]
    """Which rules"""

    state: Literal["changed", "as_configured"]
    """as_configured: those of the node's configuration again, also after that has changed"""

    alerting: AlertPolicy | None
    """Rules of alerts from now on; none: not of these"""

    warnings: WarningPolicy | None
    """Rules of warnings from now on; as above"""

    reason: str
    """Why, in the person's words"""

    entered_by: str
    """Account that entered it"""


class Proof(TypedDict):
    """That it is still the person who logged in: password, with the code where there is one, or the code alone."""

    password: NotRequired[str]
    """Of the session's account; empty: the code alone"""

    code: NotRequired[str]
    """Six digits of the second factor; empty: none"""


class PublicWarning(TypedDict):
    """One message of a warning: drafted, then approved or refused by a person; later ones update or end it."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["public_warning"]
    """Says which record this is"""

    warning_id: str
    """Identity of the warning through its messages"""

    message_id: str
    """Identity of the message; decisions name it"""

    number: int
    """Of the message in its warning"""

    state: Literal["drafted", "approved", "refused", "withdrawn"]
    """Where in its life the message is"""

    message: Literal["alert", "update", "all_clear"]
    """What the message does"""

    level: Literal["yellow", "red"]
    """red: may carry explosives; yellow: may enter, or harmless"""

    areas: list[WarningArea]
    """Whom it is for"""

    areas_are: Literal["municipalities", "cells"]
    """cells: around places, no boundary of anything"""

    eta_from_ns: int | None
    """UTC ns from which it may be there; none: it is"""

    eta_until_ns: int | None
    """UTC ns until which it may come; none: not known"""

    expires_ns: int
    """UTC ns at which the message ends by itself"""

    texts: list[WarningText]
    """One a language"""

    track_ids: list[int]
    """System tracks it is about"""

    alert_ids: list[str]
    """Alerts that led to it"""

    reasons: list[str]
    """Why this level, why here, in words"""

    reasons_lt: list[str]
    """The same in Lithuanian"""

    first_plot_ns: int | None
    """UTC ns of the first plot behind it"""

    firm_ns: int | None
    """UTC ns at which its first track was firm"""

    threatening_ns: int | None
    """UTC ns from which it was held to threaten a place; before settling"""

    drafted_ns: int
    """UTC ns at which this message was drafted"""

    approvals_needed: int
    """Different persons that must approve it"""

    first_approval: FirstApproval | None
    """Of two persons the first; none: one is enough, or nobody yet"""

    decided_ns: int | None
    """UTC ns at which a person decided; none: not yet"""

    decided_by: str | None
    """Account of that person; none: nobody yet"""

    decision_reason: str
    """Why, in the person's words; may be empty"""

    deliveries: list[Delivery]
    """What became of it, one a channel"""

    sent_ns: int | None
    """UTC ns at which the first channel took it; none: not yet"""

    is_exercise: bool
    """Of simulated data: never sent to the public"""


class Reason(TypedDict):
    """Why a decision was taken; free text, may be empty."""

    reason: NotRequired[str]
    """Why, in the person's words"""


class Refusal(TypedDict):
    """Why a request was refused."""

    detail: Any
    """In words, or of a request that does not fit a list of faults"""


class ReleaseRule(TypedDict):
    """One rule of release as it stands in the file."""

    rule_id: str
    """By which decisions are recorded"""

    line: int
    """Of the file"""

    text: str
    """In Cedar"""


class ReleasesView(TypedDict):
    """The rules of release of this node and what they give to whom."""

    policy: str
    """File, or the shipped rules of the nation"""

    policy_hash: str
    """SHA-256 of schema, bounds and rules, hexadecimal"""

    rules: list[ReleaseRule]
    """In the order of the file"""

    partners: list[PartnerRights]
    """By nation; empty: this node shares with nobody"""


class ReportAccepted(TypedDict):
    """A report is journaled and will take effect."""

    report_id: str
    """Identity of the report"""

    counts: bool
    """False: noticed too long ago to change the picture; it stays on record"""


class ReportDraft(TypedDict):
    """What a person saw or heard, as it is handed in; who handed it in, and when, is added."""

    report_id: NotRequired[str | None]
    """Made by the sender, so that sent again it counts once; of a report handed in before: corrects it"""

    source_id: NotRequired[str | None]
    """Who saw or heard it, one voice; none: the account"""

    reporter: NotRequired[Literal["soldier", "border_guard", "police", "trained_observer", "citizen", "hearsay"]]
    """What kind of person"""

    channel: NotRequired[Literal["call", "app"]]
    """app: a phone gave place and direction"""

    latitude_deg: float
    """Where the person stood, WGS84"""

    longitude_deg: float
    """Where the person stood, WGS84"""

    place_sigma_m: NotRequired[float | None]
    """One sigma of that; none: usual"""

    minutes_ago: NotRequired[float | None]
    """When it was noticed; none: not said"""

    bearing: NotRequired[str | None]
    """Degrees or a compass word; none: not said"""

    bearing_sigma_deg: NotRequired[float | None]
    """One sigma of it; none: usual"""

    distance: NotRequired[str | None]
    """Words of distance; none: not said"""

    seen: NotRequired[str]
    """What it is said to be, in words"""

    sense: NotRequired[Literal["seen", "heard", "both"]]
    """How it was noticed"""

    heading: NotRequired[str | None]
    """Where it went, as bearing; none: not said"""

    confidence: NotRequired[float]
    """How sure the person is of what it was"""

    words: NotRequired[str]
    """What was said, as it was said"""


class RightsView(TypedDict):
    """What an account may do and see, and the view its screen begins with."""

    role: Literal["viewer", "operator", "administrator"]
    """What it may do"""

    nation: NotRequired[str]
    """ISO 3166-1 alpha-3; empty: the node's"""

    clearance: NotRequired[Literal["unclassified", "restricted", "confidential", "secret"] | None]
    """Highest classification it may see; none: all, of another nation the lowest"""

    home: NotRequired[Literal["picture", "airport", "protection", "history", "admin"] | None]
    """View its screen begins with; none: that of the role"""


class Sensor(TypedDict):
    """A sensor's site and what to expect of it; accuracies are one sigma.

    The fields are those of a ``[[sensor]]`` table of the benchmark's sensors.toml, and how ASTERIX names the sensor.
    """

    id: str
    """Name used in plots (sensor_id)"""

    kind: Literal["radar-3d", "radar-2d", "ads-b", "remote-id", "wam", "acoustic", "rf", "camera", "human", "system"]
    """What it measures"""

    latitude_deg: float | None
    """WGS84; none: place unknown"""

    longitude_deg: float | None
    """WGS84; none: place unknown"""

    height_m: float
    """Antenna, above the ellipsoid"""

    sac: int | None
    """ASTERIX system area code of its reports"""

    sic: int | None
    """ASTERIX system identification code"""

    scan_period_s: float
    """Time between two looks"""

    max_range_m: float
    """Instrumented slant range"""

    sigma_range_m: float
    """Of slant range"""

    sigma_azimuth_deg: float
    """Of azimuth"""

    sigma_elevation_deg: float
    """Of elevation"""

    sigma_range_rate_mps: float
    """Of range rate"""

    sigma_position_m: float
    """Of cooperative reports without quality codes"""

    sigma_tdoa_s: float
    """Of a time difference of arrival"""

    clutter_per_scan: float
    """Expected false plots a scan"""

    aligned: bool
    """Has no biases, and keeps so: other radars are registered to it"""

    reach_m: float | None
    """Range at which 1 m² is detected with 0.9; none: not told"""

    lowest_elevation_deg: float
    """Lowest it looks"""

    highest_elevation_deg: float
    """Highest it looks"""

    min_range_rate_mps: float
    """What is slower towards or from it is not seen"""

    ground_m: float | None
    """Ground about it, above the ellipsoid; none: 20 m below the antenna"""


class SensorRegistration(TypedDict):
    """How far a radar is off, as other sensors show it: measured = true + bias. Each bias with its one sigma."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["sensor_registration"]
    """Says which record this is"""

    sensor_id: str
    """Radar it is about"""

    state: Literal["uncertain", "registered", "walked_off"]
    """Whether its bias is known; see spec/records.md"""

    since_ns: int
    """UTC ns since when it is in this state"""

    reason: str
    """Why it is not registered, in words"""

    reason_lt: str
    """The same in Lithuanian"""

    pairs: int
    """Pairs of plots with other sensors behind it so far"""

    range_bias_m: float
    """Of slant range"""

    range_bias_sigma_m: float
    """One sigma of it"""

    azimuth_bias_deg: float
    """Of azimuth"""

    azimuth_bias_sigma_deg: float
    """One sigma of it"""

    elevation_bias_deg: float
    """Of elevation"""

    elevation_bias_sigma_deg: float
    """One sigma of it"""

    time_bias_s: float
    """Of its stamps: positive, they are late"""

    time_bias_sigma_s: float
    """One sigma of it"""


class SensorSpanView(TypedDict):
    """How long a sensor contributed to a track."""

    sensor: str
    """Its id"""

    first_ns: int
    """UTC ns of the first state it contributed to"""

    last_ns: int
    """UTC ns of the last one"""

    states: int
    """How many states of the track it contributed to"""


class SessionView(TypedDict):
    """Who is logged in; all empty when nobody is."""

    name: str | None
    """Account"""

    role: str | None
    """What the account may do"""

    csrf_token: str | None
    """To be sent as X-CSRF-Token with every change"""

    expires_ns: int | None
    """UTC ns at which the session ends by itself"""

    latest_ns: int | None
    """UTC ns at which it ends however much it is used"""

    may_decide: bool
    """Whether the account may acknowledge alerts here and now"""

    proved_ns: int | None
    """UTC ns of the last password, code or one-time link"""

    oidc: bool
    """An OpenID provider is set up: /oidc/login leads to it"""

    scopes: list[Literal["read", "decide", "report", "claim", "enter", "network"]]
    """Of an API token: what it may do; empty: a person's own"""

    home: Literal["picture", "airport", "protection", "history", "admin"] | None
    """View that the person's screen begins with"""

    needs_password: bool
    """Came by a one-time link and is to choose a password"""

    may_administer: bool
    """Whether the account may change accounts here"""


class Shelving(TypedDict):
    """Why an alert is laid aside, and for how long."""

    reason: str
    """Why, in the person's words; not empty"""

    minutes: float
    """For how long; it comes back then"""


class ShiftPerson(TypedDict):
    """What one person decided."""

    name: str
    """Account"""

    decisions: int
    """How many"""

    last_ns: int
    """UTC ns of the last one"""


class ShiftView(TypedDict):
    """How a shift goes."""

    since_ns: int
    """From here, UTC ns"""

    until_ns: int
    """To here: the picture's time"""

    critical: int
    """Critical alerts raised and shown"""

    advisories: int
    """Advisories raised and shown"""

    held_back: int
    """Advisories beyond the budget, listed and not shown"""

    advisories_last_hour: int
    """Of them in the last hour"""

    advisories_per_hour: int | None
    """The budget; none: no configuration yet"""

    waiting: int
    """Alerts that nobody answered yet"""

    oldest_waiting_ns: int | None
    """UTC ns at which the oldest of them was raised; none: none waits"""

    standing_over_hour: int
    """Alerts that stand for more than an hour"""

    answered_after_s: Spread | None
    """From raised to acknowledged or shelved; none: none was"""

    people: list[ShiftPerson]
    """Who decided, the most loaded first"""

    drafted: int
    """Messages of public warnings drafted or changed"""

    undecided: int
    """Of them those that wait for a person"""

    firm_to_draft_s: Spread | None
    """From the firm track to a warning's first draft; none: none was"""

    draft_to_decision_s: Spread | None
    """From the draft to a person's decision"""

    decision_to_sent_s: Spread | None
    """From the decision until the first channel took it"""


class Sighting(TypedDict):
    """What reports add up to: an object that only people noticed, or a track that they mean; never a track itself."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["sighting"]
    """Says which record this is"""

    sighting_id: str
    """Identity of the sighting through its life"""

    state: Literal["unconfirmed", "supported", "tracked", "ended"]
    """Where in its life it is; see spec/records.md"""

    probability: float
    """That something flies there that was reported"""

    voices: int
    """Independent sources behind it: repetition and hearsay count once"""

    report_ids: list[str]
    """Reports behind it, in the order they came"""

    seen: Literal["drone", "plane", "helicopter", "balloon", "bird", "light", "bang", "unknown"]
    """What it is said to be by the weightiest voices"""

    observed_ns: int
    """UTC ns of the newest observation, as well as it is known"""

    expires_ns: int
    """UTC ns at which it ends by itself"""

    polygon: list[list[float]]
    """Where it is with 80 %, lon, lat; empty: a track tells"""

    latitude_deg: float | None
    """Likeliest place, WGS84; none: a track tells"""

    longitude_deg: float | None
    """Likeliest place, WGS84; none: a track tells"""

    track_ids: list[int]
    """System tracks that may be meant, the likeliest first"""

    shares: list[float]
    """Probability that it is meant, of each of track_ids"""

    reasons: list[str]
    """Why, in words"""

    reasons_lt: list[str]
    """The same in Lithuanian"""


class SourceHealth(TypedDict):
    """State and counters of one source since start."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["source_health"]
    """Says which record this is"""

    source: str
    """Name of the source"""

    state: Literal["waiting", "ok", "degraded", "silent", "quarantined", "failed", "paused"]
    """Whether it may be believed now; see spec/records.md"""

    reason: str
    """Why it is not ok, in words"""

    reason_lt: str
    """The same in Lithuanian; empty where it is said in English only"""

    received: int
    """Datagrams"""

    decoded: int
    """Records decoded"""

    rejected: int
    """Records or blocks refused, with a reason"""

    duplicates: int
    """Records that another path had brought already"""

    lost: int
    """Datagrams dropped by a full queue"""

    trailing_bytes: int
    """Octets behind the last block"""

    clock_offset_s: float | None
    """Receive time minus stamp, robust; none: too few"""

    last_receive_ns: int | None
    """UTC ns of its last datagram; none: nothing yet"""

    reject_reasons: dict[str, int]
    """Reason to count"""


class SourceLabel(TypedDict):
    """A person has given what a source reports another label, from a moment on; of a source the later record holds.

    It is never wider than what the node's configuration says of the source: where the two differ the stricter holds.
    """

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["source_label"]
    """Says which record this is"""

    source: str
    """Source it is about"""

    state: Literal["announced", "in_force"]
    """announced: it waits for from_ns; the core says the rest"""

    marking: Label
    """Label from birth of everything this source reports from then on"""

    from_ns: int
    """UTC ns of receiving from which on it holds"""

    as_configured: bool
    """The configuration's own label, also after that has changed"""

    reason: str
    """Why, in the person's words"""

    entered_by: str
    """Account that entered it"""


class Spread(TypedDict):
    """How long something took, over several times."""

    count: int
    """How often"""

    median: float
    """Seconds"""

    p90: float
    """Seconds; nine of ten took no longer"""


class StoryLine(TypedDict):
    """One thing that happened to a track or was said of it."""

    time_ns: int
    """UTC ns"""

    what: Literal["sensor", "class", "status", "alert", "warning", "claim", "decision", "event", "lost"]
    """What it is about"""

    state: str
    """What it became: a class, a status, a state of the alert or warning, an action, what is known of its loss"""

    who: str
    """Sensor, system or person; empty: the node itself"""

    subject: str
    """What it was about besides the track: a zone, a question, a message, a track"""

    value: str
    """The answer of a claim, the tier of an alert; else empty"""

    probability: float | None
    """That it is so; none: not said"""

    reasons: list[str]
    """Why, in words, the strongest first, at most three"""

    reasons_lt: list[str]
    """The same in Lithuanian, where the node says it so"""

    shares: list[StoryShare]
    """Of a lost track: what may have become of it, the likeliest first"""


class StoryShare(TypedDict):
    """What may have become of a lost track, and how probable that is."""

    name: Literal["landed_or_crashed", "hidden", "left", "unwatched"]
    """What may be"""

    probability: float
    """That it is so"""


class StoryView(TypedDict):
    """What became of a track."""

    track_id: int
    """System track number"""

    lines: list[StoryLine]
    """What happened, the first first"""

    left_out: int
    """Earlier lines that were too many to be sent"""

    sensors: list[SensorSpanView]
    """Who saw it, the first first; empty: no history is kept"""


class TakeOverDraft(TypedDict):
    """Which standby feeds of a partner shall run, or stop."""

    source: NotRequired[str | None]
    """Name of the source; none: all that stand by for the partner"""

    reason: NotRequired[str]
    """Why, in the person's words"""


class TakenView(TypedDict):
    """A source that is taken over from a partner, and how fast it came; times are UTC ns."""

    source: str
    """Its name"""

    nation: str
    """Partner whose feed it is"""

    taken_by: str
    """Account of the person who decided"""

    taken_ns: int
    """When that was"""

    first_datagram_ns: int | None
    """Its first datagram since then; none: nothing yet"""

    first_track_ns: int | None
    """The picture showed a track with a plot of it; none: not yet"""


class TimelineGap(TypedDict):
    """A time of which nothing can be shown."""

    from_ms: float
    """From here, epoch ms"""

    until_ms: float
    """Until here"""

    fault: str
    """Which file is damaged; empty: nothing was recorded"""


class TimelineMark(TypedDict):
    """Something that happened: a place to go to."""

    time_ms: float
    """When, epoch ms"""

    kind: Literal["alert", "warning", "source"]
    """An alert raised, a warning drafted, a source lost"""

    level: str
    """Tier of the alert, level of the warning, state of the source"""

    text: str
    """Zone, areas, or source"""

    track_id: int | None
    """Track it is about; none: no single one"""


class TimelineView(TypedDict):
    """What can be shown again of a time, and what happened in it."""

    first_ms: float | None
    """Where the record begins, epoch ms; none: there is none"""

    last_ms: float | None
    """Where it ends for now"""

    gaps: list[TimelineGap]
    """In it, oldest first"""

    marks: list[TimelineMark]
    """Oldest first; of more than 2,000 the newest"""


class TokenDraft(TypedDict):
    """An API token to be made."""

    account: NotRequired[str]
    """In whose name it acts; empty: the person's own"""

    scopes: list[Literal["read", "decide", "report", "claim", "enter", "network"]]
    """What it may do"""

    days: float
    """For how long"""

    purpose: NotRequired[str]
    """What it is for"""


class TokenView(TypedDict):
    """An API token without its secret; times are UTC ns."""

    token_id: str
    """Names it where it is revoked, and in the audit"""

    account: str
    """In whose name it acts"""

    scopes: list[Literal["read", "decide", "report", "claim", "enter", "network"]]
    """What it may do, as far as the account's role allows"""

    purpose: str
    """What it is for, as it was said when it was made"""

    created_ns: int
    """When it was made"""

    expires_ns: int
    """When it ends by itself"""

    last_used_ns: int | None
    """Last use, to the hour; none: never yet"""


class TrackEvent(TypedDict):
    """What happened between system tracks: a gap closed, two found one, one found two, a group, a match abroad."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["track_event"]
    """Says which record this is"""

    event: Literal[
        "stitched", "merged", "split", "correlated", "decorrelated", "group_formed", "group_changed", "group_ended"
    ]
    """What happened; see spec/records.md"""

    track_ids: list[int]
    """Tracks it is about, the surviving or older first; of a group all"""

    group_id: int | None
    """Group it is about; none: about no group"""

    count_low: int | None
    """Objects the group holds at least; none: no group"""

    count_high: int | None
    """Objects the group may hold; none: no group"""

    gap_s: float | None
    """Of a stitched track: time without plots; else none"""

    reason: str
    """Why, in words"""

    reason_lt: str
    """The same in Lithuanian"""


class TrackForecast(TypedDict):
    """Where a track will be, as its alerts reckon it; without places: nothing is forecast of it."""

    track_id: int
    """Number of the track"""

    time_ns: int | None
    """UTC ns of the state it is forecast from; none: nothing is forecast"""

    places: list[ForecastPlace]
    """In order of time, 30 s to 600 s ahead"""


class TrackReport(TypedDict):
    """A drafted report of a track, for a person to read, change and sign."""

    track_id: int
    """System track number"""

    language: Literal["en", "lt"]
    """Language of its headings"""

    text: str
    """The draft, plain text"""


class TrackSeries(TypedDict):
    """How one track flew, as columns of one length."""

    track_id: int
    """Number of the track"""

    time_ms: list[float]
    """Epoch ms, rising"""

    latitude_deg: list[float]
    """WGS84"""

    longitude_deg: list[float]
    """WGS84"""

    altitude_m: list[float | None]
    """Above the ellipsoid; none: unknown"""

    speed_mps: list[float]
    """Over ground"""

    climb_mps: list[float | None]
    """Positive up; none: unknown"""

    existence: list[float | None]
    """Probability that the object exists; none: not estimated"""

    classes: list[ClassSeries]
    """Classes that ever had a tenth, the likeliest first"""

    danger: list[DangerPoint]
    """What its alerts said, the first first"""

    label: Label | None
    """The strictest of its rows; none: there are none"""


class TrackView(TypedDict):
    """One system track, for small consumers; large ones take the binary stream."""

    track_id: int
    """Number of the track"""

    time_ns: int
    """UTC ns the state holds at"""

    update_time_ns: int
    """UTC ns of the last plot behind it"""

    latitude_deg: float
    """WGS84"""

    longitude_deg: float
    """WGS84"""

    altitude_m: float | None
    """Above the WGS84 ellipsoid; none: unknown"""

    velocity_east_mps: float
    """Over ground"""

    velocity_north_mps: float
    """Over ground"""

    velocity_up_mps: float | None
    """Positive up; none: unknown"""

    status: Literal["confirmed", "coasting"]
    """coasting: predicted without new plots"""

    icao_address: str | None
    """Six hexadecimal digits"""

    mode_3a: str | None
    """Squawk, four octal digits"""

    callsign: str | None
    """As broadcast"""

    sensors: list[str]
    """Sensors whose plots are in the track"""

    threat: Literal["none", "advisory", "critical"]
    """Tier of the worst standing alert"""

    existence: float | None
    """Probability that the object exists; none: not estimated"""

    position_95_m: float | None
    """Horizontal radius that holds the true position with 95 %"""

    velocity_95_mps: float | None
    """The same of the velocity; none: no covariance"""

    consistency: float | None
    """Mean normalised innovation squared, 1 as expected; none: unknown"""

    group_id: int | None
    """Group the track flies in; none: in none"""


class Unit(TypedDict):
    """A unit that could respond, where it was last told to be; a later record of one unit_id replaces it."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["unit"]
    """Says which record this is"""

    unit_id: str
    """Identity of the unit through its revisions"""

    name: str
    """Name for people"""

    role: Literal["patrol", "mobile_team", "helicopter", "quick_reaction", "rescue", "observer"]
    """patrol: on the road; mobile_team: with means against drones; quick_reaction: fighters on alert"""

    state: Literal["ready", "busy", "unavailable", "removed"]
    """Whether it can be asked; removed: it is no more"""

    latitude_deg: float
    """Where it was, WGS84"""

    longitude_deg: float
    """Where it was, WGS84"""

    position_ns: int
    """UTC ns at which it was there"""

    ready_in_s: int | None
    """Seconds from an order to moving; none: not said"""

    contact: str
    """Radio call sign or telephone, for people"""

    entered_by: str
    """Account that entered it last"""


class UnitDraft(TypedDict):
    """A unit as a person enters it; who entered it, and when, is added."""

    unit_id: str
    """Identity of the unit"""

    name: str
    """Name for people"""

    role: Literal["patrol", "mobile_team", "helicopter", "quick_reaction", "rescue", "observer"]
    """What it is, see Unit"""

    state: NotRequired[Literal["ready", "busy", "unavailable"]]
    """Whether it can be asked"""

    latitude_deg: float
    """Where it is, WGS84"""

    longitude_deg: float
    """Where it is, WGS84"""

    position_ns: NotRequired[int | None]
    """UTC ns at which it was there; none: now"""

    ready_in_s: NotRequired[int | None]
    """Seconds from an order to moving; none: not said"""

    contact: NotRequired[str]
    """Radio call sign or telephone, for people"""

    label: NotRequired[Label | None]
    """Who may see it; none: whom the node's own label allows"""


class ValidationError(TypedDict):
    """ValidationError"""

    loc: list[str | int]

    msg: str

    type: str

    input: NotRequired[Any]

    ctx: NotRequired[dict[str, Any]]


class WarningArea(TypedDict):
    """One area that is warned: a municipality, or the cell of a place where no municipalities are known."""

    area_id: str
    """Identity of the area"""

    name: str
    """Name for people"""

    polygon: list[list[float]]
    """Ring of lon, lat; closed by itself"""


class WarningPolicy(TypedDict):
    """Who must approve what the public is told, and how they show that it is they."""

    two_persons: list[Literal["yellow", "red"]]
    """Levels that two different persons must approve; `true`: both, `false`: none"""

    first_approval_s: float
    """So long the first of two approvals stands; then it counts no more"""

    proof_lasts_s: float
    """Who decides gives password or code again so long after the last; 0: never"""


class WarningText(TypedDict):
    """What the public is told, in one language."""

    language: Literal["lt", "en", "lv", "pl"]
    """ISO 639-1 code"""

    headline: str
    """One line, fits a phone"""

    description: str
    """What is known"""

    instruction: str
    """What to do"""


class WarningsDraft(TypedDict):
    """The rules of public warnings as they are to be from now on; no laxer than the configuration's."""

    two_persons: NotRequired[list[Literal["yellow", "red"]]]
    """Levels that two different persons must approve; `true`: both, `false`: none"""

    first_approval_s: NotRequired[float]
    """So long the first of two approvals stands; then it counts no more"""

    proof_lasts_s: NotRequired[float]
    """Who decides gives password or code again so long after the last; 0: never"""

    reason: str
    """Why, in the person's words"""


class WindLevel(TypedDict):
    """The wind at one height: where it blows to, and one sigma of each component's error."""

    altitude_m: float
    """Above the ellipsoid; from a pressure by the ICAO standard"""

    east_mps: float
    """Towards east"""

    north_mps: float
    """Towards north"""

    sigma_mps: float
    """One sigma of the error of either component"""


class WindTable(TypedDict):
    """The wind by height at one time, in one place or for the whole region: a forecast's or a sounding's column."""

    id: str
    """Identity of this message; equal ids are the same message"""

    time_ns: int
    """UTC ns at which it holds"""

    origin: str
    """Node, source or person that made it"""

    label: Label
    """Who may receive it"""

    kind: Literal["wind_table"]
    """Says which record this is"""

    table_id: str
    """Identity of the table through its revisions"""

    state: Literal["active", "withdrawn"]
    """Whether it still counts"""

    source: str
    """Model run or sounding it is from, for people"""

    valid_ns: int
    """UTC ns at which the wind blows so"""

    latitude_deg: float | None
    """WGS84; none: for the whole region"""

    longitude_deg: float | None
    """WGS84; none: for the whole region"""

    levels: list[WindLevel]
    """Heights rising"""

    entered_by: str
    """Account that entered it; empty: from the configuration"""


class Zone(TypedDict):
    """A volume that matters: a polygon or a cylinder with floor and ceiling (metres, ellipsoidal)."""

    id: str
    """Unique id; alerts name it"""

    name: str
    """Name for people"""

    kind: Literal["protected", "restricted", "border"]
    """What entering it means"""

    value: NotRequired[float]
    """Worth of what it protects; 1 is ordinary"""

    closes: NotRequired[bool]
    """An airport's volume: balloons in it close the airport"""

    floor_m: NotRequired[float]
    """Lowest height inside, above the ellipsoid"""

    ceiling_m: NotRequired[float]
    """Highest height inside, above the ellipsoid"""

    polygon: NotRequired[list[list[float]]]
    """Ring of lon, lat; closed by itself"""

    holes: NotRequired[list[list[list[float]]]]
    """Rings that are outside"""

    centre: NotRequired[list[float] | None]
    """Of a cylinder: lon, lat"""

    radius_m: NotRequired[float | None]
    """Of a cylinder"""
