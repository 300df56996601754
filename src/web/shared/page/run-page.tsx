import { render } from 'preact';
import type { JSX } from 'preact';
import type { Me } from '../../../contract/api/access.ts';
import type { ConsoleFacts } from '../../../contract/api/console.ts';
import { fetchMe } from '../server-request.ts';
import { readSingleKeys } from './single-keys.ts';
import { readLanguage, storeLanguage } from '../stored-language.ts';
import { createPageClock } from './page-clock.ts';
import { PageMenu } from './page-menu.tsx';
import { readConsoleFacts } from './read-console-facts.ts';
import { consoleWords } from '../../i18n/console/words.ts';
import { otherLanguage, wordsFor } from '../../i18n/words-for.ts';
import type { ConsoleWords } from '../../i18n/console/en.ts';

/** The data that a page without a picture renders. */
export interface PageView {
  readonly facts: ConsoleFacts;
  readonly me: Me;
  readonly words: ConsoleWords;
  readonly now: number;
}

const TICK_MS = 1000;
const PAGES: Readonly<Record<string, string>> = {
  Digit1: '/console',
  Digit2: '/console/quality',
  Digit3: '/console/system',
};

interface RunningPage {
  readonly draw: () => void;
  readonly view: () => PageView;
  readonly correctClock: (serverTime: string) => void;
}

/** Runs a page with its menu; renders it every second and whenever the returned `draw` is called. */
export async function runPage(
  page: 'quality' | 'system',
  body: (view: PageView) => JSX.Element,
): Promise<RunningPage> {
  const root = document.querySelector<HTMLElement>(`#${page}`) ?? document.body;
  const [facts, me] = await Promise.all([readConsoleFacts(), fetchMe()]);
  const clock = createPageClock(facts.serverTime);
  let language = readLanguage() ?? facts.language;
  root.replaceChildren();

  const view = (): PageView => ({
    facts,
    me,
    words: wordsFor(consoleWords, language),
    now: clock.now(),
  });

  function switchLanguage(): void {
    language = otherLanguage(language);
    storeLanguage(language);
    draw();
  }

  function draw(): void {
    const current = view();
    document.documentElement.lang = language;
    document.title = `${current.words.pages[page]} — Bonewatch`;
    render(
      <div class="app wide">
        <PageMenu page={page} me={me} words={current.words} switchLanguage={switchLanguage} />
        {body(current)}
      </div>,
      root,
    );
  }

  listenForPages();
  setInterval(draw, TICK_MS);
  draw();
  return { draw, view, correctClock: clock.correct };
}

/** Opens another page on G followed by 1, 2 or 3. */
function listenForPages(): void {
  let isGoToPending = false;
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target instanceof HTMLInputElement) return;
    if (!readSingleKeys()) return;
    const page = PAGES[event.code];
    if (isGoToPending && page !== undefined) location.assign(page);
    isGoToPending = event.code === 'KeyG';
  });
}
