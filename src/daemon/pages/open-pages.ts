import { openConsole } from '../console/open-console.ts';
import { createMarkedCopies } from '../console/open-marked-copies.ts';
import { openPictures, type Pictures } from '../console/open-pictures.ts';
import type { Core } from '../open-core.ts';
import { openScreens } from './open-screens.ts';

/** The pages and the pictures they show. */
export interface Pages extends AsyncDisposable {
  readonly url: string;
  readonly pictures: Pictures;
}

/** Serves pictures of stored images from the first request on: that needs no model. Throws as `openScreens` does. */
export async function openPages(core: Core, brokerUrl: string): Promise<Pages> {
  const { config, record, decoder, device, analysis, status, signature, clock } = core;
  const { store } = record;
  const { alarms, disk } = device;
  const log = core.log.child({ stage: 'screens' });
  await using opening = new AsyncDisposableStack();
  const pictures = await openPictures({ config, store, decoder, disk });
  const { routes } = opening.use(
    openConsole({ config, store, status, analysis, alarms, pictures, clock, log }),
  );
  const copies = createMarkedCopies({ config, store, decoder, analysis });
  const { url } = opening.use(
    await openScreens(config, { brokerUrl, store, signature, routes, copies, log }),
  );
  const opened = opening.move();
  return { url, pictures, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
