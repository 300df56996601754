import pino from 'pino';

/** A log that discards every line. */
export const silentLog = pino({ level: 'silent' });
