// What only root may do to the network of a test: tests/browser/run made it, the test may spoil it.

import { execFileSync } from 'node:child_process';

export function asRoot(...command) {
  const [first, ...others] = process.getuid() === 0 ? command : ['sudo', '-n', ...command];
  return execFileSync(first, others, { encoding: 'utf8' });
}
