import type { FoundAuditEntry } from '../../contract/audit-entry.ts';
import { requestJson, ServerRefusal } from '../shared/server-request.ts';

/** The audit as somebody looks through it. */
export interface AuditReader {
  readonly entries: readonly FoundAuditEntry[];
  readonly hasMore: boolean;
  /** Only an administrator may read it. */
  readonly isForbidden: boolean;
  readonly text: string;
  find(text: string): Promise<void>;
  more(): Promise<void>;
}

const PAGE = 100;
const DAY = /\b(\d{4}-\d{2}-\d{2})\b/;

/** Reads the newest entries, then older ones; a day among the words narrows to it. */
export function createAuditReader(onChange: () => void): AuditReader {
  let text = '';
  let entries: readonly FoundAuditEntry[] = [];
  let hasMore = false;
  let isForbidden = false;
  let asked = 0;

  async function read(before: number | null): Promise<void> {
    const number = (asked += 1);
    const query = queryOf(text, before);
    try {
      const answer = await requestJson<{ entries: FoundAuditEntry[] }>(`/api/audit?${query}`, {
        isBackground: true,
      });
      if (number !== asked) return;
      entries = before === null ? answer.entries : [...entries, ...answer.entries];
      hasMore = answer.entries.length === PAGE;
    } catch (error) {
      isForbidden = error instanceof ServerRefusal && error.status === 403;
    }
    onChange();
  }

  return {
    get entries() {
      return entries;
    },
    get hasMore() {
      return hasMore;
    },
    get isForbidden() {
      return isForbidden;
    },
    get text() {
      return text;
    },
    async find(next) {
      text = next;
      await read(null);
    },
    async more() {
      await read(entries.at(-1)?.seq ?? null);
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
