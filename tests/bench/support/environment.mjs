// Where the gauge finds its programs and its network.

import { existsSync } from 'node:fs';
import { program } from '../../browser/support/gateway.mjs';

/** Inside support/in_namespace. Ends the process with a sentence when the programs are not built. */
export function benchEnvironment() {
  if (!existsSync(program('bench_load'))) {
    console.error(`${program('bench_load')} is not there: cmake --preset release && cmake --build --preset release`);
    process.exit(2);
  }
  return { programs: program, address: '10.255.0.1', device: 'bench0' };
}
