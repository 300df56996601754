/** When to try again: `never` (the same input gives the same answer), `later` (the world may have changed). */
export type RetryPolicy = 'never' | 'later';

/** What becomes of an image that the error stops: outside of what Bonewatch analyses, or it should have worked. */
export type StoppedImageStatus = 'not-analysed' | 'failed';

/**
 * Why an execution provider does not serve. `missing`: a library or device is absent; `load`: the model does not load;
 * `wrong`: its results differ from the CPU's; `run`: it failed on an image; `crash` and `hang`: its process died or did
 * not answer; `engine`: its stored engine is not usable; `build`: no engine could be built.
 */
export type ProviderFault = 'missing' | 'load' | 'wrong' | 'run' | 'crash' | 'hang' | 'engine' | 'build';

/** What a technical alarm is about; `connection` and `message`: to the broker, and one message that it refuses. */
export type AlarmSubject =
  'inbox' | 'store' | 'disk' | 'board' | 'models' | 'connection' | 'message' | 'ward';

/** What the ward displays show: nothing, a slower analysis, an export folder out of reach, or no analysis at all. */
export type WardEffect = 'none' | 'slow' | 'partly' | 'stopped';

/** A technical alarm: about the device, never about a patient. */
export interface AlarmBehaviour {
  readonly about: AlarmSubject;
  readonly wardEffect: WardEffect;
  /** Whether the analysis itself is worse; published as `degraded` in info and health. */
  readonly degrades: boolean;
  /** Once, or by several sources (inboxes, parts of the daemon) at a time: it then lists them and lasts for the last. */
  readonly raisedBy: 'device' | 'each-source';
  /** Priority of the one log line that raises it. */
  readonly priority: 'error' | 'warn';
}

/** One row of the error table: everything that a code does. */
export interface ErrorEntry {
  readonly meaning: string;
  readonly retry: RetryPolicy;
  /** What to do. */
  readonly hint: string;
  /** The status of an image whose reason it is; without it, it is not expected for an image and counts as failed. */
  readonly outcome?: StoppedImageStatus;
  /** The technical alarm it raises; without it, none. */
  readonly alarm?: AlarmBehaviour;
  /** Exit code of a command that it ends (sysexits.h); 1 without it. */
  readonly exit?: 78;
  /** Status of an HTTP answer that names it; 422 without it. */
  readonly http?: 503;
  /** What it says of the execution provider it came from; without it, that the model did not load. */
  readonly providerFault?: ProviderFault;
}
