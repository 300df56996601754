import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkImports, type ImportCheck } from '../support/check-imports.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Files that break one rule each, added to a copy of the sources. */
const PROBES = {
  'src/inference/calls-daemon.ts': "import '../daemon/console/cached-quality.ts';",
  'src/store/calls-daemon.ts': "import '../daemon/start-intake.ts';",
  'src/store/calls-upstream-stage.ts': "import '../watcher/watch-inboxes.ts';",
  'src/watcher/names-downstream-stage.ts': "import type {} from '../store/open-store.ts';",
  'src/web/calls-stage.ts': "import '../alerts/apply-command.ts';",
  'src/web/needs-node.ts': "import 'node:fs';",
  'src/daemon/calls-command.ts': "import '../cli/cli.ts';",
  'src/daemon/calls-test.ts': "import '../support/silent-log.ts';",
  'src/health/second-driver.ts': "import 'better-sqlite3';",
  'src/daemon/unlisted-package.ts': "import 'fast-check';",
  'src/helpers/in-a-new-folder.ts': "import '../contract/box.ts';",
  'src/daemon/uses-new-folder.ts': "import '../helpers/in-a-new-folder.ts';",
  'src/in-the-root.ts': "import './contract/box.ts';",
  'src/store/cycle-one.ts': "import type { Two } from './cycle-two.ts';\nexport interface One { two: Two }",
  'src/store/cycle-two.ts': "import type { One } from './cycle-one.ts';\nexport interface Two { one: One }",
  'src/publish/unused.ts': 'export {};',
};

describe('the import rules', { timeout: 60_000 }, () => {
  let copy: string;
  let real: ImportCheck;
  let probed: ImportCheck;

  beforeAll(async () => {
    copy = mkdtempSync(join(tmpdir(), 'bonewatch-imports-'));
    cpSync(join(ROOT, 'src'), join(copy, 'src'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    for (const file of ['package.json', 'tsconfig.json', 'test/support/silent-log.ts'])
      cpSync(join(ROOT, file), join(copy, file));
    real = await checkImports(copy);
    for (const [path, source] of Object.entries(PROBES)) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), `${source}\n`);
    }
    probed = await checkImports(copy);
  });

  afterAll(() => {
    rmSync(copy, { recursive: true });
  });

  it('every source file of the product obeys the import rules', () => {
    expect(real.modules).toBeGreaterThan(500);
    expect(real.imports).toBeGreaterThan(2000);
    expect(real.violations).toEqual([]);
  });

  it.each([
    ['a stage that calls the daemon', 'inference-imports-only-listed-folders: src/inference/calls-daemon.ts'],
    ['a store that calls the daemon', 'store-imports-only-listed-folders: src/store/calls-daemon.ts'],
    ['a stage that calls another stage', 'store-imports-only-types: src/store/calls-upstream-stage.ts'],
    [
      'a stage that names a type of a later stage',
      'watcher-imports-only-listed-folders: src/watcher/names-downstream-stage.ts',
    ],
    ['a page that calls a stage', 'web-imports-only-listed-folders: src/web/calls-stage.ts'],
    ['a page that needs Node', 'pages-need-no-node: src/web/needs-node.ts'],
    ['a daemon that calls a command', 'daemon-imports-only-listed-folders: src/daemon/calls-command.ts'],
    ['an import of a test', 'product-imports-only-itself: src/daemon/calls-test.ts'],
    ['a second place for a driver', 'better-sqlite3-in-one-place: src/health/second-driver.ts'],
    ['a package that no rule lists', 'only-listed-packages: src/daemon/unlisted-package.ts'],
    ['a new folder', 'only-listed-folders: src/helpers/in-a-new-folder.ts'],
    ['an import from a new folder', 'daemon-imports-only-listed-folders: src/daemon/uses-new-folder.ts'],
    ['a source file in src/ itself', 'only-listed-folders: src/in-the-root.ts'],
    ['a cycle of types', 'no-cycles: src/store/cycle-one.ts'],
    ['a file that nothing imports', 'no-unreachable-files: src/publish/unused.ts'],
  ])('the import rules forbid %s', (_what, violation) => {
    expect(probed.violations).toContainEqual(expect.stringContaining(violation));
  });

  it('the import rules report no violations except those of the probes', () => {
    const probes = Object.keys(PROBES);

    expect(probed.violations.filter((line) => !probes.some((path) => line.includes(path)))).toEqual([]);
  });
});
