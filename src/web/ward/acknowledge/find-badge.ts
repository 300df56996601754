import { requestJson } from '../../shared/server-request.ts';

/** The owner of a badge; null if it is not listed or the server does not answer. */
export async function findBadge(ward: string, code: string): Promise<string | null> {
  try {
    const path = `/api/ward/${encodeURIComponent(ward)}/badge`;
    const { name } = await requestJson<{ readonly name: string }>(path, {
      method: 'POST',
      body: { code },
      signal: AbortSignal.timeout(2_000),
    });
    return name;
  } catch {
    return null;
  }
}
