import { dirname, join } from 'node:path';
import { isInside } from '../paths.ts';
import type { Contradiction } from './contradiction.ts';
import type { ValidParts } from './valid-parts.ts';

/** Folders next to the database in which Bonewatch creates and removes files. */
const OWN_FOLDERS = ['pictures', 'trials', 'tls'];

/** Folders and files in places where one would damage or repeat the other. */
export function places(parts: ValidParts): Contradiction[] {
  return [
    ...inboxesInEachOther(parts),
    ...ownFilesInInboxes(parts),
    ...inboxesInOwnFolders(parts),
    ...backupInPlace(parts),
  ];
}

function inboxesInEachOther({ inboxes }: ValidParts): Contradiction[] {
  return inboxes.flatMap(({ path }, index) => {
    if (path === undefined) return [];
    const other = inboxes.findIndex(
      (inbox, before) =>
        before < index &&
        inbox.path !== undefined &&
        (isInside(path, inbox.path) || isInside(inbox.path, path)),
    );
    const otherPath = inboxes[other]?.path;
    if (otherPath === undefined) return [];
    const message =
      otherPath === path
        ? `This folder is listed twice: it is inboxes[${other}] too.`
        : isInside(path, otherPath)
          ? `This folder is inside another inbox, inboxes[${other}].`
          : `This folder contains another inbox, inboxes[${other}].`;
    return [{ path: ['inboxes', index, 'path'], message, compares: [] }];
  });
}

/** Every file in an inbox counts as an image, and the service may only read there. */
function ownFilesInInboxes({ inboxes, store, models }: ValidParts): Contradiction[] {
  const own = [
    { key: ['store', 'path'], path: store.path },
    ...(store.backup === undefined ? [] : [{ key: ['store', 'backup'], path: store.backup }]),
    { key: ['models', 'engines', 'directory'], path: models.engines.directory },
  ];
  return own.flatMap(({ key, path }) => {
    const inbox = inboxes.findIndex((one) => one.path !== undefined && isInside(path, one.path));
    if (inbox === -1) return [];
    const message = `This is inside inboxes[${inbox}], where every file counts as an image. Choose another folder, such as /var/lib/bonewatch.`;
    return [{ path: key, message, compares: [key.join('.')] }];
  });
}

/** The database may lie next to an inbox, but the folders around it are cleaned up by Bonewatch. */
function inboxesInOwnFolders({ inboxes, store, models }: ValidParts): Contradiction[] {
  const folders = [...OWN_FOLDERS.map((name) => join(dirname(store.path), name)), models.engines.directory];
  return inboxes.flatMap(({ path }, index) => {
    const folder = path === undefined ? undefined : folders.find((one) => isInside(path, one));
    if (folder === undefined) return [];
    const message = `Bonewatch creates and removes its own files in ${folder}. Choose another folder.`;
    const compares = ['store.path', 'models.engines.directory'];
    return [{ path: ['inboxes', index, 'path'], message, compares }];
  });
}

function backupInPlace({ store: { path, backup } }: ValidParts): Contradiction[] {
  if (backup !== path) return [];
  const message = 'This is the database itself: name another file.';
  return [{ path: ['store', 'backup'], message, compares: ['store.path', 'store.backup'] }];
}
