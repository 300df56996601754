import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert, Priority } from '../../src/alerts/alert.ts';
import { applyCommand } from '../../src/alerts/apply-command.ts';
import { expireAlerts } from '../../src/alerts/expire-alerts.ts';
import { foldStudy, type StudyView } from '../../src/alerts/fold-study.ts';
import { createRecentNonces } from '../../src/alerts/recent-nonces.ts';
import { updateAlert } from '../../src/alerts/update-alert.ts';
import { aContext, aView } from './an-alert.ts';

type Step =
  | { readonly kind: 'view'; readonly view: StudyView }
  | { readonly kind: 'again' }
  | {
      readonly kind: 'tap';
      readonly action: 'acknowledge' | 'unacknowledge' | 'close';
      readonly nonce: string;
    }
  | { readonly kind: 'wait'; readonly minutes: number };

const view = fc
  .record({
    outcome: fc.constantFrom<StudyView['outcome']>(
      'no-fracture-detected',
      'fracture-suspected',
      'fracture-detected',
    ),
    confidence: fc.integer({ min: 20, max: 99 }).map((percent) => percent / 100),
    bodyPart: fc.constantFrom('wrist', 'hand', 'hip', null),
    laterality: fc.constantFrom<StudyView['laterality']>('L', 'R', null),
  })
  .map((facts) => aView(facts.outcome === 'no-fracture-detected' ? { ...facts, confidence: 0 } : facts));

const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    view.map((view) => ({ kind: 'view', view })),
    fc.constant({ kind: 'again' }),
    fc.record({
      kind: fc.constant('tap' as const),
      action: fc.constantFrom('acknowledge', 'unacknowledge', 'close'),
      nonce: fc.constantFrom('a', 'b', 'c', 'd'),
    }),
    fc.integer({ min: 1, max: 40 }).map((minutes) => ({ kind: 'wait', minutes })),
  ),
  { maxLength: 30 },
);

interface Moment {
  readonly step: Step;
  readonly before: Alert | null;
  readonly after: Alert | null;
  readonly views: readonly StudyView[];
}

/** What happens to one study on one ward, step by step. */
function live(course: readonly Step[]): readonly Moment[] {
  const nonces = createRecentNonces();
  const views: StudyView[] = [];
  const moments: Moment[] = [];
  let minute = 0;
  let alert: Alert | null = null;
  for (const step of course) {
    const now = new Date(Date.UTC(2026, 2, 1) + minute * 60_000).toISOString();
    const before: Alert | null = alert;
    if (step.kind === 'view') views.push(step.view);
    if (step.kind === 'wait') minute += step.minutes;
    const study = foldStudy(views);
    if ((step.kind === 'view' || step.kind === 'again') && study !== null)
      alert = updateAlert(alert, study, aContext(now));
    if (step.kind === 'wait' && alert !== null) alert = expireAlerts([alert], now, 30)[0] ?? alert;
    if (step.kind === 'tap' && before !== null) {
      const command = { ward: 'w3', alertId: before.id, by: 'Kim', display: null, ...step };
      const outcome = applyCommand(before, command, {
        now,
        hasSeen: (nonce) => nonces.has(before.id, nonce),
      });
      if (!outcome.isRefused) {
        alert = outcome.alert;
        nonces.add(before.id, step.nonce);
      }
    }
    moments.push({ step, before, after: alert, views: [...views] });
  }
  return moments;
}

const URGENCY: Record<Priority, number> = { low: 0, medium: 1, high: 2 };
const isPositive = ({ outcome }: StudyView) => outcome !== 'no-fracture-detected';

function holds(check: (moment: Moment) => void) {
  fc.assert(
    fc.property(steps, (course) => live(course).forEach(check)),
    { numRuns: 3_000 },
  );
}

describe('the life of an alert, whatever happens in whatever order', () => {
  it('has an alert for every study with a finding, and none without', () => {
    holds(({ views, after }) => expect(after !== null).toBe(views.some(isPositive)));
  });

  it('never says less than the worst view', () => {
    holds(({ views, after }) => {
      const worst = Math.max(0, ...views.filter(isPositive).map(({ confidence }) => confidence));
      const isDefinite = views.some(({ outcome }) => outcome === 'fracture-detected');
      expect(after?.confidence ?? 0).toBeGreaterThanOrEqual(worst);
      if (isDefinite) expect(after).toMatchObject({ outcome: 'fracture-detected', priority: 'high' });
      if (views.some((one) => isPositive(one) && one.bodyPart === 'hip'))
        expect(after?.priority).toBe('high');
    });
  });

  it('never lowers priority, and shows every rise to somebody who has not acknowledged it', () => {
    holds(({ before, after }) => {
      if (before === null || after === null) return;
      expect(URGENCY[after.priority]).toBeGreaterThanOrEqual(URGENCY[before.priority]);
      const isRise = after.priority !== before.priority || after.outcome !== before.outcome;
      if (isRise) expect(after).toMatchObject({ state: 'open', acknowledgedBy: null });
    });
  });

  it('counts the revision up by one with every visible change, and with nothing else', () => {
    holds(({ before, after }) => {
      if (after === before) return;
      expect(after?.rev).toBe((before?.rev ?? 0) + 1);
      const bare = (alert: Alert | null) =>
        alert && { ...alert, rev: 0, times: { ...alert.times, published: null } };
      expect(bare(after)).not.toEqual(bare(before));
    });
  });

  it('does not alert twice for the same information', () => {
    holds(({ step, before, after }) => {
      if (step.kind === 'again') expect(after).toBe(before);
      if (before !== null) expect(after?.id).toBe(before.id);
    });
  });

  it('closes nothing that nobody has acknowledged', () => {
    holds(({ before, after }) => {
      if (after?.state === 'closed' && before?.state !== 'closed') expect(before?.state).toBe('acknowledged');
    });
  });
});
