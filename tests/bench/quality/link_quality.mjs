// See tests/bench/link_quality.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, program } from '../../browser/support/gateway.mjs';
import { figuresOf } from './figures.mjs';
import { changesOf, PROFILES, readProfile, readTrace } from './lab.mjs';
import { tablesOf } from './tables.mjs';

const { values: options } = parseArgs({
  options: {
    profile: { type: 'string', default: 'all' },
    server: { type: 'string', default: 'both' },
    direction: { type: 'string', default: 'both' },
    set: { type: 'string', multiple: true, default: [] },
    seconds: { type: 'string' },
    warmup: { type: 'string' },
    seed: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    markdown: { type: 'string' },
    keep: { type: 'string' },
    from: { type: 'string', multiple: true, default: [] },
    page: { type: 'string' },
  },
});

function fail(words) {
  console.error(`tests/bench/link_quality: ${words}`);
  process.exit(2);
}

/** The tables as text, in a file of their own, and in a page between its two marks. */
function tell(list) {
  const text = tablesOf(list);
  console.log(text);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(list, null, 2)}\n`);
  if (options.markdown) writeFileSync(options.markdown, `${text}\n`);
  if (!options.page) return;
  const marks = /(<!-- tables -->\n)[^]*(<!-- end of tables -->)/;
  const page = readFileSync(options.page, 'utf8');
  if (!marks.test(page)) fail(`${options.page} has no marks for the tables`);
  writeFileSync(options.page, page.replace(marks, (_all, begin, end) => `${begin}\n${text}\n${end}`));
}

if (options.from.length > 0) {
  tell(options.from.flatMap((file) => JSON.parse(readFileSync(file, 'utf8'))));
  process.exit(0);
}

const SERVERS = { both: ['janus', 'bedside'], janus: ['janus'], bedside: ['bedside'] };
const QUICK = { profile: 'good,lte-weak,edge', seconds: 15, warmup: 8 };
const servers = SERVERS[options.server] ?? fail(`--server takes ${Object.keys(SERVERS).join(', ')}`);
if (!['up', 'down', 'both'].includes(options.direction)) fail('--direction takes up, down or both');
const names = options.profile !== 'all' ? options.profile.split(',') : options.quick ? QUICK.profile.split(',') : PROFILES;
const span = (name, full) => Number(options[name] ?? (options.quick ? QUICK[name] : full));
if (servers.includes('janus') && !existsSync('/usr/bin/janus')) fail('Janus is not here: apt-get install janus, or --server bedside');
if (!existsSync(program('netimpair'))) fail(`no ${program('netimpair')}: cmake --preset release && cmake --build --preset release`);

const profiles = names.map((name) => {
  try {
    const profile = readProfile(name);
    changesOf(profile.text);
    changesOf(options.set.join('\n'));
    // Asked for by name, spans hold for every profile.
    return { ...profile, ...(options.seconds ? { seconds: Number(options.seconds) } : {}), ...(options.warmup ? { warmup: Number(options.warmup) } : {}) };
  } catch (error) {
    return fail(error.message);
  }
});

const folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-link-quality-run-'));
if (options.keep) mkdirSync(options.keep, { recursive: true });

function visit(server, profile) {
  const stem = path.join(options.keep ?? folder, `${server}-${profile.name}`);
  const files = { job: `${stem}.job`, output: `${stem}.json`, trace: `${stem}.trace`, statistics: `${stem}.network` };
  for (const file of Object.values(files)) rmSync(file, { force: true });
  const job = {
    server,
    profile,
    settings: options.set,
    direction: options.direction,
    seconds: span('seconds', 40),
    warmup: span('warmup', 15),
    seed: Number(options.seed),
    output: files.output,
    pictures: options.keep ? stem : undefined,
  };
  writeFileSync(files.job, JSON.stringify(job));
  const { status } = spawnSync(
    path.join(ROOT, 'tests/netlab/run'),
    ['--neighbour', '--seed', options.seed, '--', 'node', path.join(ROOT, 'tests/bench/quality/visit.mjs')],
    { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, JOB: files.job, NETLAB_TRACE: files.trace, NETLAB_STATISTICS: files.statistics } },
  );
  if (!existsSync(files.output)) return figuresOf({ server, profile: profile.name, failed: `the run ended with ${status}` });
  const result = JSON.parse(readFileSync(files.output, 'utf8'));
  return figuresOf(result, profile, readTrace(files.trace), JSON.parse(readFileSync(files.statistics, 'utf8')));
}

const list = [];
for (const profile of profiles) {
  for (const server of servers) {
    console.error(`${profile.name}: ${server}`);
    list.push(...visit(server, profile));
    // What was measured so far is not lost when the rest is.
    if (options.json) writeFileSync(options.json, `${JSON.stringify(list, null, 2)}\n`);
  }
}
rmSync(folder, { recursive: true, force: true });
tell(list);
process.exit(list.some(({ failed }) => failed) ? 1 : 0);
