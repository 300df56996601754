import type { RejectedCommand } from './command-rejection.ts';
import type { ModelIdentity } from './finding.ts';

export type AlertState = 'open' | 'acknowledged' | 'escalated' | 'closed';
export type Priority = 'high' | 'medium' | 'low';

/** Why a clinician takes an alert back. A fixed list, since free text could name a patient. */
export type WithdrawReason = 'no-fracture' | 'old-fracture' | 'artefact' | 'wrong-image' | 'other';

/** Where a finding is, as far as the file states. */
export interface Site {
  readonly bodyPart: string | null;
  readonly laterality: 'L' | 'R' | 'B' | null;
}

/** An alert that was not acknowledged in time: how often it was escalated, and why. */
export interface Escalation {
  /** Number of escalations, from 1. */
  readonly step: number;
  /** Of the latest step. */
  readonly at: string;
  readonly reason: 'not-acknowledged' | 'not-watched';
  /** Whether the tone becomes that of the next priority. */
  readonly isLouder: boolean;
}

/**
 * The present state of one alert, the payload of its retained topic. One per study and ward.
 * Times are UTC, RFC 3339. Nothing in it names a patient.
 */
export interface Alert {
  readonly schema: 'bonewatch.alert/1';
  /** ULID. */
  readonly id: string;
  /** Increases with every change; readers ignore revisions that are not newer. */
  readonly rev: number;
  /** The last revision with new clinical information; an acknowledgement of an earlier one is rejected. */
  readonly newsRev: number;
  readonly state: AlertState;
  readonly priority: Priority;
  readonly outcome: 'fracture-detected' | 'fracture-suspected';
  /** The highest confidence of any finding of the study, 0…1. */
  readonly confidence: number;
  /** Of the clearest finding; the other places are in `sites`. */
  readonly bodyPart: string | null;
  /** Of `bodyPart`: `B` only if that body part has findings on both sides. */
  readonly laterality: Site['laterality'];
  /** All places with findings, each once. */
  readonly sites: readonly Site[];
  readonly place: { readonly ward: string; readonly room: string | null; readonly bed: string | null };
  /** All wards that see it: its own, then those it was escalated to. */
  readonly wards: readonly string[];
  /** Shown without a tone, since the ward has many new alerts at once. */
  readonly isQuiet: boolean;
  readonly escalation: Escalation | null;
  /** Who took it back and why. Its state is `closed`, and it stays on the wards until `times.cleared`. */
  readonly withdrawn: { readonly by: string; readonly reason: WithdrawReason; readonly at: string } | null;
  /** Opaque, the same for all views of a study; four characters a person can read aloud. */
  readonly caseRef: string;
  readonly images: { readonly count: number; readonly withFindings: number };
  readonly times: {
    readonly acquired: string | null;
    readonly received: string;
    readonly inferred: string;
    readonly published: string | null;
    /** Start of its wait for an acknowledgement. */
    readonly raised: string;
    /** When it last sounded; null if it never did. */
    readonly sounded: string | null;
    readonly acknowledged: string | null;
    /** When it left the wards. */
    readonly cleared: string | null;
  };
  readonly acknowledgedBy: { readonly name: string; readonly display: string | null } | null;
  readonly models: readonly ModelIdentity[];
  readonly degraded: boolean;
  /** Hardly anything could be seen of one of the pictures with a finding; absent otherwise. */
  readonly isPictureUncertain?: true;
  readonly notForDiagnosis: true;
  /**
   * Absolute path, on the screens' port, of its radiograph with the findings marked. Never stored; published only if the
   * hospital lets the wards see pictures.
   */
  readonly thumbnail?: string;
  /** The last command of a display that was rejected since this revision was made. Never stored, as `thumbnail`. */
  readonly rejected?: RejectedCommand;
}

/**
 * What changed on a ward: `before` is null for a new alert, `after` null for one that ended, unless it was withdrawn.
 * Each alert is `new` once, when it first sounds; one that comes quietly is an `update` without a `before`.
 */
export interface AlertEvent {
  readonly schema: 'bonewatch.event/1';
  readonly type: 'new' | 'update' | 'end';
  readonly before: Alert | null;
  readonly after: Alert | null;
}
