// The client's half of a WebSocket (RFC 6455) for JSON messages; what Node.js 18 has none of.

import { randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

function frame(opcode, payload) {
  const size = payload.length;
  const head = size < 126 ? Buffer.from([0x80 | opcode, 0x80 | size]) : Buffer.alloc(size < 65536 ? 4 : 10);
  if (size >= 126) {
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | (size < 65536 ? 126 : 127);
    if (size < 65536) head.writeUInt16BE(size, 2);
    else head.writeBigUInt64BE(BigInt(size), 2);
  }
  const mask = randomBytes(4);
  const masked = Buffer.from(payload);
  for (let i = 0; i < size; i++) masked[i] ^= mask[i & 3];
  return Buffer.concat([head, mask, masked]);
}

export class JsonSocket {
  #received = Buffer.alloc(0);
  #fragments = [];

  /** `url` is ws: or wss: (any certificate is taken); `options` go to the HTTP request. */
  static open(url, protocol, { headers = {}, ...options } = {}) {
    const { request } = url.startsWith('wss:') ? https : http;
    return new Promise((resolve, reject) => {
      const upgrade = request(url.replace(/^ws/, 'http'), {
        ...options,
        rejectUnauthorized: false,
        headers: {
          ...headers,
          Connection: 'Upgrade',
          Upgrade: 'websocket',
          'Sec-WebSocket-Version': '13',
          'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
          'Sec-WebSocket-Protocol': protocol,
        },
      });
      upgrade.on('upgrade', (_response, socket, head) => resolve(new JsonSocket(socket, head)));
      upgrade.on('response', (response) => reject(new Error(`${url}: ${response.statusCode}`)));
      upgrade.on('error', reject);
      upgrade.end();
    });
  }

  constructor(socket, head) {
    this.socket = socket;
    this.onMessage = () => {};
    socket.setNoDelay(true);
    socket.on('data', (data) => this.#take(data));
    socket.on('error', () => {});
    if (head.length > 0) this.#take(head);
  }

  #take(data) {
    this.#received = this.#received.length > 0 ? Buffer.concat([this.#received, data]) : data;
    while (this.#received.length >= 2) {
      const short = this.#received[1] & 0x7f;
      const headSize = short === 127 ? 10 : short === 126 ? 4 : 2;
      if (this.#received.length < headSize) return;
      const size = short === 127 ? Number(this.#received.readBigUInt64BE(2)) : short === 126 ? this.#received.readUInt16BE(2) : short;
      if (this.#received.length < headSize + size) return;
      const first = this.#received[0];
      const payload = this.#received.subarray(headSize, headSize + size);
      this.#received = this.#received.subarray(headSize + size);
      this.#hear(first, payload);
    }
  }

  #hear(first, payload) {
    const opcode = first & 0x0f;
    if (opcode === PING) this.socket.write(frame(PONG, payload));
    else if (opcode === CLOSE) this.socket.end();
    else if (opcode <= TEXT) {
      this.#fragments.push(payload);
      if (first & 0x80) {
        const text = Buffer.concat(this.#fragments).toString();
        this.#fragments = [];
        this.onMessage(JSON.parse(text));
      }
    }
  }

  send(message) {
    this.socket.write(frame(TEXT, Buffer.from(JSON.stringify(message))));
  }

  close() {
    this.socket.destroy();
  }
}
