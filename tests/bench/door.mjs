// See tests/bench/door.

import { readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Gateway, ROOT } from '../browser/support/gateway.mjs';
import { describeMachine, machine } from './support/machine.mjs';
import { lookAt, sleep } from './support/children.mjs';
import { JsonSocket } from './support/websocket.mjs';

const STEPS = {
  look: 'the link is opened',
  arrive: 'date of birth, seat',
  questions: 'the questions are there',
  answer: 'one page of answers is kept',
  wait: 'in the waiting room',
  seen: 'the physician sees who waits',
  admit: 'let in',
};
/** A person is lost who is not in the visit after so long. */
const PATIENCE_MS = 60_000;

const { values: options } = parseArgs({
  options: {
    people: { type: 'string' },
    seconds: { type: 'string' },
    json: { type: 'string' },
    markdown: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const people = Number(options.people ?? (options.quick ? 100 : 500));
const seconds = Number(options.seconds ?? (options.quick ? 12 : 60));

const times = Object.fromEntries(Object.keys(STEPS).map((step) => [step, []]));
const lost = [];

async function timed(step, action) {
  const began = performance.now();
  const result = await action();
  times[step].push(performance.now() - began);
  return result;
}

// ---- a person: an address, a connection and a cookie of its own ----

let addresses = 1;
class Guest {
  constructor(gateway) {
    this.gateway = gateway;
    // Everybody comes from home: limits are per address.
    this.address = `127.${64 + (addresses >> 16)}.${(addresses >> 8) & 255}.${addresses & 255}`;
    addresses++;
    this.agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    this.cookie = '';
    this.events = [];
    this.waiters = [];
  }

  ask(method, target, body) {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { Origin: this.gateway.origin, Cookie: this.cookie };
    if (body !== undefined) Object.assign(headers, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
    const where = { host: this.gateway.address, port: this.gateway.port, localAddress: this.address, agent: this.agent, rejectUnauthorized: false };
    return new Promise((resolve, reject) => {
      const request = https.request({ ...where, method, path: target, headers }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => {
          const raw = Buffer.concat(parts).toString();
          if (response.statusCode >= 300) return reject(new Error(`${method} ${target}: ${response.statusCode} ${raw.slice(0, 400)}`));
          const cookie = response.headers['set-cookie']?.find((line) => line.startsWith('__Host-bedside-seat='));
          if (cookie) this.cookie = cookie.split(';')[0];
          resolve(raw ? JSON.parse(raw) : null);
        });
      });
      request.on('error', reject);
      request.end(text);
    });
  }

  async join(token) {
    this.socket = await JsonSocket.open(`wss://${this.gateway.address}:${this.gateway.port}/visit`, 'bedside.visit.v1', {
      headers: { Origin: this.gateway.origin },
      localAddress: this.address,
      agent: false,
    });
    this.socket.onMessage = (message) => {
      this.events.push(message);
      for (const waiter of this.waiters) waiter();
    };
    this.socket.send({ type: 'join', id: 1, token });
    const joined = await this.heard((message) => message.reply_to === 1);
    if (joined.type !== 'joined') throw new Error(`join: ${JSON.stringify(joined)}`);
    return joined;
  }

  /** The first message, of those that came or will come, for which `check` is true. */
  heard(check) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`nothing came: ${check}`)), PATIENCE_MS);
      const look = () => {
        const found = this.events.find(check);
        if (!found) return;
        clearTimeout(late);
        this.waiters.splice(this.waiters.indexOf(look), 1);
        resolve(found);
      };
      this.waiters.push(look);
      look();
    });
  }

  leave() {
    this.socket?.close();
    this.agent.destroy();
  }
}

const secretOf = (link) => link.url.split('#')[1];

/** The physician is there before; that is not measured. */
async function physicianIsReady(gateway, visit) {
  const guest = new Guest(gateway);
  const { seat_token } = await guest.ask('POST', '/api/v1/arrivals', { secret: secretOf(visit.physician), device: 'bench' });
  const joined = await guest.join(seat_token);
  if (joined.you.state !== 'in_visit') throw new Error(`the physician is ${joined.you.state}`);
  return guest;
}

/** What somebody who is well answers to everything that has to be answered. */
function answersTo(questionnaire) {
  const asked = (item) => item.required && !item.conditions?.length;
  const answer = (item) => {
    if (item.type === 'choice') return item.options[0].value;
    if (item.type === 'scale') return item.minimum;
    return item.type === 'boolean' ? false : '+1 406 555 0142';
  };
  return questionnaire.items.filter(asked).map((item) => ({ link_id: item.link_id, value: answer(item) }));
}

async function patientComes(gateway, visit, physician) {
  const guest = new Guest(gateway);
  try {
    const secret = secretOf(visit.patient);
    await timed('look', () => guest.ask('POST', '/api/v1/join-links/look', { secret }));
    const seat = await timed('arrive', () => guest.ask('POST', '/api/v1/arrivals', { secret, birth_date: visit.birthDate, device: 'bench' }));
    const { questionnaires } = await timed('questions', () => guest.ask('GET', '/api/v1/seat/questionnaires'));
    for (const questionnaire of questionnaires) {
      const body = { answers: answersTo(questionnaire) };
      await timed('answer', () => guest.ask('PUT', `/api/v1/seat/questionnaires/${questionnaire.id}/answers`, body));
    }
    const joined = await timed('wait', () => guest.join(seat.seat_token));
    if (joined.you.state !== 'waiting') throw new Error(`the patient is ${joined.you.state}`);
    const { id } = joined.you;
    const waits = ({ type, participants }) => type === 'roster' && participants.some((one) => one.id === id && one.state === 'waiting');
    await timed('seen', () => physician.heard(waits));
    await timed('admit', async () => {
      physician.socket.send({ type: 'admit', id: 2, participant: id, knows_licence: true });
      await guest.heard(({ type }) => type === 'admitted');
    });
  } catch (error) {
    lost.push(String(error.message ?? error).slice(0, 600));
  }
  return guest;
}

// ---- figures ----

const at = (sorted, share) => (sorted.length ? sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] : null);

function figures() {
  return Object.entries(times).map(([step, values]) => {
    const sorted = [...values].sort((a, b) => a - b);
    const round = (value) => (value === null ? null : Math.round(value * 10) / 10);
    return { server: 'bedside', case: `door: ${step}`, step, what: STEPS[step], count: sorted.length, p50_ms: round(at(sorted, 0.5)), p95_ms: round(at(sorted, 0.95)), longest_ms: round(at(sorted, 1)) };
  });
}

function table(rows, summary) {
  const head = '| step | what | times | p50, ms | p95, ms | longest, ms |\n| --- | --- | --- | --- | --- | --- |';
  const lines = rows.map((row) => `| ${row.step} | ${row.what} | ${row.count} | ${row.p50_ms} | ${row.p95_ms} | ${row.longest_ms} |`);
  return [summary.machine, '', head, ...lines, '', `${summary.people} patients in ${summary.seconds} s, lost: ${summary.lost}; gateway ${summary.gateway_cpu_percent} % of a core`].join('\n');
}

const gateway = await Gateway.start({
  // Everybody at once, and every physician: more than a machine of this size is told to take.
  settings: { media: { packets_per_worker: 65536 }, screening: { questionnaires: path.join(ROOT, 'deploy/questionnaires'), rules_file: path.join(ROOT, 'deploy/screening-rules.json') } },
});
const guests = [];
try {
  const demo = path.join(ROOT, 'deploy/demo');
  const document = JSON.parse(readFileSync(path.join(demo, 'case.json'), 'utf8'));
  const plan = JSON.parse(readFileSync(path.join(demo, 'visit.json'), 'utf8'));
  plan.participants = [{ patient: true }, { care_team: 'rao' }];
  const visits = [];
  for (let i = 0; i < people; i++) {
    const imported = await gateway.ask('POST', '/api/v1/cases', { ...document, number: `DOOR-${i}` });
    const made = await gateway.ask('POST', '/api/v1/visits', { ...plan, case: imported.id, starts_at: new Date().toISOString() });
    const { links } = await gateway.ask('POST', `/api/v1/visits/${made.id}/links`, {});
    const byRole = (role) => links.find((link) => link.role === role);
    visits.push({ patient: byRole('patient'), physician: byRole('reviewing_physician'), birthDate: document.patient.birth_date });
    if (i % 50 === 49) process.stderr.write(`\rvisits: ${i + 1} of ${people}`);
  }
  const physicians = [];
  for (const visit of visits) {
    physicians.push(await physicianIsReady(gateway, visit));
    if (physicians.length % 50 === 0) process.stderr.write(`\rphysicians: ${physicians.length} of ${people}   `);
  }
  guests.push(...physicians);
  const before = lookAt(gateway.process.pid);
  const began = performance.now();
  const coming = visits.map(async (visit, i) => {
    await sleep(((i + Math.random()) / people) * seconds * 1000); // evenly, but nobody by the clock
    const guest = await patientComes(gateway, visit, physicians[i]);
    guests.push(guest);
    if (guests.length % 50 === 0) process.stderr.write(`\rcame: ${guests.length - physicians.length} of ${people}        `);
  });
  await Promise.all(coming);
  const took = (performance.now() - began) / 1000;
  process.stderr.write('\r');
  const summary = {
    server: 'bedside',
    case: 'door',
    people,
    seconds: Math.round(took * 10) / 10,
    lost: lost.length,
    gateway_cpu_percent: Math.round(((lookAt(gateway.process.pid).cpuUs - before.cpuUs) / 1e6 / took) * 100),
    machine: describeMachine(machine()),
  };
  const rows = figures();
  const text = table(rows, summary);
  console.log(text);
  for (const reason of new Set(lost)) console.log(`lost: ${reason}`);
  if (options.json) writeFileSync(options.json, `${JSON.stringify([summary, ...rows], null, 2)}\n`);
  if (options.markdown) writeFileSync(options.markdown, `${text}\n`);
  process.exitCode = lost.length ? 1 : 0;
} finally {
  for (const guest of guests) guest.leave();
  await gateway.stop();
}
