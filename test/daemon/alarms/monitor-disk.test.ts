import { expect, it } from 'vitest';
import { createTechnicalAlarms } from '../../../src/daemon/alarms/technical-alarms.ts';
import { monitorDisk } from '../../../src/daemon/alarms/monitor-disk.ts';
import { silentLog } from '../../support/silent-log.ts';
import { waitUntil } from '../../support/wait-until.ts';

it('low disk space raises an alarm, critical space pauses intake, and neither toggles in between', async () => {
  const alarms = createTechnicalAlarms({ site: 's', device: 'd', clock: Date, log: silentLog });
  const happened: (string | boolean)[] = [];
  let freeBytes = 500;
  using disk = await monitorDisk({
    limits: { lowBytes: 300, criticalBytes: 100 },
    read: () => Promise.resolve({ freeBytes, totalBytes: 1000 }),
    alarms,
    pollMs: 20,
  });
  let before = disk.state();
  disk.onChange((state) => {
    if (state.isLow && !before.isLow) happened.push('low');
    if (state.isFull !== before.isFull) happened.push(state.isFull);
    before = state;
  });
  const shows = (codes: readonly string[]): Promise<true> =>
    waitUntil(codes.join(), () => (alarms.active().join() === codes.join() ? true : undefined));

  freeBytes = 299;
  await shows(['DISK_LOW']);
  freeBytes = 99;
  await shows(['DISK_FULL']);
  expect(disk.state().isFull).toBe(true);
  freeBytes = 105;
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(disk.state().isFull).toBe(true);
  freeBytes = 320;
  await shows(['DISK_LOW']);
  freeBytes = 400;
  await shows([]);

  expect(happened).toEqual(['low', true, false]);
});
