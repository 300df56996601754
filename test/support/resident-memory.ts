import { readdir, readFile } from 'node:fs/promises';

/** Resident bytes of all processes of a group, from /proc. */
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
  /** The largest sample. */
  readonly peakBytes: number;
  readonly samples: number;
}

/** Samples the total memory of a process group four times a second. */
export function watchMemory(processGroup: number): MemoryWatch {
  let peakBytes = 0;
  let samples = 0;
  let running = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(async () => {
      peakBytes = Math.max(peakBytes, await residentBytes(processGroup));
      samples += 1;
    });
  }, 250);
  return {
    get peakBytes() {
      return peakBytes;
    },
    get samples() {
      return samples;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await running;
    },
  };
}
