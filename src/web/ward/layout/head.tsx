import type { JSX } from 'preact';
import { useDisplay } from '../display-context.ts';
import { siteClock, siteDateText } from '../../shared/site-time.ts';
import { usableTimeZone } from '../../shared/usable-time-zone.ts';

/** The ward and the time: they show at a glance that this is the right screen and that it is running. The time zone is named where it is not that of the site. */
export function Head(): JSX.Element {
  const { facts, now, words } = useDisplay();
  const { timezone } = facts.site;
  const zone = usableTimeZone(timezone);
  return (
    <header class="head">
      <p class="ward">
        {facts.ward.name}
        {facts.ward.detail !== '' && <small>{facts.ward.detail}</small>}
      </p>
      <p class="clock">
        <small>
          {siteDateText(now, timezone, words)}
          {zone !== timezone && ` · ${zone}`}
        </small>
        <time>{siteClock(now, timezone)}</time>
      </p>
    </header>
  );
}
