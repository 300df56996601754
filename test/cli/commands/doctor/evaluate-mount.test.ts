import { describe, expect, it } from 'vitest';
import { evaluateMount } from '../../../../src/cli/commands/doctor/evaluate-mount.ts';
import { mountOf } from '../../../../src/watcher/events/filesystem.ts';

/** The message about a share mounted with these options, as the kernel lists them. */
function evaluate(type: string, ...options: readonly string[]): string {
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
  ])('doctor reports no fault for a suitable mount: %s %j', (type, options) => {
    expect(evaluate(type, ...options)).toBe('');
  });

  it('doctor reports an NFS mount that hangs without its server and delays new images, with the options to use', () => {
    const message = evaluate('nfs4', 'vers=4.2', 'hard', 'timeo=600');

    expect(message).toContain('softerr,timeo=100');
    expect(message).toContain('for up to 60 s');
    expect(message).toContain('actimeo=1');
  });

  it('doctor states the delay if the mount options set how long a listing is cached', () => {
    expect(evaluate('nfs', 'soft', 'acdirmax=120')).toContain('for up to 120 s');
    expect(evaluate('cifs', 'actimeo=30')).toContain('for up to 30 s');
  });

  it('doctor reports unsuitable options of a Windows share', () => {
    expect(evaluate('cifs', 'hard', 'cache=loose')).toMatch(/Mount it with soft\..*cache=strict/);
  });
});
