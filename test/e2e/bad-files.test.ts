import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { toolAvailable } from '../support/tool-available.ts';
import { waitUntil } from '../support/wait-until.ts';

const title =
  'the daemon gives every bad file one row with its reason, and analyses the good files among them';
const isRoot = process.getuid?.() === 0;
// Root can read every file, unless it drops that capability.
const wrapper = isRoot ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : [];
const canRun = mosquittoAvailable(title) && (!isRoot || toolAvailable('setpriv', title));

it.runIf(canRun)(title, { timeout: 90_000 }, async () => {
  await using broker = await startMosquitto();
  await using home = await aDaemonHome({ brokerUrl: broker.url, wrapper, settleMs: 500 });
  await using daemon = await home.start();
  const put = (name: string, content: string | Buffer): Promise<void> =>
    writeFile(join(home.inbox, name), content);

  await put('garbage.bin', Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251)));
  await put('empty.dcm', '');
  await put('text.dcm', 'This is not a radiograph.\n');
  await put('unreadable.dcm', 'secret');
  await chmod(join(home.inbox, 'unreadable.dcm'), 0o000);
  const whole = await squarePng(7, { isFractured: true });
  await put('half.png', whole.subarray(0, whole.length / 2));
  await mkdir(join(home.inbox, 'folder.dcm'));
  await put('folder.dcm/inside.png', await squarePng(1, { isFractured: true }));
  await put('good.png', await squarePng(2, { isFractured: false }));

  const rows = await waitUntil(
    'every file has a result',
    () => {
      using store = home.openStore();
      const images = store.images.list();
      return images.length === 7 && images.every(({ finishedAt }) => finishedAt !== null)
        ? images
        : undefined;
    },
    30_000,
  );
  const answers = Object.fromEntries(
    rows.map(({ file, status, reason, outcome }) => [basename(file), [status, reason?.code ?? outcome]]),
  );
  expect(answers).toEqual({
    'garbage.bin': ['not-analysed', 'NOT_AN_IMAGE'],
    'empty.dcm': ['failed', 'FILE_EMPTY'],
    'text.dcm': ['not-analysed', 'NOT_AN_IMAGE'],
    'unreadable.dcm': ['failed', 'FILE_UNREADABLE'],
    'half.png': ['failed', 'RASTER_TRUNCATED'],
    'inside.png': ['done', 'fracture-detected'],
    'good.png': ['done', 'no-fracture-detected'],
  });
  expect(await daemon.stop()).toBe(0);
});
