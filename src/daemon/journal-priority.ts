import { fstatSync } from 'node:fs';

/** Levels of the log as priorities of syslog(3). */
const PRIORITIES: Readonly<Record<string, number>> = { error: 3, warn: 4, info: 6, debug: 7 };
const LEVEL = /^\{"level":"([a-z]+)"/;

/** A line of the log with its priority before it, as sd-daemon(3) wants it: `<4>{"level":"warn",…`. */
export function withJournalPriority(line: string): string {
  const priority = PRIORITIES[LEVEL.exec(line)?.[1] ?? ''];
  return priority === undefined ? line : `<${priority}>${line}`;
}

/**
 * Whether standard error goes to the journal itself, not to a terminal or a file that the service's environment was
 * handed on to: $JOURNAL_STREAM names device and inode of the journal's socket (systemd.exec(5)).
 */
export function isJournalStream(descriptor: number, journalStream: string | undefined): boolean {
  if (journalStream === undefined) return false;
  const { dev, ino } = fstatSync(descriptor);
  return journalStream === `${dev}:${ino}`;
}
