import { expect, it } from 'vitest';
import { isMountPoint, mountOf, needsPolling } from '../../../src/watcher/events/filesystem.ts';

const MOUNTINFO = `22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p1 rw
30 22 0:26 / /mnt rw shared:5 - autofs systemd-1 rw,fd=29
31 30 0:51 / /mnt/console rw,relatime shared:9 - cifs //console/export rw,vers=3.0
32 22 0:52 / /media/X\\040ray\\040disk rw,nosuid - fuse.sshfs user@console:/ rw
33 22 0:53 / /srv/x rw - autofs auto.x rw
34 33 0:54 / /srv/x rw,relatime - nfs4 server:/x rw
`;

it.each([
  ['/home/bonewatch/inbox', 'ext4'],
  ['/mnt/console/export', 'cifs'],
  ['/mnt/console', 'cifs'],
  ['/mnt/console-2', 'autofs'],
  ['/media/X ray disk/a', 'fuse.sshfs'],
  ['/srv/x/y', 'nfs4'],
])('knows that %s lies on %s', (path, type) => {
  expect(mountOf(path, MOUNTINFO)?.type).toBe(type);
});

it('polls where another machine writes and relies on events on a local disk', () => {
  const types = [
    'cifs',
    'smb3',
    'nfs',
    'nfs4',
    '9p',
    'fuse',
    'fuse.sshfs',
    'ext4',
    'xfs',
    'btrfs',
    'tmpfs',
    'overlay',
  ];

  expect(types.filter(needsPolling)).toEqual(['cifs', 'smb3', 'nfs', 'nfs4', '9p', 'fuse', 'fuse.sshfs']);
});

it('is unknown if there is nothing to read', () => {
  expect(mountOf('/x', '')).toBeNull();
});

it('distinguishes a mount point from a folder inside it', () => {
  const mounted = ['/media/X ray disk', '/mnt/console', '/mnt/console/export', '/srv/x'].map((path) =>
    isMountPoint(path, MOUNTINFO),
  );

  expect(mounted).toEqual([true, true, false, true]);
});
