import { readdir, readFile } from 'node:fs/promises';

/** Bytes of memory that all processes of a group hold at this moment, from /proc. */
async function residentBytes(processGroup: number): Promise<number> {
  let total = 0;
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const [, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(group) !== processGroup) continue;
    const status = await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '');
    total += Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  }
  return total;
}

export interface MemoryWatch extends AsyncDisposable {
  /** The most that was seen at any look. */
  readonly peakBytes: number;
  readonly looks: number;
}

/** Looks four times a second how much memory a group of processes holds together. */
export function watchMemory(processGroup: number): MemoryWatch {
  let peakBytes = 0;
  let looks = 0;
  let running = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(async () => {
      peakBytes = Math.max(peakBytes, await residentBytes(processGroup));
      looks += 1;
    });
  }, 250);
  return {
    get peakBytes() {
      return peakBytes;
    },
    get looks() {
      return looks;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await running;
    },
  };
}
