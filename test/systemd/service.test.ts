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
  it('starts the release that is current, and does not retry a faulty configuration', () => {
    const text = readFileSync(unit, 'utf8');

    expect(text).toContain(
      'ExecStart=/opt/bonewatch/current/bin/bonewatch run --config /etc/bonewatch/bonewatch.yaml\n',
    );
    expect(text).toContain('RestartPreventExitStatus=78\n');
  });

  it('may write where engines are kept unless the configuration says other', () => {
    const [, cache = ''] = /^CacheDirectory=(\S+)$/m.exec(readFileSync(unit, 'utf8')) ?? [];
    const { directory } = configSchema.shape.models.parse({}).engines;

    expect(cache).not.toBe('');
    expect(directory.startsWith(`/var/cache/${cache}/`)).toBe(true);
  });

  it('allows what V8, the pages and the GPU cannot do without', () => {
    const text = readFileSync(unit, 'utf8');

    expect(text).not.toMatch(/^(MemoryDenyWriteExecute|PrivateDevices|ProcSubset)=/m);
    expect(text).toMatch(/^RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK$/m);
    expect(text).toMatch(/^DeviceAllow=char-nvidia\* rw$/m);
  });
});

describe.skipIf(!canAnalyze)('the unit under systemd-analyze', () => {
  it('has no fault that systemd would complain of', () => {
    const folder = mkdtempSync(join(tmpdir(), 'unit-'));
    const copy = join(folder, 'bonewatch.service');
    writeFileSync(copy, readFileSync(unit, 'utf8').replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'));

    const complaints = execFileSync('/bin/sh', ['-c', 'systemd-analyze verify "$1" 2>&1', 'sh', copy], {
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });

    expect(complaints).toBe('');
  });

  it('leaves the service an exposure of 1.5 or less', () => {
    const report = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', unit], {
      encoding: 'utf8',
    });

    expect(Number(/exposure level for bonewatch\.service: ([\d.]+)/.exec(report)?.[1])).toBeLessThanOrEqual(
      1.5,
    );
  });
});
