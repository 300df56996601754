import { aBroker } from '../a-broker.ts';

/** A daemon that lives until it is killed; run as a process of its own. */
const [, , url] = process.argv;
if (url === undefined) throw new Error('which broker?');
const broker = await aBroker(url);
broker.onStatus(({ state }) => process.send?.(state));
