/** Filesystems on which the kernel does not report writes of another machine or system. */
const WITHOUT_EVENTS = new Set([
  '9p',
  'afs',
  'autofs',
  'ceph',
  'cifs',
  'lustre',
  'ncpfs',
  'nfs',
  'nfs4',
  'prl_fs',
  'smb3',
  'smbfs',
  'vboxsf',
  'virtiofs',
  'vmhgfs',
]);

/** Whether a filesystem must be polled, because events do not report all changes. */
export function needsPolling(filesystem: string): boolean {
  return WITHOUT_EVENTS.has(filesystem) || filesystem === 'fuse' || filesystem.startsWith('fuse.');
}

/** A mounted filesystem. */
export interface Mount {
  /** Such as `ext4`, `cifs`, `nfs4`. */
  readonly type: string;
  /** Options of the mount and of the filesystem, such as `ro`, `noatime`, `actimeo=1`. */
  readonly options: readonly string[];
}

/**
 * The mount that holds an absolute path without symbolic links, from the text of /proc/self/mountinfo
 * (proc_pid_mountinfo(5)); null if no line covers it.
 */
export function mountOf(path: string, mountinfo: string): Mount | null {
  let found: Mount | null = null;
  let longest = -1;
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ', 2);
    const [, , , , point = '', own = ''] = before.split(' ');
    const [type = '', , ofFilesystem = ''] = after.split(' ');
    const mountPoint = unescape(point);
    if (type === '' || mountPoint === '' || !isWithin(path, mountPoint)) continue;
    // A later line on the same mount point hides the earlier one.
    if (mountPoint.length < longest) continue;
    longest = mountPoint.length;
    found = { type, options: [...own.split(','), ...ofFilesystem.split(',')] };
  }
  return found;
}

/** Whether something is mounted at an absolute path without symbolic links. */
export function isMountPoint(path: string, mountinfo: string): boolean {
  return mountinfo.split('\n').some((line) => unescape(line.split(' ')[4] ?? '') === path);
}

function isWithin(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}

/** Decodes spaces and similar characters, which are written as three octal digits. */
function unescape(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
