// The same visit in Janus' VideoRoom, from Debian's package.

import { createServer } from 'node:http';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { JsonSocket } from '../support/websocket.mjs';
import { endChild, sleep, startChild } from '../support/children.mjs';
import { openBrowser } from './browser.mjs';

const PROGRAM = '/usr/bin/janus';
const LIBRARIES = '/usr/lib/x86_64-linux-gnu/janus';
const ROOM = 1234;
const HERE = path.dirname(new URL(import.meta.url).pathname);

/* Runs in the page. */
function words() {
  return { connected: document.querySelector('[role=status]')?.textContent === 'connected', step: '' };
}

/** As the package has it, but for addresses and for plugins that nobody needs here. */
function configure(folder, address, devices, withTcp) {
  mkdirSync(folder, { recursive: true });
  const others = ['audiobridge', 'duktape', 'echotest', 'lua', 'nosip', 'recordplay', 'sip', 'streaming', 'textroom', 'videocall', 'voicemail'];
  const transports = ['http', 'mqtt', 'nanomsg', 'pfunix', 'rabbitmq'];
  const libraries = (names) => names.map((name) => `libjanus_${name}.so`).join(',');
  const files = {
    'janus.jcfg': `general: { debug_level = 1
 session_timeout = 60
 plugins_folder = "${LIBRARIES}/plugins"
 transports_folder = "${LIBRARIES}/transports"
 events_folder = "${LIBRARIES}/events"
 loggers_folder = "${LIBRARIES}/loggers" }
media: { rtp_port_range = "20000-39999" }
nat: { ice_enforce_list = "${devices}"${withTcp ? '\n ice_lite = true\n ice_tcp = true' : ''} }
plugins: { disable = "${libraries(others)}" }
transports: { disable = "${libraries(transports)}" }
events: { broadcast = false }
`,
    'janus.plugin.videoroom.jcfg': 'general: { }\n',
    'janus.transport.websockets.jcfg': `general: { ws = true
 ws_port = 8188
 ws_ip = "${address}"
 wss = false }
admin: { admin_ws = false }
`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
}

async function createRoom(address) {
  let socket;
  for (let tries = 0; !socket; tries++) {
    socket = await JsonSocket.open(`ws://${address}:8188`, 'janus-protocol').catch(() => null);
    if (tries > 100) throw new Error('Janus does not start');
    if (!socket) await sleep(100);
  }
  const ask = (fields) =>
    new Promise((resolve) => {
      socket.onMessage = resolve;
      socket.send({ ...fields, transaction: 'room' });
    });
  const { data: session } = await ask({ janus: 'create' });
  const { data: handle } = await ask({ janus: 'attach', plugin: 'janus.plugin.videoroom', session_id: session.id });
  const body = { request: 'create', room: ROOM, publishers: 6, bitrate: 0, audiocodec: 'opus', videocodec: 'vp8' };
  const { plugindata } = await ask({ janus: 'message', session_id: session.id, handle_id: handle.id, body });
  if (plugindata.data.videoroom !== 'created') throw new Error(JSON.stringify(plugindata));
  socket.close();
}

/** The page and its modules, nothing else. */
async function servePage(address) {
  const types = { '.html': 'text/html', '.mjs': 'text/javascript' };
  const server = createServer(({ url }, response) => {
    const name = new URL(url, 'http://page').pathname.slice(1);
    if (!['janus_page.html', 'janus_page.mjs', 'media.mjs'].includes(name)) return response.writeHead(404).end();
    return response.writeHead(200, { 'Content-Type': types[path.extname(name)] }).end(readFileSync(path.join(HERE, name)));
  });
  server.listen(0, address);
  await once(server, 'listening');
  return server;
}

export class JanusVisit {
  static async start({ folder, seed, profile }) {
    const visit = new JanusVisit();
    const address = process.env.NETLAB_GATEWAY_ADDRESS;
    const configuration = path.join(folder, 'janus');
    // It speaks ICE-TCP only as ICE-lite, which costs it elsewhere: switched on where nothing else can help.
    configure(configuration, address, 'imp0,next0', profile.name === 'udp-blocked');
    visit.process = startChild([PROGRAM, '-F', configuration, '-C', path.join(configuration, 'janus.jcfg')], { stdio: 'ignore' });
    visit.pid = visit.process.pid;
    visit.pages = await servePage(address);
    const origin = `http://${address}:${visit.pages.address().port}`;
    visit.url = `${origin}/janus_page.html?room=${ROOM}`;
    const options = { folder, seed, wordsOf: words, flags: [`--unsafely-treat-insecure-origin-as-secure=${origin}`] };
    [visit.patient, visit.physician] = await Promise.all([
      openBrowser('patient', options),
      openBrowser('physician', options),
      createRoom(address),
    ]);
    return visit;
  }

  async arrive() {
    await Promise.all(
      [this.patient, this.physician].map(async ({ page }) => {
        await page.goto(this.url);
        await page.evaluate(() => window.prepare());
      }),
    );
  }

  async meet() {
    await Promise.all([this.patient, this.physician].map(({ page }) => page.evaluate(() => window.start())));
  }

  async look() {
    return null;
  }

  async end() {
    await Promise.allSettled([this.patient.close(), this.physician.close()]);
    this.pages.close();
    this.pages.closeAllConnections();
    await endChild(this.process);
  }
}
