/** The logger of every part. The daemon and the command line create it. */
export type { Logger } from 'pino';
