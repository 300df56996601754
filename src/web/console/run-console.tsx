import { createRef, render } from 'preact';
import type { JSX } from 'preact';
import type { Me } from '../../contract/api/access.ts';
import type { ConsoleFacts } from '../../contract/api/console.ts';
import { ConsoleContext, useConsole } from './console-context.ts';
import type { ConsoleView } from './console-context.ts';
import { createController } from './controller/create-controller.ts';
import { followLive } from './follow-live.ts';
import { createPageClock } from '../shared/page/page-clock.ts';
import { batch } from '../shared/batch.ts';
import { storeSingleKeys, readSingleKeys } from '../shared/page/single-keys.ts';
import { readLanguage, storeLanguage } from '../shared/stored-language.ts';
import { listenToKeys } from './keys.ts';
import { Rail } from './rail/rail.tsx';
import { Sidebar } from './list/sidebar.tsx';
import { Stage } from './viewer/stage.tsx';
import type { StageHandle } from './viewer/stage.tsx';
import { TechLane } from '../shared/page/tech-lane.tsx';
import { consoleWords } from '../i18n/console/words.ts';
import { otherLanguage, wordsFor } from '../i18n/words-for.ts';

const TICK_MS = 1000;

interface ConsoleDeps {
  readonly root: HTMLElement;
  readonly facts: ConsoleFacts;
  readonly me: Me;
}

/** Runs the console for the lifetime of the page. */
export function runConsole({ root, facts, me }: ConsoleDeps): void {
  const clock = createPageClock(facts.serverTime);
  const { now } = clock;
  const search = createRef<HTMLInputElement>();
  const handle: StageHandle = { zoom: () => undefined, reset: () => undefined };
  let language = readLanguage() ?? facts.language;

  const draw = batch(() => {
    const words = wordsFor(consoleWords, language);
    const view = { facts, me, state: act.state(), words, now: now(), act, switchLanguage };
    renderConsole(root, view, { search, handle });
  });

  function switchLanguage(): void {
    language = otherLanguage(language);
    storeLanguage(language);
    draw();
  }

  const act = createController({ facts, now, onChange: draw });
  act.useSingleKeys(readSingleKeys());
  listenToKeys({
    act,
    focusSearch: () => search.current?.focus(),
    zoom: (factor) => handle.zoom(factor),
    reset: () => handle.reset(),
  });
  followLive({
    onNews(news) {
      if (news.type === 'beat') clock.correct(news.serverTime);
      else act.handleNews(news);
    },
    onLive: (isLive) => act.setLive(isLive),
  });
  setInterval(() => act.tick(), TICK_MS);
  void begin(act);
}

interface ConsoleProps {
  readonly search: ReturnType<typeof createRef<HTMLInputElement>>;
  readonly handle: StageHandle;
}

function renderConsole(root: HTMLElement, view: ConsoleView, { search, handle }: ConsoleProps): void {
  document.documentElement.lang = view.words.language;
  document.title = `${view.words.pages.images} — Bonewatch`;
  storeSingleKeys(view.state.hasSingleKeys);
  render(
    <ConsoleContext.Provider value={view}>
      <Console search={search} handle={handle} />
    </ConsoleContext.Provider>,
    root,
  );
}

/** Selects the image named in the address, if any, and loads the list. */
async function begin(act: ReturnType<typeof createController>): Promise<void> {
  const wanted = Number(new URLSearchParams(location.search).get('image'));
  if (wanted > 0) void act.select(wanted);
  await act.list();
}

function Console({ search, handle }: ConsoleProps): JSX.Element {
  const { state, words, act } = useConsole();
  return (
    <div
      class="app"
      data-live={state.isLive ? 'yes' : 'no'}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const [file] = event.dataTransfer?.files ?? [];
        if (file !== undefined) void act.tryFile(file);
      }}
    >
      <TechLane alarms={state.alarms} isLive={state.isLive} words={words} hasLink={true} />
      <Sidebar search={search} />
      <Stage handle={handle} />
      <Rail />
    </div>
  );
}
