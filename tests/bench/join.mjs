// See tests/bench/join.

import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CASES, stepsOf, summaryOf, tableOf } from './join_steps.mjs';
import { marksSource } from './join_marks.mjs';
import { pictureOf } from './join_picture.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, '../..');
const ROUNDS = { quick: 8, full: 25 };
/** Between rounds: what one asked of the publisher is over when the next one comes. */
const PAUSE_MS = 1500;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    json: { type: 'string' },
    picture: { type: 'string' },
    markdown: { type: 'string' },
    rtt: { type: 'string', default: '0,100' },
    case: { type: 'string', default: Object.keys(CASES).join() },
    with: { type: 'string', multiple: true, default: [] },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? ROUNDS.quick : ROUNDS.full));
const servers = [
  ...options.with.map((text) => {
    const [, name, build, web] = /^(\w+)=([^,]+),([^,]+)$/.exec(text) ?? [];
    if (!name) throw new Error(`--with takes NAME=BUILD,WEB, not ${text}`);
    return { name, build: path.resolve(build), web: path.resolve(web) };
  }),
  { name: 'bedside', build: process.env.BEDSIDE_BUILD ?? path.join(ROOT, 'build/release'), web: process.env.BEDSIDE_WEB ?? path.join(ROOT, 'web/dist') },
];
const round_trips_ms = options.rtt.split(',').map(Number);

const folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-join-'));
const browser = path.join(folder, 'chromium');
// The certificate counts as a good one: Chromium connects twice when it has to be told to ignore what is wrong with one.
const trusted = path.join(folder, 'trusted');
writeFileSync(
  browser,
  `#!/bin/sh
exec '${path.join(HERE, '../netlab/on_client')}' '${process.env.BEDSIDE_CHROMIUM ?? '/usr/bin/chromium'}' --ignore-certificate-errors-spki-list="$(cat '${trusted}')" "$@"
`,
);
chmodSync(browser, 0o755);
process.env.BEDSIDE_CHROMIUM = browser;
const { makeDevices } = await import('../browser/support/fixtures.mjs');
const { Person } = await import('../browser/support/people.mjs');
const { until } = await import('../browser/support/gateway.mjs');

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Both ways of the path take half of the round trip, UDP and TCP alike. */
function setRoundTrip(ms) {
  writeFileSync(process.env.NETLAB_CONTROL, `delay ${ms / 2}\n`);
}

/** Of a certificate, as Chromium's option wants it: base64 of the SHA-256 of the public key. */
function digestOfKey(file) {
  const key = new X509Certificate(readFileSync(file)).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

async function open(name, number) {
  const person = await Person.open(name, makeDevices(folder, name, number), { viewport: { width: 1280, height: 800 } });
  await person.context.addInitScript({ content: marksSource });
  return person;
}

const marksOf = (person) => person.page.evaluate(() => window.bedsideMarks.list());
const forget = (person) => person.page.evaluate(() => window.bedsideMarks.forget());

async function untilRendered(person) {
  return until(`${person.name} sees somebody`, 30, async () => {
    const marks = await marksOf(person);
    return marks.some(({ name }) => name === 'rendered') && marks;
  });
}

/** Somebody who was admitted loads the page anew: `count` times the marks of that. */
async function comeBack(gateway, people, count, ms) {
  const visit = await gateway.scheduleVisit();
  await people.physician.arrive(visit.physician);
  await people.guest.arrive(visit.treating);
  await untilRendered(people.guest);
  setRoundTrip(ms);
  const joins = [];
  for (let i = 0; i < count; i++) {
    await pause(PAUSE_MS);
    await people.guest.page.reload({ waitUntil: 'commit' });
    joins.push(await untilRendered(people.guest));
  }
  setRoundTrip(0);
  return joins;
}

/** A patient waits; the physician lets them in. Admission lasts for a visit: each time is another one. */
async function letIn(gateway, people, count, ms) {
  const joins = [];
  for (let i = 0; i < count; i++) {
    const visit = await gateway.scheduleVisit();
    await people.physician.arrive(visit.physician);
    await people.guest.arrive(visit.patient, { birthDate: visit.birthDate });
    const button = people.physician.button(/^Let .* in$/);
    await button.waitFor();
    setRoundTrip(ms);
    await pause(PAUSE_MS);
    await forget(people.physician);
    await button.click();
    const marks = await untilRendered(people.guest);
    const pressed = (await marksOf(people.physician)).find(({ name }) => name === 'sent admit');
    joins.push([pressed, ...marks].sort((a, b) => a.at - b.at));
    setRoundTrip(0);
  }
  return joins;
}

const runs = { come_back: comeBack, let_in: letIn };

async function measure(server) {
  process.env.BEDSIDE_BUILD = server.build;
  const { Gateway } = await import(`../browser/support/gateway.mjs?${server.name}`);
  const gateway = await Gateway.start({
    address: process.env.NETLAB_GATEWAY_ADDRESS,
    settings: { http: { web_root: server.web } },
  });
  writeFileSync(trusted, digestOfKey(path.join(gateway.folder, 'certs/server.pem')));
  const results = [];
  try {
    for (const name of options.case.split(',')) {
      const people = { physician: await open('physician', 2), guest: await open('patient', 1) };
      try {
        for (const ms of round_trips_ms) {
          const joins = await runs[name](gateway, people, rounds, ms);
          results.push({ server: server.name, case: name, rtt_ms: ms, joins: joins.map((marks) => stepsOf(name, marks)) });
        }
      } finally {
        for (const person of Object.values(people)) await person.close();
      }
    }
  } finally {
    await gateway.stop();
  }
  return results;
}

const results = [];
try {
  for (const server of servers) results.push(...(await measure(server)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const summary = results.flatMap(summaryOf);
const table = tableOf(summary);
const machine = {
  cpus: os.cpus().length,
  model: os.cpus()[0].model,
  chromium: execFileSync('/usr/bin/chromium', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(),
};
console.log(table);
if (options.json) writeFileSync(options.json, `${JSON.stringify(summary.map((row) => ({ ...row, machine })), null, 2)}\n`);
if (options.picture) writeFileSync(options.picture, pictureOf(summary));
if (options.markdown) writeFileSync(options.markdown, `${table}\n`);
