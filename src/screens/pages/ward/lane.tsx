import type { JSX } from 'preact';
import { useDisplay } from './display-context.ts';
import { Fitted } from './fitted.tsx';

/** The machine's own lane: something is not right, alerts still work, and there is nothing to do. */
export function Lane(): JSX.Element {
  const { words } = useDisplay();
  const { title, detail, told } = words.degraded;
  return (
    <div class="lane" role="status">
      <div class="hatch" />
      <div class="text">
        <Fitted as="h2">{title}</Fitted>
        <Fitted as="p">{detail}</Fitted>
      </div>
      <p class="told">
        {told[0]}
        <b>{told[1]}</b>
      </p>
    </div>
  );
}
