import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { aDaemonHome } from '../support/running-daemon.ts';

const launcher = fileURLToPath(new URL('../../bin/bonewatch.js', import.meta.url));

it('the daemon ends at once when it is stopped during its start, such as during an engine build of minutes', async () => {
  await using home = await aDaemonHome({ brokerUrl: 'mqtt://127.0.0.1:1' });
  const daemon = spawn(process.execPath, [launcher, 'run', '--config', home.configFile], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(daemon, 'exit');
  const lines = createInterface({ input: daemon.stderr });
  await once(lines, 'line');

  const stoppedAt = performance.now();
  daemon.kill('SIGTERM');
  const [status] = (await exited) as [number | null];

  expect(status).toBe(0);
  expect(performance.now() - stoppedAt).toBeLessThan(10_000);
}, 60_000);
