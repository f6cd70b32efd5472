// The whole gateway, as people meet it: links made with bedsidectl, arrivals over HTTPS, the visit protocol over WebSockets.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { Gateway, ROOT } from '../../browser/support/gateway.mjs';
import { SERVER_CORE, adopt, pinned, removeAtEnd, within } from '../support/children.mjs';
import { CAMERA, MICROPHONE } from '../support/load.mjs';
import { mediaOf, readSdp, writeSdp } from '../support/sdp.mjs';
import { JsonSocket } from '../support/websocket.mjs';

const DEMO = path.join(ROOT, 'deploy/demo');
/** Who is in a visit of three, in the order in which they come. */
const ROLES = ['reviewing_physician', 'treating_physician', 'patient'];

/** One person's conversation. */
class Person {
  #requests = new Map();
  #awaited = new Map();
  #heard = new Set();
  #nextId = 1;

  static async connect(url, origin, localAddress) {
    const person = new Person();
    person.socket = await JsonSocket.open(url, 'bedside.visit.v1', { headers: { Origin: origin }, localAddress });
    person.socket.onMessage = (message) => person.#hear(message);
    return person;
  }

  #hear(message) {
    if (message.reply_to !== undefined) {
      this.#requests.get(message.reply_to)(message);
      this.#requests.delete(message.reply_to);
      return;
    }
    this.#heard.add(message.type);
    this.#awaited.get(message.type)?.(message);
  }

  async ask(type, fields = {}) {
    const id = this.#nextId++;
    const answered = new Promise((resolve) => this.#requests.set(id, resolve));
    this.socket.send({ type, id, ...fields });
    const reply = await within(`the gateway's reply to ${type}`, 20, answered);
    if (reply.type === 'error') throw new Error(`${type}: ${reply.code}: ${reply.message}`);
    return reply;
  }

  /** The next event of this type, or one that came before. */
  event(type) {
    if (this.#heard.has(type)) return Promise.resolve();
    return within(`the event ${type}`, 20, new Promise((resolve) => this.#awaited.set(type, resolve)));
  }
}

export class Bedside {
  #people = [];
  #rooms = 0;

  static async start({ programs, load, address, workers = 1, cores = SERVER_CORE, peersMax = 0, settings = {} }) {
    const server = new Bedside();
    server.load = load;
    server.name = 'bedside, the whole gateway';
    server.peersPerParticipant = 1;
    server.folder = removeAtEnd(mkdtempSync(path.join(os.tmpdir(), 'bedside-bench-')));
    writeFileSync(path.join(server.folder, 'index.html'), '<!doctype html>');
    server.gateway = await Gateway.start({
      address,
      command: [...pinned(cores), programs('bedside-gateway')],
      settings: {
        gateway: { log_level: 'warning' },
        http: { web_root: server.folder, sockets_per_address_max: 100000 },
        // What it can carry is measured, also where it would rather take nobody more.
        media: { workers, full_at_percent: 100, ...(peersMax > 0 ? { peers_per_worker: peersMax, packets_per_worker: 64 * peersMax } : {}), ...settings },
        recording: { enabled: false },
      },
    });
    adopt(server.gateway.process);
    removeAtEnd(server.gateway.folder);
    server.pid = server.gateway.process.pid;
    return server;
  }

  /** POSTs to the gateway from an address of the room's own: limits are per address. */
  #post(route, body, localAddress) {
    const { origin } = this.gateway;
    const text = JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const request = https.request(
        `${origin}${route}`,
        { method: 'POST', localAddress, rejectUnauthorized: false, agent: false, headers: { Origin: origin, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) } },
        (response) => {
          let answer = '';
          response.on('data', (data) => (answer += data));
          response.on('end', () => (response.statusCode === 201 ? resolve(JSON.parse(answer)) : reject(new Error(`${route}: ${response.statusCode} ${answer}`))));
        },
      );
      request.on('error', reject);
      request.end(text);
    });
  }

  async #arrive(link, localAddress) {
    const secret = link.url.split('#')[1];
    const birthDate = link.role === 'patient' ? { birth_date: this.birthDate } : {};
    const { seat_token: token } = await this.#post('/api/v1/arrivals', { secret, device: 'bench', ...birthDate }, localAddress);
    const person = await Person.connect(`${this.gateway.origin.replace('https', 'wss')}/visit`, this.gateway.origin, localAddress);
    this.#people.push(person);
    await person.ask('join', { token });
    return person;
  }

  /** Offers a camera, a microphone and slots for the others; returns the endpoint. */
  async #offer(person, others) {
    const peer = await this.load.peer();
    const ssrcs = { audio: this.load.ssrc(), video: this.load.ssrc() };
    const lines = [
      { kind: 'audio', direction: 'sendonly', ssrc: ssrcs.audio },
      { kind: 'video', direction: 'sendonly', ssrc: ssrcs.video },
    ];
    for (let i = 0; i < others; i++) lines.push({ kind: 'audio', direction: 'recvonly' }, { kind: 'video', direction: 'recvonly' });
    lines.forEach((line, mid) => (line.mid = mid));
    const { sdp } = await person.ask('offer', { sdp: writeSdp(peer, lines) });
    const answer = readSdp(sdp);
    this.load.media(peer, mediaOf(answer.lines));
    this.load.remote(peer, answer);
    return { peer, ssrcs };
  }

  /** A case for each visit, as in life. */
  async #schedule(room) {
    const document = JSON.parse(readFileSync(path.join(DEMO, 'case.json'), 'utf8'));
    const file = path.join(this.folder, `case-${room}.json`);
    writeFileSync(file, JSON.stringify({ ...document, number: `BENCH-${room}` }));
    this.birthDate = document.patient.birth_date;
    const caseId = await this.gateway.ctl('case', 'import', file, '--pdf', path.join(DEMO, 'opinion.pdf'));
    const visit = await this.gateway.ctl('visit', 'schedule', path.join(DEMO, 'visit.json'), '--case', caseId);
    return this.gateway.ctl('--json', 'visit', 'links', visit);
  }

  async addRoom(group, parties = ROLES.length) {
    const room = ++this.#rooms;
    const localAddress = `10.255.${1 + Math.floor(room / 250)}.${1 + (room % 250)}`;
    const { links } = await this.#schedule(room);
    const people = [];
    for (const role of ROLES.slice(0, parties)) {
      const link = links.find((candidate) => candidate.role === role);
      const person = await this.#arrive(link, localAddress);
      if (role === 'patient') {
        await people[0].person.ask('admit', { participant: link.participant });
        await person.event('admitted');
      }
      people.push({ person, ...(await this.#offer(person, parties - 1)) });
    }
    await this.load.connected(people.map(({ peer }) => peer));
    for (const { person, peer, ssrcs } of people) {
      await person.ask('ready');
      this.load.publish(peer, group, ssrcs.audio, MICROPHONE);
      this.load.publish(peer, group, ssrcs.video, CAMERA);
    }
  }

  async end() {
    for (const person of this.#people) person.socket.close();
    await this.gateway.stop();
  }
}
