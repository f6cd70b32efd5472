// What servers that are led by lines have in common: "peer ID ..." is answered with where to send.

import { within } from '../support/children.mjs';

export class Addressing {
  #asked = new Map();

  hear([what, id, ufrag, pwd, address, port]) {
    if (what === 'peer') this.#asked.get(Number(id))({ ufrag, pwd, address, port: Number(port) });
    else console.error(`${this.name}: ${what} ${id} ${ufrag ?? ''}`);
  }

  /** Says `words`; returns the address that is answered for `id`. */
  askFor(id, ...words) {
    const answered = new Promise((resolve) => this.#asked.set(id, resolve));
    this.process.say(...words);
    return within(`${this.name}: where to send`, 10, answered);
  }
}
