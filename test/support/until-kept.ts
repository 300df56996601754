import type { Page } from 'playwright-core';
import { waitUntil } from './wait-until.ts';

/** Waits until the browser keeps a ward's page, its script, its style and its font. */
export async function untilKept(page: Page): Promise<void> {
  await waitUntil('everything is kept', async () => {
    const paths = await page.evaluate<string[]>(`
      caches.open('bonewatch-ward').then((cache) => cache.keys()).then((kept) => kept.map(({ url }) => new URL(url).pathname))
    `);
    const isWhole = ['.js', '.css', '.woff2', '/ward/ward-3'].every((end) =>
      paths.some((path) => path.endsWith(end)),
    );
    return isWhole ? true : undefined;
  });
}
