import type { JSX } from 'preact';
import { agoText } from '../time/age-text.ts';
import { DayBars } from './day-bars.tsx';
import { useDisplay } from '../display-context.ts';
import { TickInCircle } from './icons.tsx';
import { laneOf } from '../state/lane-of.ts';
import type { SeenAlert } from '../state/screen-of.ts';
import { SeenRow } from '../alerts/seen-row.tsx';
import { momentText } from '../time/moment-text.ts';

/** Nothing to do, with the evidence: the last image, one bar per image of the day, and the running minute. */
export function Quiet({ seen }: { readonly seen: readonly SeenAlert[] }): JSX.Element {
  const { facts, state, now, words } = useDisplay();
  const lastImageAt = state.device.health?.lastImageAt ?? null;
  const isSlow = laneOf(state) !== null;
  return (
    <section class="quiet">
      <div class="headline">
        <h1>{words.noAlerts}</h1>
        <p class="why">
          {!isSlow && <TickInCircle />}
          <span>
            {isSlow ? words.running : words.working} ·{' '}
            {lastImageAt === null ? (
              words.noImageYet
            ) : (
              <>
                {words.lastImage}{' '}
                <b>{momentText(lastImageAt, { now, timezone: facts.site.timezone, words })}</b> ·{' '}
                {agoText(lastImageAt, now, words)}
              </>
            )}
          </span>
        </p>
      </div>
      {seen.length > 0 && (
        <div class="seen-list">
          {seen.map((one) => (
            <SeenRow key={one.alert.id} seen={one} />
          ))}
        </div>
      )}
      <DayBars />
    </section>
  );
}
