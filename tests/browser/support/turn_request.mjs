// Asks a TURN server over TLS for a relayed address (RFC 8656, 7; long-term credentials of RFC 8489, 9.2), with any
// realm: a browser always repeats the server's own.

import { createHash, createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import tls from 'node:tls';

const MAGIC_COOKIE = 0x2112a442;
const HEADER_SIZE = 20;
const ALLOCATE = 0x0003;
const ALLOCATED = 0x0103;
const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const ERROR_CODE = 0x0009;
const REALM = 0x0014;
const NONCE = 0x0015;
const REQUESTED_TRANSPORT = 0x0019;
const UDP = Buffer.from([17, 0, 0, 0]);

function attribute(type, value) {
  const bytes = Buffer.from(value);
  const padded = Buffer.alloc(4 + Math.ceil(bytes.length / 4) * 4);
  padded.writeUInt16BE(type, 0);
  padded.writeUInt16BE(bytes.length, 2);
  bytes.copy(padded, 4);
  return padded;
}

/** `more`: bytes that the length counts and that are not there yet. */
function message(attributes, more = 0) {
  const header = Buffer.alloc(HEADER_SIZE);
  const body = Buffer.concat(attributes);
  header.writeUInt16BE(ALLOCATE, 0);
  header.writeUInt16BE(body.length + more, 2);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  randomBytes(12).copy(header, 8);
  return Buffer.concat([header, body]);
}

function signed(attributes, { username, realm, credential }) {
  const key = createHash('md5').update(`${username}:${realm}:${credential}`).digest();
  const text = message(attributes, 24);
  return Buffer.concat([text, attribute(MESSAGE_INTEGRITY, createHmac('sha1', key).update(text).digest())]);
}

function read(bytes) {
  const answer = { type: bytes.readUInt16BE(0), attributes: new Map() };
  for (let at = HEADER_SIZE; at + 4 <= bytes.length; ) {
    const size = bytes.readUInt16BE(at + 2);
    answer.attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + size));
    at += 4 + Math.ceil(size / 4) * 4;
  }
  return answer;
}

async function exchange(socket, request) {
  socket.write(request);
  const [first] = await once(socket, 'data');
  let answer = first;
  while (answer.length < HEADER_SIZE + answer.readUInt16BE(2)) answer = Buffer.concat([answer, (await once(socket, 'data'))[0]]);
  return read(answer);
}

/** Returns { allocated } or { code } with the server's error code. `realm` is what is claimed instead of the server's. */
export async function allocate(relay, { username, credential, realm }, authority) {
  const socket = tls.connect({ host: relay.address, port: relay.tlsPort, servername: relay.name, ca: authority });
  try {
    await once(socket, 'secureConnect');
    const wanted = attribute(REQUESTED_TRANSPORT, UDP);
    const challenge = (await exchange(socket, message([wanted]))).attributes;
    const claimed = realm ?? challenge.get(REALM).toString();
    const who = [attribute(USERNAME, username), attribute(REALM, claimed), attribute(NONCE, challenge.get(NONCE))];
    const answer = await exchange(socket, signed([wanted, ...who], { username, credential, realm: claimed }));
    const error = answer.attributes.get(ERROR_CODE);
    return { allocated: answer.type === ALLOCATED, code: error ? error[2] * 100 + error[3] : null };
  } finally {
    socket.destroy();
  }
}
