import type { JSX } from 'preact';
import { useDisplay } from '../display-context.ts';
import { siteClock, siteDateText } from '../../shared/site-time.ts';

/** The ward and the time: they show at a glance that this is the right screen and that it is running. */
export function Head(): JSX.Element {
  const { facts, now, words } = useDisplay();
  return (
    <header class="head">
      <p class="ward">
        {facts.ward.name}
        {facts.ward.detail !== '' && <small>{facts.ward.detail}</small>}
      </p>
      <p class="clock">
        <small>{siteDateText(now, facts.site.timezone, words)}</small>
        <time>{siteClock(now, facts.site.timezone)}</time>
      </p>
    </header>
  );
}
