import type { ListOutline, ListPlace, ShownImage } from '../../../contract/api/images.ts';
import { requestJson } from '../../shared/server-request.ts';
import type { Search } from './parse-search.ts';

/** All images that a search finds, loaded where somebody looks; new ones come before the first. */
export interface ImagePages {
  total(): number;
  at(index: number): ShownImage | undefined;
  /** Where an image stands; null where it is not loaded. */
  indexOf(id: number): number | null;
  /** Loads what is missing between two rows. */
  want(first: number, last: number): void;
  /** Takes in rows that changed, and those that are new and found by the search. How many came before the first. */
  take(images: readonly ShownImage[]): number;
  /** Where an image would stand, loaded or not. */
  find(place: ListPlace): number;
}

const PAGE = 200;
const AT_ONCE = 4;

/** Asks how long the list is and where its pages begin; `onChange` hears of every page that comes. */
export async function openImagePages(
  search: Search,
  { onChange, signal }: { readonly onChange: () => void; readonly signal: AbortSignal },
): Promise<ImagePages> {
  const query = queryOf(search);
  const { total, places } = await requestJson<ListOutline>(`/api/images/outline?${query}limit=${PAGE}`, {
    signal,
  });
  const pages = new Map<number, readonly ShownImage[]>();
  const asked = new Set<number>();
  const wanted: number[] = [];
  const known = new Map<number, ShownImage>();
  let head: readonly ShownImage[] = [];
  const [first] = places;

  function pageOf(index: number): number {
    return Math.floor((index - head.length) / PAGE);
  }

  /** The page that somebody wanted last comes first: they are looking at it. */
  function load(): void {
    while (asked.size < AT_ONCE) {
      const page = wanted.pop();
      if (page === undefined) return;
      const place = places[page];
      if (pages.has(page) || asked.has(page) || place === undefined) continue;
      asked.add(page);
      const from = `place=${place.at}-${place.id}&limit=${PAGE}`;
      requestJson<{ images: ShownImage[] }>(`/api/images?${query}${from}`, { isBackground: true, signal })
        .then(({ images }) => {
          pages.set(page, upTo(images, places[page + 1]));
          for (const image of images) known.set(image.id, image);
          onChange();
        })
        .catch(() => undefined)
        .finally(() => {
          asked.delete(page);
          if (!signal.aborted) load();
        });
    }
  }

  function replace(image: ShownImage): void {
    known.set(image.id, image);
    if (head.some(({ id }) => id === image.id)) {
      head = head.flatMap((one) => (one.id !== image.id ? one : image.status === 'duplicate' ? [] : image));
      return;
    }
    for (const [number, page] of pages) {
      if (page.some(({ id }) => id === image.id))
        pages.set(
          number,
          page.map((one) => (one.id === image.id ? image : one)),
        );
    }
  }

  return {
    total: () => head.length + total,
    at(index) {
      const found = head[index] ?? pages.get(pageOf(index))?.[(index - head.length) % PAGE];
      return found === undefined ? undefined : (known.get(found.id) ?? found);
    },
    indexOf(id) {
      const inHead = head.findIndex((one) => one.id === id);
      if (inHead >= 0) return inHead;
      for (const [number, page] of pages) {
        const at = page.findIndex((one) => one.id === id);
        if (at >= 0) return head.length + number * PAGE + at;
      }
      return null;
    },
    want(from, to) {
      for (let page = Math.max(0, pageOf(to)); page >= Math.max(0, pageOf(from)); page -= 1)
        wanted.push(page);
      if (wanted.length > 50) wanted.splice(0, wanted.length - 50);
      load();
    },
    take(images) {
      const before = head.length;
      for (const image of images) {
        const isOld = known.has(image.id) || (first !== undefined && !isNewer(image, first));
        if (isOld) replace(image);
        else if (head.some(({ id }) => id === image.id)) replace(image);
        else if (matches(search, image)) {
          known.set(image.id, image);
          head = [image, ...head].toSorted((a, b) => b.at - a.at || b.id - a.id);
        }
      }
      return head.length - before;
    },
    find(place) {
      const inHead = head.findIndex(({ id }) => id === place.id);
      if (inHead >= 0) return inHead;
      const page = places.findLastIndex((start) => start.id === place.id || !isNewer(place, start));
      const rows = pages.get(Math.max(0, page)) ?? [];
      const at = rows.findIndex(({ id }) => id === place.id);
      return head.length + Math.max(0, page) * PAGE + Math.max(0, at);
    },
  };
}

/** The search as a query, with `&` at its end where there is one. */
export function queryOf(search: Search): string {
  const query = new URLSearchParams();
  if (search.from !== undefined) query.set('from', String(search.from));
  if (search.to !== undefined) query.set('to', String(search.to));
  for (const key of ['regions', 'outcomes', 'statuses'] as const) {
    const values = search[key];
    if (values !== undefined) query.set(key, values.join(','));
  }
  if (search.caseRef !== undefined) query.set('case', search.caseRef);
  if (search.isUnseen === true) query.set('unseen', '1');
  if (search.isUnjudged === true) query.set('unjudged', '1');
  const text = query.toString();
  return text === '' ? '' : `${text}&`;
}

/** Whether the list of a search would hold an image that has just changed. */
function matches(search: Search, image: ShownImage): boolean {
  if (search.statuses === undefined ? image.status === 'duplicate' : !search.statuses.includes(image.status))
    return false;
  if (image.at < (search.from ?? 0) || image.at >= (search.to ?? Infinity)) return false;
  if (search.outcomes !== undefined && !search.outcomes.includes(image.outcome ?? '')) return false;
  if (search.regions !== undefined && !search.regions.some((region) => region === image.region)) return false;
  if (search.caseRef !== undefined && search.caseRef !== image.caseRef) return false;
  const hasFinding = image.findings > 0;
  if (search.isUnseen === true && !(hasFinding && isUnseen(image))) return false;
  return search.isUnjudged !== true || (hasFinding && image.verdict === null);
}

/** Whether the ward has yet to acknowledge it. */
export function isUnseen({ alert }: ShownImage): boolean {
  return alert?.state === 'open' || alert?.state === 'escalated';
}

function isNewer(a: ListPlace, b: ListPlace): boolean {
  return a.at > b.at || (a.at === b.at && a.id > b.id);
}

/** A page ends where the next begins, also where images left the list meanwhile. */
function upTo(images: readonly ShownImage[], next: ListPlace | undefined): readonly ShownImage[] {
  return next === undefined ? images : images.filter((image) => isNewer(image, next));
}
