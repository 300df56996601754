import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from './wait-until.ts';

/** The output of a command, both streams together, and its exit status. */
export interface CommandOutput {
  readonly status: number | null;
  readonly text: string;
}

/** A copy-on-write view of this machine's root, without network; every change is discarded. */
export interface PrivateRoot extends AsyncDisposable {
  run(command: string): CommandOutput;
}

const NAMESPACES = ['--mount', '--net', '--pid', '--fork', '--kill-child'];

/** Whether this process may create one; if not, prints which tests are skipped and why. */
export function privateRootAvailable(tests: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'private-root-'));
  const probe = spawnSync('unshare', [...NAMESPACES, 'sh', '-c', overlay(folder, 'true')], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  if (probe.status === 0) return true;
  console.warn(
    `skipped: ${tests}: a private root cannot be created here (${probe.stderr.trim() || 'not root'})`,
  );
  return false;
}

/**
 * Opens a private root whose /opt is on the disk, not in memory, and that shows `folders` unchanged.
 * Disposing it ends every process in it.
 */
export async function openPrivateRoot(folder: string, folders: readonly string[]): Promise<PrivateRoot> {
  mkdirSync(join(folder, 'opt'), { recursive: true });
  const ready = join(folder, 'is-open');
  const binds = folders.map((path) => `mkdir -p root'${path}' && mount --bind '${path}' root'${path}'`);
  const setUp = [
    'mount --bind opt root/opt',
    ...binds,
    'mount -t proc proc root/proc && mount --rbind /dev root/dev && mount -t tmpfs tmpfs root/run',
    'mkdir -p root/run/systemd/system && ip link set lo up 2>/dev/null',
    `touch '${ready}' && exec sleep infinity`,
  ];
  const holder = spawn('unshare', [...NAMESPACES, 'sh', '-ec', overlay(folder, setUp.join('\n'))], {
    stdio: 'ignore',
  });
  await waitUntil('the private root is open', () => (existsSync(ready) ? true : undefined), 30_000);
  const inside = innerProcess(holder);
  return {
    run(command) {
      const { status, stdout } = spawnSync(
        'nsenter',
        [
          '--target',
          inside,
          '--mount',
          '--net',
          '--pid',
          'chroot',
          join(folder, 'root'),
          'bash',
          '-c',
          `exec 2>&1; ${command}`,
        ],
        {
          encoding: 'utf8',
          env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' },
        },
      );
      return { status, text: stdout };
    },
    async [Symbol.asyncDispose]() {
      const ended = once(holder, 'exit');
      holder.kill('SIGKILL');
      await ended;
    },
  };
}

function overlay(folder: string, then: string): string {
  return `set -e
mount --make-rprivate /
cd '${folder}' && mkdir -p layers root && mount -t tmpfs tmpfs layers && mkdir layers/upper layers/work
mount -t overlay overlay -o lowerdir=/,upperdir=layers/upper,workdir=layers/work root
${then}`;
}

/** The first process of the new PID namespace, as this one sees it. */
function innerProcess(holder: ChildProcess): string {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(holder.pid)], { encoding: 'utf8' });
  return stdout.trim().split('\n')[0]?.trim() ?? '';
}
