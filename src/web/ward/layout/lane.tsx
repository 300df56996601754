import type { JSX } from 'preact';
import { useDisplay } from '../display-context.ts';
import type { DisplayView } from '../display-context.ts';
import { FitText } from './fit-text.tsx';
import type { MachineLane } from '../state/lane-of.ts';
import { siteMoment } from '../../shared/site-time.ts';
import { stopReason } from '../state/stop-reason.ts';

/** The lane of the machine, while alerts still arrive and the screen stays dark: the problem and what to do about it. */
export function Lane({ lane }: { readonly lane: MachineLane }): JSX.Element {
  const { title, detail, note } = sayings(lane, useDisplay());
  return (
    <div class={`lane ${lane.kind}`} role="status">
      <div class="hatch" />
      <div class="text">
        <FitText as="h2">{title}</FitText>
        <FitText as="p">{detail}</FitText>
      </div>
      <p class="note">
        {note[0]}
        <b>{note[1]}</b>
      </p>
    </div>
  );
}

function sayings(
  { kind, code }: MachineLane,
  { facts, me, state, now, words }: Pick<DisplayView, 'facts' | 'me' | 'state' | 'now' | 'words'>,
): DisplayView['words']['degraded'] {
  switch (kind) {
    case 'undelivered':
      return {
        title: words.undelivered.title,
        detail: words.undelivered.meaning,
        note: [words.callRadiography, facts.phone === '' ? '' : words.extension(facts.phone)],
      };
    case 'slow':
      return words.degraded;
    case 'partly':
      return { ...words.partly, title: stopReason(code, words) };
    case 'stopped':
      return {
        title: words.stopped.meaning,
        detail: stopReason(code, words),
        note: [words.callRadiography, facts.phone === '' ? '' : words.extension(facts.phone)],
      };
    case 'duplicate':
      return { ...words.duplicate, title: words.duplicate.title(me.name) };
    case 'copy':
      return {
        ...words.copy,
        detail: words.copy.detail(siteMoment(state.copyMadeAt ?? 0, { now, timezone: facts.site.timezone })),
      };
  }
}
