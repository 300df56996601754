import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { accessibilityFaults } from '../support/check-accessibility.ts';
import { chromiumAvailable } from '../support/chromium.ts';
import { openConsoleFixture } from '../support/console-fixture.ts';
import { mosquittoAvailable } from '../support/mosquitto.ts';
import { squareDicom } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAME = 'another model on stored images';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const TINY = fileURLToPath(new URL('../fixtures/tiny-model', import.meta.url));

it.runIf(canRun)(
  'the console re-runs one image and then all of them with another model, compares the models and raises no alert',
  { timeout: 180_000 },
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'models-'));
    await using stack = new AsyncDisposableStack();
    stack.defer(() => rm(directory, { recursive: true, force: true }));
    await cp(TINY, join(directory, 'tiny-model'), { recursive: true });
    await installBlindModel(directory);
    const models = { directory, active: ['tiny-model'], executionProviders: ['cpu'] };
    await using fixture = await openConsoleFixture({ config: { models } });
    const page = await fixture.open();
    for (const number of [1, 2, 3, 4])
      await fixture.drop(`${number}.dcm`, squareDicom(number, { isFractured: number > 2, study: number }));
    await waitUntil(
      'all images have a result',
      async () => (await page.locator('.row:not(:has(.moving))').count()) === 4 || undefined,
      60_000,
    );
    using store = fixture.home.openStore();
    const alerts = store.alerts.list(10).map(({ id, confidence }) => [id, confidence]);

    await page.click('.row:has(.likely)');
    await page.waitForSelector('.finding');
    await page.keyboard.press('r');
    await page.click('.pick button:has-text("blind")');
    await page.waitForSelector('.again:has-text("blind"):has-text("골절 소견 없음")');

    await page.goto(`${fixture.daemon.screensUrl}/console/quality`);
    await page.waitForSelector('#compare');
    await page.selectOption('#compare select', 'blind');
    await page.click('#compare .btn');
    await page.waitForSelector('#compare h2:has-text("50.0")');

    expect(await page.locator('.differing a').count()).toBe(2);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(store.alerts.list(10).map(({ id, confidence }) => [id, confidence])).toEqual(alerts);
    expect(store.audit.latest(50).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['image-rerun', 'rerun-started']),
    );
  },
);

/** The same model with its input ten times darker. */
async function installBlindModel(directory: string): Promise<void> {
  const folder = join(directory, 'blind');
  await cp(TINY, folder, { recursive: true });
  const manifest = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as Record<string, unknown>;
  const input = { ...(manifest['input'] as object), scale: 0.000392 };
  await writeFile(join(folder, 'model.json'), JSON.stringify({ ...manifest, name: 'blind', input }));
}
