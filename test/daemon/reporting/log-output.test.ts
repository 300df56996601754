import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toolAvailable } from '../../support/tool-available.ts';
import { waitUntil } from '../../support/wait-until.ts';

const createLogger = fileURLToPath(
  new URL('../../../src/daemon/reporting/create-logger.ts', import.meta.url),
);
/** More than a pipe or a socket holds, and more than the log lets wait. */
const LINES = 20_000;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bonewatch-log-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Logs many lines, prints how long that took, and logs one more after each line of its input. */
const PROGRAM = `
  const { createLogger } = await import(${JSON.stringify(createLogger)});
  const log = createLogger('info');
  const startedAt = performance.now();
  for (let number = 0; number < ${LINES}; number += 1) log.info({ number, text: 'x'.repeat(200) }, 'line');
  process.stdout.write(String(performance.now() - startedAt) + '\\n');
  process.stdin.on('data', () => log.info('one more'));
`;

function startLogging(standardError: number): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    stdio: ['pipe', 'pipe', standardError],
  });
}

describe('the log of a daemon whose standard error is not read', () => {
  it('a full pipe holds nothing up; when it is read again, the first lines and a count of the others follow', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(pipe, constants.O_WRONLY);
    const program = startLogging(writer);
    closeSync(writer);

    await once(program.stdout ?? program, 'data');
    const text = await readUntil(reader, '"log lines dropped, the log was not read"}\n');
    program.stdin?.write('next\n');
    const more = await readUntil(reader, '"one more"}\n');
    program.stdin?.end();
    const [status] = (await once(program, 'exit')) as [number];
    closeSync(reader);

    const entries = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { number?: number; lines?: number; level: string });
    const written = entries.slice(0, -1);
    expect(written.map(({ number }) => number)).toEqual(written.map((_, index) => index));
    expect(entries.at(-1)).toMatchObject({ level: 'warn', lines: LINES - written.length });
    expect(more.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(0);
  });

  it('a process whose log is never read still ends', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(pipe, constants.O_WRONLY);
    const program = startLogging(writer);

    await once(program.stdout ?? program, 'data');
    program.stdin?.end();
    const [status] = (await once(program, 'exit')) as [number];
    closeSync(reader);
    closeSync(writer);

    expect(status).toBe(0);
  });

  it.runIf(toolAvailable('python3', 'the log and a socket'))(
    'the socket of a journal that has stopped holds nothing up',
    async () => {
      const server = createServer({ pauseOnConnect: true });
      server.listen(join(folder, 'journal'));
      await once(server, 'listening');
      // The socket is inherited as the service inherits the journal's: by a shell that connects and then starts it.
      const program = spawn('python3', ['-c', CONNECT, join(folder, 'journal'), process.execPath, PROGRAM], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });

      await once(program.stdout, 'data');
      program.stdin.end();
      const [status] = (await once(program, 'exit')) as [number];
      server.close();

      expect(status).toBe(0);
    },
  );

  it('a reader that has gone ends nothing', async () => {
    const program = spawn(
      '/bin/sh',
      ['-c', '"$0" --input-type=module -e "$1" 2>&1 >&3 3>&- | true', process.execPath, PROGRAM],
      {
        stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
      },
    );
    const marks: string[] = [];
    program.stdio[3]?.on('data', (mark) => marks.push(String(mark)));

    await waitUntil('the lines are logged', () => marks[0]);
    program.stdin?.end();
    await once(program, 'exit');

    expect(Number(marks[0])).toBeGreaterThan(0);
  });
});

const CONNECT = `
import os, socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
os.dup2(connection.fileno(), 2)
os.execv(sys.argv[2], [sys.argv[2], '--input-type=module', '-e', sys.argv[3]])
`;

async function readUntil(descriptor: number, end: string): Promise<string> {
  const chunk = Buffer.alloc(65_536);
  let text = '';
  return waitUntil('the log is read', () => {
    try {
      text += chunk.toString('utf8', 0, readSync(descriptor, chunk));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
    return text.endsWith(end) ? text : undefined;
  });
}
