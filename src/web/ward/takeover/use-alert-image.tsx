import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Alert } from '../../../contract/alert.ts';
import { useDisplay } from '../display-context.ts';
import { IMAGE_RETRY_MS } from '../time/durations.ts';

interface AlertImage {
  /** Whether it takes space: from the start, so that no text moves when it loads, but not if it cannot be loaded. */
  readonly isShown: boolean;
  readonly image: JSX.Element | null;
}

/**
 * The marked copy of an alert's radiograph, whole, on black. An image that cannot be loaded leaves no gap and no broken
 * picture, and is requested again every minute: a device that has just started cannot render it yet.
 */
export function useAlertImage(alert: Alert, size: 'large' | 'row'): AlertImage {
  const { words } = useDisplay();
  const { thumbnail: address = null } = alert;
  const [failed, setFailed] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const isShown = address !== null && failed !== address;

  useEffect(() => {
    if (address === null || isShown) return undefined;
    const timer = setInterval(() => setAttempt((last) => last + 1), IMAGE_RETRY_MS);
    return () => clearInterval(timer);
  }, [address, isShown]);

  if (address === null) return { isShown, image: null };
  return {
    isShown,
    image: (
      <div class="alert-image" hidden={!isShown}>
        <img
          key={`${address} ${attempt}`}
          // Lazy: an image that its row has no space for is not requested and not audited as viewed.
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
