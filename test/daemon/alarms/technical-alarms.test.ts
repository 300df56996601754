import pino from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { ALARM_CODES } from '../../../src/contract/error-table.ts';
import { BonewatchError } from '../../../src/contract/errors.ts';
import {
  alarmLog,
  createTechnicalAlarms,
  type TechnicalAlarms,
} from '../../../src/daemon/alarms/technical-alarms.ts';
import { createTroubleReporter, type ReportTrouble } from '../../../src/daemon/alarms/trouble-reporter.ts';

let logged: string[];
let published: string[];
let alarms: TechnicalAlarms;

beforeEach(() => {
  logged = [];
  published = [];
  alarms = createTechnicalAlarms({
    site: 's',
    device: 'd',
    clock: { now: () => 0 },
    log,
  });
  alarms.onChange(({ topic, payload }) => {
    published.push(`${topic} ${payload === '' ? 'cleared' : 'raised'}`);
  });
});

const log = pino(
  { base: null, timestamp: false, formatters: { level: (level) => ({ level }) } },
  {
    write(line) {
      const { level, msg, ...facts } = JSON.parse(line) as { readonly level: string; readonly msg: string };
      logged.push(`${level} ${msg} ${JSON.stringify(facts)}`);
    },
  },
);

describe('technical alarms', () => {
  it('a technical alarm writes one log line with the priority of the table when it is raised, and one when it is cleared', () => {
    alarms.raise('DISK_FULL', 'store', 'no space left');
    alarms.raise('DISK_FULL', 'store', 'no space left');
    alarms.raise('MEMORY_LOW', 'memory');
    alarms.clear('DISK_FULL');
    alarms.clear('DISK_FULL');

    expect(logged).toEqual([
      'error technical alarm raised {"code":"DISK_FULL","subject":"store","reason":"no space left"}',
      'warn technical alarm raised {"code":"MEMORY_LOW","subject":"memory"}',
      'info technical alarm cleared {"code":"DISK_FULL","since":"1970-01-01T00:00:00.000Z"}',
    ]);
    expect(published).toEqual([
      'bonewatch/v1/s/d/technical/DISK_FULL raised',
      'bonewatch/v1/s/d/technical/MEMORY_LOW raised',
      'bonewatch/v1/s/d/technical/DISK_FULL cleared',
    ]);
  });

  it('technical alarms count as degrading only if they degrade the analysis itself', () => {
    alarms.raise('BROKER_UNREACHABLE', 'broker');
    alarms.raise('WARD_NOT_WATCHED', 'w3');
    alarms.raise('BOARD_HOT', 'cpu');
    alarms.raise('STORE_FAILED', 'outbox');

    expect(alarms.degrading()).toEqual(['STORE_FAILED']);
  });

  it.each(['error', 'warn', 'info'] as const)(
    'a cleared alarm is in the log also with log.level %s, and other lines are not added',
    (level) => {
      const lines: string[] = [];
      const parent = pino(
        { level, base: null, timestamp: false },
        { write: (line) => void lines.push(line) },
      );
      const own = createTechnicalAlarms({
        site: 's',
        device: 'd',
        clock: { now: () => 0 },
        log: alarmLog(parent),
      });

      own.raise('MEMORY_LOW', 'memory');
      own.clear('MEMORY_LOW');
      parent.debug('not logged');

      expect(lines.map((line) => (JSON.parse(line) as { readonly msg: string }).msg)).toEqual([
        'technical alarm raised',
        'technical alarm cleared',
      ]);
    },
  );

  it('technical alarms are listed by consequence, whichever was raised first', () => {
    alarms.raise('EXECUTION_PROVIDER_UNAVAILABLE', 'cuda');
    alarms.raise('DISK_LOW', 'store');
    alarms.raise('STORE_REPLACED', 'store');
    alarms.raise('DISK_FULL', 'store');
    alarms.raise('BROKER_UNREACHABLE', 'broker');

    expect(alarms.active()).toEqual([
      'BROKER_UNREACHABLE',
      'DISK_FULL',
      'STORE_REPLACED',
      'EXECUTION_PROVIDER_UNAVAILABLE',
      'DISK_LOW',
    ]);
    expect(alarms.activeAlarms().map(({ code }) => code)).toEqual(alarms.active());
    expect(alarms.degrading()).toEqual([
      'DISK_FULL',
      'STORE_REPLACED',
      'EXECUTION_PROVIDER_UNAVAILABLE',
      'DISK_LOW',
    ]);
  });

  it('the state of all technical alarms is sent on a connection, so that stale ones are cleared', () => {
    alarms.raise('DISK_LOW', 'store');

    const raised = alarms.messages().filter(({ payload }) => payload !== '');

    expect(alarms.messages()).toHaveLength(ALARM_CODES.length);
    expect(raised.map(({ topic }) => topic)).toEqual(['bonewatch/v1/s/d/technical/DISK_LOW']);
  });
});

describe('the trouble reporter', () => {
  let report: ReportTrouble;
  const failed = new BonewatchError('STORE_FAILED', 'The database failed to write.');

  beforeEach(() => {
    report = createTroubleReporter({ alarms, endIfDamaged: () => false, log });
  });

  it('the trouble reporter lists every source in one alarm, until the last one works again', () => {
    report('pipeline', failed);
    report('outbox', failed);
    expect(alarms.activeAlarms()).toMatchObject([{ code: 'STORE_FAILED', subject: 'outbox, pipeline' }]);

    report('pipeline', null);
    report('outbox', null);
    expect(alarms.active()).toEqual([]);
    expect(logged).toHaveLength(4);
  });

  it('the trouble reporter logs an error that raises no alarm once, however often it is reported', () => {
    const refused = new BonewatchError('COMMAND_REFUSED', 'The alert is closed.');
    report('alerts', refused);
    report('alerts', refused);

    expect(logged).toEqual([
      'error part of the daemon failed {"source":"alerts","code":"COMMAND_REFUSED","reason":"The alert is closed."}',
    ]);
    expect(alarms.active()).toEqual([]);
  });
});
