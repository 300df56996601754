/** Filesystems on which the kernel does not tell what another machine, or another system, wrote. */
const SILENT = new Set([
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

/** Whether changes on a filesystem must be looked for, because no event tells of them. */
export function needsPolling(filesystem: string): boolean {
  return SILENT.has(filesystem) || filesystem === 'fuse' || filesystem.startsWith('fuse.');
}

/**
 * The type of the filesystem that holds an absolute path without symbolic links, from the text of
 * /proc/self/mountinfo (proc_pid_mountinfo(5)); null when no line covers it.
 */
export function filesystemOf(path: string, mountinfo: string): string | null {
  let found: string | null = null;
  let longest = -1;
  for (const line of mountinfo.split('\n')) {
    const [before, after] = line.split(' - ', 2);
    const mountPoint = unescape(before?.split(' ')[4] ?? '');
    const type = after?.split(' ')[0];
    if (type === undefined || mountPoint === '' || !isWithin(path, mountPoint)) continue;
    // A later line on the same mount point lies on top of the earlier one.
    if (mountPoint.length < longest) continue;
    longest = mountPoint.length;
    found = type;
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

/** Spaces and the like are written as three octal digits. */
function unescape(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
