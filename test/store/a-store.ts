import type { Clock } from '../../src/contract/clock.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Alert } from '../../src/contract/alert.ts';
import type { AnalysisResult } from '../../src/contract/analysis-result.ts';
import type { Inspection } from '../../src/contract/radiograph.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/open-store.ts';
import type { OutboxMessage } from '../../src/contract/outgoing-message.ts';

export const INBOX = '/export';

/** A clock that a test sets. */
export function aClock(start = 1_000_000): { now(): number; time: number } {
  return {
    time: start,
    now() {
      return this.time;
    },
  };
}

/** A folder that is gone after the test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bonewatch-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A new store in a folder of its own, closed after the test. */
export function aStore(options: { readonly path?: string; readonly clock?: Clock } = {}): Store {
  const store = openStore(options.path ?? join(aFolder(), 'bonewatch.db'), {
    clock: options.clock ?? aClock(),
  });
  onTestFinished(() => {
    store[Symbol.dispose]();
  });
  return store;
}

export function aFile(path: string, facts: { readonly sizeBytes?: number; readonly mtimeMs?: number } = {}) {
  return { path, sizeBytes: 10, mtimeMs: 1.5, ...facts };
}

export function anInspection(content: string, facts: Partial<Inspection> = {}): Inspection {
  return {
    format: 'dicom',
    isWhole: true,
    sizeBytes: 10,
    sha256: content.padEnd(64, '0'),
    sopInstanceUid: null,
    ...facts,
  };
}

/** A file that arrived and is whole; the id of its row. */
export function anArrival(store: Store, path: string, facts: Partial<Inspection> = {}): number {
  const id = seen(store, path);
  store.ledger.markReady(id, anInspection(path, facts));
  return id;
}

/** A file that was only noticed; the id of its row. */
export function seen(store: Store, path: string, facts: Parameters<typeof aFile>[1] = {}): number {
  const [row] = store.ledger.discover(INBOX, [aFile(path, facts)], 1_000_000);
  if (row === undefined) throw new Error('no row');
  return row.id;
}

export function aResult(
  facts: Partial<AnalysisResult> & { readonly sopInstanceUid?: string } = {},
): AnalysisResult {
  const { sopInstanceUid = null, ...rest } = facts;
  return {
    schema: 'bonewatch.result/1',
    file: `${INBOX}/a.dcm`,
    sha256: 'a'.repeat(64),
    status: 'analysed',
    reason: null,
    image: {
      width: 100,
      height: 100,
      modality: 'DX',
      bodyPart: 'WRIST',
      bodyRegion: 'wrist',
      acquiredAt: null,
      laterality: 'L',
      viewPosition: 'PA',
      photometricInterpretation: 'MONOCHROME2',
      transferSyntaxUid: '1.2.840.10008.1.2.1',
      sopInstanceUid,
      studyInstanceUid: '1.2.3',
    },
    outcome: 'fracture-suspected',
    score: 0.6,
    findings: [],
    models: [],
    executionProvider: 'cpu',
    degraded: false,
    warnings: [],
    timingsMs: null,
    notForDiagnosis: true,
    ...rest,
  };
}

export function anAlert(facts: Partial<Alert> = {}): Alert {
  return {
    schema: 'bonewatch.alert/1',
    id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    rev: 1,
    newsRev: 1,
    state: 'open',
    priority: 'high',
    outcome: 'fracture-suspected',
    confidence: 0.6,
    bodyPart: 'wrist',
    laterality: 'L',
    sites: [{ bodyPart: 'wrist', laterality: 'L' }],
    wards: ['er'],
    isQuiet: false,
    escalation: null,
    withdrawn: null,
    place: { ward: 'er', room: null, bed: null },
    caseRef: 'ABCD',
    images: { count: 1, withFindings: 1 },
    times: {
      acquired: null,
      received: '2026-01-01T00:00:00.000Z',
      inferred: '2026-01-01T00:00:01.000Z',
      published: null,
      raised: '2026-01-01T00:00:01.000Z',
      sounded: '2026-01-01T00:00:01.000Z',
      acknowledged: null,
      cleared: null,
    },
    acknowledgedBy: null,
    models: [],
    degraded: false,
    notForDiagnosis: true,
    ...facts,
  };
}

export function aMessage(payload: string, facts: Partial<OutboxMessage> = {}): OutboxMessage {
  return {
    topic: 'bonewatch/v1/hospital/ward/er/event',
    payload,
    qos: 1,
    retain: false,
    target: 'mqtt',
    ward: null,
    alertId: null,
    rev: null,
    writtenAt: null,
    orderKey: null,
    ...facts,
  };
}
