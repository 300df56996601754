/** The page that was requested before the sign-in: an address of this server, or the front page. */
export function whereTo(search: string, origin: string): string {
  const to = new URLSearchParams(search).get('to') ?? '/';
  if (!URL.canParse(to, origin)) return '/';
  const url = new URL(to, origin);
  return url.origin === origin ? `${url.pathname}${url.search}` : '/';
}
