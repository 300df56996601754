import type { Box } from '../../contract/box.ts';
import type { ImageDetail, Verdict } from '../../contract/api/images.ts';
import type { ConsoleFacts, LiveNews } from '../../contract/api/console.ts';
import { requestJson, request, ServerRefusal } from '../shared/server-request.ts';
import { DISAGREE_REASONS, INITIAL_LOOK, INITIAL_STATE, MISSED_KINDS } from './console-state.ts';
import type { ConsoleState, Look, ModelChoice, TabName } from './console-state.ts';
import { openImagePages, queryOf } from './list/image-pages.ts';
import { createPictureOpener } from './viewer/open-picture.ts';
import { parseSearch } from './list/parse-search.ts';
import type { Search } from './list/parse-search.ts';
import { readPicture } from './viewer/picture.ts';
import { siteDay, startOfSiteDay } from '../shared/site-time.ts';

/** Everything a person can do at the console; each change is told. */
export type Controller = ReturnType<typeof createController>;

interface ControllerParts {
  readonly facts: ConsoleFacts;
  readonly now: () => number;
  readonly onChange: (state: ConsoleState) => void;
}

const TYPING_MS = 150;

export function createController({ facts, now, onChange }: ControllerParts) {
  let state = INITIAL_STATE;
  let searching = new AbortController();
  let opening = new AbortController();
  let typing: ReturnType<typeof setTimeout> | undefined;
  const pictures = createPictureOpener();

  function set(change: Partial<ConsoleState>): void {
    state = { ...state, ...change };
    onChange(state);
  }

  /** The state as it is now, which may be another than before something was waited for. */
  function present(): ConsoleState {
    return state;
  }

  /** A search in words reaches over all days; without one the tab says what is looked for. */
  function searchOf(tab: TabName, text: string): Pick<ConsoleState, 'search' | 'unknown'> {
    const { search, unknown } = parseSearch(text, now(), facts.site.timezone);
    return { search: { ...searchOfTab(tab), ...search }, unknown };
  }

  function searchOfTab(tab: TabName): Search {
    if (tab === 'findings') return { outcomes: ['fracture-detected', 'fracture-suspected'] };
    if (tab === 'unseen') return { isUnseen: true };
    return tab === 'notAnalysed' ? { statuses: ['not-analysed', 'failed'] } : {};
  }

  async function list(change: Partial<ConsoleState> = {}): Promise<void> {
    searching.abort();
    searching = new AbortController();
    const { signal } = searching;
    const { tab, text } = { ...state, ...change };
    set({ ...change, ...searchOf(tab, text) });
    const onPage = (): void => {
      if (!signal.aborted) set({ pagesRev: state.pagesRev + 1 });
    };
    try {
      const pages = await openImagePages(state.search, { onChange: onPage, signal });
      if (signal.aborted) return;
      set({ pages, pagesRev: state.pagesRev + 1, added: 0 });
    } catch (error) {
      if (!signal.aborted && !(error instanceof ServerRefusal)) setTimeout(() => void list(), 2000);
    }
  }

  async function readDetail(id: number): Promise<void> {
    const detail = await requestJson<ImageDetail>(`/api/images/${id}`, { isBackground: true }).catch(
      () => null,
    );
    if (state.selected === id && state.trial === null) set({ detail });
  }

  async function select(id: number): Promise<void> {
    if (id === state.selected && state.trial === null) return;
    opening.abort();
    opening = new AbortController();
    const { signal } = opening;
    const look = {
      ...INITIAL_LOOK,
      showsFindings: state.look.showsFindings,
      isSideBySide: state.look.isSideBySide,
    };
    set({ selected: id, detail: null, trial: null, finding: 0, look, mode: { type: 'view' }, problem: null });
    history.replaceState(null, '', `?image=${id}`);
    await Promise.all([
      readDetail(id),
      pictures.open(id, (shown) => (signal.aborted ? undefined : set({ shown })), signal),
    ]);
  }

  /** The next or previous image of the list; the first where none is chosen. */
  function step(by: 1 | -1): void {
    const { pages, selected } = state;
    if (pages === null) return;
    const at = selected === null ? null : pages.indexOf(selected);
    const next = at === null ? 0 : at + by;
    const image = pages.at(next);
    if (image !== undefined) void select(image.id);
    else pages.want(next, next);
  }

  async function nextUnjudged(): Promise<void> {
    const { image } = state.detail ?? {};
    const place = image === undefined ? '' : `&place=${image.at}-${image.id}`;
    const query = `${queryOf({ isUnjudged: true })}limit=2${place}`;
    const { images } = await requestJson<{ images: ImageDetail['image'][] }>(`/api/images?${query}`);
    const next = images.find(({ id }) => id !== image?.id);
    if (next !== undefined) await select(next.id);
  }

  async function judge(body: Record<string, unknown> & { readonly kind: Verdict['kind'] }): Promise<void> {
    const id = state.selected;
    if (id === null || state.detail === null) return;
    try {
      const { verdict, verdicts } = await requestJson<{ verdict: Verdict; verdicts: Verdict[] }>(
        `/api/images/${id}/verdicts`,
        { method: 'POST', body },
      );
      const undo = { verdict: verdict.id, kind: verdict.kind, until: now() + facts.undoMs };
      const { detail, selected } = present();
      set({
        ...(selected === id && detail !== null ? { detail: { ...detail, verdicts } } : {}),
        ...{ mode: { type: 'view' }, undo, problem: null },
      });
    } catch (error) {
      const isForbidden = error instanceof ServerRefusal && error.status === 403;
      set({ problem: isForbidden ? 'not-allowed' : 'not-recorded' });
    }
  }

  async function undo(): Promise<void> {
    const { undo: last } = state;
    if (last === null) return;
    set({ undo: null });
    const answer = await requestJson<{ verdicts: Verdict[] }>(`/api/verdicts/${last.verdict}/undo`, {
      method: 'POST',
      body: {},
    }).catch(() => null);
    if (answer === null) set({ problem: 'not-recorded' });
    else if (state.selected !== null) await readDetail(state.selected);
  }

  function take(news: LiveNews): void {
    if (news.type === 'counts') set({ counts: news.counts });
    if (news.type === 'alarms') set({ alarms: news.alarms });
    if (news.type === 'eyes') set({ eyes: news.eyes });
    if (news.type === 'many') void list();
    if (news.type !== 'images') return;
    const added = state.pages?.update(news.images) ?? 0;
    set({ pagesRev: state.pagesRev + 1, added: state.added + added });
    const { selected } = state;
    const mine = news.images.find(({ id }) => id === selected);
    if (mine === undefined) return;
    const wasReading = state.detail?.result === null;
    void readDetail(mine.id).then(() => {
      // What could not be opened while it was being read can be now.
      if (wasReading && state.shown.state === 'missing' && state.selected === mine.id) {
        opening = new AbortController();
        void pictures.open(mine.id, (shown) => set({ shown }), opening.signal);
      }
    });
  }

  async function tryFile(file: Blob): Promise<void> {
    opening.abort();
    set({ mode: { type: 'try', isWorking: true, problem: null } });
    try {
      const response = await request('/api/try', { method: 'POST', body: file });
      const bytes = await response.arrayBuffer();
      const [length = 0] = new Uint32Array(bytes, 0, 1);
      const json = new TextDecoder().decode(new Uint8Array(bytes, 4, length));
      const trial = JSON.parse(json) as ConsoleState['trial'];
      const hasPicture = bytes.byteLength > 4 + length;
      set({
        ...{ trial, selected: null, detail: null, finding: 0, look: INITIAL_LOOK },
        mode: { type: 'try', isWorking: false, problem: null },
        shown: hasPicture
          ? { state: 'open', picture: readPicture(bytes, 4 + length) }
          : { state: 'missing', code: trial?.reason?.code ?? '' },
      });
      history.replaceState(null, '', location.pathname);
    } catch (error) {
      const problem = error instanceof ServerRefusal ? error.reason : 'unreachable';
      set({ mode: { type: 'try', isWorking: false, problem } });
    }
  }

  async function startRerun(): Promise<void> {
    if (state.selected === null) return;
    set({ mode: { type: 'rerun', models: null, isWorking: false, problem: null } });
    const { models } = await requestJson<{ models: ModelChoice[] }>('/api/models').catch(() => ({
      models: [],
    }));
    if (state.mode.type === 'rerun') set({ mode: { ...state.mode, models } });
  }

  async function rerun(model: string): Promise<void> {
    const id = state.selected;
    if (id === null || state.mode.type !== 'rerun') return;
    set({ mode: { ...state.mode, isWorking: true, problem: null } });
    try {
      await requestJson(`/api/images/${id}/rerun`, { method: 'POST', body: { model } });
      await readDetail(id);
      if (state.selected === id) set({ mode: { type: 'view' } });
    } catch (error) {
      const problem = error instanceof ServerRefusal ? error.reason : 'unreachable';
      const { mode } = present();
      if (mode.type === 'rerun') set({ mode: { ...mode, isWorking: false, problem } });
    }
  }

  return {
    take,
    list,
    select,
    step,
    nextUnjudged,
    undo,
    tryFile,
    startRerun,
    rerun,
    live: (isLive: boolean): void => {
      if (isLive && !state.isLive && state.pages !== null) void list();
      set({ isLive });
    },
    tab: (tab: TabName): void => void list({ tab }),
    write(text: string): void {
      set({ text });
      clearTimeout(typing);
      typing = setTimeout(() => void list(), TYPING_MS);
    },
    /** The images of today so far, for the tab's own count. */
    startOfToday: (): number => startOfSiteDay(siteDay(now(), facts.site.timezone), facts.site.timezone),
    want: (first: number, last: number): void => state.pages?.want(first, last),
    look: (change: Partial<Look>): void => set({ look: { ...state.look, ...change } }),
    finding: (finding: number): void => set({ finding }),
    agree: (finding: number | null): Promise<void> => judge({ kind: 'agree', finding }),
    askWhy: (finding: number): void =>
      set({ mode: { type: 'reason', finding, choice: null }, finding, problem: null }),
    askMissed: (): void =>
      set({
        mode: { type: 'missed', choice: 0, box: null },
        look: { ...state.look, showsFindings: true },
        problem: null,
      }),
    draw(box: Box | null): void {
      if (state.mode.type === 'missed') set({ mode: { ...state.mode, box } });
    },
    choose(choice: number): void {
      const { mode } = state;
      if (mode.type === 'reason' || mode.type === 'missed') set({ mode: { ...mode, choice } });
    },
    async record(): Promise<void> {
      const { mode } = state;
      if (mode.type === 'reason' && mode.choice !== null)
        await judge({ kind: 'disagree', finding: mode.finding, reason: DISAGREE_REASONS[mode.choice] });
      if (mode.type === 'missed' && mode.box !== null)
        await judge({ kind: 'missed', reason: MISSED_KINDS[mode.choice], box: mode.box });
    },
    showKeys: (): void => set({ mode: { type: 'keys' } }),
    startTry: (): void => set({ mode: { type: 'try', isWorking: false, problem: null } }),
    leave(): void {
      if (state.trial !== null) set({ trial: null, shown: { state: 'none' } });
      set({ mode: { type: 'view' }, problem: null });
    },
    useSingleKeys: (hasSingleKeys: boolean): void => set({ hasSingleKeys }),
    tick(): void {
      if (state.undo !== null && state.undo.until <= now()) set({ undo: null });
      else onChange(state);
    },
    state: (): ConsoleState => state,
  };
}
