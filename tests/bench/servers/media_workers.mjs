// Bedside's media workers without the gateway (tests/bench/media_server.c).

import { LineChild, SERVER_CORE, pinned } from '../support/children.mjs';
import { CAMERA, MICROPHONE } from '../support/load.mjs';
import { Addressing } from './addressing.mjs';

export const PACKETS_PER_WORKER = 32768;

export class MediaWorkers extends Addressing {
  #rooms = 0;

  /** `under`: the words of a program that runs it. */
  static async start({ programs, load, address, workers = 1, cores = SERVER_CORE, peersMax = 2048, under = [] }) {
    const server = new MediaWorkers();
    server.load = load;
    server.name = 'bedside, media workers alone';
    server.peersPerParticipant = 1;
    const command = [...pinned(cores), ...under, programs('bench_media_server'), address, workers, peersMax, PACKETS_PER_WORKER];
    server.process = new LineChild(command, (words) => server.hear(words));
    server.pid = server.process.pid;
    return server;
  }

  #openRoom() {
    const room = ++this.#rooms;
    this.process.say('room', room);
    return room;
  }

  // Ids of the gateway's endpoints are never 0.
  async #join(room, ssrcs, slots) {
    const peer = await this.load.peer();
    this.load.media(peer);
    const id = peer.id + 1;
    const { audio = 0, video = 0 } = ssrcs;
    this.load.remote(peer, await this.askFor(id, 'peer', id, room, peer.ufrag, peer.pwd, peer.fingerprint, audio, video, slots));
    return peer;
  }

  async addRoom(group, parties = 3) {
    const room = this.#openRoom();
    const people = [];
    for (let i = 0; i < parties; i++) {
      const ssrcs = { audio: this.load.ssrc(), video: this.load.ssrc() };
      people.push({ peer: await this.#join(room, ssrcs, parties - 1), ssrcs });
    }
    await this.load.connected(people.map(({ peer }) => peer));
    for (const { peer, ssrcs } of people) {
      const others = people.filter((other) => other.peer !== peer);
      others.forEach((other, slot) => this.process.say('bind', peer.id + 1, slot, other.peer.id + 1));
      this.load.publish(peer, group, ssrcs.audio, MICROPHONE);
      this.load.publish(peer, group, ssrcs.video, CAMERA);
    }
  }

  async addFanout(group, subscribers, stream) {
    const room = this.#openRoom();
    const ssrc = this.load.ssrc();
    const publisher = await this.#join(room, { video: ssrc }, 0);
    const listeners = [];
    for (let i = 0; i < subscribers; i++) listeners.push(await this.#join(room, {}, 1));
    await this.load.connected([publisher, ...listeners]);
    for (const listener of listeners) this.process.say('bind', listener.id + 1, 0, publisher.id + 1);
    this.load.publish(publisher, group, ssrc, stream);
  }

  end() {
    return this.process.end();
  }
}
