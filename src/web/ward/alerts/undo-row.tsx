import type { JSX } from 'preact';
import { alertText } from './alert-text.ts';
import { useDisplay } from '../display-context.ts';
import { UNDO_MS } from '../time/durations.ts';
import { FitText } from '../layout/fit-text.tsx';
import { TickInCircle } from '../layout/icons.tsx';
import type { Undo } from '../state/screen-of.ts';

/** Who has just acknowledged an alert, with ten seconds to undo it. */
export function UndoRow({ undo }: { readonly undo: Undo }): JSX.Element {
  const { facts, now, words, actions } = useDisplay();
  const text = alertText(undo.alert, { facts, now, words });
  const leftMs = Math.max(0, undo.at + UNDO_MS - now);
  return (
    <article class="row done" data-alert={undo.alert.id}>
      <div class="flag">
        <TickInCircle />
      </div>
      <div class="what" role="status">
        <FitText as="h2">{words.seenBy(undo.by)}</FitText>
        <FitText as="h3" short={text.short?.brief}>
          {text.brief}
        </FitText>
      </div>
      <button type="button" class="undo" onClick={actions.undo}>
        {words.undo}
        <small>{words.secondsLeft(Math.ceil(leftMs / 1000))}</small>
        <i class="left" style={{ transform: `scaleX(${leftMs / UNDO_MS})` }} />
      </button>
    </article>
  );
}
