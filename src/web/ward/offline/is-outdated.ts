/** Whether the server has a newer page than the one that is open, as after an upgrade; false while it does not answer. */
export async function isOutdated(): Promise<boolean> {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"]')?.getAttribute('src');
  const headers = { 'x-bonewatch-background': '1' };
  const response = await fetch(location.pathname, { cache: 'no-store', headers }).catch(() => null);
  if (script === null || script === undefined || response?.status !== 200 || response.redirected)
    return false;
  const html = await response.text().catch(() => script);
  return !html.includes(script);
}
