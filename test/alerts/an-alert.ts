import type { Alert } from '../../src/contract/alert.ts';
import type { StudySummary, StudyView } from '../../src/alerts/fold-study.ts';
import type { AlertContext } from '../../src/alerts/update-alert.ts';

const model = {
  name: 'fracture-default',
  version: '1.0.0',
  sha256: 'ab'.repeat(32),
  task: 'detection',
};

/** A suspected wrist fracture, not acknowledged yet, with the facts that a test is about. */
export function anAlert(facts: Partial<Alert> = {}): Alert {
  return {
    schema: 'bonewatch.alert/1',
    id: '01K0000000000000000000AAAA',
    rev: 1,
    newsRev: 1,
    state: 'open',
    priority: 'medium',
    outcome: 'fracture-suspected',
    confidence: 0.6,
    bodyPart: 'wrist',
    laterality: 'L',
    sites: [{ bodyPart: 'wrist', laterality: 'L' }],
    place: { ward: 'w3', room: null, bed: null },
    wards: ['w3'],
    isQuiet: false,
    escalation: null,
    withdrawn: null,
    caseRef: 'K7Q2',
    images: { count: 1, withFindings: 1 },
    times: {
      acquired: '2026-03-01T05:30:00Z',
      received: '2026-03-01T05:30:10Z',
      inferred: '2026-03-01T05:30:11Z',
      published: '2026-03-01T05:30:11Z',
      raised: '2026-03-01T05:30:11Z',
      sounded: '2026-03-01T05:30:11Z',
      acknowledged: null,
      cleared: null,
    },
    acknowledgedBy: null,
    models: [model],
    degraded: false,
    notForDiagnosis: true,
    ...facts,
  };
}

/** The same alert after a nurse has acknowledged it. */
export function anAcknowledgedAlert(facts: Partial<Alert> = {}): Alert {
  const open = anAlert();
  return anAlert({
    rev: 2,
    state: 'acknowledged',
    acknowledgedBy: { name: 'Kim', display: 'w3-door' },
    times: { ...open.times, acknowledged: '2026-03-01T05:32:00Z' },
    ...facts,
  });
}

/** One analysed wrist image with a suspected fracture. */
export function aView(facts: Partial<StudyView> = {}): StudyView {
  return {
    outcome: 'fracture-suspected',
    confidence: 0.6,
    bodyPart: 'wrist',
    laterality: 'L',
    acquiredAt: '2026-03-01T05:30:00Z',
    receivedAt: '2026-03-01T05:30:10Z',
    inferredAt: '2026-03-01T05:30:11Z',
    models: [model],
    degraded: false,
    isPictureUncertain: false,
    ...facts,
  };
}

/** A study of one image with a suspected wrist fracture, as `anAlert` was raised from. */
export function aStudy(facts: Partial<StudySummary> = {}): StudySummary {
  return {
    images: { count: 1, withFindings: 1 },
    outcome: 'fracture-suspected',
    confidence: 0.6,
    bodyPart: 'wrist',
    bodyParts: ['wrist'],
    sites: (facts.bodyParts ?? ['wrist']).map((bodyPart) => ({
      bodyPart,
      laterality: facts.laterality ?? 'L',
    })),
    laterality: 'L',
    acquiredAt: '2026-03-01T05:30:00Z',
    receivedAt: '2026-03-01T05:30:10Z',
    inferredAt: '2026-03-01T05:30:11Z',
    models: [model],
    degraded: false,
    isPictureUncertain: false,
    ...facts,
  };
}

/** Ward w3 at a given time; ids count up. */
export function aContext(now = '2026-03-01T05:40:00Z'): AlertContext {
  let ids = 0;
  return {
    place: { ward: 'w3', room: null, bed: null },
    caseRef: 'K7Q2',
    priorities: { detected: 'high', suspected: 'medium', bodyParts: { hip: 'high', hand: 'low' } },
    isBusy: false,
    now,
    newId: () => `01K000000000000000000000${String(++ids).padStart(2, '0')}`,
  };
}

/** How long ago a time was at a moment, for a clock that never jumps. */
export function elapsedAt(now: string): (since: string) => number {
  return (since) => Date.parse(now) - Date.parse(since);
}
