import type { Alert } from '../../src/contract/alert.ts';

type AlertFacts = Partial<Omit<Alert, 'times' | 'place'>> & {
  readonly minutesAgo?: number;
  readonly place?: Partial<Alert['place']>;
  readonly times?: Partial<Alert['times']>;
};

/** An open alert as the ward's retained topic holds it; set only the fields that matter. */
export function anAlert(facts: AlertFacts = {}, now = Date.now()): Alert {
  const { minutesAgo = 0, place, times, bodyPart = 'wrist', laterality = 'L', ...rest } = facts;
  const received = new Date(now - minutesAgo * 60_000).toISOString();
  return {
    schema: 'bonewatch.alert/1',
    id: '01JD0000000000000000000000',
    rev: 1,
    newsRev: 1,
    state: 'open',
    priority: 'medium',
    outcome: 'fracture-suspected',
    confidence: 0.62,
    bodyPart,
    laterality,
    sites: [{ bodyPart, laterality }],
    place: { ward: 'ward-3', room: null, bed: null, ...place },
    wards: ['ward-3'],
    isQuiet: false,
    escalation: null,
    withdrawn: null,
    caseRef: 'K7Q2',
    images: { count: 3, withFindings: 2 },
    times: {
      acquired: received,
      received,
      inferred: received,
      published: received,
      raised: received,
      sounded: received,
      acknowledged: null,
      cleared: null,
      ...times,
    },
    acknowledgedBy: null,
    models: [],
    degraded: false,
    notForDiagnosis: true,
    ...rest,
  };
}
