/** Where every part writes its log. The daemon and the command line create it. */
export type { Logger } from 'pino';
