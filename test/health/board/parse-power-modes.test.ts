import { describe, expect, it } from 'vitest';
import {
  parsePowerModeQuery,
  parsePowerModes,
  strongestPowerMode,
} from '../../../src/health/board/parse-power-modes.ts';

describe('the power modes of a board', () => {
  it('are read with number and name, in whichever order a line has them', () => {
    const conf =
      '# comment < POWER_MODEL ID=9 NAME=NONE >\n< POWER_MODEL ID=0 NAME=15W >\n < POWER_MODEL NAME=MAXN ID=3 >\n';

    expect(parsePowerModes(conf)).toEqual([
      { number: 0, name: '15W' },
      { number: 3, name: 'MAXN' },
    ]);
  });

  it.each([
    ['NV Power Mode: MAXN\n0\n', { number: 0, name: 'MAXN' }],
    ['NVPM VERB: Current mode: NV Power Mode: MODE_15W_6CORE\n2\n', { number: 2, name: 'MODE_15W_6CORE' }],
    ['NVPM ERROR: failed to read PARAM\n', null],
    ['', null],
  ])('are understood as nvpmodel -q prints them: %j', (text, mode) => {
    expect(parsePowerModeQuery(text)).toEqual(mode);
  });

  it.each([
    ['Orin Nano', ['15W', '25W', 'MAXN_SUPER', '7W'], 'MAXN_SUPER'],
    ['AGX Orin', ['MAXN', 'MODE_15W', 'MODE_30W', 'MODE_50W'], 'MAXN'],
    ['Xavier NX', ['MODE_15W_2CORE', 'MODE_20W_4CORE', 'MODE_20W_6CORE'], 'MODE_20W_6CORE'],
    ['names without a meaning', ['QUIET', 'LOUD'], undefined],
  ])('have a strongest, which is not the highest number: %s', (_, names, strongest) => {
    const modes = names.map((name, number) => ({ number, name }));

    expect(strongestPowerMode(modes)?.name).toBe(strongest);
  });
});
