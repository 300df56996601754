/** `node test/bench/console.ts`: response times of the console with 100,000 images, as JSON on standard output. */
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { openConsoleFixture } from '../support/console-fixture.ts';
import { measureOpening, measureScroll, tenMegapixels } from '../support/console-speed.ts';
import { fillAlerts, fillStore } from '../support/many-images.ts';
import { waitUntil } from '../support/wait-until.ts';

const IMAGES = 100_000;
const REQUESTS = 20;
const DAYS = 30;
const QUERIES = {
  everything: '',
  onePart: 'regions=wrist&',
  rareOutcomeOfOnePart: 'regions=ribs&outcomes=fracture-detected&',
  unseen: 'unseen=1&',
  withoutVerdict: 'verdict=none&',
  noSuchCase: 'case=NONE&',
} as const;

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const text = `${JSON.stringify(await measure(), null, 2)}\n`;
if (values.out !== undefined) await writeFile(values.out, text);
process.stdout.write(text);

async function measure(): Promise<object> {
  const until = Date.now();
  await using fixture = await openConsoleFixture({
    fill(path) {
      fillStore(path, IMAGES, until);
      fillAlerts(path, DAYS, until);
    },
  });
  const { screensUrl } = fixture.daemon;
  const answers: Record<string, object> = {};
  for (const [name, query] of Object.entries(QUERIES)) {
    answers[name] = {
      listMs: await timesOf(`${screensUrl}/api/images?${query}limit=200`),
      outlineMs: await timesOf(`${screensUrl}/api/images/outline?${query}limit=200`),
    };
  }
  const qualityMs = await timesOf(`${screensUrl}/api/quality?weeks=26`, 1);
  const page = await fixture.open();
  await page.waitForSelector('.row');
  const scroll = await measureScroll(page);
  const openings = [];
  for (const number of [1, 2, 3, 4, 5]) {
    await fixture.drop(`${number}.dcm`, tenMegapixels(number));
    const row = `#image-${IMAGES + number}`;
    await page.evaluate(`document.querySelector('.rows').scrollTo(0, 0)`);
    await waitUntil(
      'answered',
      async () => (await page.locator(`${row} :is(.none, .likely, .suspected)`).count()) > 0 || undefined,
      30_000,
    );
    openings.push(await measureOpening(page, row));
  }
  return {
    measured: new Date().toISOString().slice(0, 10),
    cpu: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`,
    loadBefore: loadavg()[0],
    node: process.versions.node,
    images: IMAGES,
    answers,
    qualityMs,
    scroll,
    tenMegapixels: {
      visibleMs: percentiles(openings.map(({ visibleMs }) => visibleMs)),
      fullMs: percentiles(openings.map(({ fullMs }) => fullMs)),
    },
  };
}

async function timesOf(url: string, requests = REQUESTS): Promise<object> {
  const durations: number[] = [];
  for (let request = 0; request < requests; request += 1) {
    const started = performance.now();
    await (await fetch(url)).text();
    durations.push(performance.now() - started);
  }
  return percentiles(durations);
}

function percentiles(values: readonly number[]): object {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 10) / 10;
  return { p50: at(0.5), p95: at(0.95) };
}
