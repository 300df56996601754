import { expect, it } from 'vitest';
import { healthSchema } from '../../../src/config/health-schema.ts';
import { readStress } from '../../../src/health/board/read-stress.ts';
import { createTechnicalAlarms } from '../../../src/daemon/alarms/technical-alarms.ts';
import { monitorBoard } from '../../../src/daemon/alarms/monitor-board.ts';
import { overwriteTree, ORIN_JETPACK_6, writeTree } from '../../support/board-trees.ts';
import { silentLog } from '../../support/silent-log.ts';
import { waitUntil } from '../../support/wait-until.ts';

const TJ = 'sys/class/thermal/thermal_zone8/temp';
const CLOCKS_OF_CPU = 'sys/class/thermal/cooling_device1/cur_state';

it('the board raises an alarm when it gets hot, another when it throttles, and both clear automatically', async () => {
  const root = writeTree(ORIN_JETPACK_6);
  const messages: string[] = [];
  const alarms = createTechnicalAlarms({ site: 's', device: 'd', clock: Date, log: silentLog });
  alarms.onChange(({ topic, payload }) =>
    messages.push(`${topic.split('/').at(-1) ?? ''} ${payload === '' ? 'over' : 'lasts'}`),
  );
  // A minute passes with every reading.
  let minutes = 0;
  using _ = monitorBoard({
    ...{ alarms, pollMs: 5, limits: healthSchema.parse({}).board },
    read: () => readStress(root),
    elapsed: () => (minutes += 1) * 60_000,
  });
  const shows = (...codes: readonly string[]): Promise<true> =>
    waitUntil(`alarms: ${codes.join()}`, () => (alarms.active().join() === codes.join() ? true : undefined));

  overwriteTree(root, { [TJ]: '95000\n' });
  await shows('BOARD_HOT');
  overwriteTree(root, { [CLOCKS_OF_CPU]: '3\n' });
  await shows('BOARD_SLOWED', 'BOARD_HOT');
  expect(alarms.degrading()).toEqual(['BOARD_SLOWED']);
  overwriteTree(root, { [CLOCKS_OF_CPU]: '0\n' });
  await shows('BOARD_HOT');
  overwriteTree(root, { [TJ]: '70000\n' });
  await shows();

  expect(messages).toEqual(['BOARD_HOT lasts', 'BOARD_SLOWED lasts', 'BOARD_SLOWED over', 'BOARD_HOT over']);
});
