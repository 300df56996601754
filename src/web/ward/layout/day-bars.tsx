import type { JSX } from 'preact';
import { useDisplay } from '../display-context.ts';
import { siteDayFraction } from '../../shared/site-time.ts';

const WIDTH = 1776;
const BASE = 72;
const MAX_IMAGES = 200;

/** One bar per image of the day; the taller ones raised an alert here; the bone-coloured line marks the present. */
export function DayBars(): JSX.Element | null {
  const { facts, state, now, words } = useDisplay();
  const imagesToday = state.device.health?.imagesToday ?? null;
  if (imagesToday === null) return null;
  const at = (times: readonly string[]): number[] =>
    times
      .flatMap((time) => siteDayFraction(Date.parse(time), now, facts.site.timezone) ?? [])
      .map((part) => part * WIDTH);
  const images = at(imagesToday);
  const alerts = at([...state.alerts.values()].map((known) => known.alert.times.received));
  const present = (siteDayFraction(now, now, facts.site.timezone) ?? 0) * WIDTH;
  const title = words.imagesToday(images.length, imagesToday.length >= MAX_IMAGES);
  return (
    <section class="day">
      <p>
        <span>{title}</span>
        <span>{words.oneBarOneImage}</span>
      </p>
      <svg viewBox={`0 0 ${WIDTH} ${BASE + 12}`} preserveAspectRatio="none" role="img" aria-label={title}>
        <path class="rest" d={`M0 ${BASE}H${WIDTH}`} />
        <path class="past" d={`M0 ${BASE}H${present}`} />
        {images.map((x, index) => (
          <rect key={index} class="image" x={x - 2} y={34} width={4} height={BASE - 34} />
        ))}
        {alerts.map((x, index) => (
          <rect key={`a${index}`} class="alert" x={x - 3} y={8} width={6} height={BASE - 8} />
        ))}
        <rect class="now" x={present - 1.5} y={0} width={3} height={BASE + 12} />
      </svg>
      <p class="hours" aria-hidden="true">
        {[0, 6, 12, 18, 24].map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </p>
    </section>
  );
}
