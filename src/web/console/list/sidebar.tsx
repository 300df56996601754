import type { JSX, Ref, TargetedKeyboardEvent } from 'preact';
import { LanguageButton } from '../../shared/language-button.tsx';
import { useConsole } from '../console-context.ts';
import type { TabName } from '../console-state.ts';
import { SearchIcon } from '../../shared/page/search-icon.tsx';
import { ImageList } from './image-list.tsx';

const TABS: readonly TabName[] = ['today', 'findings', 'unseen', 'notAnalysed'];

/** Search, tabs, the list of images, and links to the other pages. */
export function Sidebar({ search }: { readonly search: Ref<HTMLInputElement> }): JSX.Element {
  const { words } = useConsole();
  return (
    <section class="list" aria-label={words.list}>
      <SearchField input={search} />
      <Tabs />
      <Found />
      <ImageList />
      <PageLinks />
    </section>
  );
}

function SearchField({ input }: { readonly input: Ref<HTMLInputElement> }): JSX.Element {
  const { state, words, act } = useConsole();

  function onKeyDown(event: TargetedKeyboardEvent<HTMLInputElement>): void {
    if (event.key === 'Escape') {
      if (state.text !== '') act.write('');
      else event.currentTarget.blur();
    }
    if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault();
      event.currentTarget.blur();
      if (event.key === 'ArrowDown') act.step(1);
    }
  }

  return (
    <div class="find">
      <SearchIcon />
      <input
        ref={input}
        type="search"
        value={state.text}
        placeholder={words.findHint}
        aria-label={`${words.findLabel}: ${words.findHint}`}
        autocomplete="off"
        spellcheck={false}
        maxLength={100}
        onInput={(event) => act.write(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <kbd>/</kbd>
    </div>
  );
}

function Tabs(): JSX.Element {
  const { state, words, act } = useConsole();
  return (
    <div class="sift" role="group" aria-label={words.tabsLabel}>
      {TABS.map((tab) => (
        <button
          key={tab}
          type="button"
          aria-pressed={state.tab === tab}
          class={state.tab === tab ? 'on' : ''}
          onClick={() => act.tab(tab)}
        >
          {words.tabs[tab]}
          <b>{state.counts?.[tab] ?? ''}</b>
        </button>
      ))}
    </div>
  );
}

/** How many images were found, and which words were not understood. */
function Found(): JSX.Element | null {
  const { state, words } = useConsole();
  if (state.text.trim() === '' || state.pages === null) return null;
  const total = new Intl.NumberFormat(words.locale).format(state.pages.total());
  return (
    <p class="found" role="status">
      {words.found(total)}
      {state.unknown.length > 0 && <span> · {words.notUnderstood(state.unknown.join(', '))}</span>}
    </p>
  );
}

function PageLinks(): JSX.Element {
  const { words, me, switchLanguage } = useConsole();
  return (
    <nav class="nav">
      <a href="/console" aria-current="page">
        {words.pages.images}
      </a>
      <a href="/console/quality">{words.pages.quality}</a>
      <a href="/console/system">{words.pages.system}</a>
      <LanguageButton words={words} className="language" onSwitch={switchLanguage} />
      {me.kind === 'person' && (
        <a
          class="me"
          href="/account?to=/console"
          title={words.account}
          aria-label={`${me.name} · ${words.account}`}
        >
          {me.name}
        </a>
      )}
    </nav>
  );
}
