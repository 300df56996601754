import { useEffect, useState } from 'preact/hooks';
import type { SiteFacts } from '../../contract/api/access.ts';
import { askServer } from '../shared/ask-server.ts';

/** What the hospital calls itself; null until it is known. */
export function useSite(): SiteFacts | null {
  const [site, setSite] = useState<SiteFacts | null>(null);
  useEffect(() => {
    askServer<SiteFacts>('/api/site', { isBackground: true }).then(setSite, () => undefined);
  }, []);
  return site;
}
