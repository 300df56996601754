import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('flood-child.ts', import.meta.url));

export interface FloodPlan {
  readonly ports: readonly number[];
  /** Connections at once, idle or with a request that never ends. */
  readonly connections: number;
  /** Addresses of this machine that they come from, from 127.0.1.1 on. */
  readonly machines: number;
  readonly attemptsPerSecond: number;
}

export interface FloodState {
  readonly attempts: number;
  readonly open: number;
  readonly closed: number;
}

export interface Flood extends AsyncDisposable {
  state(): FloodState;
}

/** Floods ports of this machine with connections from another process, until it is disposed. */
export function startFlood(plan: FloodPlan): Flood {
  const child = fork(CHILD, [JSON.stringify(plan)]);
  let latest: FloodState = { attempts: 0, open: 0, closed: 0 };
  child.on('message', (state) => (latest = state as FloodState));
  return {
    state: () => latest,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
