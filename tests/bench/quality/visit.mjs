// One visit of two at one server over one profile, inside tests/netlab/run. JOB: { server, profile, settings, direction,
// seconds, warmup, seed, output }; what was noted goes to `output` as JSON.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { coreShares, coreTimes, lookAt, sleep, until } from '../support/children.mjs';
import { isThere, notedBy } from './browser.mjs';
import { Lab } from './lab.mjs';

const job = JSON.parse(readFileSync(process.env.JOB, 'utf8'));
const { [`${job.server === 'janus' ? 'Janus' : 'Bedside'}Visit`]: Visit } = await import(`./${job.server}_visit.mjs`);
const MEETING_SECONDS_MAX = 12;

const folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-link-'));
const lab = new Lab(job);
const { seconds, warmup } = { ...job, ...job.profile };
const result = { server: job.server, profile: job.profile.name, looks: [] };
let visit;

/** Waits, and looks at the server each second. */
async function watch(span) {
  const ends = Date.now() + span * 1000;
  while (Date.now() < ends) {
    const seen = await visit.look();
    if (seen) result.looks.push({ at: Date.now(), ...seen });
    await sleep(Math.min(1000 - (Date.now() % 1000), Math.max(0, ends - Date.now())));
  }
}

try {
  visit = await Visit.start({ folder, seed: job.seed, profile: job.profile });
  const blocked = job.profile.from === 'beginning';
  if (blocked) lab.begin();
  await visit.arrive();
  if (!blocked) lab.begin();
  result.met_at = Date.now();
  await visit.meet();
  result.both_there = await until('both see and hear each other', MEETING_SECONDS_MAX, async () => (await isThere(visit.patient)) && (await isThere(visit.physician))).catch(() => false);
  await watch(warmup);
  const before = { cores: coreTimes(), server: lookAt(visit.pid), at: Date.now() };
  result.began_at = Date.now();
  result.changes = lab.follow();
  await watch(seconds);
  result.ended_at = Date.now();
  const after = { cores: coreTimes(), server: lookAt(visit.pid), at: Date.now() };
  result.cores = coreShares(before.cores, after.cores);
  result.server_cpu = (after.server.cpuUs - before.server.cpuUs) / 1e3 / (after.at - before.at);
  result.patient = await notedBy(visit.patient);
  result.physician = await notedBy(visit.physician);
  for (const side of ['patient', 'physician']) {
    if (job.pictures) await visit[side].page.screenshot({ path: `${job.pictures}-${side}.png` }).catch(() => {});
  }
} catch (error) {
  result.failed = String(error?.stack ?? error);
} finally {
  lab.end();
  await visit?.end();
  rmSync(folder, { recursive: true, force: true });
}
writeFileSync(job.output, JSON.stringify(result));
process.exit(0);
