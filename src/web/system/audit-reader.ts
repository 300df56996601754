import type { FoundAuditEntry } from '../../contract/audit-entry.ts';
import { requestJson, ServerRefusal } from '../shared/server-request.ts';

/** The part of the audit log that has been read. */
interface AuditState {
  readonly entries: readonly FoundAuditEntry[];
  readonly hasMore: boolean;
  /** Only an administrator may read it. */
  readonly isForbidden: boolean;
}

/** Searches the audit log and pages through the results. */
export interface AuditReader {
  state(): AuditState;
  find(text: string): Promise<void>;
  more(): Promise<void>;
}

const PAGE = 100;
const DAY = /\b(\d{4}-\d{2}-\d{2})\b/;

/** Reads the newest entries, then older ones; a day among the words narrows to it. */
export function createAuditReader(onChange: () => void): AuditReader {
  let text = '';
  let state: AuditState = { entries: [], hasMore: false, isForbidden: false };
  let requests = 0;

  async function read(before: number | null): Promise<void> {
    const number = (requests += 1);
    try {
      const path = `/api/audit?${queryOf(text, before)}`;
      const answer = await requestJson<{ entries: FoundAuditEntry[] }>(path, { isBackground: true });
      if (number !== requests) return;
      const entries = before === null ? answer.entries : [...state.entries, ...answer.entries];
      state = { ...state, entries, hasMore: answer.entries.length === PAGE };
    } catch (error) {
      state = { ...state, isForbidden: error instanceof ServerRefusal && error.status === 403 };
    }
    onChange();
  }

  return {
    state: () => state,
    async find(next) {
      text = next;
      await read(null);
    },
    async more() {
      await read(state.entries.at(-1)?.seq ?? null);
    },
  };
}

function queryOf(text: string, before: number | null): string {
  const query = new URLSearchParams();
  const day = DAY.exec(text)?.[1];
  const words = text.replace(DAY, '').trim();
  if (words !== '') query.set('text', words);
  if (day !== undefined && !Number.isNaN(Date.parse(day))) {
    const from = new Date(`${day}T00:00:00`);
    query.set('from', from.toISOString());
    query.set('to', new Date(from.getTime() + 86_400_000).toISOString());
  }
  if (before !== null) query.set('before', String(before));
  return query.toString();
}
