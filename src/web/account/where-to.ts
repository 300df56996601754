/** The page that was requested before the sign-in: an address of this server, or the front page. */
export function whereTo(search: string, origin: string): string {
  const to = new URLSearchParams(search).get('to') ?? '/';
  if (!URL.canParse(to, origin)) return '/';
  const { pathname, search: query, origin: target } = new URL(to, origin);
  // `/.//evil.example/` has the path `//evil.example/`, which a browser takes for another server.
  return target === origin && !pathname.startsWith('//') ? `${pathname}${query}` : '/';
}
