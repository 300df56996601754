import { readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encodeFrame, LOSSLESS_SYNTAXES } from '../support/encode-frame.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { seeded } from '../support/seeded.ts';
import { waitUntil } from '../support/wait-until.ts';
import { writeDicom } from '../support/write-dicom.ts';

const [ROWS, COLUMNS, BITS] = [2600, 2400, 12];
const hasMosquitto = mosquittoAvailable('a picture that takes long to decode');

it.runIf(hasMosquitto)(
  'the preview of a JPEG 2000 picture is ready before it is requested, the full picture on request',
  { timeout: 120_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    await using daemon = await home.start();
    await writeFile(join(home.inbox, 'large.dcm'), await aLargePicture());
    using store = home.openStore();
    const { sha256 } = await waitUntil(
      'the picture has a result',
      () => store.images.list().find(({ status }) => status === 'done'),
      60_000,
    );
    const cached = (size: string): string =>
      join(home.folder, 'store', 'pictures', `${sha256 ?? ''}-${size}`);
    await waitUntil('the preview is cached', () => (existsSync(cached('quick')) ? true : undefined));
    expect(existsSync(cached('full'))).toBe(false);

    const quick = await fetch(`${daemon.screensUrl}/api/images/1/picture/quick`);

    expect(Buffer.from(await quick.arrayBuffer())).toEqual(await readFile(cached('quick')));
    const full = await fetch(`${daemon.screensUrl}/api/images/1/picture/full`);
    const words = new Uint32Array((await full.arrayBuffer()).slice(0, 12));
    expect([...words]).toEqual([COLUMNS, ROWS, 1]);
  },
);

async function aLargePicture(): Promise<Buffer> {
  const random = seeded(3);
  const stored = Uint16Array.from({ length: ROWS * COLUMNS }, (_, index) =>
    Math.floor(((index % COLUMNS) / COLUMNS) * 3800 + random() * 200),
  );
  const frame = await encodeFrame('jpeg 2000', { rows: ROWS, columns: COLUMNS, bitsStored: BITS, stored });
  const transferSyntaxUid = LOSSLESS_SYNTAXES['jpeg 2000'];
  return writeDicom({
    rows: ROWS,
    columns: COLUMNS,
    bitsStored: BITS,
    stored: [],
    fragments: [frame],
    transferSyntaxUid,
  });
}
