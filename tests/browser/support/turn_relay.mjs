// coturn with the configuration of deploy/turn, on a machine of its own as far as anybody can tell.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { ROOT, until } from './gateway.mjs';

async function listens(port, address) {
  const socket = net.connect(port, address);
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}

export class TurnRelay {
  /** `folder` is the caller's; `secretFile` is what the gateway reads. */
  static async start(folder, address, port = 34780) {
    const relay = new TurnRelay();
    const secret = 'north-wing-relay-secret';
    const configuration = readFileSync(path.join(ROOT, 'deploy/turn/turnserver.conf'), 'utf8')
      .replaceAll('RELAY_ADDRESS', address)
      .replaceAll('GATEWAY_ADDRESS', address)
      .replace('RELAY_NAME', 'relay.example')
      .replace('=SECRET', `=${secret}`);
    const file = path.join(folder, 'turnserver.conf');
    writeFileSync(file, configuration, { mode: 0o600 });
    relay.secretFile = path.join(folder, 'turn.secret');
    writeFileSync(relay.secretFile, `${secret}\n`, { mode: 0o600 });
    relay.address = address;
    relay.port = port;
    const own = (name) => path.join(folder, name);
    relay.process = spawn(
      'turnserver',
      ['-c', file, '-p', String(port), '--no-tls', '-l', own('turn.log'), '--pidfile', own('turn.pid'), '-b', own('turn.db')],
      { stdio: 'ignore' },
    );
    relay.exited = once(relay.process, 'exit');
    await until('the relay listens', 20, () => listens(port, address));
    return relay;
  }

  uri(transport) {
    return `turn:${this.address}:${this.port}?transport=${transport}`;
  }

  async stop() {
    this.process.kill('SIGTERM');
    await this.exited;
  }
}
