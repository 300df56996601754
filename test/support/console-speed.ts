import type { Page } from 'playwright-core';
import { waitUntil } from './wait-until.ts';
import { writeDicom } from './write-dicom.ts';

/** How fast the list renders while it is scrolled from end to end. */
export interface ScrollSpeed {
  readonly frames: number;
  /** Time between two frames on the screen, the 95th percentile. */
  readonly frameMsP95: number;
  /** CPU time of the page for one frame, independent of other load on the machine. */
  readonly workMsPerFrame: number;
}

const FRAMES = 240;
const ROWS_PER_FRAME = 7;

/** Whether a row is rendered in the middle of the visible area. */
const IS_FILLED = `(() => {
  const list = document.querySelector('.rows');
  const middle = list.scrollTop + list.clientHeight / 2;
  const tops = [...document.querySelectorAll('.row')].map((row) => Number.parseFloat(row.style.transform.slice(11)));
  return tops.some((top) => Math.abs(top - middle) < 100);
})()`;

/** Scrolls through the list for some seconds, then jumps to its middle and waits for the rows there. */
export async function measureScroll(page: Page): Promise<ScrollSpeed> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const before = await taskSeconds();
  const gaps = await page.evaluate<number[]>(`(async () => {
    const list = document.querySelector('.rows');
    const times = [];
    let last = await new Promise(requestAnimationFrame);
    for (let frame = 0; frame < ${FRAMES}; frame += 1) {
      list.scrollBy(0, ${ROWS_PER_FRAME * 60});
      const now = await new Promise(requestAnimationFrame);
      times.push(now - last);
      last = now;
    }
    return times;
  })()`);
  const worked = (await taskSeconds()) - before;
  await page.evaluate(`{
    const list = document.querySelector('.rows');
    list.scrollTo(0, list.scrollHeight / 2);
  }`);
  await waitUntil(
    'rows where it was jumped to',
    async () => (await page.evaluate<boolean>(IS_FILLED)) || undefined,
    5000,
  );
  return {
    frames: FRAMES,
    frameMsP95: gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length * 0.95)] ?? 0,
    workMsPerFrame: (worked * 1000) / FRAMES,
  };

  async function taskSeconds(): Promise<number> {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  }
}

/** From the touch of a row to the picture on the screen, and to its finest step; milliseconds. */
export async function measureOpening(
  page: Page,
  row: string,
): Promise<{ readonly visibleMs: number; readonly fullMs: number }> {
  return page.evaluate(`(async () => {
    const started = performance.now();
    const until = (wanted) =>
      new Promise((resolve) => {
        const poll = () => {
          if (document.querySelector(wanted) === null) requestAnimationFrame(poll);
          else resolve(performance.now() - started);
        };
        poll();
      });
    document.querySelector('canvas')?.removeAttribute('data-painted');
    document.querySelector('${row}').click();
    await until('${row}[aria-selected="true"]');
    const visibleMs = await until('canvas[data-painted]');
    return { visibleMs, fullMs: await until('canvas[data-painted="full"]') };
  })()`);
}

/** A radiograph of ten megapixels, 12 bits, with structure; a different one for each number. */
export function tenMegapixels(number: number): Buffer {
  const [rows, columns] = [3656, 2736];
  const stored = new Uint16Array(rows * columns);
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      const wave = Math.abs(((x * 7 + y * 3 + number * 911) % 2400) - 1200) / 1200;
      stored[y * columns + x] = Math.round(400 + 3200 * wave) + ((x * 31 + y * 17) & 31);
    }
  }
  return writeDicom({
    ...{ rows, columns, stored, bitsStored: 12 },
    elements: [
      ['00080018', 'UI', `1.2.3.10.${number}`],
      ['0020000d', 'UI', `1.2.3.11.${number}`],
      ['00180015', 'CS', 'KNEE'],
      ['00281050', 'DS', '2048'],
      ['00281051', 'DS', '4096'],
    ],
  });
}
