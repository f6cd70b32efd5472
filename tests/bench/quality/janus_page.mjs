// A person in Janus' VideoRoom: sends camera and microphone on one PeerConnection, receives whoever else is there on
// another, restarts ICE when a connection is in trouble, and says how the connections are. `?room=N`; begins with start().

import { CAMERA, ENCODINGS, MICROPHONE } from './media.mjs';

const room = Number(new URLSearchParams(location.search).get('room'));
const url = `ws://${location.hostname}:8188`;
const KEEP_ALIVE_MS = 10000;
const RECONNECT_MS = 500;
const RESTART_PAUSE_MS = 4000;
const GATHERING_MS = 1000;
const ANSWER_MS = 500;

/** A session with Janus that outlives its WebSocket. */
class Session {
  #asked = new Map();
  #next = 1;
  onEvent = () => {};

  async open() {
    await this.#connect();
    const { data } = await this.ask({ janus: 'create' });
    this.id = data.id;
    setInterval(() => this.ask({ janus: 'keepalive' }).catch(() => {}), KEEP_ALIVE_MS);
  }

  #connect() {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, 'janus-protocol');
      socket.onopen = () => resolve();
      socket.onerror = reject;
      socket.onmessage = ({ data }) => this.socket === socket && this.#hear(JSON.parse(data));
      socket.onclose = () => this.socket === socket && this.id && setTimeout(() => this.reclaim(), RECONNECT_MS);
      this.socket = socket;
    });
  }

  /** A new WebSocket for the same session, unless the one there is answers. One that is only slow must not be closed while it has the session: Janus would end it. */
  async reclaim() {
    if (this.reclaiming) return this.reclaiming;
    this.reclaiming = (async () => {
      if (await this.#answers()) return;
      for (;;) {
        try {
          const before = this.socket;
          await this.#connect();
          await this.ask({ janus: 'claim' });
          before.close();
          return;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
        }
      }
    })().finally(() => (this.reclaiming = null));
    return this.reclaiming;
  }

  #answers() {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    const late = new Promise((resolve) => setTimeout(resolve, ANSWER_MS, false));
    return Promise.race([this.ask({ janus: 'keepalive' }).then(() => true, () => false), late]);
  }

  #hear(message) {
    const asked = this.#asked.get(message.transaction);
    if (!asked) return this.onEvent(message);
    if (message.janus === 'ack' && asked.awaitsEvent) return undefined;
    this.#asked.delete(message.transaction);
    if (message.janus === 'error' || message.plugindata?.data?.error) asked.reject(new Error(JSON.stringify(message)));
    else asked.resolve(message);
    return undefined;
  }

  ask(fields, awaitsEvent = false) {
    const transaction = `t${this.#next++}`;
    return new Promise((resolve, reject) => {
      this.#asked.set(transaction, { resolve, reject, awaitsEvent });
      this.socket.send(JSON.stringify({ ...(this.id ? { session_id: this.id } : {}), ...fields, transaction }));
      setTimeout(() => this.#asked.delete(transaction) && reject(new Error(`${fields.janus}: no answer`)), 10000);
    });
  }

  async attach() {
    return (await this.ask({ janus: 'attach', plugin: 'janus.plugin.videoroom' })).data.id;
  }

  say(handle, body, jsep) {
    return this.ask({ janus: 'message', handle_id: handle, body, ...(jsep ? { jsep } : {}) }, true);
  }
}

const session = new Session();
const connections = { sending: null, receiving: null };

function show() {
  const states = Object.values(connections).map((pc) => pc?.connectionState ?? 'new');
  document.querySelector('[role=status]').textContent = states.every((state) => state === 'connected') ? 'connected' : 'not connected';
}

/** The description with its candidates: Janus may miss those of a peer whose first check is there before them. */
async function described(pc, description) {
  // A restart gathers anew, and the state still says "complete" at first: the end of the candidates is what counts.
  const gathered = new Promise((resolve) => {
    pc.onicecandidate = ({ candidate }) => candidate ?? resolve();
    setTimeout(resolve, GATHERING_MS);
  });
  await pc.setLocalDescription(description);
  await gathered;
  return pc.localDescription;
}

function connection(restart) {
  const pc = new RTCPeerConnection();
  let restartedAt = -Infinity;
  pc.onconnectionstatechange = show;
  setInterval(() => {
    if (!/disconnected|failed/.test(pc.iceConnectionState) || performance.now() - restartedAt < RESTART_PAUSE_MS) return;
    restartedAt = performance.now();
    session.reclaim().then(restart).catch(() => {});
  }, 100);
  return pc;
}

/** As Janus wants to hear of them. */
const highestFirst = [...ENCODINGS].reverse();

async function send(stream) {
  const handle = await session.attach();
  const joined = await session.say(handle, { request: 'join', ptype: 'publisher', room });
  const offer = async (pc, body, options) => {
    const { jsep } = await session.say(handle, body, await described(pc, await pc.createOffer(options)));
    await pc.setRemoteDescription(jsep);
  };
  const pc = connection(() => offer(pc, { request: 'configure' }, { iceRestart: true }));
  connections.sending = pc;
  pc.addTransceiver(stream.getAudioTracks()[0], { direction: 'sendonly', streams: [stream] });
  pc.addTransceiver(stream.getVideoTracks()[0], { direction: 'sendonly', streams: [stream], sendEncodings: highestFirst });
  await offer(pc, { request: 'publish' });
  return joined.plugindata.data.publishers;
}

async function receive(feed) {
  if (connections.receiving) return;
  connections.receiving = true;
  const handle = await session.attach();
  const answer = async ({ jsep }) => {
    await pc.setRemoteDescription(jsep);
    await session.say(handle, { request: 'start' }, await described(pc, await pc.createAnswer()));
  };
  const pc = connection(async () => answer(await session.say(handle, { request: 'configure', restart: true })));
  connections.receiving = pc;
  const stream = new MediaStream();
  pc.ontrack = ({ track }) => {
    stream.addTrack(track);
    document.querySelector('#other').srcObject = stream;
  };
  await answer(await session.say(handle, { request: 'join', ptype: 'subscriber', room, streams: [{ feed }] }));
}

window.prepare = async () => {
  window.ownStream = await navigator.mediaDevices.getUserMedia({ audio: MICROPHONE, video: CAMERA });
  document.querySelector('#own').srcObject = window.ownStream;
  await session.open();
};

window.start = async () => {
  session.onEvent = ({ plugindata }) => plugindata?.data?.publishers?.slice(0, 1).forEach(({ id }) => receive(id));
  const publishers = await send(window.ownStream);
  publishers.slice(0, 1).forEach(({ id }) => receive(id));
};
