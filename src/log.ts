import pino, { type Logger } from 'pino';

export type { Logger };

/**
 * The daemon's log: one JSON object per line on standard error, where journald picks it up; standard output stays
 * free for what a command answers.
 */
export function createLog(level: 'debug' | 'info' | 'warn' | 'error' | 'silent'): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
