// A TCP relay in front of the gateway that can be cut: what a browser on a failing link sees of HTTPS and WebSockets.
// Media (UDP) does not pass through it.

import { once } from 'node:events';
import net from 'node:net';
import { freePort } from './free_port.mjs';

export class TcpRelay {
  #sockets = new Set();
  #cut = false;

  static async start(targetPort, address = '127.0.0.1') {
    const relay = new TcpRelay();
    relay.server = net.createServer((client) => relay.#join(client, targetPort, address));
    relay.port = await freePort(address);
    relay.server.listen(relay.port, address);
    await once(relay.server, 'listening');
    relay.origin = `https://${address}:${relay.port}`;
    return relay;
  }

  #join(client, targetPort, address) {
    if (this.#cut) {
      client.destroy();
      return;
    }
    const target = net.connect(targetPort, address);
    for (const [from, to] of [
      [client, target],
      [target, client],
    ]) {
      this.#sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }

  /** Breaks every connection and refuses new ones until mend(). */
  cut() {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend() {
    this.#cut = false;
  }

  async stop() {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }
}
