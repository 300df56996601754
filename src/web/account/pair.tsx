import '../shared/tokens.css';
import '../shared/base.css';
import './access.css';
import './pair.css';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PairingState } from '../../contract/api/access.ts';
import { requestJson, ServerRefusal } from '../shared/server-request.ts';
import { Frame } from './frame.tsx';
import { useLanguage } from './use-language.ts';
import { useSite } from './use-site.ts';
import { whereTo } from './where-to.ts';

const POLL_EVERY_MS = 2_000;
const BUSY_MS = 60_000;

type Shown =
  | { readonly kind: 'code'; readonly code: string; readonly secondsLeft: number }
  | { readonly kind: 'trouble'; readonly trouble: 'noAnswer' | 'pairUnknownWard' | 'pairBusy' }
  | null;

/** Shows the code that a person has to confirm, until this screen is a ward display. */
function Pair({ to }: { readonly to: string }) {
  const site = useSite();
  const [words, switchLanguage] = useLanguage(site?.language ?? null);
  const [shown, show] = useState<Shown>(null);
  const ward = decodeURIComponent(/^\/ward\/([^/?]+)/.exec(to)?.[1] ?? '');

  useEffect(() => {
    let timer = 0;
    async function poll(): Promise<void> {
      const next = await nextStep(ward).catch(troubleOf);
      if (next === 'paired') location.replace(to);
      else if (next !== null) show(next);
      const isBusy = next !== 'paired' && next?.kind === 'trouble' && next.trouble !== 'noAnswer';
      timer = window.setTimeout(() => void poll(), next === null ? 0 : isBusy ? BUSY_MS : POLL_EVERY_MS);
    }
    void poll();
    return () => clearTimeout(timer);
  }, [ward, to]);

  return (
    <Frame title={words.pairTitle} site={site} words={words} onLanguage={switchLanguage}>
      <p class="how">
        {words.pairHow[0]} <br />
        {words.pairHow[1]}
      </p>
      <div role="status">
        {shown?.kind === 'code' && (
          <>
            <p class="code">
              <span>{shown.code.slice(0, 3)}</span> <span>{shown.code.slice(3)}</span>
            </p>
            <p class="left">{words.pairLeft(Math.max(1, Math.ceil(shown.secondsLeft / 60)))}</p>
          </>
        )}
        {shown?.kind === 'trouble' && <p class="trouble">{words[shown.trouble]}</p>}
      </div>
      <p class="aside">
        <a href={`/sign-in?to=${encodeURIComponent(to)}`}>{words.signInInstead}</a>
      </p>
    </Frame>
  );
}

/** Polls the state of the pairing, and starts one if there is none; null: poll again at once. */
async function nextStep(ward: string): Promise<Shown | 'paired'> {
  const pairing = await requestJson<PairingState>('/api/pairing', { isBackground: true });
  if (pairing.state === 'paired') return 'paired';
  if (pairing.state === 'waiting' && pairing.ward === ward)
    return { kind: 'code', code: pairing.code, secondsLeft: pairing.secondsLeft };
  await requestJson('/api/pairing', { method: 'POST', body: { ward } });
  return null;
}

function troubleOf(error: unknown): Shown {
  if (!(error instanceof ServerRefusal)) return { kind: 'trouble', trouble: 'noAnswer' };
  return { kind: 'trouble', trouble: error.status === 400 ? 'pairUnknownWard' : 'pairBusy' };
}

render(
  <Pair to={whereTo(location.search, location.origin)} />,
  document.querySelector('#page') ?? document.body,
);
