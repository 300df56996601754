import { posix } from 'node:path';
import { z } from 'zod';

const NETWORK_SHARE = /^(?:\\\\|\/\/)[^\\/]|^(?:smb|cifs|nfs|file|https?):|^[^/\\]+:\//i;
const WINDOWS_PATH = /^[a-z]:(?:[\\/]|$)/i;

/** An absolute path of a folder; the same folder is always the same text, however it is written. */
export const folderPath = absolutePath().overwrite(normalisePath);

/** An absolute path of a file. */
export const filePath = absolutePath()
  .refine((path) => !path.endsWith('/'), 'This is a folder: add the name of the file.')
  .overwrite(normalisePath);

/** The name of a systemd credential, or an absolute path. */
export const secretPath = z.string().superRefine((nameOrPath, context) => {
  if (/^[\w.-]+$/.test(nameOrPath) && !/^\.*$/.test(nameOrPath)) return;
  const fault = pathFault(nameOrPath);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

/** `/srv/a` for `/srv/a/`, `/srv//a` and `/srv/b/../a`. */
export function normalisePath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** Whether a path is a folder or anything in it; both are normal paths. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? folder : `${folder}/`);
}

function absolutePath(): z.ZodString {
  return z.string().superRefine((path, context) => {
    const fault = pathFault(path);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  });
}

function pathFault(path: string): string | null {
  if (WINDOWS_PATH.test(path))
    return 'This is a path of Windows. Mount the folder on this machine, and use its mount point, such as /mnt/xray.';
  if (NETWORK_SHARE.test(path))
    return 'This is an address on the network. Mount it on this machine, and use its mount point, such as /mnt/xray.';
  if (path.startsWith('~')) return 'Use an absolute path: ~ is not expanded.';
  if (path.includes('\0')) return 'A path has no NUL characters.';
  return path.startsWith('/') ? null : 'Use an absolute path: it starts with /.';
}
