import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

describe.each(['CONTRIBUTING.md', 'SECURITY.md'])('%s', (page) => {
  const text = readFileSync(new URL(page, ROOT), 'utf8');

  it('the page names only files and folders that exist', () => {
    const named = [...text.matchAll(/(?:`|\]\()((?:src|test|docs|systemd|models)\/[\w./-]*)/g)].map(
      ([, path = '']) => path,
    );

    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
  });
});

it('the path from a file event to the broker’s acknowledgement passes through fewer than 25 files', () => {
  const text = readFileSync(new URL('CONTRIBUTING.md', ROOT), 'utf8');
  const [, chain = ''] = /## From a file to[^\n]*\n([\s\S]*?)\n8\. /.exec(text) ?? [];
  const files = new Set([...chain.matchAll(/`(src\/[\w./-]+\.ts)`/g)].map(([, path]) => path));

  expect(files.size).toBeGreaterThan(15);
  expect(files.size).toBeLessThan(25);
});

it('every folder of the source tree is described in CONTRIBUTING.md', () => {
  const text = readFileSync(new URL('CONTRIBUTING.md', ROOT), 'utf8');

  const folders = readdirSync(new URL('src/', ROOT));

  expect(folders.filter((folder) => !text.includes(`\`${folder}\``))).toEqual([]);
});
