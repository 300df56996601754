import pino from 'pino';
import type { Logger } from '../contract/logger.ts';
import { isJournalStream, withJournalPriority } from './journal-priority.ts';

/**
 * The daemon's log: one JSON object per line on standard error, where journald picks it up; standard output is
 * reserved for the results of commands. In the journal each line has its priority before it.
 */
export function createLogger(level: 'debug' | 'info' | 'warn' | 'error' | 'silent'): Logger {
  const stderr = pino.destination({ dest: 2, sync: true });
  const isInJournal = isJournalStream(2, process.env['JOURNAL_STREAM']);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    isInJournal ? { write: (line) => stderr.write(withJournalPriority(line)) } : stderr,
  );
}
