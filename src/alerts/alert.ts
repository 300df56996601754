import type { ModelIdentity } from '../inference/finding.ts';

export type AlertState = 'open' | 'acknowledged' | 'escalated' | 'closed';
export type Priority = 'high' | 'medium' | 'low';

/**
 * The present state of one alert: what its retained topic holds. One per study and ward.
 * Times are UTC, RFC 3339. Nothing in it names a patient.
 */
export interface Alert {
  readonly schema: 'bonewatch.alert/1';
  /** ULID. */
  readonly id: string;
  /** Counts up with every change; a reader drops what is not newer than what it has. */
  readonly rev: number;
  readonly state: AlertState;
  readonly priority: Priority;
  readonly outcome: 'fracture-detected' | 'fracture-suspected';
  /** The highest confidence of any finding of the study, 0…1. */
  readonly confidence: number;
  readonly bodyPart: string | null;
  readonly laterality: 'L' | 'R' | 'B' | null;
  readonly place: { readonly ward: string; readonly room: string | null; readonly bed: string | null };
  /** Opaque, the same for all views of a study; four characters a person can read aloud. */
  readonly caseRef: string;
  readonly images: { readonly count: number; readonly withFindings: number };
  readonly times: {
    readonly acquired: string | null;
    readonly received: string;
    readonly inferred: string;
    readonly published: string | null;
    readonly acknowledged: string | null;
  };
  readonly acknowledgedBy: { readonly name: string; readonly display: string | null } | null;
  readonly models: readonly ModelIdentity[];
  readonly degraded: boolean;
  readonly notForDiagnosis: true;
}

/** What changed on a ward: `before` is null for a new alert, `after` null for one that ended. */
export interface AlertEvent {
  readonly schema: 'bonewatch.event/1';
  readonly type: 'new' | 'update' | 'end';
  readonly before: Alert | null;
  readonly after: Alert | null;
}
