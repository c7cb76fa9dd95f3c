// What the page knows: filled by the stream, read by the panels. The tracks themselves are plain columns.
import type {
  Alert,
  ClockSection,
  ClosureAdvice,
  Configuration,
  DriftForecast,
  FlightPermission,
  PublicWarning,
  Sighting,
  GnssInterference,
  LaunchEstimate,
  LostTrack,
  NetworkSection,
  SensorRegistration,
  SessionView,
  IncidentView,
  SourceHealth,
  Unit,
  WindTable,
} from "../generated/messages.ts";
import { Refused, acknowledge, patiently, shelve, unshelve } from "../session/api.ts";
import { reasonOf } from "../session/refusal.ts";
import { Underway } from "../session/underway.ts";
import { groupQueue, heldBackOf, isWaiting, sortQueue, onwardsFrom, standingOf, type Standing, stepFocus } from "../alert/queue.ts";
import { t } from "../language/current.svelte.ts";
import { measures } from "../measure.ts";
import { ASKED_EVERY_MS, Forecasts } from "../ahead/ahead.svelte.ts";
import { shownFirst } from "../ahead/wanted.ts";
import { Incidents } from "../incident/incidents.svelte.ts";
import { Measure } from "../measuring/measure.svelte.ts";
import { silentSince } from "../source/heard.ts";
import { FrameFlag } from "../stream/frame.ts";
import type { FrameHead, LinkState, Receiver, Section } from "../stream/link.ts";
import type { TableSort } from "../track/ledger.ts";
import { Viewport } from "../stream/looking.svelte.ts";
import { neededTracks } from "../stream/needed.ts";
import { memoryOf, Tracks, type TracksNow } from "../track/tracks.ts";
import { TimeAxis } from "../time/axis.svelte.ts";
import { BLANK, type UnitForm } from "../unit/units.ts";
import type { ZoneDraft } from "../zone/draft.ts";
import { type Panel, readAddress } from "./address.ts";
import { msOfNs } from "./time.ts";

/** How often the node is asked for what is looked at, and panels look at the tracks: with the second, as the clock shows it. */
const LOOK_INTERVAL_MS = 500;
const PANEL_INTERVAL_MS = 1000;
const INCIDENTS_EVERY_MS = 10_000;
/** Without any word from the node for this long the link counts as lost; a word comes every second. */
export const LINK_LOST_MS = 3500;
/** A picture whose newest input is older than this stands still. */
export const STALE_S = 10;

export class PictureState implements Receiver {
  /** The view that the address asks for. */
  readonly #asked = readAddress(location.search);
  readonly tracks = new Tracks();
  /** Numbers of the tracks that fit the filter, as the table sorts them. */
  list: Uint32Array = $state.raw(new Uint32Array(0));
  /** How the table sorts. */
  sort: TableSort = $state.raw(this.#asked.sort);
  readonly incidents = new Incidents();
  /** Who could respond. */
  units: readonly Unit[] = $state.raw([]);
  chosenUnit: string | null = $state(null);
  /** What is typed of a unit: the list goes with its tab, the form stays. */
  unitForm: UnitForm = $state({ filled: { ...BLANK }, changing: null, open: false });
  /** What is drawn on the map. */
  drawsUnits = $state(this.#asked.units);
  drawsIncidents = $state(this.#asked.incidents);
  readonly measure = new Measure();
  /** Which part of the picture the node is asked for. */
  readonly viewport = new Viewport();
  /** The search is open. */
  searching = $state(false);
  readonly forecasts = new Forecasts();
  /** The zone that is being drawn or changed. */
  zoneDraft: ZoneDraft | null = $state.raw(null);
  /** The map follows the selected track. */
  following = $state(this.#asked.following);
  /** Live, or a playback of what was: one clock for all that is shown. */
  readonly axis = new TimeAxis(location.search);
  /** Who is logged in. */
  account: SessionView = $state.raw(null!);
  link: LinkState = $state("connecting");
  alerts: readonly Alert[] = $state.raw([]);
  sources: readonly SourceHealth[] = $state.raw([]);
  registrations: readonly SensorRegistration[] = $state.raw([]);
  /** Disturbances of navigation that go on, and cells that are in order. */
  interference: readonly GnssInterference[] = $state.raw([]);
  permissions: readonly FlightPermission[] = $state.raw([]);
  warnings: readonly PublicWarning[] = $state.raw([]);
  winds: readonly WindTable[] = $state.raw([]);
  drift: readonly DriftForecast[] = $state.raw([]);
  launches: readonly LaunchEstimate[] = $state.raw([]);
  closures: readonly ClosureAdvice[] = $state.raw([]);
  lost: readonly LostTrack[] = $state.raw([]);
  /** None: the node shares with nobody. */
  network: NetworkSection | null = $state.raw(null);
  /** What people reported and goes on. */
  sightings: readonly Sighting[] = $state.raw([]);
  configuration: Configuration | null = $state.raw(null);
  clock: ClockSection | null = $state.raw(null);
  exercise = $state(false);
  replay = $state(false);
  selected: number | null = $state(this.#asked.selected);
  focusedAlert: string | null = $state(null);
  /** The alert that is about to be laid aside, while somebody types why. */
  shelving: string | null = $state(null);
  /** Rows of the queue whose members are shown. */
  openRows: ReadonlySet<string> = $state.raw(new Set());
  filter = $state(this.#asked.filter);
  labels = $state(this.#asked.labels);
  trails = $state(this.#asked.trails);
  ranges = $state(this.#asked.ranges);
  /** Draw where the wind carries what drifts. */
  drifting = $state(this.#asked.drifting);
  /** The track whose report is being drafted. */
  reportOn: number | null = $state(null);
  /** The story of the selected track is open. */
  showsStory = $state(false);
  navigation = $state(this.#asked.navigation);
  panel: Panel = $state(this.#asked.panel);
  /** Rises when panels should look at the tracks again. */
  panelRevision = $state(0);
  /** Milliseconds of this page's clock, renewed with each second of the node's. */
  now = $state(performance.now());
  /** What was decided here and does not show yet. */
  readonly underway = new Underway();
  /** Why the last decision was refused, until the next one. */
  refusal = $state("");
  /** Who is logged in, as far as it goes here: nothing is decided on what was. */
  session: SessionView = $derived.by(() => (this.replay ? { ...this.account, may_decide: false } : this.account));
  /** The node itself shows a recording; there is no live picture. */
  isRecording = $derived(this.replay && this.axis.isLive);
  onFrame: (sendTimeMs: number) => void = () => {};
  onSessionEnd: () => void = () => {};
  #heard = performance.now();
  #clockHeard = 0;
  /** Where the alert stood that was answered last: it moves down, and the keys go on from there. */
  #answered: Standing | null = null;
  /** Whether the alert in focus waited when it came into focus: once it is answered, the keys go on to what waits. */
  #wasWaiting = false;
  #nodeMs = $state(Date.now());
  #nodeHeard = $state(performance.now());

  /** How many tracks are held; counted when the table has its rows, so that bar and table say the same. */
  held = $derived.by(() => (void [this.panelRevision, this.list], this.tracks.count));
  queue = $derived(sortQueue(this.alerts));
  /** The queue in rows: what is alike put together when there is too much of it. */
  rows = $derived(groupQueue(this.queue, this.shelving));
  heldBack = $derived(heldBackOf(this.alerts));
  waiting = $derived(this.alerts.filter(isWaiting));
  focusedTracks = $derived(new Set(this.alerts.find((a) => a.alert_id === this.focusedAlert)?.track_ids ?? []));
  alertedZones = $derived(
    new Set(this.alerts.filter((a) => a.tier === "critical" && a.state !== "ended").map((a) => a.zone_id)),
  );
  /** Tracks of aircraft whose navigation is not to be trusted. */
  doubtedTracks = $derived(new Set(this.interference.filter((e) => e.icao_address !== null).flatMap((e) => e.track_ids)));
  /** Milliseconds since the node last said anything. */
  silence = $derived(Math.max(0, this.now - this.#heard));
  isLost = $derived(this.link !== "open" || this.silence > LINK_LOST_MS);
  /** Seconds between the newest input and now, by the node's own clock; none before the first input. */
  age = $derived.by(() => {
    if (!this.clock?.valid_time_ms || this.isRecording) return null;
    const silent = silentSince(this.sources);
    const newestMs = silent === null ? this.clock.valid_time_ms : Math.min(msOfNs(silent), this.clock.valid_time_ms);
    const nowMs = this.axis.told?.time_ms ?? this.clock.server_time_ms + this.now - this.#clockHeard;
    return Math.max(0, (nowMs - newestMs) / 1000);
  });
  /** The node's own time now, epoch ms, whatever is shown. */
  nodeTime = $derived.by(() => this.#nodeMs + Math.max(0, this.now - this.#nodeHeard));
  /**
   * The time of what is shown, epoch ms: the node's time now, in a recording or a playback that of the picture. Live in
   * whole seconds, as it is shown everywhere: what hangs on it is renewed once a second, not with each word of the node.
   */
  time = $derived.by(() => {
    if (!this.clock) return Date.now();
    if (this.axis.told) return this.axis.told.time_ms;
    if (this.replay) return this.clock.valid_time_ms;
    return 1000 * Math.floor((this.clock.server_time_ms + Math.max(0, this.now - this.#clockHeard)) / 1000);
  });

  /** Tracks whose forecast matters: the selected one, those of standing alerts; in a playback none: it would be of now. */
  foreseen = $derived.by(() => {
    if (this.replay) return [];
    return [...new Set([...(this.selected === null ? [] : [this.selected]), ...shownFirst(this.alerts)])];
  });

  /** Keeps time and wakes the panels; returns a function that stops it. */
  start(): () => void {
    let timer = 0;
    const wake = () => {
      this.now = performance.now();
      this.panelRevision = this.tracks.revision;
      timer = window.setTimeout(wake, PANEL_INTERVAL_MS - (this.nodeTime % PANEL_INTERVAL_MS) + 1);
    };
    wake();
    const around = setInterval(() => this.lookAround(), LOOK_INTERVAL_MS);
    const asking = setInterval(() => void this.forecasts.ask(this.foreseen), ASKED_EVERY_MS);
    const looking = setInterval(() => this.link === "open" && this.axis.isLive && void this.incidents.ask(), INCIDENTS_EVERY_MS);
    return () => {
      clearTimeout(timer);
      [around, asking, looking].forEach(clearInterval);
    };
  }

  takeLink(state: LinkState): void {
    this.link = state;
    this.#hear();
    if (state === "open") {
      this.viewport.forget();
      void this.incidents.ask();
      this.axis.takeLink();
    }
    if (state === "refused") this.onSessionEnd();
  }

  /** Asks the node for the part of the picture that is looked at, with all that matters besides. */
  lookAround(): void {
    const everywhere = this.searching || this.filter.trim() !== "" || !this.axis.isLive || this.replay;
    const { selected, alerts, sightings, interference, measure } = this;
    const needed = neededTracks({ selected, alerts, sightings, interference, ends: measure.ends });
    this.viewport.ask({ count: this.clock?.tracks ?? 0, everywhere, needed });
  }

  takeTracks(now: TracksNow, head: FrameHead | null): ArrayBuffer {
    if (head) this.#hear();
    if (this.axis.isAwaiting) return memoryOf(now.columns);
    const isReplay = head ? (head.flags & FrameFlag.replay) !== 0 : this.replay;
    // what comes next is of another time
    if (head?.baseSequence === 0 && (isReplay || this.replay)) this.tracks.trails.forget();
    const spare = this.tracks.take(now);
    measures.tracks = this.tracks.count;
    if (head) {
      const isExercise = (head.flags & FrameFlag.exercise) !== 0;
      if (isExercise !== this.exercise) this.exercise = isExercise;
      if (isReplay !== this.replay) this.replay = isReplay;
      measures.frames++;
      measures.bytes += head.bytes;
    }
    this.onFrame(head?.sendTimeMs ?? 0);
    return spare;
  }

  takeList(list: Uint32Array): void {
    if (!this.axis.isAwaiting) this.list = list;
  }

  takeSection(section: Section): void {
    this.#hear();
    if (section.type === "playback") {
      this.axis.take(section);
      if (!section.active) this.replay = false; // a node that shows a recording says so again with its next word
      return;
    }
    // of a recording the front is what live is of a node
    if (section.type === "clock" && (!section.replay || this.isRecording)) this.#takeNodeTime(section.server_time_ms);
    if (this.axis.isAwaiting) return;
    if (section.type === "alerts") this.alerts = section.alerts;
    else if (section.type === "sources") this.sources = section.sources;
    else if (section.type === "registrations") this.registrations = section.registrations;
    else if (section.type === "gnss_interference") this.interference = section.interference;
    else if (section.type === "permissions") this.permissions = section.permissions;
    else if (section.type === "warnings") this.warnings = section.warnings;
    else if (section.type === "winds") this.winds = section.winds;
    else if (section.type === "drift") {
      this.drift = section.forecasts;
      this.launches = section.launches;
    } else if (section.type === "closures") this.closures = section.closures;
    else if (section.type === "lost") this.lost = section.lost;
    else if (section.type === "network") this.network = section;
    else if (section.type === "sightings") this.sightings = section.sightings;
    else if (section.type === "units") this.units = section.units;
    else if (section.type === "configuration") this.configuration = section.configuration;
    else if (section.type === "names") this.tracks.applyNames(section);
    else if (section.type === "trails") {
      this.tracks.applyTrails(section);
      this.onFrame(0);
    } else this.#takeClock(section);
  }

  /** Shows an incident in its list, and the story of its track where it has one. */
  openIncident(incident: IncidentView): void {
    this.incidents.chosen = incident.incident_id;
    this.panel = "incidents";
    const [track] = incident.track_ids;
    if (track === undefined) return;
    this.selected = track;
    this.showsStory = true;
  }

  /** Shows a unit in its list. */
  openUnit(unit: Unit): void {
    this.chosenUnit = unit.unit_id;
    this.panel = "units";
  }

  stepAlert(step: 1 | -1): void {
    const stood = this.#answered?.alertId === this.focusedAlert ? this.#answered : null;
    this.#answered = null;
    const beside = step > 0 ? stood?.next : stood?.previous;
    const focused = this.alerts.find((alert) => alert.alert_id === this.focusedAlert);
    if (step > 0 && this.#wasWaiting && focused && !isWaiting(focused)) {
      const onwards = onwardsFrom(this.queue, beside ?? null);
      if (onwards) return this.focusAlert(onwards);
    }
    if (beside && this.queue.some((alert) => alert.alert_id === beside)) return this.focusAlert(beside);
    const inSight = this.rows.flatMap((row) => (this.openRows.has(row.key) ? row.members : [row.head]));
    this.focusAlert(stepFocus(inSight, this.focusedAlert, step));
  }

  toggleRow(key: string): void {
    const open = new Set(this.openRows);
    if (!open.delete(key)) open.add(key);
    this.openRows = open;
  }

  focusAlert(alertId: string | null): void {
    this.focusedAlert = alertId;
    const alert = this.alerts.find((a) => a.alert_id === alertId);
    this.#wasWaiting = alert !== undefined && isWaiting(alert);
    if (alert) this.selected = alert.track_ids[0] ?? null;
  }

  async acknowledge(alertId: string | null): Promise<void> {
    const alert = this.alerts.find((a) => a.alert_id === alertId);
    if (!alert || !isWaiting(alert)) return;
    this.#answered = standingOf(this.rows, this.openRows, alert.alert_id);
    await this.decide(`acknowledge ${alert.alert_id}`, () => patiently(() => acknowledge(alert.alert_id, this.session)));
  }

  /** Lays an alert aside; whether that was accepted. */
  shelve(alertId: string, reason: string, minutes: number): Promise<boolean> {
    return this.decide(`shelve ${alertId}`, () => shelve(alertId, reason, minutes, this.session));
  }

  unshelve(alertId: string): Promise<boolean> {
    return this.decide(`unshelve ${alertId}`, () => unshelve(alertId, this.session));
  }

  /** Hands in a decision, of one name once at a time; whether it was taken. */
  async decide(name: string, send: () => Promise<void>): Promise<boolean> {
    if (!this.session.may_decide) return false;
    this.refusal = "";
    try {
      return await this.underway.once(name, send);
    } catch (error) {
      this.refusal = error instanceof Refused ? reasonOf(error) : t("login.failed");
      return false;
    }
  }

  #takeNodeTime(ms: number): void {
    this.#nodeMs = ms;
    this.#nodeHeard = performance.now();
  }

  #takeClock(clock: ClockSection): void {
    this.clock = clock;
    this.exercise = clock.exercise;
    this.replay = clock.replay;
    this.#clockHeard = performance.now();
  }

  /** Notes that the node said something; what follows from it is renewed with the second, a link that returns at once. */
  #hear(): void {
    this.#heard = performance.now();
    if (this.isLost) this.now = this.#heard;
  }
}
