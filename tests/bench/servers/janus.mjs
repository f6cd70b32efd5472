// Janus' VideoRoom, from Debian's package: two PeerConnections per participant, one to send and one to receive.

import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SERVER_CORE, endChild, pinned, removeAtEnd, sleep, startChild, within } from '../support/children.mjs';
import { CAMERA, MICROPHONE } from '../support/load.mjs';
import { mediaOf, readSdp, writeSdp } from '../support/sdp.mjs';
import { JsonSocket } from '../support/websocket.mjs';

const PROGRAM = '/usr/bin/janus';
const LIBRARIES = '/usr/lib/x86_64-linux-gnu/janus';
const PORT = 8188;
const ROOM = { publishers: 100, bitrate: 0, audiocodec: 'opus', videocodec: 'vp8', fir_freq: 0, notify_joining: false, audiolevel_ext: true, videoorient_ext: false, playoutdelay_ext: false, transport_wide_cc_ext: true };

export const janusIsHere = () => existsSync(PROGRAM);

/** Only what is compared: the VideoRoom over WebSockets, on the one address of the namespace. */
function writeConfiguration(folder, device) {
  const others = ['audiobridge', 'duktape', 'echotest', 'lua', 'nosip', 'recordplay', 'sip', 'streaming', 'textroom', 'videocall', 'voicemail'];
  const transports = ['http', 'mqtt', 'nanomsg', 'pfunix', 'rabbitmq'];
  const libraries = (names) => names.map((name) => `libjanus_${name}.so`).join(',');
  const files = {
    'janus.jcfg': `general: { debug_level = 1
 session_timeout = 600
 plugins_folder = "${LIBRARIES}/plugins"
 transports_folder = "${LIBRARIES}/transports"
 events_folder = "${LIBRARIES}/events"
 loggers_folder = "${LIBRARIES}/loggers" }
media: { rtp_port_range = "20000-39999" }
nat: { ice_enforce_list = "${device}" }
plugins: { disable = "${libraries(others)}" }
transports: { disable = "${libraries(transports)}" }
events: { broadcast = false }
`,
    'janus.plugin.videoroom.jcfg': 'general: { }\n',
    'janus.transport.websockets.jcfg': `general: { ws = true
 ws_port = ${PORT}
 ws_ip = "127.0.0.1"
 wss = false }
admin: { admin_ws = false }
`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
}

export class Janus {
  #pending = new Map();
  #up = new Map();
  #nextTransaction = 1;

  static async start({ load, device }) {
    const server = new Janus();
    server.load = load;
    server.name = 'Janus (Debian)';
    server.peersPerParticipant = 2;
    server.folder = removeAtEnd(mkdtempSync(path.join(os.tmpdir(), 'bench-janus-')));
    writeConfiguration(server.folder, device);
    server.process = startChild([...pinned(SERVER_CORE), PROGRAM, '-F', server.folder, '-C', path.join(server.folder, 'janus.jcfg')], { stdio: 'ignore' });
    server.pid = server.process.pid;
    await server.#connect();
    server.session = (await server.#request({ janus: 'create' })).data.id;
    server.keepAlive = setInterval(() => server.#request({ janus: 'keepalive' }), 20000);
    return server;
  }

  async #connect() {
    for (let tries = 0; ; tries++) {
      try {
        this.socket = await JsonSocket.open(`ws://127.0.0.1:${PORT}`, 'janus-protocol');
        break;
      } catch (error) {
        if (tries === 100) throw error;
        await sleep(100);
      }
    }
    this.socket.onMessage = (message) => this.#hear(message);
  }

  #hear(message) {
    if (message.janus === 'webrtcup') this.#up.get(message.sender)?.();
    const pending = this.#pending.get(message.transaction);
    if (!pending || (message.janus === 'ack' && pending.awaitsEvent)) return;
    this.#pending.delete(message.transaction);
    if (message.janus === 'error' || message.plugindata?.data?.error) pending.reject(new Error(JSON.stringify(message)));
    else pending.resolve(message);
  }

  #request(fields, awaitsEvent = false) {
    const transaction = `t${this.#nextTransaction++}`;
    const session = this.session ? { session_id: this.session } : {};
    const answered = new Promise((resolve, reject) => this.#pending.set(transaction, { resolve, reject, awaitsEvent }));
    this.socket.send({ ...session, ...fields, transaction });
    return within(`Janus: ${fields.janus}`, 20, answered);
  }

  async #attach() {
    return (await this.#request({ janus: 'attach', plugin: 'janus.plugin.videoroom' })).data.id;
  }

  #message(handle, body, jsep, awaitsEvent = true) {
    return this.#request({ janus: 'message', handle_id: handle, body, ...(jsep ? { jsep } : {}) }, awaitsEvent);
  }

  async #createRoom(room) {
    await this.#message(await this.#attach(), { request: 'create', room, ...ROOM }, null, false);
  }

  async #publish(room, kinds) {
    const handle = await this.#attach();
    const joined = await this.#message(handle, { request: 'join', ptype: 'publisher', room });
    const peer = await this.load.peer();
    const ssrcs = Object.fromEntries(kinds.map((kind) => [kind, this.load.ssrc()]));
    const lines = kinds.map((kind, mid) => ({ kind, mid, direction: 'sendonly', ssrc: ssrcs[kind] }));
    const { jsep } = await this.#message(handle, { request: 'publish' }, { type: 'offer', sdp: writeSdp(peer, lines), trickle: false });
    const answer = readSdp(jsep.sdp);
    const up = new Promise((resolve) => this.#up.set(handle, resolve));
    this.load.media(peer, mediaOf(answer.lines));
    this.load.remote(peer, answer);
    // Nobody can listen before Janus itself says so.
    await within('a publisher of Janus', 20, up);
    return { peer, ssrcs, feed: joined.plugindata.data.id };
  }

  async #subscribe(room, feeds) {
    const handle = await this.#attach();
    const { jsep } = await this.#message(handle, { request: 'join', ptype: 'subscriber', room, streams: feeds.map((feed) => ({ feed })) });
    const offer = readSdp(jsep.sdp);
    const peer = await this.load.peer();
    this.load.media(peer, { ...mediaOf(offer.lines), numbersArrivals: mediaOf(offer.lines).transportCc === 0 });
    const lines = offer.lines.map((line) => ({ ...line, direction: 'recvonly' }));
    await this.#message(handle, { request: 'start' }, { type: 'answer', sdp: writeSdp(peer, lines), trickle: false });
    this.load.remote(peer, offer, false);
    return peer;
  }

  async addRoom(group, parties = 3) {
    const room = 1000 + group;
    await this.#createRoom(room);
    const people = [];
    for (let i = 0; i < parties; i++) people.push(await this.#publish(room, ['audio', 'video']));
    await this.load.connected(people.map(({ peer }) => peer));
    const listeners = [];
    for (const person of people) listeners.push(await this.#subscribe(room, people.filter((other) => other !== person).map(({ feed }) => feed)));
    await this.load.connected(listeners);
    for (const { peer, ssrcs } of people) {
      this.load.publish(peer, group, ssrcs.audio, MICROPHONE);
      this.load.publish(peer, group, ssrcs.video, CAMERA);
    }
  }

  async addFanout(group, subscribers, stream) {
    const room = 1000 + group;
    await this.#createRoom(room);
    const publisher = await this.#publish(room, ['video']);
    await this.load.connected([publisher.peer]);
    const listeners = [];
    for (let i = 0; i < subscribers; i++) listeners.push(await this.#subscribe(room, [publisher.feed]));
    await this.load.connected(listeners);
    this.load.publish(publisher.peer, group, publisher.ssrcs.video, stream);
  }

  async end() {
    clearInterval(this.keepAlive);
    this.socket.close();
    await endChild(this.process);
  }
}
