// The reference data path: one PeerConnection per participant, as Bedside has it.

import { LineChild, SERVER_CORE, pinned } from '../support/children.mjs';
import { CAMERA, MICROPHONE } from '../support/load.mjs';
import { Addressing } from './addressing.mjs';

/** What was chosen as the yardstick; docs/performance.md says why. */
export const RING_PACKETS = 64;

export class Reference extends Addressing {
  static async start({ programs, load, address, ring = RING_PACKETS, crypto = 'best', send = 'segments' }) {
    const server = new Reference();
    server.load = load;
    server.peersPerParticipant = 1;
    const command = [...pinned(SERVER_CORE), programs('bench_reference'), address, crypto, send, ring];
    server.process = new LineChild(command, (words) => {
      if (words[0] !== 'engine') server.hear(words);
      else server.name = `reference, ${words[1]}, ${send === 'segments' ? 'GSO' : send}, rings of ${ring}`;
    });
    server.pid = server.process.pid;
    return server;
  }

  /** The same with other choices. */
  static with(choices) {
    return { start: (environment) => Reference.start({ ...environment, ...choices }) };
  }

  async #join() {
    const peer = await this.load.peer();
    this.load.media(peer, { numbersArrivals: true });
    this.load.remote(peer, await this.askFor(peer.id, 'peer', peer.id));
    return peer;
  }

  #route(from, ssrc, to) {
    this.process.say('route', from.id, ssrc, to.id);
  }

  async addRoom(group, parties = 3) {
    const people = [];
    for (let i = 0; i < parties; i++) people.push(await this.#join());
    await this.load.connected(people);
    for (const person of people) {
      for (const stream of [MICROPHONE, CAMERA]) {
        const ssrc = this.load.ssrc();
        for (const other of people) if (other !== person) this.#route(person, ssrc, other);
        this.load.publish(person, group, ssrc, stream);
      }
    }
  }

  async addFanout(group, subscribers, stream) {
    const publisher = await this.#join();
    const listeners = [];
    for (let i = 0; i < subscribers; i++) listeners.push(await this.#join());
    await this.load.connected([publisher, ...listeners]);
    const ssrc = this.load.ssrc();
    for (const listener of listeners) this.#route(publisher, ssrc, listener);
    this.load.publish(publisher, group, ssrc, stream);
  }

  end() {
    return this.process.end();
  }
}
