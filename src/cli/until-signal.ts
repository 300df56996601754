import { once } from 'node:events';

/** The name of the first SIGTERM or SIGINT from now on. */
export async function untilSignal(): Promise<string> {
  const aborter = new AbortController();
  const { signal } = aborter;
  const named = (name: string): Promise<string> => once(process, name, { signal }).then(() => name);
  const signals = [named('SIGTERM'), named('SIGINT')];
  const first = await Promise.race(signals);
  aborter.abort();
  await Promise.allSettled(signals);
  return first;
}
