// A home folder whose owner trusts an authority: Chromium on Linux reads ~/.pki/nssdb.

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

/** Returns the home folder. What Playwright or a switch lets pass counts for pages alone, not for TURN over TLS. */
export function homeThatTrusts(folder, authority) {
  const home = path.join(folder, 'trusting-home');
  const database = path.join(home, '.pki/nssdb');
  mkdirSync(database, { recursive: true });
  const certutil = (...args) => execFileSync('certutil', ['-d', `sql:${database}`, ...args], { stdio: 'pipe' });
  certutil('-N', '--empty-password');
  certutil('-A', '-n', 'authority of the test', '-t', 'C,,', '-i', authority);
  return home;
}
