import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { notifySystemd } from '../../../src/health/systemd/notify-systemd.ts';
import { toolAvailable } from '../../support/tool-available.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** Listens as systemd does: Node has no such sockets, so Python prints each datagram and its sender as a line. */
const LISTENER = `
import json, socket, struct, sys
name = sys.argv[1]
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
listener.bind('\\0' + name[1:] if name.startswith('@') else name)
print('listening', flush=True)
while True:
    text, ancillary, _, _ = listener.recvmsg(4096, 100)
    pid = struct.unpack('3i', ancillary[0][2])[0]
    print(json.dumps({'text': text.decode(), 'pid': pid}), flush=True)
`;

const isRunnable = toolAvailable('python3', 'the messages to systemd') && process.platform === 'linux';
const cleanUps: (() => Promise<void> | void)[] = [];
const moving = () => true;

async function aSystemd(kind: 'path' | 'abstract') {
  const folder = await mkdtemp(join(tmpdir(), 'notify-'));
  const path =
    kind === 'path' ? join(folder, 'notify') : `@bonewatch-test-${process.pid}-${performance.now()}`;
  const listener = spawn('python3', ['-c', LISTENER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const received: { text: string; pid: number }[] = [];
  let isListening = false;
  createInterface({ input: listener.stdout }).on('line', (line) => {
    if (line === 'listening') isListening = true;
    else received.push(JSON.parse(line) as (typeof received)[number]);
  });
  cleanUps.push(() => void listener.kill('SIGKILL'));
  cleanUps.push(() => rm(folder, { recursive: true }));
  await waitUntil('the listener is bound', () => isListening || undefined);
  return {
    env: { NOTIFY_SOCKET: path },
    texts: () => received.map(({ text }) => text),
    pids: () => received.map(({ pid }) => pid),
    receives: (count: number) => waitUntil(`${count} messages`, () => received.length >= count || undefined),
  };
}

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

describe.skipIf(!isRunnable)('the messages to systemd', () => {
  for (const kind of ['path', 'abstract'] as const) {
    it(`are start, status and stop from the daemon's own process, through a socket by ${kind}`, async () => {
      const listener = await aSystemd(kind);
      using systemd = await notifySystemd({ isMoving: moving, env: listener.env });

      systemd.status('Building the engine, 40 %');
      systemd.extendStart(60_000);
      systemd.ready('Watching 1 inbox');
      systemd.stopping('Finishing 2 images');
      await listener.receives(4);

      expect(listener.texts()).toEqual([
        'STATUS=Building the engine, 40 %',
        'EXTEND_TIMEOUT_USEC=60000000',
        'READY=1\nSTATUS=Watching 1 inbox',
        'STOPPING=1\nSTATUS=Finishing 2 images',
      ]);
      expect(new Set(listener.pids())).toEqual(new Set([process.pid]));
    });
  }

  it('include the watchdog at half of WatchdogSec while images move, and not once they stop', async () => {
    const listener = await aSystemd('path');
    let isMoving = true;
    let asked = 0;
    const env = { ...listener.env, WATCHDOG_USEC: '60000', WATCHDOG_PID: String(process.pid) };
    using systemd = await notifySystemd({
      env,
      isMoving: () => {
        asked += 1;
        return isMoving;
      },
    });
    await listener.receives(3);

    isMoving = false;
    const askedThen = asked;
    await waitUntil('the stuck pipeline was looked at again', () => asked > askedThen + 3 || undefined);
    systemd.status('stuck');
    await waitUntil('the last message', () => listener.texts().includes('STATUS=stuck') || undefined);

    expect(systemd.watchdogIntervalMs).toBe(30);
    expect(listener.texts().filter((text) => text === 'WATCHDOG=1').length).toBe(askedThen);
  });

  it('sends no sign of life for another process, nor without a watchdog', async () => {
    const listener = await aSystemd('path');
    const forAnother = { ...listener.env, WATCHDOG_USEC: '60000', WATCHDOG_PID: '1' };

    using another = await notifySystemd({ isMoving: moving, env: forAnother });
    using without = await notifySystemd({ isMoving: moving, env: listener.env });

    expect([another.watchdogIntervalMs, without.watchdogIntervalMs]).toEqual([null, null]);
  });

  it('cannot be tricked into another assignment by a line break in a status', async () => {
    const listener = await aSystemd('path');
    using systemd = await notifySystemd({ isMoving: moving, env: listener.env });

    systemd.status('model\nMAINPID=1');
    await listener.receives(1);

    expect(listener.texts()).toEqual(['STATUS=model MAINPID=1']);
  });
});

describe('notifySystemd', () => {
  it('does nothing outside systemd', async () => {
    using systemd = await notifySystemd({ isMoving: moving, env: {} });

    systemd.ready('Watching');

    expect(systemd).toMatchObject({ isManaged: false, watchdogIntervalMs: null });
  });

  it('reports once that the socket is closed and lets the daemon continue', async () => {
    const undelivered: string[] = [];
    const env = { NOTIFY_SOCKET: '/nowhere/notify' };
    using systemd = await notifySystemd({ isMoving: moving, env, onUndelivered: (m) => undelivered.push(m) });

    systemd.ready('Watching');
    systemd.status('Still watching');

    expect(undelivered).toEqual(['READY=1\nSTATUS=Watching']);
  });

  it('an unusable address is SYSTEMD_UNREACHABLE instead of a timeout minutes later', async () => {
    for (const address of ['vsock:2:1234', `/${'x'.repeat(120)}`]) {
      const env = { NOTIFY_SOCKET: address };
      await expect(notifySystemd({ isMoving: moving, env })).rejects.toMatchObject({
        code: 'SYSTEMD_UNREACHABLE',
      });
    }
  });
});
