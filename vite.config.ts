import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Builds the pages into `dist/pages`: everything served locally, nothing inline, compressed beforehand. */
export default defineConfig({
  root: here('src/web'),
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('dist/pages'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        ward: here('src/web/ward/index.html'),
        console: here('src/web/console/index.html'),
        quality: here('src/web/quality/index.html'),
        system: here('src/web/system/index.html'),
        plain: here('src/web/plain/index.html'),
        'sign-in': here('src/web/account/sign-in.html'),
        pair: here('src/web/account/pair.html'),
        account: here('src/web/account/account.html'),
        'ward-worker': here('src/web/ward/offline/ward-worker.ts'),
      },
      output: {
        // A service worker keeps its address for life, and rules over the addresses below its own.
        entryFileNames: ({ name }) => (name === 'ward-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  plugins: [precompress()],
});

/** Writes a `.br` and a `.gz` beside each text file, so that serving it costs the device nothing. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const [fileName, output] of Object.entries(bundle)) {
          if (!/\.(?:js|css)$/.test(fileName)) continue;
          const source = Buffer.from(output.type === 'chunk' ? output.code : output.source);
          this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: brotliCompressSync(source) });
          this.emitFile({
            type: 'asset',
            fileName: `${fileName}.gz`,
            source: gzipSync(source, { level: 9 }),
          });
        }
      },
    },
  };
}
