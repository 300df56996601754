import type { Page } from 'playwright-core';
import { waitUntil } from './wait-until.ts';

/** Waits until the browser has cached a ward's page with its script, style and font. */
export async function untilCached(page: Page): Promise<void> {
  await waitUntil('everything is cached', async () => {
    const paths = await page.evaluate<string[]>(`
      caches.open('bonewatch-ward').then((cache) => cache.keys()).then((requests) => requests.map(({ url }) => new URL(url).pathname))
    `);
    const isWhole = ['.js', '.css', '.woff2', '/ward/ward-3'].every((end) =>
      paths.some((path) => path.endsWith(end)),
    );
    return isWhole ? true : undefined;
  });
}
