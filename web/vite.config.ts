import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { wordsPlugin } from './scripts/words.mjs';

/** A compressed copy beside each text file: the gateway serves it to browsers that take it. */
function compressedCopies(): Plugin {
  let folder = '';
  const compress = (directory: string) => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) compress(path);
      else if (/\.(html|js|css|svg)$/.test(entry.name)) writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
    }
  };
  return {
    name: 'compressed-copies',
    apply: 'build',
    configResolved: (config) => void (folder = join(config.root, config.build.outDir)),
    closeBundle: () => compress(folder),
  };
}

export default defineConfig({
  plugins: [wordsPlugin(), compressedCopies()],
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    target: ['es2020', 'safari14', 'chrome87', 'firefox78'],
    // The gateway's Content-Security-Policy allows its own files only: no data: URL, no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: true,
    sourcemap: false,
  },
  test: {
    // Pure code is tested without a DOM; tests of views ask for jsdom in their first line.
    environment: 'node',
    include: ['src/**/*test.{ts,tsx}', 'tests/**/*.test.mjs'],
    setupFiles: ['tests/all_words.ts'],
    restoreMocks: true,
    // axe on a busy machine; what hangs is ended all the same.
    testTimeout: 60_000,
  },
});
