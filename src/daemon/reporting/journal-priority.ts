import { fstatSync } from 'node:fs';

/** Levels of the log as priorities of syslog(3). */
const PRIORITIES: Readonly<Record<string, number>> = { error: 3, warn: 4, info: 6, debug: 7 };
const LEVEL = /^\{"level":"([a-z]+)"/;

/** A log line with its priority as a prefix, in the format of sd-daemon(3): `<4>{"level":"warn",…`. */
export function withJournalPriority(line: string): string {
  const priority = PRIORITIES[LEVEL.exec(line)?.[1] ?? ''];
  return priority === undefined ? line : `<${priority}>${line}`;
}

/**
 * Whether standard error is the journal, as opposed to a terminal or a file of a process that inherited the environment
 * of the service: $JOURNAL_STREAM names device and inode of the journal's socket (systemd.exec(5)).
 */
export function isJournalStream(descriptor: number, journalStream: string | undefined): boolean {
  if (journalStream === undefined) return false;
  const { dev, ino } = fstatSync(descriptor);
  return journalStream === `${dev}:${ino}`;
}
