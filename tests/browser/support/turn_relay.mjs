// coturn with the configuration of deploy/turn, on a machine of its own as far as anybody can tell.

import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { ROOT, until } from './gateway.mjs';

/** What the relay and the gateway share. */
const SECRET = 'north-wing-relay-secret';
const TLS_PORT = 443;

async function listens(port, address) {
  const socket = net.connect(port, address);
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}

/** Credentials as the gateway mints them, `secondsLeft` before they end. */
export function mint(secondsLeft, secret = SECRET) {
  const username = `${Math.floor(Date.now() / 1000) + secondsLeft}:p1`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

export class TurnRelay {
  /**
   * `folder` is the caller's; `secretFile` is what the gateway reads. With `tls` it has a certificate for `name`, signed by
   * the authority in `authority`, and listens on the port of HTTPS as well.
   */
  static async start(folder, address, { gateway = address, port = 3478, name = 'relay.example', tls = false } = {}) {
    const relay = new TurnRelay();
    Object.assign(relay, { address, port, name, tlsPort: TLS_PORT });
    const own = (file) => path.join(folder, file);
    const certificates = own('relay-certificates');
    mkdirSync(certificates, { recursive: true });
    if (tls) execFileSync(path.join(ROOT, 'certs/make_dev_certs'), ['--out', certificates, name]);
    relay.authority = path.join(certificates, 'ca.pem');
    const configuration = readFileSync(path.join(ROOT, 'deploy/turn/turnserver.conf'), 'utf8')
      .replaceAll('RELAY_ADDRESS', address)
      .replaceAll('GATEWAY_ADDRESS', gateway)
      .replace('RELAY_NAME', name)
      .replace('=SECRET', `=${SECRET}`)
      .replace('/etc/turn/fullchain.pem', path.join(certificates, 'server.pem'))
      .replace('/etc/turn/privkey.pem', path.join(certificates, 'server.key'));
    writeFileSync(own('turnserver.conf'), configuration, { mode: 0o600 });
    relay.secretFile = own('turn.secret');
    writeFileSync(relay.secretFile, `${SECRET}\n`, { mode: 0o600 });
    const files = ['-l', own('turn.log'), '--pidfile', own('turn.pid'), '-b', own('turn.db')];
    relay.process = spawn('turnserver', ['-c', own('turnserver.conf'), '-p', String(port), ...files, ...(tls ? [] : ['--no-tls'])], {
      stdio: 'ignore',
    });
    relay.exited = once(relay.process, 'exit');
    for (const one of tls ? [port, TLS_PORT] : [port]) await until(`the relay listens on ${one}`, 20, () => listens(one, address));
    return relay;
  }

  uri(transport) {
    return `turn:${this.address}:${this.port}?transport=${transport}`;
  }

  /** By name, as the certificate has it. */
  get tlsUri() {
    return `turns:${this.name}:${TLS_PORT}?transport=tcp`;
  }

  async stop() {
    this.process.kill('SIGTERM');
    await this.exited;
  }
}
