import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The text of a sysfs node, without NULs and outer whitespace; null if it is missing or cannot be read. */
export async function readSysfsText(path: string): Promise<string | null> {
  try {
    const text = (await readFile(path, 'utf8')).replaceAll('\0', '').trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
}

/** The number in a sysfs node; null if it is missing, cannot be read or contains something else. */
export async function readSysfsNumber(path: string): Promise<number | null> {
  const text = await readSysfsText(path);
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : null;
}

/** Names in a sysfs folder, in order; none if it is missing. */
export async function listSysfs(path: string): Promise<readonly string[]> {
  try {
    return (await readdir(path)).toSorted();
  } catch {
    return [];
  }
}

/** Folders of the hardware monitors of a driver with this name. */
export async function hwmonFolders(root: string, driver: string): Promise<readonly string[]> {
  const hwmon = join(root, 'sys/class/hwmon');
  const folders = (await listSysfs(hwmon)).map((device) => join(hwmon, device));
  const names = await Promise.all(folders.map((folder) => readSysfsText(join(folder, 'name'))));
  return folders.filter((_, index) => names[index] === driver);
}
