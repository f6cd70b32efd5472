// Starts the built gateway in a folder of its own on free ports, with a demonstration case in it.

import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from './free_port.mjs';
import { TcpRelay } from './tcp_relay.mjs';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const BUILD = process.env.BEDSIDE_BUILD ?? path.join(ROOT, 'build/release');
const WEB = process.env.BEDSIDE_WEB ?? path.join(ROOT, 'web/dist');
const run = promisify(execFile);

/** The path of a built program. */
export function program(name) {
  return path.join(BUILD, 'bin', name);
}

/** Also while a program that just ended has a child that still writes there. */
export function removeFolder(folder) {
  for (let tries = 1; ; tries++) {
    try {
      return rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'ENOTEMPTY' || tries === 100) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100); // ms
    }
  }
}

/** How many times as long things may take here as on an idle machine: they share its processors with others. */
const burden = () => Math.min(4, Math.max(1, os.loadavg()[0] / os.availableParallelism()));

/** Polls until `check` returns something true; fails with `what` after `seconds`, later on a busy machine. */
export async function until(what, seconds, check) {
  const began = Date.now();
  let last;
  for (;;) {
    try {
      const value = await check();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() - began > seconds * 1000 * burden()) throw new Error(`${what}: not within ${seconds} s (last: ${last?.stack ?? JSON.stringify(last)})`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export class Gateway {
  /**
   * `address` is what the gateway listens on and what candidates say; `relayed` puts a TcpRelay in front as well;
   * `command` is how it is called.
   */
  static async start({ address = '127.0.0.1', settings = {}, relayed = false, command = [program('bedside-gateway')] } = {}) {
    const gateway = new Gateway();
    gateway.address = address;
    gateway.command = command;
    gateway.folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-test-'));
    gateway.port = await freePort(address);
    gateway.origin = `https://${address}:${gateway.port}`;
    gateway.relay = relayed ? await TcpRelay.start(gateway.port, address) : null;
    gateway.socket = path.join(gateway.folder, 'control.sock');
    gateway.hookLog = path.join(gateway.folder, 'hooks.jsonl');
    gateway.logFile = path.join(gateway.folder, 'gateway.log');
    gateway.#prepare(settings);
    await gateway.launch();
    return gateway;
  }

  #prepare(settings) {
    const { folder } = this;
    mkdirSync(path.join(folder, 'recordings'), { mode: 0o711 });
    execFileSync(path.join(ROOT, 'certs/make_dev_certs'), ['--out', path.join(folder, 'certs'), 'localhost', this.address]);
    writeFileSync(path.join(folder, 'master.key'), `${execFileSync('openssl', ['rand', '-hex', '32'])}`, { mode: 0o600 });
    const hook = path.join(folder, 'hook');
    writeFileSync(hook, `#!/bin/sh\nprintf '%s\\n' "$(cat)" >>'${this.hookLog}'\n`, { mode: 0o755 });
    writeFileSync(this.hookLog, '');
    const sections = {
      gateway: { mode: 'development', state_directory: '.', organisation: 'Harbor Cancer Institute (invented)', support_phone: '+1 617 555 0100' },
      http: {
        listen: this.address,
        port: this.port,
        certificate: 'certs/server.pem',
        private_key: 'certs/server.key',
        public_origin: this.relay ? `${this.origin};${this.relay.origin}` : this.origin,
        web_root: WEB,
        admin_socket: 'control.sock',
      },
      media: { workers: 2, listen: this.address, udp_port: 0, advertise: this.address },
      recording: {
        enabled: true,
        directory: 'recordings',
        recorder: program('bedside-recorder'),
        master_key_file: 'master.key',
      },
      store: { database: 'case-record.sqlite' },
      hooks: { programs: hook },
    };
    for (const [section, keys] of Object.entries(settings)) Object.assign((sections[section] ??= {}), keys);
    const text = Object.entries(sections)
      .map(([section, keys]) => `[${section}]\n${Object.entries(keys).map(([k, v]) => `${k}=${v}\n`).join('')}`)
      .join('\n');
    this.configFile = path.join(folder, 'bedside.conf');
    writeFileSync(this.configFile, text);
  }

  /** Starts the process; returns when it is ready. Also after kill(). */
  async launch() {
    const [first, ...others] = this.command;
    this.process = spawn(first, [...others, '--config', this.configFile], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.exited = once(this.process, 'exit');
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on('data', (data) => appendFileSync(this.logFile, data));
    await until('the gateway is ready', 60, async () => {
      if (this.process.exitCode !== null) throw new Error(`the gateway ended: ${this.log().slice(-2000)}`);
      const { stdout } = await run('curl', ['-sf', '--unix-socket', this.socket, 'http://gateway/readyz']);
      return stdout.length > 0;
    });
  }

  log() {
    return readFileSync(this.logFile, 'utf8');
  }

  /** Waits until the log says so: what was answered may be written down a moment later. */
  logged(pattern) {
    return until(`the log has ${pattern}`, 60, () => pattern.test(this.log()));
  }

  /** bedsidectl: returns its output, parsed with --json. */
  async ctl(...args) {
    const { stdout } = await run(program('bedsidectl'), ['--socket', this.socket, ...args], { maxBuffer: 64 << 20 });
    return args.includes('--json') ? JSON.parse(stdout) : stdout.trim();
  }

  /** Asks as the operator does, over the gateway's own socket; returns the answer's JSON, and fails for any status but 2xx. */
  ask(method, target, body) {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const request = http.request({ socketPath: this.socket, path: target, method, headers }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => {
          const raw = Buffer.concat(parts).toString();
          if (response.statusCode >= 200 && response.statusCode < 300) resolve(raw ? JSON.parse(raw) : null);
          else reject(new Error(`${method} ${target}: ${response.statusCode} ${raw}`));
        });
      });
      request.on('error', reject);
      request.end(text);
    });
  }

  /** Imports the demonstration case, schedules its visit; links by role. */
  async scheduleVisit() {
    const demo = path.join(ROOT, 'deploy/demo');
    const read = (file) => JSON.parse(readFileSync(path.join(demo, file), 'utf8'));
    const caseDocument = read('case.json');
    const { caseId, visitId, links, staff } = await this.schedule(caseDocument, read('visit.json'));
    return {
      caseId,
      visitId,
      patient: links.patient,
      physician: links.reviewing_physician,
      treating: links.treating_physician,
      caregiver: links.caregiver,
      staff: staff.reviewing_physician,
      birthDate: caseDocument.patient.birth_date,
    };
  }

  /** Imports a case with a number of its own, schedules a visit in it. `links`, `staff` (of sessions), `ids`: by role. */
  async schedule(caseDocument, visitDocument) {
    const write = (name, document) => {
      const file = path.join(this.folder, name);
      writeFileSync(file, JSON.stringify(document));
      return file;
    };
    const caseFile = write('case.json', { ...caseDocument, number: `TEST-${process.hrtime.bigint()}` });
    const caseId = await this.ctl('case', 'import', caseFile, '--pdf', path.join(ROOT, 'deploy/demo/opinion.pdf'));
    const visitId = await this.ctl('visit', 'schedule', write('visit.json', visitDocument), '--case', caseId);
    const { links, staff } = await this.ctl('--json', 'visit', 'links', visitId);
    const { participants } = await this.ctl('--json', 'visit', 'show', visitId);
    const byRole = (list, take = (one) => one) => Object.fromEntries(list.map((one) => [one.role, take(one)]));
    return { caseId, visitId, links: byRole(links), staff: byRole(staff), ids: byRole(participants, ({ id }) => id) };
  }

  /** What the media workers last reported, by participant id. */
  async media(visitId) {
    const { endpoints } = await this.ctl('--json', 'visit', 'media', visitId);
    return Object.fromEntries(endpoints.map((endpoint) => [endpoint.participant, endpoint]));
  }

  /** What the hook was told so far, but for what it is writing just now. */
  hooks() {
    const lines = readFileSync(this.hookLog, 'utf8').split('\n').slice(0, -1);
    return lines.filter(Boolean).map((line) => JSON.parse(line));
  }

  async kill(signal = 'SIGKILL') {
    this.process.kill(signal);
    await this.exited;
  }

  async stop() {
    await this.relay?.stop();
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill('SIGTERM');
      const late = setTimeout(() => this.process.kill('SIGKILL'), 15000);
      await this.exited;
      clearTimeout(late);
    }
    if (process.env.BEDSIDE_TEST_KEEP) console.log(`kept ${this.folder}`);
    else removeFolder(this.folder);
  }
}
