import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Alert } from '../../../contract/alert.ts';
import { useDisplay } from '../display-context.ts';
import { FILM_AGAIN_MS } from '../time/durations.ts';

interface Film {
  /** Whether it takes room: from the start, so that no text moves when it comes, and not where it cannot be had. */
  readonly isShown: boolean;
  readonly film: JSX.Element | null;
}

/**
 * The marked copy of an alert's radiograph, whole, on black. What cannot be had leaves no gap and no broken picture,
 * and is asked for again now and then: a device that has just started cannot draw yet.
 */
export function useAlertImage(alert: Alert, size: 'large' | 'row'): Film {
  const { words } = useDisplay();
  const { thumbnail: address = null } = alert;
  const [failed, setFailed] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const isShown = address !== null && failed !== address;

  useEffect(() => {
    if (address === null || isShown) return undefined;
    const timer = setInterval(() => setAttempt((last) => last + 1), FILM_AGAIN_MS);
    return () => clearInterval(timer);
  }, [address, isShown]);

  if (address === null) return { isShown, film: null };
  return {
    isShown,
    film: (
      <div class="film" hidden={!isShown}>
        <img
          key={`${address} ${attempt}`}
          // Not asked for, so not written down as seen, where a row has no room for it.
          loading={isShown ? 'lazy' : 'eager'}
          src={`${address}&size=${size}`}
          alt={words.markedCopy}
          draggable={false}
          onLoad={() => setFailed(null)}
          onError={() => setFailed(address)}
        />
        {size === 'large' && (
          <p>
            {words.markedCopyNote[0]} <br />
            {words.markedCopyNote[1]}
          </p>
        )}
      </div>
    ),
  };
}
