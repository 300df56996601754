import { stderr } from 'node:process';

/** The progress of long work: a bar on a terminal, else a plain line every tenth. */
export interface Progress extends Disposable {
  step(): void;
}

const BAR_WIDTH = 30;
const TENTHS = 10;

/** Shows on standard error how many of `total` steps are done. */
export function showProgress(what: string, total: number): Progress {
  const startedMs = performance.now();
  let done = 0;
  let toldTenths = 0;

  function left(): string {
    const seconds = Math.round(((performance.now() - startedMs) / 1000 / Math.max(1, done)) * (total - done));
    return seconds >= 60 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${seconds} s`;
  }

  return {
    step() {
      done += 1;
      if (stderr.isTTY) {
        const filled = Math.round((done / total) * BAR_WIDTH);
        const bar = '█'.repeat(filled).padEnd(BAR_WIDTH, '░');
        stderr.write(`\r${what} ${bar} ${done}/${total}, ${left()} left\u001b[K`);
        return;
      }
      const tenths = Math.floor((done / total) * TENTHS);
      if (tenths === toldTenths) return;
      toldTenths = tenths;
      stderr.write(`${what}: ${done} of ${total}\n`);
    },
    [Symbol.dispose]() {
      if (stderr.isTTY) stderr.write('\r\u001b[K');
    },
  };
}
