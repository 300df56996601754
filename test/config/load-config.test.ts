import { describe, expect, it } from 'vitest';
import { checkConfig, formatFault, loadConfig } from '../../src/config/load-config.ts';

const smallest = `
inboxes:
  - path: /srv/export
wards:
  - id: w3
    name: 3병동
`;

describe('configuration', () => {
  it('a configuration works in under ten lines, with defaults for all other keys', () => {
    const { config, faults } = checkConfig(smallest);

    expect(faults).toEqual([]);
    expect(config?.broker.url).toBe('mqtt://127.0.0.1:1883');
    expect(config?.inboxes[0]).toMatchObject({ mode: 'auto', rescanSeconds: 30 });
  });

  it('all faults of a configuration are reported at once, each with its line', () => {
    const { faults } = checkConfig(`inboxes:
  - path: relative/folder
    settleMs: 5
wards:
  - id: Ward 3
    name: 3병동
    colour: red
broker:
  url: http://broker
bogus: 1
`);

    expect(faults.map(({ line, path }) => [line, path])).toEqual([
      [2, 'inboxes[0].path'],
      [3, 'inboxes[0].settleMs'],
      [5, 'wards[0].id'],
      [7, 'wards[0].colour'],
      [9, 'broker.url'],
      [10, 'bogus'],
    ]);
  });

  it('each renamed key of 0.1.0 is reported once, with its line and the new key', () => {
    const { faults } = checkConfig(`${smallest}alerts:
  closedKeptMinutes: 15
scope:
  forProcessing: refuse
screens:
  users:
    longestHours: 8
`);

    expect(faults.map(({ line, path }) => [line, path])).toEqual([
      [8, 'alerts.closedKeptMinutes'],
      [10, 'scope.forProcessing'],
      [13, 'screens.users.longestHours'],
    ]);
    expect(faults[0]?.message).toContain('alerts.closeAfterMinutes');
    expect(faults[1]?.message).toContain('scope.rawImages');
    expect(faults[1]?.message).toContain('skip instead of refuse');
    expect(faults[2]?.message).toContain('screens.users.maxSessionHours');
  });

  it('int8 is a valid precision, and an unknown one is reported with the valid values', () => {
    expect(checkConfig(`${smallest}models: { engines: { precision: int8 } }\n`).faults).toEqual([]);

    const [other] = checkConfig(`${smallest}models: { engines: { precision: half } }\n`).faults;
    expect(other?.message).toContain('fp16');
  });

  it.each([
    [
      'a ward listed twice',
      'wards: [{id: a, name: A}, {id: a, name: B}]\ninboxes: [{path: /x}]',
      'wards[1].id',
    ],
    [
      'a former id that is still the id of a ward',
      'wards: [{id: a, name: A}, {id: b, name: B, formerly: [a]}]\ninboxes: [{path: /x}]',
      'wards[1].formerly[0]',
    ],
    [
      'a former ward that two wards take over from',
      'wards: [{id: a, name: A, formerly: [c]}, {id: b, name: B, formerly: [c]}]\ninboxes: [{path: /x}]',
      'wards[1].formerly[0]',
    ],
    [
      'an inbox for a ward that is not there',
      'wards: [{id: a, name: A}]\ninboxes: [{path: /x, ward: b}]',
      'inboxes[0].ward',
    ],
    [
      'an inbox inside another',
      'wards: [{id: a, name: A}]\ninboxes: [{path: /x}, {path: /x/y}]',
      'inboxes[1].path',
    ],
    ['a relative inbox', 'wards: [{id: a, name: A}]\ninboxes: [{path: x}]', 'inboxes[0].path'],
    ['thresholds upside down', `${smallest}alerts: {suspected: 0.8, definite: 0.5}`, 'alerts.definite'],
    [
      'pages open to the network without a word',
      `${smallest}screens: {listen: "0.0.0.0:8470"}`,
      'screens.listen',
    ],
    ['a password in the broker address', `${smallest}broker: {url: "mqtt://a:b@host"}`, 'broker.url'],
    [
      'a ward id that could not stand in a topic',
      'wards: [{id: "a/+", name: A}]\ninboxes: [{path: /x}]',
      'wards[0].id',
    ],
  ])('refuses %s', (_, text, path) => {
    expect(checkConfig(text).faults.map((fault) => fault.path)).toContain(path);
  });

  it('a YAML syntax error is reported with its line', () => {
    expect(checkConfig('site:\n  id: [').faults[0]?.line).toBeGreaterThan(0);
  });

  it('an empty file is reported with its missing sections', () => {
    expect(checkConfig('').faults.map(({ path }) => path)).toEqual(['inboxes', 'wards']);
  });

  it('a fault is formatted as editors expect it', () => {
    expect(formatFault('a.yaml', { line: 3, path: 'wards[0].id', message: 'wrong' })).toBe(
      'a.yaml:3: wards[0].id: wrong',
    );
  });

  it('a missing configuration file is reported as CONFIG_INVALID', async () => {
    await expect(loadConfig('/nowhere/bonewatch.yaml')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
