import { useEffect, useState } from 'preact/hooks';
import type { SiteFacts } from '../../contract/api/access.ts';
import { requestJson } from '../shared/server-request.ts';

/** The hospital's name for itself; null until it is known. */
export function useSite(): SiteFacts | null {
  const [site, setSite] = useState<SiteFacts | null>(null);
  useEffect(() => {
    requestJson<SiteFacts>('/api/site', { isBackground: true }).then(setSite, () => undefined);
  }, []);
  return site;
}
