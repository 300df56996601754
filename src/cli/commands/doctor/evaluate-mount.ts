import type { Mount } from '../../../watcher/events/filesystem.ts';

const NFS = /^nfs4?$/;
const CIFS = /^(cifs|smb3|smbfs)$/;
/** nfs(5): how long a folder's listing is cached by default, and the longest acceptable time. */
const NFS_DEFAULT_SECONDS = 60;
const MAX_SECONDS = 10;

/** Mount options that delay new images or hide a lost server, each with the remedy; empty if there are none. */
export function evaluateMount({ type, options }: Mount): readonly string[] {
  if (!NFS.test(type) && !CIFS.test(type)) return [];
  const isNfs = NFS.test(type);
  const isHard = isNfs
    ? !options.some((option) => option === 'soft' || option === 'softerr')
    : options.includes('hard');
  const remembered = rememberedSeconds(options, isNfs);
  const faults: string[] = [];
  if (isHard) {
    faults.push(
      isNfs
        ? 'Mounted hard: while its server is away a read never ends. Bonewatch only reads: mount it with softerr,timeo=100.'
        : 'Mounted hard: while its server is away a read never ends. Mount it with soft.',
    );
  }
  if (remembered > MAX_SECONDS) {
    faults.push(
      `This machine believes a listing for up to ${remembered} s, and so long may a new image wait: mount it with actimeo=1.`,
    );
  }
  if (options.includes('cache=loose'))
    faults.push('With cache=loose old contents may be read: mount it with cache=strict.');
  return faults;
}

function rememberedSeconds(options: readonly string[], isNfs: boolean): number {
  if (options.includes('noac')) return 0;
  const stated = options.flatMap((option) => {
    const seconds = /^(?:actimeo|acdirmax)=(\d+)$/.exec(option)?.[1];
    return seconds === undefined ? [] : [Number(seconds)];
  });
  return stated.length > 0 ? Math.max(...stated) : isNfs ? NFS_DEFAULT_SECONDS : 1;
}
