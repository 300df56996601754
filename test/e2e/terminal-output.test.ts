import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { AnalysisResult } from '../../src/contract/analysis-result.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { aDaemonHome, type DaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/bonewatch.js', import.meta.url));
/** Sets the title of the terminal, clears it, forges a line, and shows `exe.png` as `gnp.exe`. */
const HOSTILE_NAMES = [
  '\u001B]0;owned\u0007\u001B[2J.png',
  'a\n2026-11-29 done 0.00.png',
  '\u202Egnp.exe\u009B1m.png',
];
const HARMLESS = /^[\n\u0020-\u007E\u00A1-\u061B\u3000-\uD7A3]*$/u;

describe.runIf(mosquittoAvailable('output of commands'))('output of commands', { timeout: 120_000 }, () => {
  it('no command prints a control character of a file name, and JSON names the file exactly', async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    await using daemon = await home.start();
    for (const [index, name] of HOSTILE_NAMES.entries())
      await writeFile(join(home.inbox, name), await squarePng(index, { isFractured: index === 0 }));
    await untilAnswered(home, HOSTILE_NAMES.length);

    const images = await runBonewatch(['images', 'list', '--config', home.configFile]);
    const json = await runBonewatch(['images', 'list', '--json', '--config', home.configFile]);
    const analyzed = await runBonewatch(['analyze', home.inbox, '--config', home.configFile]);
    const missing = await runBonewatch(['analyze', join(home.inbox, '\u001B[31mmissing')]);
    const unknown = await runBonewatch(['images', '\u001B[31mlist']);
    const doctor = await runBonewatch(['doctor', '--config', home.configFile]);

    for (const { stdout, stderr } of [images, json, analyzed, missing, unknown]) {
      expect(stdout).toMatch(HARMLESS);
      expect(stderr).toMatch(HARMLESS);
    }
    expect(doctor.stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/u);
    expect(images.stdout.trim().split('\n')).toHaveLength(HOSTILE_NAMES.length + 1);
    expect(images.stdout).toContain('\\x1b]0;owned\\x07\\x1b[2J.png');
    expect(analyzed.stdout.trim().split('\n')).toHaveLength(HOSTILE_NAMES.length);
    expect(missing.stderr).toContain('\\x1b[31mmissing does not exist. [PATH_NOT_FOUND]');
    const files = (JSON.parse(json.stdout) as AnalysisResult[]).map(({ file }) => file);
    expect(files.toSorted()).toEqual(HOSTILE_NAMES.map((name) => join(home.inbox, name)).toSorted());
    expect(daemon.log.filter((line) => !HARMLESS.test(line))).toEqual([]);
  });

  it('a command whose reader has seen enough ends quietly with the status of a closed pipe', async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    await using _daemon = await home.start();
    const images = 300;
    for (let index = 0; index < images; index += 1)
      await writeFile(
        join(home.inbox, `${'long-name-'.repeat(20)}${index}.png`),
        await squarePng(index, { isFractured: false }),
      );
    await untilAnswered(home, images);

    const list = await readOneLine(['images', 'list', '--config', home.configFile]);
    const json = await readOneLine(['images', 'list', '--json', '--config', home.configFile]);
    const analyzed = await readOneLine(['analyze', home.inbox, '--config', home.configFile]);

    for (const { stderr, status } of [list, json, analyzed]) {
      expect(stderr).toBe('');
      expect(status).toBe(141);
    }
    expect(list.line).toMatch(/^received +status +outcome/);
    expect(analyzed.line).toContain('no fracture detected');
  });
});

async function untilAnswered(home: DaemonHome, images: number): Promise<void> {
  await waitUntil(
    'every image has a result',
    () => {
      using store = home.openStore();
      return (
        store.images.list().filter(({ finishedAt }) => finishedAt !== null).length === images || undefined
      );
    },
    60_000,
  );
}

/** Reads one line of the output, as `head -n 1` does, and closes it. */
async function readOneLine(
  args: readonly string[],
): Promise<{ line: string; stderr: string; status: number | null }> {
  const command = spawn(process.execPath, [LAUNCHER, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const stderr = text(command.stderr);
  let line = '';
  command.stdout.on('data', (chunk) => {
    line += String(chunk);
    if (line.includes('\n')) command.stdout.destroy();
  });
  const [status] = (await once(command, 'exit')) as [number | null];
  return { line, stderr: await stderr, status };
}
