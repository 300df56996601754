import type { JSX } from 'preact';
import { LanguageButton } from '../../shared/language-button.tsx';
import { useDisplay } from '../display-context.ts';
import { ImageIcon, SilenceIcon, SoundIcon } from './icons.tsx';
import { momentText } from '../time/moment-text.ts';

/** Last image, not for diagnosis, sound, language; below it a line that fills once a minute while the page is running. */
export function Foot({ hasLastImage }: { readonly hasLastImage: boolean }): JSX.Element {
  const { facts, me, state, now, words, actions } = useDisplay();
  const lastImageAt = state.device.health?.lastImageAt ?? null;
  return (
    <>
      <footer class="foot">
        {hasLastImage && lastImageAt !== null && (
          <span class="last">
            <ImageIcon />
            <span>
              {words.lastImage}{' '}
              <b>{momentText(lastImageAt, { now, timezone: facts.site.timezone, words })}</b>
            </span>
          </span>
        )}
        <span class="not-for-diagnosis">{words.notForDiagnosis}</span>
        <span class="tools">
          <SoundTool />
          {me.kind === 'person' && (
            <a
              class="tool me"
              href={`/account?to=/ward/${encodeURIComponent(facts.ward.id)}`}
              title={words.account}
              aria-label={`${me.name} · ${words.account}`}
            >
              {me.name}
            </a>
          )}
          <LanguageButton words={words} className="tool" onSwitch={actions.switchLanguage} />
        </span>
      </footer>
      <i class="beat" style={{ transform: `scaleX(${((now / 1000) % 60) / 60})` }} />
    </>
  );
}

function SoundTool(): JSX.Element | null {
  const { state, now, words, isSoundBlocked, actions } = useDisplay();
  if (isSoundBlocked === null) return null;
  if (isSoundBlocked) {
    return (
      <button type="button" class="tool ask">
        <SilenceIcon />
        <span>{words.allowSound}</span>
      </button>
    );
  }
  if (state.soundPausedUntil !== null) {
    return (
      <button type="button" class="tool" onClick={actions.resumeSound}>
        <SilenceIcon />
        <span>{words.soundPaused(countdown(state.soundPausedUntil - now))}</span>
      </button>
    );
  }
  return (
    <button type="button" class="tool" onClick={actions.pauseSound}>
      <SoundIcon />
      <span>{words.soundOn}</span>
    </button>
  );
}

/** "1:58" */
export function countdown(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
