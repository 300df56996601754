import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  mosquittoAcl,
  mosquittoConf,
  mosquittoUsers,
} from '../../src/cli/commands/config/mosquitto-config.ts';
import { configSchema } from '../../src/config/schema.ts';
import { makeCertificate } from '../../src/screens/tls/make-certificate.ts';
import { freePort } from './mosquitto.ts';
import { waitUntil } from './wait-until.ts';

/** Mosquitto with the files that `bonewatch config mosquitto` prints and `set-up-broker.sh` installs. */
export interface GeneratedBroker extends AsyncDisposable {
  /** The listener for this machine. */
  readonly url: string;
  /** The TLS listener. */
  readonly tlsUrl: string;
  /** The TLS listener for WebSocket. */
  readonly websocketUrl: string;
  /** File with the password of the daemon's user. */
  readonly passwordFile: string;
  /** File with the certificate of the TLS listeners. */
  readonly caFile: string;
}

export interface GeneratedBrokerOptions {
  readonly wards: readonly { readonly id: string; readonly name: string }[];
  /** Changes the generated ACL, such as to that of an earlier release. */
  readonly editAcl?: (acl: string) => string;
}

const SITE = 'jeonju';
const FOLDER = '/etc/mosquitto/bonewatch';

/** The password of a user of the generated broker. */
export function passwordOf(user: string): string {
  return `password of ${user}`;
}

/** Starts it for the site `jeonju`, on free ports of the loopback interface. */
export async function startGeneratedBroker(options: GeneratedBrokerOptions): Promise<GeneratedBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'generated-broker-'));
  const [port, tlsPort, websocketPort] = [await freePort(), await freePort(), await freePort()];
  const config = configSchema.parse({
    site: { id: SITE },
    inboxes: [{ path: '/export' }],
    wards: options.wards,
    broker: { url: `mqtt://127.0.0.1:${port}`, username: 'bonewatch' },
  });
  const { cert, key } = await makeCertificate(['127.0.0.1', 'localhost'], new Date());
  const users = mosquittoUsers(config);
  const own = join(folder, 'bonewatch');
  await mkdir(own);
  const files = {
    'ca.crt': cert,
    'server.crt': cert,
    'server.key': key,
    acl: options.editAcl?.(mosquittoAcl(config)) ?? mosquittoAcl(config),
    passwords: users.map((user) => `${user}:${passwordOf(user)}\n`).join(''),
    'broker-password': `${passwordOf('bonewatch')}\n`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(own, name), text, { mode: 0o600 });
  execFileSync('mosquitto_passwd', ['-U', join(own, 'passwords')], { stdio: 'ignore' });
  const conf = mosquittoConf()
    .replaceAll(FOLDER, own)
    .replace('listener 1883 127.0.0.1', `listener ${port} 127.0.0.1`)
    .replace('listener 8883', `listener ${tlsPort} 127.0.0.1`)
    .replace('listener 8884', `listener ${websocketPort} 127.0.0.1`);
  const confFile = join(folder, 'mosquitto.conf');
  await writeFile(confFile, `${conf}\nlog_dest none\n${process.getuid?.() === 0 ? 'user root\n' : ''}`);
  await chmod(folder, 0o755);
  const broker = spawn('mosquitto', ['-c', confFile], {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
  });
  await waitUntil('the generated broker accepts connections', async () => {
    if (broker.exitCode !== null) throw new Error(`mosquitto ended with ${broker.exitCode}`);
    return (await accepts(port)) && (await accepts(websocketPort)) ? true : undefined;
  });
  return {
    url: `mqtt://127.0.0.1:${port}`,
    tlsUrl: `mqtts://127.0.0.1:${tlsPort}`,
    websocketUrl: `wss://127.0.0.1:${websocketPort}`,
    passwordFile: join(own, 'broker-password'),
    caFile: join(own, 'ca.crt'),
    async [Symbol.asyncDispose]() {
      if (broker.exitCode === null) {
        const exited = once(broker, 'exit');
        broker.kill('SIGTERM');
        await exited;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
