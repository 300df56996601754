import type { JSX } from 'preact';
import type { FoundAuditEntry } from '../../contract/audit-entry.ts';
import type { PageView } from '../shared/page/run-page.tsx';
import { SearchIcon } from '../shared/page/search-icon.tsx';
import { siteTimestamp } from '../shared/site-time.ts';
import type { AuditReader } from './audit-reader.ts';
import { Block } from './block.tsx';
import type { SystemWords } from '../i18n/system/en.ts';

interface AuditTableProps {
  readonly view: PageView;
  readonly own: SystemWords;
  readonly audit: AuditReader;
}

const WAIT_MS = 200;
let typing: ReturnType<typeof setTimeout> | undefined;

/** The audit log, newest entries first; for administrators. */
export function AuditTable({ view, own, audit }: AuditTableProps): JSX.Element | null {
  const { entries, hasMore, isForbidden } = audit.state();
  if (isForbidden) return null;
  return (
    <Block title={own.audit} detail={<AuditSearch own={own} audit={audit} />} className="audit">
      <table class="log">
        <thead class="sr">
          <tr>
            {own.auditColumns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Entry key={entry.seq} entry={entry} view={view} own={own} />
          ))}
        </tbody>
      </table>
      {entries.length === 0 && <p class="none">{own.nothingFound}</p>}
      {hasMore && (
        <button type="button" class="btn" onClick={() => void audit.more()}>
          {own.more}
        </button>
      )}
    </Block>
  );
}

function AuditSearch({ own, audit }: Omit<AuditTableProps, 'view'>): JSX.Element {
  return (
    <span class="find">
      <SearchIcon />
      <input
        type="search"
        placeholder={own.auditHint}
        aria-label={`${own.audit}: ${own.auditHint}`}
        maxLength={100}
        onInput={(event) => {
          const text = event.currentTarget.value;
          clearTimeout(typing);
          typing = setTimeout(() => void audit.find(text), WAIT_MS);
        }}
      />
    </span>
  );
}

function Entry({
  entry,
  view,
  own,
}: { readonly entry: FoundAuditEntry } & Omit<AuditTableProps, 'audit'>): JSX.Element {
  const { at, actor, kind, subject, detail } = entry;
  const isImage = kind.startsWith('image-') || kind.startsWith('verdict-');
  const ward =
    typeof detail['ward'] === 'string' ? (view.facts.wardNames[detail['ward']] ?? detail['ward']) : '';
  const name = typeof detail['name'] === 'string' ? detail['name'] : '';
  return (
    <tr>
      <td>
        <time dateTime={at}>{siteTimestamp(at, view.facts.site.timezone).slice(5)}</time>
      </td>
      <td>{actor === 'bonewatch' ? own.byDevice : actor}</td>
      <td>
        {kindText(kind, own)}
        {ward === '' ? '' : ` · ${ward}`}
        {name === '' ? '' : ` · ${name}`}
      </td>
      <td>
        {isImage && /^\d+$/.test(subject) ? <a href={`/console?image=${subject}`}>{subject}</a> : subject}
      </td>
    </tr>
  );
}

function kindText(kind: string, { kinds }: SystemWords): string {
  const known: Readonly<Record<string, string>> = kinds;
  return known[kind] ?? kind;
}
