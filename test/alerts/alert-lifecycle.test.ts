import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert, Priority, Site } from '../../src/contract/alert.ts';
import { applyCommand, type AlertCommand } from '../../src/alerts/apply-command.ts';
import { escalateAlerts, type EscalationPolicy } from '../../src/alerts/escalate-alerts.ts';
import { expireAlerts } from '../../src/alerts/expire-alerts.ts';
import { foldStudy, type StudyView } from '../../src/alerts/fold-study.ts';
import { isBusy, unmuteQuietAlerts, type RatePolicy } from '../../src/alerts/limit-tone-rate.ts';
import { createRecentNonces } from '../../src/alerts/recent-nonces.ts';
import { updateAlert } from '../../src/alerts/update-alert.ts';
import { aContext, aView, elapsedAt } from './an-alert.ts';

/** Sequences of events in all; each promise is held against every one of them. */
const SEQUENCES = 100_000;
/** Fast-check draws one, and prints it where a promise broke, unless it is given. */
const SEED =
  process.env['BONEWATCH_SEED'] === undefined ? {} : { seed: Number(process.env['BONEWATCH_SEED']) };
const STUDIES = ['study-1', 'study-2', 'study-3'] as const;
const ESCALATION: EscalationPolicy = {
  afterMinutes: 5,
  repeatMinutes: 7,
  wards: ['er'],
  secondTone: true,
};
const RATE: RatePolicy = { count: 1, minutes: 10 };
const KEPT_MINUTES = 30;

type Study = (typeof STUDIES)[number];
type Action = AlertCommand['action'];
type Step =
  | {
      readonly kind: 'view';
      readonly study: Study;
      readonly view: StudyView;
      /** The file of an earlier view was written again. */
      readonly isRewritten: boolean;
    }
  | { readonly kind: 'again'; readonly study: Study }
  | {
      readonly kind: 'tap';
      readonly study: Study;
      readonly action: Action;
      readonly nonce: string;
      /** How many revisions old what the person saw is; null: unknown. */
      readonly behind: number | null;
    }
  | { readonly kind: 'wait'; readonly minutes: number; readonly isWatched: boolean };

const study = fc.constantFrom(...STUDIES);
const view = fc
  .record({
    outcome: fc.constantFrom<StudyView['outcome']>(
      'no-fracture-detected',
      'fracture-suspected',
      'fracture-detected',
    ),
    confidence: fc.integer({ min: 20, max: 99 }).map((percent) => percent / 100),
    bodyPart: fc.constantFrom('wrist', 'hand', 'foot', 'hip', null),
    laterality: fc.constantFrom<StudyView['laterality']>('L', 'R', 'B', null),
  })
  .map((facts) => aView(facts.outcome === 'no-fracture-detected' ? { ...facts, confidence: 0 } : facts));

const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({
      kind: fc.constant('view' as const),
      study,
      view,
      isRewritten: fc.constantFrom(false, false, false, true),
    }),
    fc.record({ kind: fc.constant('again' as const), study }),
    fc.record({
      kind: fc.constant('tap' as const),
      study,
      action: fc.constantFrom<Action>('acknowledge', 'acknowledge', 'unacknowledge', 'close', 'withdraw'),
      nonce: fc.constantFrom('a', 'b', 'c', 'd'),
      behind: fc.constantFrom(null, 0, 0, 1, 2),
    }),
    fc.record({
      kind: fc.constant('wait' as const),
      minutes: fc.integer({ min: 1, max: 12 }),
      isWatched: fc.constantFrom(true, true, true, false),
    }),
  ),
  { minLength: 1, maxLength: 20, size: 'max' },
);

interface Moment {
  readonly step: Step;
  readonly now: string;
  readonly before: Alert | null;
  readonly after: Alert | null;
  /** All that was ever seen of the alert's study, rewritten views too. */
  readonly views: readonly StudyView[];
}

/** What happens to one ward, step by step: a moment for every alert that a step could touch. */
function live(course: readonly Step[]): readonly Moment[] {
  const nonces = createRecentNonces();
  const views = new Map<Study, StudyView[]>(STUDIES.map((one) => [one, []]));
  const present = new Map<Study, StudyView[]>(STUDIES.map((one) => [one, []]));
  const alerts = new Map<Study, Alert>();
  const moments: Moment[] = [];
  let minute = 0;
  for (const step of course) {
    if (step.kind === 'wait') minute += step.minutes;
    const now = new Date(Date.UTC(2026, 2, 1) + minute * 60_000).toISOString();
    if (step.kind === 'view') {
      views.get(step.study)?.push(step.view);
      if (step.isRewritten) present.get(step.study)?.pop();
      present.get(step.study)?.push(step.view);
    }
    const touched = step.kind === 'wait' ? STUDIES : [step.study];
    const known = new Map(alerts);
    if (step.kind === 'wait') {
      for (const [one, alert] of withTimeoutsApplied(alerts, now, step.isWatched)) alerts.set(one, alert);
    } else {
      const before = alerts.get(step.study) ?? null;
      const folded = foldStudy(present.get(step.study) ?? []);
      const after =
        step.kind === 'tap' ? tapped(before, step, now, nonces) : folded && analysed(before, folded, now);
      if (after !== null) alerts.set(step.study, after);
    }
    for (const one of touched) {
      const [before = null, after = null] = [known.get(one), alerts.get(one)];
      moments.push({ step, now, before, after, views: [...(views.get(one) ?? [])] });
    }
  }
  return moments;

  function analysed(before: Alert | null, folded: NonNullable<ReturnType<typeof foldStudy>>, now: string) {
    const context = aContext(now);
    const busy = isBusy('w3', [...alerts.values()], now, RATE);
    const newId = () => `alert-${alerts.size}-${context.newId()}`;
    const caseRef = `case-${alerts.size}`;
    return updateAlert(before, folded, { ...context, isBusy: busy, newId, caseRef });
  }
}

function tapped(
  before: Alert | null,
  { action, nonce, behind }: Extract<Step, { readonly kind: 'tap' }>,
  now: string,
  nonces: ReturnType<typeof createRecentNonces>,
): Alert | null {
  if (before === null) return null;
  const rev = behind === null ? null : Math.max(1, before.rev - behind);
  const sender = { kind: 'person', name: 'Kim' } as const;
  const base = { ward: 'w3', alertId: before.id, by: 'Kim', sender, display: null, nonce, rev };
  const command: AlertCommand =
    action === 'withdraw' ? { ...base, action, reason: 'no-fracture' } : { ...base, action };
  const outcome = applyCommand(before, command, { now, hasSeen: (one) => nonces.has(before.id, one) });
  if (outcome.isRefused) return before;
  nonces.add(before.id, nonce);
  return outcome.alert;
}

/** One turn of the clock, as the daemon does it every second. */
function withTimeoutsApplied(
  alerts: ReadonlyMap<Study, Alert>,
  now: string,
  isWatched: boolean,
): Map<Study, Alert> {
  const all = [...alerts.values()];
  const unwatched = new Set(isWatched ? [] : ['w3']);
  const changed = new Map(
    [
      ...expireAlerts(all, now, { closeAfterMinutes: KEPT_MINUTES, elapsedMs: elapsedAt(now) }),
      ...escalateAlerts(all, now, { policy: ESCALATION, unwatched, elapsedMs: elapsedAt(now) }),
    ].map((alert) => [alert.id, alert]),
  );
  const present = all.map((alert) => changed.get(alert.id) ?? alert);
  for (const alert of unmuteQuietAlerts(present, present, now, RATE)) changed.set(alert.id, alert);
  return new Map([...alerts].map(([one, alert]) => [one, changed.get(alert.id) ?? alert]));
}

const URGENCY: Record<Priority, number> = { low: 0, medium: 1, high: 2 };
const isPositive = ({ outcome }: StudyView) => outcome !== 'no-fracture-detected';
const isUnanswered = (alert: Alert | null) => alert?.state === 'open' || alert?.state === 'escalated';
const minutesBetween = (a: string, b: string) => (Date.parse(b) - Date.parse(a)) / 60_000;

/** Whether the sites of the alert cover this one. */
function names({ sites }: Alert, { bodyPart, laterality }: Site): boolean {
  return sites.some(
    (site) =>
      (bodyPart === null || site.bodyPart === bodyPart) &&
      (laterality === null || site.laterality === laterality || site.laterality === 'B'),
  );
}

type Promised = (moment: Moment) => string | false | null | undefined;

/** What holds at every moment; a promise gives the sentence that is broken. */
const PROMISES: Readonly<Record<string, Promised>> = {
  'no positive finding is lost': ({ views, after }) =>
    (after !== null) !== views.some(isPositive) && 'a study with a finding has no alert, or one without has',

  'no alert is less serious than the worst view': ({ views, after }) => {
    if (after === null) return false;
    const positives = views.filter(isPositive);
    const worst = Math.max(0, ...positives.map(({ confidence }) => confidence));
    if (views.some(({ outcome }) => outcome === 'fracture-detected') && after.outcome !== 'fracture-detected')
      return 'a very likely fracture is called suspected';
    if (positives.some(({ bodyPart }) => bodyPart === 'hip') && after.priority !== 'high')
      return 'a hip is not urgent';
    if (after.confidence < worst) return 'confidence fell';
    return positives.some((one) => !names(after, one)) && 'a place is not named';
  },

  'no rise in severity is hidden': ({ before, after }) => {
    if (before === null || after === null) return false;
    if (URGENCY[after.priority] < URGENCY[before.priority]) return 'priority fell';
    const isRise = after.priority !== before.priority || after.outcome !== before.outcome;
    const isElsewhere = after.sites.length > before.sites.length;
    if (!isRise && !isElsewhere) return false;
    if (!isUnanswered(after) || after.acknowledgedBy !== null) return 'not unanswered';
    if (after.newsRev !== after.rev) return 'an acknowledgement of an outdated revision would count';
    return (after.isQuiet || after.times.sounded !== after.times.published) && 'it does not sound';
  },

  'nothing alerts twice for the same': ({ step, before, after }) => {
    if (before === null) return false;
    if (after?.id !== before.id) return 'another alert';
    if (step.kind === 'again') return after !== before && 'a revision for nothing new';
    const isAsked = step.kind === 'tap' && step.action === 'unacknowledge';
    const isReopened = isUnanswered(after) && !isUnanswered(before);
    return isReopened && !isAsked && step.kind !== 'view' && 'open again without news';
  },

  'revisions count up by one with every visible change': ({ before, after }) => {
    if (after === before || after === null) return false;
    if (after.rev !== (before?.rev ?? 0) + 1) return `from ${before?.rev ?? 0} to ${after.rev}`;
    if (after.newsRev > after.rev || after.newsRev < (before?.newsRev ?? 1))
      return 'news of the future or past';
    return false;
  },

  'the rate limit never drops and never silences what is serious': ({ step, before, after }) => {
    if (after === null || !after.isQuiet) return false;
    if (after.state !== 'open') return `${after.state} and quiet`;
    if (after.outcome === 'fracture-detected' || after.priority === 'high') return 'serious and quiet';
    const isNew = before === null || before.state === 'closed';
    return !before?.isQuiet && !(isNew && step.kind === 'view') && 'silenced after it sounded';
  },

  'an unanswered alert is escalated repeatedly': ({ step, now, after }) => {
    if (step.kind !== 'wait' || after === null || !isUnanswered(after)) return false;
    const waited = minutesBetween(after.times.raised, now);
    if (after.state === 'open') {
      if (waited >= ESCALATION.afterMinutes) return `open for ${waited} minutes`;
      return !step.isWatched && 'open on an unwatched ward';
    }
    if (!after.wards.includes('er') || after.isQuiet) return 'escalated to no ward';
    const since = after.escalation === null ? Infinity : minutesBetween(after.escalation.at, now);
    return since >= ESCALATION.repeatMinutes && 'not repeated';
  },

  'no unanswered alert leaves a ward': ({ before, after }) => {
    if (after?.state !== 'closed' || before?.state === 'closed') return false;
    if (after.withdrawn !== null) return after.times.cleared !== null && 'withdrawn without a trace';
    return before?.state !== 'acknowledged' && 'closed without an acknowledgement';
  },

  'a tap counts for what the person saw': ({ step, before, after }) => {
    if (step.kind !== 'tap' || step.behind === null || before === null || after === before) return false;
    const seen = Math.max(1, before.rev - step.behind);
    return step.action !== 'unacknowledge' && seen < before.newsRev && 'news was answered unseen';
  },

  'each state is whole': ({ after }) => {
    if (after === null) return false;
    if ((after.state === 'escalated') !== (after.escalation !== null)) return 'escalated without a reason';
    if (after.state === 'acknowledged' && after.acknowledgedBy === null) return 'acknowledged without a name';
    return isUnanswered(after) && (after.withdrawn ?? after.acknowledgedBy) !== null && 'answered and open';
  },
};

/** Sequences that once broke a promise. */
const BROKEN_ONCE: readonly (readonly Step[])[] = [
  [
    aFile({ bodyPart: 'hip', laterality: null }),
    { kind: 'tap', study: 'study-3', action: 'withdraw', nonce: 'a', behind: null },
    aFile({ bodyPart: 'hip', laterality: 'L' }, { isRewritten: true }),
    aFile({ bodyPart: 'wrist', laterality: 'L', outcome: 'fracture-detected' }, { isRewritten: true }),
  ],
];

function aFile(facts: Partial<StudyView>, { isRewritten = false } = {}): Step {
  return { kind: 'view', study: 'study-3', view: aView({ confidence: 0.2, ...facts }), isRewritten };
}

function keepsEveryPromise(course: readonly Step[]): void {
  for (const moment of live(course)) {
    for (const [promise, isBroken] of Object.entries(PROMISES)) {
      const why = isBroken(moment);
      if (typeof why === 'string') throw new Error(`${promise}: ${why}`);
    }
  }
}

describe('the life cycle of alerts, for any events in any order', () => {
  it(`every invariant holds through ${SEQUENCES} sequences of events`, { timeout: 300_000 }, () => {
    const numRuns = BROKEN_ONCE.length + SEQUENCES;
    let sequences = 0;
    fc.assert(
      fc.property(steps, (course) => {
        sequences += 1;
        keepsEveryPromise(course);
      }),
      { numRuns, examples: BROKEN_ONCE.map((course) => [course]), ...SEED },
    );
    expect(sequences).toBe(numRuns);
  });

  it('every state is reached, so that the invariants are tested', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(steps, (course) => {
        for (const { after } of live(course)) {
          if (after === null) continue;
          seen
            .add(after.state)
            .add(`quiet ${after.isQuiet}`)
            .add(`withdrawn ${after.withdrawn !== null}`);
          if ((after.escalation?.step ?? 0) > 1) seen.add('repeated');
          if (after.escalation !== null) seen.add(after.escalation.reason);
        }
      }),
      { numRuns: 2_000, seed: 4 },
    );
    expect([...seen].toSorted()).toEqual([
      'acknowledged',
      'closed',
      'escalated',
      'not-acknowledged',
      'not-watched',
      'open',
      'quiet false',
      'quiet true',
      'repeated',
      'withdrawn false',
      'withdrawn true',
    ]);
  });
});
