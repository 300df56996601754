import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DaemonHome } from './running-daemon.ts';
import { squarePng } from './squares.ts';
import { waitUntil } from './wait-until.ts';

/** Writes the pictures `from` to `to` (exclusive) into the inbox; every third has a fracture. */
export async function sendPictures(home: DaemonHome, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += 1)
    await writeFile(join(home.inbox, `${n}.png`), await squarePng(n, { isFractured: n % 3 === 0 }));
}

/** Waits until exactly this many files have a result. */
export async function waitForResults(home: DaemonHome, count: number, deadlineMs = 30_000): Promise<void> {
  await waitUntil(
    `${count} results`,
    () => {
      using store = home.openStore();
      return store.ledger.counts().done === count ? true : undefined;
    },
    deadlineMs,
  );
}
