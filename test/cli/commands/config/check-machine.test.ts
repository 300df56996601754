import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { checkConfig } from '../../../../src/config/load-config.ts';
import { aFolder } from '../../../store/a-store.ts';
import { runBonewatch } from '../../../support/run-bonewatch.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const DOCS = join(import.meta.dirname, '../../../../docs');

interface Machine {
  readonly folder: string;
  readonly file: string;
}

/** A configuration that fits this machine, but for `changes`. */
function aMachine(changes: (folder: string) => Readonly<Record<string, unknown>>): Machine {
  const folder = aFolder();
  mkdirSync(join(folder, 'inbox'));
  const file = join(folder, 'bonewatch.yaml');
  const config = {
    inboxes: [{ path: join(folder, 'inbox') }],
    wards: [{ id: 'w3', name: '3병동' }],
    store: { path: join(folder, 'store', 'bonewatch.db') },
    models: { directory: FIXTURES, active: ['tiny-model'], executionProviders: ['cpu'] },
    // Whose broker needs no check: without any other fault doctor exits with 0.
    broker: { embedded: true },
    ...changes(folder),
  };
  writeFileSync(file, stringify(config));
  return { folder, file };
}

const tiny = { directory: FIXTURES, active: ['tiny-model'], executionProviders: ['cpu'] };

/** What is wrong on this machine: its settings, the key and what is reported about it. */
const FAULTS: readonly (readonly [
  title: string,
  changes: (folder: string) => Readonly<Record<string, unknown>>,
  key: string,
  message: RegExp,
])[] = [
  [
    'an inbox that is not mounted',
    (folder) => ({ inboxes: [{ path: join(folder, 'share') }] }),
    'inboxes[0].path',
    /share does not exist\. Mount the share, or create the folder\./,
  ],
  [
    'one inbox under two names',
    (folder) => {
      symlinkSync(join(folder, 'inbox'), join(folder, 'link'));
      return { inboxes: [{ path: join(folder, 'inbox') }, { path: join(folder, 'link') }] };
    },
    'inboxes[1].path',
    /It is the same folder as inboxes\[0\], .*inbox\./,
  ],
  [
    'a model that is not installed',
    () => ({ models: { ...tiny, active: ['tiny-modl'] } }),
    'models.active[0]',
    /There is no model tiny-modl in .*: did you mean tiny-model\?/,
  ],
  [
    'a folder of models that is missing',
    (folder) => ({ models: { ...tiny, directory: join(folder, 'models') } }),
    'models.directory',
    /models does not exist\. Install the models there\./,
  ],
  [
    'a runtime library that is missing, although the CPU serves',
    (folder) => ({ models: { ...tiny, runtimeLibrary: join(folder, 'libonnxruntime.so.1') } }),
    'models.runtimeLibrary',
    /libonnxruntime\.so\.1 is missing\./,
  ],
  [
    'thresholds that are missing',
    (folder) => ({ models: { ...tiny, operatingPoints: join(folder, 'points.json') } }),
    'models.operatingPoints',
    /points\.json cannot be read\./,
  ],
  [
    'a folder as the database',
    (folder) => ({ store: { path: folder } }),
    'store.path',
    /is a folder\. Name the file, such as .*bonewatch\.db\./,
  ],
  [
    'a database below a file',
    (folder) => ({ store: { path: join(folder, 'bonewatch.yaml', 'store.db') } }),
    'store.path',
    /bonewatch\.yaml is not a folder\./,
  ],
  [
    'a missing authority of the broker',
    (folder) => ({ broker: { url: 'mqtts://127.0.0.1:1', tls: { ca: join(folder, 'ca.crt') } } }),
    'broker.tls.ca',
    /ca\.crt does not exist\./,
  ],
  [
    'an authority that is no certificate',
    (folder) => ({ broker: { url: 'mqtts://127.0.0.1:1', tls: { ca: join(folder, 'bonewatch.yaml') } } }),
    'broker.tls.ca',
    /is not a certificate in PEM\./,
  ],
  [
    'a missing password',
    (folder) => ({
      broker: { url: 'mqtt://127.0.0.1:1', username: 'a', passwordFile: join(folder, 'password') },
    }),
    'broker.passwordFile',
    /password does not exist\./,
  ],
  [
    'an address of another machine',
    () => ({ screens: { listen: '192.0.2.1:8470', tls: {} } }),
    'screens.listen',
    /No network interface has the address 192\.0\.2\.1\./,
  ],
  [
    'a missing certificate of the pages',
    (folder) => ({ screens: { tls: { cert: join(folder, 'a.pem'), key: join(folder, 'bonewatch.yaml') } } }),
    'screens.tls.cert',
    /a\.pem does not exist\./,
  ],
];

describe('bonewatch config check and doctor on this machine', { timeout: 60_000 }, () => {
  it.each(FAULTS)('config check and doctor report %s, exit status 1', async (_, changes, key, message) => {
    const { file } = aMachine(changes);

    const [checked, looked, fileOnly] = await Promise.all([
      runBonewatch(['config', 'check', file]),
      runBonewatch(['doctor', '--config', file]),
      runBonewatch(['config', 'check', '--file-only', file]),
    ]);

    const [line = '', summary] = checked.stdout.trim().split('\n');
    expect(checked.status).toBe(1);
    expect(line).toMatch(/^.*bonewatch\.yaml:\d+: /);
    expect(line).toContain(`: ${key}: on this machine: `);
    expect(line).toMatch(message);
    expect(summary).toBe(`${file}: no faults in the file, 1 on this machine`);
    expect(looked.status).toBe(1);
    expect(fileOnly).toEqual({ status: 0, stdout: `${file}: no faults\n`, stderr: '' });
  });

  it('config check and doctor find no fault of a configuration that fits this machine, exit status 0', async () => {
    const { file } = aMachine(() => ({}));

    const checked = await runBonewatch(['config', 'check', file]);
    const looked = await runBonewatch(['doctor', '--config', file]);

    expect(looked.status).toBe(0);
    expect(checked).toEqual({ status: 0, stdout: `${file}: no faults\n`, stderr: '' });
  });

  it('doctor names a runtime library that is missing, although the CPU serves', async () => {
    const { folder, file } = aMachine((at) => ({
      models: { ...tiny, runtimeLibrary: join(at, 'libonnxruntime.so.1') },
    }));

    const { stdout } = await runBonewatch(['doctor', '--config', file, '--json']);

    const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; message: string }[] };
    expect(checks.find(({ name }) => name === 'settings')).toEqual({
      name: 'settings',
      state: 'failed',
      message: `models.runtimeLibrary: ${join(folder, 'libonnxruntime.so.1')} is missing.`,
    });
  });
});

describe('the configurations in the documentation', () => {
  it('the example file has no faults', async () => {
    const file = join(DOCS, 'bonewatch.example.yaml');

    const { status, stdout } = await runBonewatch(['config', 'check', '--file-only', file]);

    expect(stdout).toBe(`${file}: no faults\n`);
    expect(status).toBe(0);
  });

  it('every configuration in a guide has no faults', () => {
    const pages = [
      join(DOCS, '../README.md'),
      ...[DOCS, join(DOCS, 'ko')].flatMap((folder) =>
        readdirSync(folder)
          .filter((name) => name.endsWith('.md'))
          .map((name) => join(folder, name)),
      ),
    ];
    const needed = { inboxes: [{ path: '/srv/a' }], wards: [{ id: 'ward-3', name: '3' }] };
    const examples = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? ''),
    );

    expect(examples.length).toBeGreaterThan(3);
    for (const example of examples) {
      const text = stringify({ ...needed, ...(parse(example) as object) });
      expect([example, checkConfig(text).faults]).toEqual([example, []]);
    }
  });
});
