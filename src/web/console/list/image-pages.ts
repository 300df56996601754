import type { ListOutline, ListPlace, ShownImage } from '../../../contract/api/images.ts';
import { requestJson } from '../../shared/server-request.ts';
import type { Search } from './parse-search.ts';

/** All images that a search finds, loaded as their rows come into sight; new ones are added before the first. */
export interface ImagePages {
  total(): number;
  at(index: number): ShownImage | undefined;
  /** The index of an image; null if it is not loaded. */
  indexOf(id: number): number | null;
  /** Loads the missing pages between two rows. */
  want(first: number, last: number): void;
  /** Updates changed images and adds new ones that match the search. Returns how many were added before the first. */
  update(images: readonly ShownImage[]): number;
  /** The index of an image, loaded or not. */
  find(place: ListPlace): number;
}

const PAGE = 200;
const MAX_CONCURRENT_LOADS = 4;
const MAX_WANTED = 50;

interface PagesState {
  readonly search: Search;
  readonly query: string;
  readonly onChange: () => void;
  readonly signal: AbortSignal;
  /** How many images the search found when it was opened. */
  readonly total: number;
  /** The first image of each page. */
  readonly places: readonly ListPlace[];
  readonly pages: Map<number, readonly ShownImage[]>;
  readonly loading: Set<number>;
  /** Pages to load, the most recently wanted last. */
  readonly wanted: number[];
  /** The newest version of each loaded image. */
  readonly known: Map<number, ShownImage>;
  /** Images that arrived after the search was opened; they come before the first page. */
  head: readonly ShownImage[];
}

/** Requests the length of the list and where its pages begin; `onChange` is called after each page is loaded. */
export async function openImagePages(
  search: Search,
  { onChange, signal }: { readonly onChange: () => void; readonly signal: AbortSignal },
): Promise<ImagePages> {
  const query = queryOf(search);
  const outline = `/api/images/outline?${query}limit=${PAGE}`;
  const { total, places } = await requestJson<ListOutline>(outline, { signal });
  const state: PagesState = {
    search,
    query,
    onChange,
    signal,
    total,
    places,
    pages: new Map(),
    loading: new Set(),
    wanted: [],
    known: new Map(),
    head: [],
  };

  return {
    total: () => state.head.length + total,
    at: (index) => imageAt(state, index),
    indexOf: (id) => indexOf(state, id),
    want: (first, last) => wantRows(state, first, last),
    update: (images) => updateImages(state, images),
    find: (place) => findPlace(state, place),
  };
}

function pageOf({ head }: PagesState, index: number): number {
  return Math.floor((index - head.length) / PAGE);
}

function imageAt(state: PagesState, index: number): ShownImage | undefined {
  const { head, pages, known } = state;
  const found = head[index] ?? pages.get(pageOf(state, index))?.[(index - head.length) % PAGE];
  return found === undefined ? undefined : (known.get(found.id) ?? found);
}

function indexOf({ head, pages }: PagesState, id: number): number | null {
  const inHead = head.findIndex((image) => image.id === id);
  if (inHead >= 0) return inHead;
  for (const [number, page] of pages) {
    const at = page.findIndex((image) => image.id === id);
    if (at >= 0) return head.length + number * PAGE + at;
  }
  return null;
}

function findPlace({ head, pages, places }: PagesState, place: ListPlace): number {
  const inHead = head.findIndex(({ id }) => id === place.id);
  if (inHead >= 0) return inHead;
  const page = places.findLastIndex((start) => start.id === place.id || !isNewer(place, start));
  const rows = pages.get(Math.max(0, page)) ?? [];
  const at = rows.findIndex(({ id }) => id === place.id);
  return head.length + Math.max(0, page) * PAGE + Math.max(0, at);
}

function wantRows(state: PagesState, first: number, last: number): void {
  const { wanted } = state;
  for (let page = Math.max(0, pageOf(state, last)); page >= Math.max(0, pageOf(state, first)); page -= 1)
    wanted.push(page);
  if (wanted.length > MAX_WANTED) wanted.splice(0, wanted.length - MAX_WANTED);
  loadPages(state);
}

/** Loads the most recently wanted page first: it is the one in sight. */
function loadPages(state: PagesState): void {
  const { pages, places, loading, wanted } = state;
  while (loading.size < MAX_CONCURRENT_LOADS) {
    const page = wanted.pop();
    if (page === undefined) return;
    const place = places[page];
    if (!pages.has(page) && !loading.has(page) && place !== undefined) loadPage(state, page, place);
  }
}

function loadPage(state: PagesState, page: number, place: ListPlace): void {
  const { query, signal, pages, places, known, loading } = state;
  loading.add(page);
  const from = `place=${place.at}-${place.id}&limit=${PAGE}`;
  requestJson<{ images: ShownImage[] }>(`/api/images?${query}${from}`, { isBackground: true, signal })
    .then(({ images }) => {
      pages.set(page, upTo(images, places[page + 1]));
      for (const image of images) known.set(image.id, image);
      state.onChange();
    })
    .catch(() => undefined)
    .finally(() => {
      loading.delete(page);
      if (!signal.aborted) loadPages(state);
    });
}

/** Returns how many images were added before the first. */
function updateImages(state: PagesState, images: readonly ShownImage[]): number {
  const { search, known, places } = state;
  const [first] = places;
  const before = state.head.length;
  for (const image of images) {
    const isOld = known.has(image.id) || (first !== undefined && !isNewer(image, first));
    if (isOld || isInHead(state, image)) replaceImage(state, image);
    else if (matches(search, image)) {
      known.set(image.id, image);
      state.head = [image, ...state.head].toSorted((a, b) => b.at - a.at || b.id - a.id);
    }
  }
  return state.head.length - before;
}

function isInHead({ head }: PagesState, image: ShownImage): boolean {
  return head.some(({ id }) => id === image.id);
}

function replaceImage(state: PagesState, image: ShownImage): void {
  const { known, pages } = state;
  known.set(image.id, image);
  if (isInHead(state, image)) {
    const replacement = image.status === 'duplicate' ? [] : image;
    state.head = state.head.flatMap((other) => (other.id === image.id ? replacement : other));
    return;
  }
  for (const [number, page] of pages) {
    if (!page.some(({ id }) => id === image.id)) continue;
    pages.set(
      number,
      page.map((other) => (other.id === image.id ? image : other)),
    );
  }
}

/** The search as a query string; ends with `&` unless it is empty. */
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
  if (search.isWithoutVerdict === true) query.set('verdict', 'none');
  const text = query.toString();
  return text === '' ? '' : `${text}&`;
}

/** Whether a search finds an image that has just changed. */
function matches(search: Search, image: ShownImage): boolean {
  if (search.statuses === undefined ? image.status === 'duplicate' : !search.statuses.includes(image.status))
    return false;
  if (image.at < (search.from ?? 0) || image.at >= (search.to ?? Infinity)) return false;
  if (search.outcomes !== undefined && !search.outcomes.includes(image.outcome ?? '')) return false;
  if (search.regions !== undefined && !search.regions.some((region) => region === image.region)) return false;
  if (search.caseRef !== undefined && search.caseRef !== image.caseRef) return false;
  const hasFinding = image.findings > 0;
  if (search.isUnseen === true && !(hasFinding && isUnseen(image))) return false;
  return search.isWithoutVerdict !== true || (hasFinding && image.verdict === null);
}

/** Whether the ward has not acknowledged the alert yet. */
export function isUnseen({ alert }: ShownImage): boolean {
  return alert?.state === 'open' || alert?.state === 'escalated';
}

function isNewer(a: ListPlace, b: ListPlace): boolean {
  return a.at > b.at || (a.at === b.at && a.id > b.id);
}

/** A page ends where the next one begins, even if images have left the list since. */
function upTo(images: readonly ShownImage[], next: ListPlace | undefined): readonly ShownImage[] {
  return next === undefined ? images : images.filter((image) => isNewer(image, next));
}
