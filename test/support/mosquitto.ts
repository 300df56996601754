import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BINARIES = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/usr/local/sbin/mosquitto'];
const START_DEADLINE_MS = 10_000;

export interface MosquittoOptions {
  /** Port to listen on; a free one by default. Use the same port to restart a stopped broker. */
  readonly port?: number;
  /** Name and password of the only user; without it, anonymous clients are accepted. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Lines of an ACL file, such as `topic readwrite #`. */
  readonly acl?: readonly string[];
  /** Folder that outlives the broker and stores its retained messages. */
  readonly persistenceFolder?: string;
  /** Further lines of mosquitto.conf. */
  readonly settings?: readonly string[];
}

export interface Mosquitto extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Ends the process as a power cut would. */
  kill(): Promise<void>;
  /** Stops the process without closing its connections, as a hanging disk would. */
  freeze(): void;
  thaw(): void;
}

/** Whether the real broker is installed; if not, prints which tests are skipped and why. */
export function mosquittoAvailable(tests: string): boolean {
  const isInstalled = BINARIES.some((path) => existsSync(path));
  if (!isInstalled)
    console.warn(`skipped: ${tests}: mosquitto is not installed (Debian: apt-get install mosquitto)`);
  return isInstalled;
}

/** Starts the real Mosquitto on the loopback interface and resolves once it accepts connections. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const port = options.port ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'mosquitto-'));
  await writeFile(join(folder, 'mosquitto.conf'), await configLines(folder, port, options));
  const broker = spawn(binary(), ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
  await accepting(port, broker);

  async function end(signal: 'SIGTERM' | 'SIGKILL') {
    if (broker.exitCode === null && broker.signalCode === null) {
      const exited = once(broker, 'exit');
      broker.kill('SIGCONT');
      broker.kill(signal);
      await exited;
    }
    await rm(folder, { recursive: true, force: true });
  }

  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    kill: () => end('SIGKILL'),
    freeze: () => void broker.kill('SIGSTOP'),
    thaw: () => void broker.kill('SIGCONT'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}

/** An unused TCP port of the loopback interface. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return address.port;
}

async function configLines(folder: string, port: number, options: MosquittoOptions): Promise<string> {
  const lines = [
    `listener ${port} 127.0.0.1`,
    `allow_anonymous ${options.user === undefined}`,
    'log_dest none',
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    ...(options.settings ?? []),
  ];
  if (options.user !== undefined) {
    const path = join(folder, 'passwords');
    await writeFile(path, `${options.user.name}:${options.user.password}\n`, { mode: 0o600 });
    execFileSync('mosquitto_passwd', ['-U', path], { stdio: 'ignore' });
    lines.push(`password_file ${path}`);
  }
  if (options.acl !== undefined) {
    const path = join(folder, 'acl');
    await writeFile(path, `${options.acl.join('\n')}\n`, { mode: 0o600 });
    lines.push(`acl_file ${path}`);
  }
  if (options.persistenceFolder !== undefined)
    lines.push(
      'persistence true',
      `persistence_location ${options.persistenceFolder}/`,
      'autosave_interval 1',
    );
  return `${lines.join('\n')}\n`;
}

function binary(): string {
  const path = BINARIES.find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error('mosquitto is not installed');
  return path;
}

async function accepting(port: number, broker: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadline) {
    if (broker.exitCode !== null) throw new Error(`mosquitto ended with ${broker.exitCode}`);
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('mosquitto does not accept connections');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
