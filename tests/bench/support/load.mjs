// The load generator (tests/bench/load) and the media that its endpoints speak.

import { LOAD_CORE, LineChild, pinned, until, within } from './children.mjs';

/** What every endpoint of the gauge offers. bench_media_server knows these numbers, too. */
export const MEDIA = {
  audio: 111,
  video: 96,
  rtx: 97,
  extensions: { audioLevel: 1, transportCc: 3, mid: 4 },
};

/** A camera of 1.4 Mbit/s at 30 frames/s, and a microphone. */
export const CAMERA = { kind: 'video', pps: 150, bytes: 1200, burst: 5 };
export const MICROPHONE = { kind: 'audio', pps: 50, bytes: 160, burst: 1 };
/** The publisher of the fan-outs: 20 Mbit/s. */
export const FAST_CAMERA = { kind: 'video', pps: 2000, bytes: 1200, burst: 5 };

export class Load {
  #asked = new Map();
  #reports = [];
  #connected = new Map();
  #failures = [];
  #nextPeer = 0;
  #nextSsrc = 100000;
  peers = 0;

  constructor(program, address) {
    this.address = address;
    this.generator = new LineChild([...pinned(LOAD_CORE), program], (words, line) => this.#hear(words, line));
  }

  #hear([what, id], line) {
    if (what === 'peer') {
      const [, , ufrag, pwd, address, port, fingerprint] = line.split(' ');
      this.#asked.get(Number(id))({ id: Number(id), ufrag, pwd, address, port: Number(port), fingerprint });
    } else if (what === 'connected') this.#connected.set(Number(id), line.split(' ')[2]);
    else if (what === 'failed' || what === 'error') this.#failures.push(line);
    else if (what === 'report') this.#reports.shift()(JSON.parse(line.slice('report '.length)));
    else if (what === 'reset') this.#reports.shift()();
  }

  say(...words) {
    this.generator.say(...words);
  }

  /** A new endpoint: what it would put into an offer. */
  async peer() {
    const id = this.#nextPeer++;
    this.peers++;
    const made = new Promise((resolve) => this.#asked.set(id, resolve));
    this.say('peer', id, this.address);
    return within('an endpoint of the load', 10, made);
  }

  ssrc() {
    return this.#nextSsrc++;
  }

  /** What was negotiated for it. `numbersArrivals`: the server does not number the packets that it sends. */
  media(peer, { audio = MEDIA.audio, video = MEDIA.video, rtx = MEDIA.rtx, transportCc = MEDIA.extensions.transportCc, audioLevel = MEDIA.extensions.audioLevel, numbersArrivals = false, reducedSize = true } = {}) {
    this.say('media', peer.id, audio, video, rtx ?? 0, transportCc ?? 0, audioLevel ?? 0, Number(numbersArrivals), Number(reducedSize));
  }

  remote(peer, { ufrag, pwd, address, port }, controlling = true) {
    this.say('remote', peer.id, ufrag, pwd, address, port, controlling ? 1 : 0);
  }

  publish(peer, group, ssrc, { kind, pps, bytes, burst }) {
    this.say('publish', peer.id, group, ssrc, kind === 'video' ? MEDIA.video : MEDIA.audio, kind, pps, bytes, burst);
  }

  async connected(peers, seconds = 20) {
    await until(`${peers.length} peers are connected`, seconds, () => {
      if (this.#failures.length > 0) throw new Error(`the load: ${this.#failures[0]}`);
      return peers.every(({ id }) => this.#connected.has(id));
    });
  }

  /** SRTP profiles in use. */
  profiles() {
    return [...new Set(this.#connected.values())];
  }

  active(groups) {
    this.say('active', groups);
  }

  feedback({ reports = true, transportCc = true, nack = true, pictures = true } = {}) {
    this.say('feedback', ...[reports, transportCc, nack, pictures].map(Number));
  }

  #ask(word) {
    const answered = new Promise((resolve) => this.#reports.push(resolve));
    this.say(word);
    return within(`the load's ${word}`, 10, answered);
  }

  reset() {
    return this.#ask('reset');
  }

  report() {
    return this.#ask('report');
  }

  end() {
    return this.generator.end();
  }
}
