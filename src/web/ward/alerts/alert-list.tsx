import type { JSX } from 'preact';
import { AlertRow } from './alert-row.tsx';
import { alertText } from './alert-text.ts';
import { useDisplay } from '../display-context.ts';
import { Strokes } from '../layout/icons.tsx';
import type { Screen } from '../state/screen-of.ts';
import { SeenRow } from './seen-row.tsx';
import { UndoRow } from './undo-row.tsx';

type AlertsScreen = Extract<Screen, { readonly kind: 'alerts' }>;

/** Open alerts, the most urgent first, then the ones that have been seen. */
export function AlertList({ screen }: { readonly screen: AlertsScreen }): JSX.Element {
  const view = useDisplay();
  const { words } = view;
  return (
    <section class={`alerts ${screen.isTight ? 'tight' : ''}`}>
      {screen.undo !== null && <UndoRow key={`undo-${screen.undo.alert.id}`} undo={screen.undo} />}
      {screen.rows.map((alert, index) => (
        <AlertRow key={alert.id} alert={alert} isFirst={index === 0} />
      ))}
      {screen.more.length > 0 && (
        <div class="more">
          <b class="count" aria-label={words.moreAlerts(screen.more.length)}>
            +{screen.more.length}
          </b>
          {screen.more.map((alert) => {
            const text = alertText(alert, view);
            return (
              <span key={alert.id} class={`brief ${alert.priority}`} data-alert={alert.id}>
                <Strokes priority={alert.priority} />
                {(text.short ?? text).brief}
              </span>
            );
          })}
        </div>
      )}
      {screen.seen.length > 0 && (
        <div class="seen-list">
          {screen.seen.map((seen) => (
            <SeenRow key={seen.alert.id} seen={seen} />
          ))}
        </div>
      )}
    </section>
  );
}
