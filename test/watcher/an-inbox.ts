import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { InboxConfig } from '../../src/config/schema.ts';
import { pathOf } from '../../src/contract/file-source.ts';
import type { BonewatchError } from '../../src/contract/errors.ts';
import type { Inspection } from '../../src/contract/radiograph.ts';
import type { ListedImage } from '../../src/store/images/image-list.ts';
import { openStore } from '../../src/store/open-store.ts';
import { watchInboxes } from '../../src/watcher/watch-inboxes.ts';
import type { InboxWatcher, WatcherDeps } from '../../src/watcher/watch-inboxes.ts';

const DEADLINE_MS = 20_000;
/** Tens of thousands of files take their time. */
const REMOVAL_MS = 300_000;

/** A folder to export to and a folder for the store next to it; both are removed after the test. */
export function anInbox(): { readonly inbox: string; readonly storePath: string } {
  const folder = mkdtempSync(join(tmpdir(), 'bonewatch-watcher-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }), REMOVAL_MS);
  const inbox = join(folder, 'inbox');
  mkdirSync(inbox);
  return { inbox, storePath: join(folder, 'store', 'bonewatch.db') };
}

export interface Watching extends AsyncDisposable {
  readonly watcher: InboxWatcher;
  /** When files became ready, in order, on `performance.now()`'s scale. */
  readonly readyAt: readonly number[];
  readonly troubles: readonly (string | null)[];
  readonly inspections: readonly string[];
  readonly images: () => ListedImage[];
  readonly statuses: () => Record<string, string>;
  readonly finishAll: () => void;
  /** The next file that would be worked on. */
  readonly next: () => string | undefined;
}

export type Facts = Partial<InboxConfig> &
  Partial<Pick<WatcherDeps, 'clock' | 'firstStartAt' | 'folder'>> & {
    readonly storePath: string;
    readonly inspect?: (path: string, signal: AbortSignal) => Promise<Inspection>;
    readonly beforeWrite?: () => void;
  };

/** A watcher on the real store; rows are what a person would list. */
export async function watching(inbox: string, facts: Facts): Promise<Watching> {
  const { storePath, inspect = inspectText, beforeWrite = () => undefined, ...rest } = facts;
  const { clock = Date, firstStartAt, folder, ...config } = rest;
  const store = openStore(storePath, { clock });
  const readyAt: number[] = [];
  const troubles: (string | null)[] = [];
  const inspections: string[] = [];
  const watcher = watchInboxes(
    [{ path: inbox, mode: 'auto', settleMs: 400, rescanSeconds: 60, canary: 'off', ...config }],
    {
      ledger: {
        ...store.ledger,
        discover(...seen) {
          beforeWrite();
          return store.ledger.discover(...seen);
        },
        markReady(...ready) {
          beforeWrite();
          return store.ledger.markReady(...ready);
        },
      },
      inspect(file, signal) {
        const path = pathOf(file);
        inspections.push(path);
        return inspect(path, signal);
      },
      clock,
      ...(firstStartAt === undefined ? {} : { firstStartAt }),
      ...(folder === undefined ? {} : { folder }),
      log: { info: () => undefined, warn: () => undefined },
      onReady: () => readyAt.push(performance.now()),
      onTrouble: (_, error: BonewatchError | null) => troubles.push(error?.code ?? null),
      signal: new AbortController().signal,
    },
  );
  await watcher.firstScan;
  return {
    watcher,
    readyAt,
    troubles,
    inspections,
    images: () => store.images.list(),
    statuses: () =>
      Object.fromEntries(
        store.images.list().map(({ file, status }) => [file.slice(inbox.length + 1), status]),
      ),
    next: () => store.ledger.claimNext(1)[0]?.path,
    finishAll() {
      for (const { id } of store.ledger.claimNext(10_000)) {
        store.results.record({ arrivalId: id, result: done, studyKey: null, alertChanges: [], outbox: [] });
      }
    },
    async [Symbol.asyncDispose]() {
      await watcher[Symbol.asyncDispose]();
      store[Symbol.dispose]();
    },
  };
}

/** Waits until something holds; fails with what it was instead. */
export async function until(holds: () => boolean, describe: () => unknown = () => ''): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`did not happen: ${JSON.stringify(describe())}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Lets a stretch of time pass in which something must not happen, or a slow sender pauses. */
export function elapse(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function folderOf(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

/** A format of its own: a text is whole when it ends in END; `uid:…;` at its start names the instance. */
export async function inspectText(path: string): Promise<Inspection> {
  const text = await readFile(path, 'utf8');
  return {
    format: 'dicom',
    isWhole: text.endsWith('END'),
    sizeBytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
    sopInstanceUid: /^uid:([^;]*);/.exec(text)?.[1] ?? null,
  };
}

const done = {
  schema: 'bonewatch.result/1',
  file: '',
  sha256: null,
  status: 'analysed',
  reason: null,
  image: null,
  outcome: 'no-fracture-detected',
  score: 0,
  findings: [],
  models: [],
  executionProvider: 'cpu',
  degraded: false,
  warnings: [],
  timingsMs: null,
  notForDiagnosis: true,
} as const;
