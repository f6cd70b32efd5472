import { defineConfig } from 'vitest/config';

export default defineConfig({
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
    include: ['src/**/*test.{ts,tsx}'],
    restoreMocks: true,
  },
});
