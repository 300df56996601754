import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { drawPhantom } from '../../src/phantom/draw-phantom.ts';
import { DEMO_PHANTOMS, phantomName } from '../../src/phantom/phantom-set.ts';
import { writePhantomDicom } from '../../src/phantom/write-phantom-dicom.ts';
import { SHIPPED_MODELS_DIRECTORY } from '../../src/contract/package-facts.ts';
import { startChromium, type Chromium } from './chromium.ts';
import { startMosquitto } from './mosquitto.ts';
import { aDaemonHome, type DaemonHome, type RunningDaemon } from './running-daemon.ts';

/** A real daemon with its console in a real browser. */
export interface ConsoleFixture extends AsyncDisposable {
  readonly home: DaemonHome;
  readonly daemon: RunningDaemon;
  readonly chromium: Chromium;
  /** Opens the console in a new window. */
  open(path?: string): Promise<Page>;
  /** Puts a complete file into the inbox. */
  drop(name: string, bytes: Uint8Array): Promise<void>;
}

interface ConsoleFixtureOptions {
  /** The shipped model instead of the tiny one. */
  readonly isShippedModel?: boolean;
  /** Fills the store before the daemon starts. */
  readonly fill?: (storePath: string) => void;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly viewport?: { readonly width: number; readonly height: number };
}

export async function openConsoleFixture(options: ConsoleFixtureOptions = {}): Promise<ConsoleFixture> {
  const { isShippedModel = false, fill, config = {}, viewport = { width: 1280, height: 800 } } = options;
  await using parts = new AsyncDisposableStack();
  const broker = parts.use(await startMosquitto());
  const models = {
    directory: SHIPPED_MODELS_DIRECTORY,
    active: ['fracture-default'],
    executionProviders: ['cpu'],
  };
  const home = parts.use(
    await aDaemonHome({
      brokerUrl: broker.url,
      config: { ...(isShippedModel ? { models } : {}), ...config },
    }),
  );
  if (fill !== undefined) {
    await mkdir(join(home.folder, 'store'), { mode: 0o700 });
    fill(join(home.folder, 'store', 'bonewatch.db'));
  }
  const daemon = parts.use(await home.start());
  const chromium = parts.use(await startChromium());
  const fixtureParts = parts.move();
  return {
    home,
    daemon,
    chromium,
    async open(path = '/console') {
      return chromium.openPage(`${daemon.screensUrl}${path}`, { viewport, reducedMotion: 'reduce' });
    },
    async drop(name, bytes) {
      await writeFile(join(home.inbox, `.${name}`), bytes);
      await rename(join(home.inbox, `.${name}`), join(home.inbox, name));
    },
    [Symbol.asyncDispose]: () => fixtureParts.disposeAsync(),
  };
}

/** Invented radiographs: file name → DICOM. */
export function phantomFiles(): ReadonlyMap<string, Uint8Array> {
  return new Map(
    DEMO_PHANTOMS.map((request, index) => [
      `${phantomName(request)}.dcm`,
      writePhantomDicom(drawPhantom(request), { studyInstanceUid: `1.2.826.0.1.3680043.${index + 1}` }),
    ]),
  );
}
