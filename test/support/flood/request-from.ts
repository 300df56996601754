import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** Requests an address over a new connection from another address of this machine. */
export async function requestFrom(
  localAddress: string,
  url: string,
): Promise<{ status: number; body: string }> {
  const sent = request(url, { localAddress, agent: false, timeout: 10_000 });
  sent.once('timeout', () => sent.destroy(new Error('no answer')));
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: await text(response) };
}
