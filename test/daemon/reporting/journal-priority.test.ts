import { execFileSync } from 'node:child_process';
import { fstatSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isJournalStream, withJournalPriority } from '../../../src/daemon/reporting/journal-priority.ts';

const log = fileURLToPath(new URL('../../../src/daemon/reporting/create-logger.ts', import.meta.url));

describe('the log in the journal', () => {
  it('every log line in the journal has the priority that journalctl -p selects by', () => {
    const lines = ['error', 'warn', 'info', 'debug'].map((level) =>
      withJournalPriority(`{"level":"${level}","msg":"m"}`).slice(0, 4),
    );

    expect(lines).toEqual(['<3>{', '<4>{', '<6>{', '<7>{']);
  });

  it('a line that is not from the logger gets no priority', () => {
    expect(withJournalPriority('Segmentation fault')).toBe('Segmentation fault');
  });

  it('standard error counts as the journal only if it is the stream that systemd opened', () => {
    const { dev, ino } = fstatSync(2);

    expect(isJournalStream(2, `${dev}:${ino}`)).toBe(true);
    expect(isJournalStream(2, `${dev}:${ino + 1}`)).toBe(false);
    expect(isJournalStream(2, undefined)).toBe(false);
  });

  it('the log is plain JSON outside of a service, and has a priority prefix in one', () => {
    const program = `
      const { createLogger } = await import(${JSON.stringify(log)});
      const { fstatSync } = await import('node:fs');
      createLogger('info').warn('outside');
      const { dev, ino } = fstatSync(2);
      process.env.JOURNAL_STREAM = dev + ':' + ino;
      createLogger('info').warn('inside');
    `;

    const text = execFileSync(
      '/bin/sh',
      ['-c', '"$0" --input-type=module -e "$1" 2>&1', process.execPath, program],
      {
        encoding: 'utf8',
      },
    );

    const [outside, inside] = text.trim().split('\n');
    expect(outside).toMatch(/^\{"level":"warn".*"outside"\}$/);
    expect(inside).toMatch(/^<4>\{"level":"warn".*"inside"\}$/);
  });
});
