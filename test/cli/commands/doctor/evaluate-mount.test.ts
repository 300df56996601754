import { describe, expect, it } from 'vitest';
import { evaluateMount } from '../../../../src/cli/commands/doctor/evaluate-mount.ts';
import { mountOf } from '../../../../src/watcher/events/filesystem.ts';

/** The message about a share mounted with these options, as the kernel lists them. */
function judge(type: string, ...options: readonly string[]): string {
  const line = `36 30 0:51 / /srv/xray ro,noexec,relatime shared:9 - ${type} server:/export ro,${options.join(',')}`;
  const mount = mountOf('/srv/xray', line);
  return mount === null ? 'no mount' : evaluateMount(mount).join(' ');
}

describe('doctor on the mount of an inbox', () => {
  it.each([
    ['ext4', ['noexec', 'errors=remount-ro']],
    ['cifs', ['vers=3.1.1', 'soft', 'cache=strict', 'actimeo=1']],
    ['cifs', ['vers=3.0']],
    ['nfs4', ['vers=4.2', 'softerr', 'timeo=100', 'actimeo=1']],
    ['nfs', ['soft', 'noac']],
  ])('is nothing where it suits: %s %j', (type, options) => {
    expect(judge(type, ...options)).toBe('');
  });

  it('is that a lost NFS server hangs, and that new images are seen late, with the options to use', () => {
    const said = judge('nfs4', 'vers=4.2', 'hard', 'timeo=600');

    expect(said).toContain('softerr,timeo=100');
    expect(said).toContain('for up to 60 s');
    expect(said).toContain('actimeo=1');
  });

  it('states the delay if the mount options set how long a listing is cached', () => {
    expect(judge('nfs', 'soft', 'acdirmax=120')).toContain('for up to 120 s');
    expect(judge('cifs', 'actimeo=30')).toContain('for up to 30 s');
  });

  it('is what a share of Windows should not be', () => {
    expect(judge('cifs', 'hard', 'cache=loose')).toMatch(/Mount it with soft\..*cache=strict/);
  });
});
