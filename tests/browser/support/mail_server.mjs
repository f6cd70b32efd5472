// A mail server as a hospital has one: npm's smtp-server on loopback with TLS and a password, which keeps what it gets,
// read by npm's mailparser.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { until } from './gateway.mjs';

export class MailServer {
  /** `user` and `password` are asked for; `refused`: addresses that it does not know. */
  static async start({ address, port, certificate, key, user, password, refused = [] }) {
    const it = new MailServer();
    it.letters = [];
    it.refused = new Set(refused);
    it.server = new SMTPServer({
      cert: readFileSync(certificate),
      key: readFileSync(key),
      authMethods: ['PLAIN'],
      onAuth: (auth, session, answer) =>
        auth.username === user && auth.password === password ? answer(null, { user }) : answer(new Error('wrong password')),
      onRcptTo: ({ address: to }, session, answer) =>
        it.refused.has(to) ? answer(Object.assign(new Error('no such mailbox'), { responseCode: 550 })) : answer(),
      onData: (stream, session, answer) => it.#keep(stream, session, answer),
    });
    it.server.on('error', () => {}); // a client that breaks off
    it.server.listen(port, address);
    await once(it.server.server, 'listening');
    return it;
  }

  async #keep(stream, session, answer) {
    try {
      const mail = await simpleParser(stream);
      this.letters.push({ mail, secure: session.secure, to: session.envelope.rcptTo.map(({ address }) => address) });
      answer();
    } catch (error) {
      answer(error);
    }
  }

  /** Waits until there are so many letters to `address`; returns them. */
  to(address, count = 1) {
    return until(`${count} letters to ${address}`, 120, () => {
      const found = this.letters.filter((letter) => letter.to.includes(address));
      return found.length >= count && found;
    });
  }

  async stop() {
    await new Promise((resolve) => this.server.close(resolve));
  }
}
