import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, models/ and dist/, in a checkout as in an installed release. */
const root = new URL('../../', import.meta.url);

/** Folder of the models that come with the package. */
export const SHIPPED_MODELS_DIRECTORY = fileURLToPath(new URL('models', root));

// Read once: a process without free file descriptors, or one whose release was replaced, still has its version.
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };

/** The version of this package, as it was when the process started. */
export function packageVersion(): string {
  return version;
}
