/** When to retry: `never` (the same input gives the same result), `later` (circumstances may have changed). */
export type RetryPolicy = 'never' | 'later';

/** The status of an image that the error stops: outside the scope of Bonewatch, or a failure. */
export type StoppedImageStatus = 'not-analysed' | 'failed';

/**
 * Why an execution provider does not serve. `missing`: a library or device is absent; `load`: the model does not load;
 * `wrong`: its results differ from the CPU's; `run`: it failed on an image; `crash` and `hang`: its process died or did
 * not answer; `engine`: its stored engine is not usable; `build`: no engine could be built.
 */
export type ProviderFault = 'missing' | 'load' | 'wrong' | 'run' | 'crash' | 'hang' | 'engine' | 'build';

/** The subject of a technical alarm; `connection`: to the broker; `message`: one that the broker refuses. */
export type AlarmSubject =
  'inbox' | 'store' | 'clock' | 'disk' | 'board' | 'models' | 'connection' | 'message' | 'ward' | 'display';

/** What the ward displays show: nothing, slower analysis, an unreachable export folder, or no analysis. */
export type WardEffect = 'none' | 'slow' | 'partly' | 'stopped';

/**
 * What an alarm costs, the worst first. `alerts`: alerts do not reach a ward; `images`: images are not analysed or
 * not stored; `record`: the record of the past is in doubt; `slower`: images are analysed later than usual; `later`:
 * nothing yet.
 */
export const ALARM_CONSEQUENCES = ['alerts', 'images', 'record', 'slower', 'later'] as const;

export type AlarmConsequence = (typeof ALARM_CONSEQUENCES)[number];

/** A technical alarm: about the device, never about a patient. */
export interface AlarmBehaviour {
  readonly about: AlarmSubject;
  /** Its place in every list of alarms. */
  readonly consequence: AlarmConsequence;
  readonly wardEffect: WardEffect;
  /** Whether it degrades the analysis itself; published as `degraded` in info and health. */
  readonly degrades: boolean;
  /** Raised once, or by several sources (inboxes, parts of the daemon), which it lists until the last one recovers. */
  readonly raisedBy: 'device' | 'each-source';
  /** Priority of the one log line that raises it. */
  readonly priority: 'error' | 'warn';
}

/** One row of the error table: all effects of a code. */
export interface ErrorEntry {
  readonly meaning: string;
  readonly retry: RetryPolicy;
  /** What to do. */
  readonly hint: string;
  /** The status of an image with this reason; without it, the code is not expected for an image and counts as failed. */
  readonly outcome?: StoppedImageStatus;
  /** The technical alarm it raises; without it, none. */
  readonly alarm?: AlarmBehaviour;
  /** Exit code of a command that it ends (sysexits.h); 1 by default. */
  readonly exit?: 78;
  /** Status of an HTTP response with this code; 422 by default. */
  readonly http?: 503;
  /** The fault of the execution provider that it came from; `load` by default. */
  readonly providerFault?: ProviderFault;
}

/** A row that raises a technical alarm. */
export type AlarmEntry = ErrorEntry & Required<Pick<ErrorEntry, 'alarm'>>;
