import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

export interface Chromium extends AsyncDisposable {
  readonly browser: Browser;
  /** A new window with its own storage, as on another screen of the ward. */
  openPage(url: string, options?: BrowserContextOptions): Promise<Page>;
}

/** Whether a browser is installed; if not, prints which tests are skipped and why. */
export function chromiumAvailable(tests: string): boolean {
  const isInstalled = findChromium() !== null;
  if (!isInstalled) {
    console.warn(
      `skipped: ${tests}: no Chromium on PATH (apt-get install chromium, or set BONEWATCH_CHROMIUM)`,
    );
  }
  return isInstalled;
}

/** Starts a headless Chromium; disposing closes everything that was opened in it. */
export async function startChromium(args: readonly string[] = []): Promise<Chromium> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('no Chromium is installed');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', ...args] });
  return {
    browser,
    async openPage(url, options = {}) {
      const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, ...options });
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** The path of the installed browser; null: there is none. */
export function findChromium(): string | null {
  const named = process.env['BONEWATCH_CHROMIUM'];
  if (named !== undefined) return isExecutable(named) ? named : null;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
