// Ports for the servers of a test. They lie below those that the system gives to outgoing connections: a gateway that starts
// anew has its port again, whatever was opened meanwhile, and nobody is given a port twice.

import { once } from 'node:events';
import net from 'node:net';

const FIRST = 20_000;
const COUNT = 10_000;
const given = new Set();

async function isFree(port, address) {
  const server = net.createServer();
  server.listen(port, address);
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** A TCP port that was free a moment ago on `address`. */
export async function freePort(address) {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port, address)) return port;
  }
}
