import { execFileSync } from 'node:child_process';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squareDicom } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAME = 'a daemon without a free file descriptor';

describe.runIf(mosquittoAvailable(NAME))(NAME, () => {
  it(
    'continues, raises an alarm, and analyses every image once there are some again',
    { timeout: 120_000 },
    async () => {
      await using broker = await startMosquitto();
      await using home = await aDaemonHome({ brokerUrl: broker.url, settleMs: 100 });
      await using daemon = await home.start();
      const limitFiles = (count: number): void => {
        execFileSync('prlimit', ['--pid', String(daemon.pid), `--nofile=${count}:`]);
      };
      const lineOf = (message: string) => daemon.log.find((line) => line.includes(message));

      limitFiles(0);
      for (let number = 1; number <= 8; number += 1) {
        await writeFile(
          join(home.folder, 'arriving'),
          squareDicom(number, { isFractured: true, study: number }),
        );
        await rename(join(home.folder, 'arriving'), join(home.inbox, `${number}.dcm`));
        await fetch(`${daemon.healthUrl}/health`, { signal: AbortSignal.timeout(500) }).catch(
          () => undefined,
        );
      }
      const alarm = await waitUntil('the alarm', () => lineOf('technical alarm raised'), 30_000);
      const linesMeanwhile = daemon.log.length;
      limitFiles(4096);

      using store = home.openStore();
      const analysed = () => store.search.count({ statuses: ['done'] });
      await waitUntil('every image', () => (analysed() === 8 ? true : undefined), 60_000);
      await waitUntil('the end of the alarm', () => lineOf('technical alarm cleared'), 30_000);
      expect(JSON.parse(alarm)).toMatchObject({ code: 'INBOX_UNREACHABLE' });
      expect(linesMeanwhile).toBeLessThan(50);
      expect((await fetch(`${daemon.healthUrl}/health`)).status).toBe(200);
    },
  );
});
