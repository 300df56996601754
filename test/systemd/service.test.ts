import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { toolAvailable } from '../support/tool-available.ts';

const unit = fileURLToPath(new URL('../../systemd/bonewatch.service', import.meta.url));
const canAnalyze = toolAvailable('systemd-analyze', 'the unit under systemd-analyze');

describe('bonewatch.service', () => {
  it('the service starts the current release, and does not restart on a faulty configuration', () => {
    const text = readFileSync(unit, 'utf8');

    expect(text).toContain(
      'ExecStart=/opt/bonewatch/current/bin/bonewatch run --config /etc/bonewatch/bonewatch.yaml\n',
    );
    expect(text).toContain('RestartPreventExitStatus=78\n');
  });

  it('the service may write to the default folder for engines', () => {
    const [, cache = ''] = /^CacheDirectory=(\S+)$/m.exec(readFileSync(unit, 'utf8')) ?? [];
    const { directory } = configSchema.shape.models.parse({}).engines;

    expect(cache).not.toBe('');
    expect(directory.startsWith(`/var/cache/${cache}/`)).toBe(true);
  });

  it('the sandbox allows what V8, the pages and the GPU require', () => {
    const text = readFileSync(unit, 'utf8');

    expect(text).not.toMatch(/^(MemoryDenyWriteExecute|PrivateDevices|ProcSubset)=/m);
    expect(text).toMatch(/^RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK$/m);
    expect(text).toMatch(/^DeviceAllow=char-nvidia\* rw$/m);
  });
});

describe.skipIf(!canAnalyze)('the unit under systemd-analyze', () => {
  it('systemd-analyze finds no fault in the unit', () => {
    const folder = mkdtempSync(join(tmpdir(), 'unit-'));
    const copy = join(folder, 'bonewatch.service');
    writeFileSync(copy, readFileSync(unit, 'utf8').replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'));

    const complaints = execFileSync('/bin/sh', ['-c', 'systemd-analyze verify "$1" 2>&1', 'sh', copy], {
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });

    expect(complaints).toBe('');
  });

  it('the service has an exposure of 1.5 or less', () => {
    const report = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', unit], {
      encoding: 'utf8',
    });

    expect(Number(/exposure level for bonewatch\.service: ([\d.]+)/.exec(report)?.[1])).toBeLessThanOrEqual(
      1.5,
    );
  });
});
