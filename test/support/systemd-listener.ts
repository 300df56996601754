import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Node has no datagram sockets with paths, so Python prints each message as a line of JSON. */
const LISTENER = `
import json, socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
print('listening', flush=True)
while True:
    print(json.dumps(listener.recv(4096).decode()), flush=True)
`;

export interface SystemdListener extends AsyncDisposable {
  /** Every message so far. */
  readonly messages: readonly string[];
}

/** Listens at a socket as systemd does for a service with `Type=notify`. */
export async function listenAsSystemd(path: string): Promise<SystemdListener> {
  const listener = spawn('python3', ['-c', LISTENER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: listener.stdout });
  await once(lines, 'line');
  const messages: string[] = [];
  lines.on('line', (line) => messages.push(JSON.parse(line) as string));
  return {
    messages,
    async [Symbol.asyncDispose]() {
      const ended = once(listener, 'exit');
      listener.kill('SIGKILL');
      await ended;
    },
  };
}
