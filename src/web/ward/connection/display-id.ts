const KEY = 'bonewatch.display';
const ANSWER_WITHIN_MS = 150;

/**
 * The id of this display on the broker: the one it was paired with, else one stored in the browser, so that a screen
 * has the same id after a restart. A second window of the same browser gets its own, since two clients with one id
 * disconnect each other.
 */
export async function takeDisplayId(paired: string | null): Promise<string> {
  const channel = new BroadcastChannel(KEY);
  const own = paired ?? localStorage.getItem(KEY);
  const isTaken = own !== null && (await isAnswered(channel, own));
  const id = own === null || isTaken ? nextTo(paired) : own;
  if (paired === null && !isTaken) localStorage.setItem(KEY, id);
  channel.onmessage = ({ data }) => {
    if (data === `who ${id}`) channel.postMessage(`here ${id}`);
  };
  return id;
}

/** Random hexadecimal digits, for ids and nonces. */
export function randomWord(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

function nextTo(paired: string | null): string {
  return paired === null ? `display-${randomWord()}` : `${paired}.${randomWord()}`;
}

function isAnswered(channel: BroadcastChannel, id: string): Promise<boolean> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(false), ANSWER_WITHIN_MS);
    channel.onmessage = ({ data }) => {
      if (data !== `here ${id}`) return;
      clearTimeout(late);
      resolve(true);
    };
    channel.postMessage(`who ${id}`);
  });
}
