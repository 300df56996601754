import { ServerRefusal } from '../../shared/server-request.ts';
import type { ConsoleState, TabName } from '../console-state.ts';
import { openImagePages } from '../list/image-pages.ts';
import { parseSearch } from '../list/parse-search.ts';
import type { Search } from '../list/parse-search.ts';
import type { ConsoleStore } from './console-store.ts';

const TYPING_MS = 150;
const RETRY_MS = 2000;

interface ListState {
  readonly store: ConsoleStore;
  /** Aborted as soon as another search begins. */
  searching: AbortController;
}

export type ListActions = ReturnType<typeof createListActions>;

/** The list of images: its tabs, its search and the rows that are loaded. */
export function createListActions(store: ConsoleStore) {
  const list: ListState = { store, searching: new AbortController() };
  let typing: ReturnType<typeof setTimeout> | undefined;
  return {
    list: (): Promise<void> => loadList(list, {}),
    tab: (tab: TabName): void => void loadList(list, { tab }),
    write(text: string): void {
      store.set({ text });
      clearTimeout(typing);
      typing = setTimeout(() => void loadList(list, {}), TYPING_MS);
    },
    want: (first: number, last: number): void => store.state().pages?.want(first, last),
  };
}

async function loadList(list: ListState, change: Partial<ConsoleState>): Promise<void> {
  const { store } = list;
  list.searching.abort();
  list.searching = new AbortController();
  const { signal } = list.searching;
  const { tab, text } = { ...store.state(), ...change };
  store.set({ ...change, ...searchOf(store, tab, text) });
  const onChange = (): void => {
    if (!signal.aborted) store.set({ pagesRev: store.state().pagesRev + 1 });
  };
  try {
    const pages = await openImagePages(store.state().search, { onChange, signal });
    if (signal.aborted) return;
    store.set({ pages, pagesRev: store.state().pagesRev + 1, added: 0 });
  } catch (error) {
    if (signal.aborted || error instanceof ServerRefusal) return;
    setTimeout(() => void loadList(list, {}), RETRY_MS);
  }
}

/** The search of the tab, narrowed or replaced by what was typed. */
function searchOf(
  { now, facts }: ConsoleStore,
  tab: TabName,
  text: string,
): Pick<ConsoleState, 'search' | 'unknown'> {
  const { search, unknown } = parseSearch(text, now(), facts.site.timezone);
  return { search: { ...searchOfTab(tab), ...search }, unknown };
}

function searchOfTab(tab: TabName): Search {
  if (tab === 'findings') return { outcomes: ['fracture-detected', 'fracture-suspected'] };
  if (tab === 'unseen') return { isUnseen: true };
  return tab === 'notAnalysed' ? { statuses: ['not-analysed', 'failed'] } : {};
}
