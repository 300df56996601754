import type { Clock } from '../../contract/clock.ts';
import { isBonewatchError } from '../../contract/errors.ts';
import type { Logger } from '../../contract/logger.ts';
import { evaluateClock, type ClockFault } from '../../health/clock/evaluate-clock.ts';
import type { Milestones } from '../../store/database/milestones.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

/** Times that were written while the clock was wrong, and by how much. */
export interface ClockCorrection {
  /** First and last wrong time, milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly byMs: number;
}

/** Whether the wall clock can be right. */
export interface ClockGuard {
  readonly isPlausible: () => boolean;
  /** Whether it has been plausible for a day, without being set: before that, no record expires. */
  readonly isTrusted: () => boolean;
  /** Calls back when a clock that was implausible since some moment of this run has been set right. */
  onCorrected(listener: (correction: ClockCorrection) => void): void;
}

export interface ClockMonitorDeps {
  readonly clock: Clock;
  /** A monotonic clock in milliseconds that also counts while the machine sleeps. */
  readonly elapsed: () => number;
  readonly milestones: Pick<Milestones, 'read' | 'record'>;
  readonly readSynchronised: () => Promise<boolean | null>;
  readonly alarms: Pick<TechnicalAlarms, 'raise' | 'clear'>;
  readonly log: Pick<Logger, 'warn'>;
}

export interface ClockMonitor extends ClockGuard, Disposable {
  /** Looks at the clock; called every second until disposed. */
  readonly poll: () => void;
}

const POLL_MS = 1_000;
const RECORD_EVERY_MS = 60_000;
const SYNCHRONISED_EVERY_MS = 30_000;
/** More than a time server corrects gradually. */
const MIN_STEP_MS = 5_000;
const DAY_MS = 24 * 60 * 60_000;
const REASONS: Readonly<Record<ClockFault, string>> = {
  early: 'The clock is before the release of this version.',
  behind: 'The clock is behind times that were recorded.',
  ahead: 'The clock is later than it can be.',
};

interface Moment {
  readonly wallMs: number;
  readonly atMs: number;
}

interface ClockState extends ClockMonitorDeps {
  /** Of the last poll; null before the first. */
  last: Moment | null;
  /** Since the start, or since the clock was last set. */
  unchangedSinceMs: number;
  lastPlausibleAt: number | null;
  plausibleSince: number | null;
  /** Not while it is `early`: a board without a battery starts so, and what follows is not in doubt. */
  implausibleSince: number | null;
  /** What is to be corrected once it is clear that the clock was wrong before it was set, not after. */
  pending: ClockCorrection | null;
  fault: ClockFault | null;
  isSynchronised: boolean | null;
  askedAtMs: number;
  recordedAtMs: number;
  recordedAt: number | null;
  readonly listeners: Set<(correction: ClockCorrection) => void>;
}

/**
 * Compares the wall clock every second with the monotonic one and with the last plausible time in the store. Raises
 * CLOCK_IMPLAUSIBLE while it cannot be right, and logs each time it was set.
 */
export function monitorClock(deps: ClockMonitorDeps): ClockMonitor {
  const state: ClockState = {
    ...deps,
    last: null,
    unchangedSinceMs: deps.elapsed(),
    lastPlausibleAt: null,
    plausibleSince: null,
    implausibleSince: null,
    pending: null,
    fault: null,
    isSynchronised: null,
    askedAtMs: Number.NEGATIVE_INFINITY,
    recordedAtMs: Number.NEGATIVE_INFINITY,
    recordedAt: null,
    listeners: new Set(),
  };
  pollClock(state);
  const timer = setInterval(() => pollClock(state), POLL_MS);
  return {
    poll: () => pollClock(state),
    isPlausible: () => state.fault === null,
    isTrusted: () =>
      state.fault === null &&
      state.plausibleSince !== null &&
      state.clock.now() - state.plausibleSince >= DAY_MS,
    onCorrected: (listener) => void state.listeners.add(listener),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function pollClock(state: ClockState): void {
  const { clock, elapsed, last } = state;
  readRecord(state);
  askWhileDoubtful(state);
  const now = { wallMs: clock.now(), atMs: elapsed() };
  const stepMs = last === null ? 0 : now.wallMs - last.wallMs - (now.atMs - last.atMs);
  const wasSet = Math.abs(stepMs) >= MIN_STEP_MS;
  const before = state.fault;
  state.fault = evaluateClock({
    now: now.wallMs,
    lastPlausibleAt: state.lastPlausibleAt,
    isWatched: last !== null && before === null,
    implausibleSince: state.implausibleSince,
    isSynchronised: state.isSynchronised,
  });
  if (wasSet) noteStep(state, { stepMs, wasImplausible: before !== null, now });
  else if (state.fault === null) emit(state);
  updateSince(state, now.wallMs, wasSet);
  state.last = now;
  reportFault(state);
  record(state, state.fault !== before || wasSet);
}

/** The store's record of the clock; another process may have confirmed the clock in it. */
function readRecord(state: ClockState): void {
  tolerateStore(() => {
    const recorded = state.milestones.read('clock-plausible-at');
    if (state.last !== null && recorded === state.recordedAt) return;
    state.lastPlausibleAt = recorded;
    state.recordedAt = recorded;
    state.plausibleSince = state.milestones.read('clock-plausible-since');
    state.implausibleSince = state.milestones.read('clock-implausible-since');
  });
}

function askWhileDoubtful(state: ClockState): void {
  const { fault, last, elapsed, askedAtMs, readSynchronised } = state;
  const isDoubtful = fault !== null || last === null;
  if (!isDoubtful) state.isSynchronised = null;
  if (!isDoubtful || elapsed() - askedAtMs < SYNCHRONISED_EVERY_MS) return;
  state.askedAtMs = elapsed();
  void readSynchronised().then((isSynchronised) => (state.isSynchronised = isSynchronised));
}

function noteStep(
  state: ClockState,
  {
    stepMs,
    wasImplausible,
    now,
  }: { readonly stepMs: number; readonly wasImplausible: boolean; readonly now: Moment },
): void {
  const to = now.wallMs - stepMs;
  const from = to - (now.atMs - state.unchangedSinceMs);
  state.unchangedSinceMs = now.atMs;
  // The answer of the time server was about the clock before.
  state.askedAtMs = Number.NEGATIVE_INFINITY;
  state.log.warn({ bySeconds: Math.round(stepMs / 1000) }, 'the clock was set');
  const wasWrong = wasImplausible && state.fault === null;
  const mayHaveBeenWrong = !wasImplausible && state.fault === 'behind';
  state.pending = wasWrong || mayHaveBeenWrong ? { from, to, byMs: Math.round(stepMs) } : null;
  if (wasWrong) emit(state);
}

function emit(state: ClockState): void {
  const { pending, listeners } = state;
  if (pending === null) return;
  state.pending = null;
  for (const listener of listeners) listener(pending);
}

function updateSince(state: ClockState, now: number, wasSet: boolean): void {
  const { fault, lastPlausibleAt } = state;
  if (fault !== null) {
    state.plausibleSince = null;
    if (fault !== 'early') state.implausibleSince ??= now;
    return;
  }
  const isGap = lastPlausibleAt === null || Math.abs(now - lastPlausibleAt) > DAY_MS;
  if (wasSet || isGap || state.implausibleSince !== null) state.plausibleSince = now;
  state.plausibleSince ??= now;
  state.implausibleSince = null;
  state.lastPlausibleAt = now;
}

function reportFault({ fault, alarms }: ClockState): void {
  if (fault === null) alarms.clear('CLOCK_IMPLAUSIBLE');
  else alarms.raise('CLOCK_IMPLAUSIBLE', fault, REASONS[fault]);
}

function record(state: ClockState, isChange: boolean): void {
  const { elapsed, milestones, lastPlausibleAt, plausibleSince, implausibleSince, recordedAtMs } = state;
  if (!isChange && elapsed() - recordedAtMs < RECORD_EVERY_MS) return;
  tolerateStore(() => {
    milestones.record('clock-plausible-at', lastPlausibleAt);
    milestones.record('clock-plausible-since', plausibleSince);
    milestones.record('clock-implausible-since', implausibleSince);
    state.recordedAtMs = elapsed();
    state.recordedAt = milestones.read('clock-plausible-at');
  });
}

/** A store that cannot be used reports that itself; the clock is recorded a minute later. */
function tolerateStore(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
  }
}
