import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFiles extends AsyncDisposable {
  /** Writes a file and gives its path; calls without a name overwrite the same file. */
  write(bytes: Uint8Array, name?: string): Promise<string>;
  readonly folder: string;
}

/** A new folder that is removed afterwards. */
export async function temporaryFiles(): Promise<TemporaryFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'bonewatch-'));
  return {
    folder,
    async write(bytes, name = 'image') {
      const path = join(folder, name);
      await writeFile(path, bytes);
      return path;
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}
