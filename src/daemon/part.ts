import { BonewatchError } from '../contract/errors.ts';

/** Why a part is not up: one plain sentence without patient data. */
export interface PartNotUp {
  readonly state: 'starting' | 'unavailable';
  readonly reason: string;
}

export type PartState<T> = PartNotUp | { readonly state: 'up'; readonly value: T };

/** A part of the daemon that others may request before it is open. */
export interface Part<T> {
  readonly state: () => PartState<T>;
  /** The open part. Throws NOT_READY while it is not up. */
  readonly require: () => T;
}

/** The one place that opens a part; disposing disposes what was opened. */
export interface OpenablePart<T> extends Part<T>, AsyncDisposable {
  /** Waits for the part; from then on it is up, until this is disposed. */
  open(opening: T | Promise<T>): Promise<T>;
}

/** A part that is starting; `reason` names what it waits for. */
export function createPart<T extends AsyncDisposable>(reason: string): OpenablePart<T> {
  let current: PartState<T> = { state: 'starting', reason };
  return {
    state: () => current,
    require() {
      if (current.state !== 'up') throw new BonewatchError('NOT_READY', current.reason);
      return current.value;
    },
    async open(opening) {
      const value = await opening;
      current = { state: 'up', value };
      return value;
    },
    async [Symbol.asyncDispose]() {
      const last = current;
      current = { state: 'unavailable', reason: 'The service is stopping.' };
      if (last.state === 'up') await last.value[Symbol.asyncDispose]();
    },
  };
}
