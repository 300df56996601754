import pino from 'pino';
import { escapeJson } from '../../contract/escape-controls.ts';
import type { Logger } from '../../contract/logger.ts';
import { isJournalStream, withJournalPriority } from './journal-priority.ts';
import { openLogOutput } from './log-output.ts';

const STANDARD_ERROR = 2;

/**
 * The daemon's log: one JSON object per line on standard error, where journald picks it up; standard output is
 * reserved for the results of commands. In the journal each line has its priority before it. A reader that stops
 * reading stops nothing else: lines wait, and the ones beyond a limit are dropped and counted.
 */
export function createLogger(level: 'debug' | 'info' | 'warn' | 'error' | 'silent'): Logger {
  const isInJournal = isJournalStream(STANDARD_ERROR, process.env['JOURNAL_STREAM']);
  const inForm = (line: string): string => {
    const escaped = escapeJson(line);
    return isInJournal ? withJournalPriority(escaped) : escaped;
  };
  const output = openLogOutput(STANDARD_ERROR, { reportDropped: (lines) => inForm(droppedLine(lines)) });
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => output.write(inForm(line)) },
  );
}

function droppedLine(lines: number): string {
  const entry = {
    level: 'warn',
    time: new Date().toISOString(),
    lines,
    msg: 'log lines dropped, the log was not read',
  };
  return `${JSON.stringify(entry)}\n`;
}
