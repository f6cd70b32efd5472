// What a patient's browser has to load before the first page is there: it stays below a bound. Part of `npm run build`.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export const FIRST_SCRIPT_BYTES_MAX = 60_000;

/** The scripts that the page itself names, and how large they are for a browser that takes gzip. */
export function firstScripts(folder) {
  const html = readFileSync(`${folder}/index.html`, 'utf8');
  const names = [...html.matchAll(/<(?:script|link rel="modulepreload")[^>]*(?:src|href)="\/([^"]+\.js)"/g)].map(([, name]) => name);
  return names.map((name) => ({ name, bytes: gzipSync(readFileSync(`${folder}/${name}`), { level: 9 }).length }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const scripts = firstScripts(fileURLToPath(new URL('../dist', import.meta.url)));
  const bytes = scripts.reduce((sum, one) => sum + one.bytes, 0);
  console.log(`first script: ${bytes} of ${FIRST_SCRIPT_BYTES_MAX} bytes, compressed`);
  if (scripts.length === 0 || bytes > FIRST_SCRIPT_BYTES_MAX) {
    console.error('Too much for the first page: what it does not need belongs into a file that is loaded when it is wanted.');
    process.exit(1);
  }
}
