// See tests/bench/compare.

import { writeFileSync } from 'node:fs';
import { Bedside } from './servers/bedside.mjs';
import { Janus, janusIsHere } from './servers/janus.mjs';
import { MediaWorkers } from './servers/media_workers.mjs';
import { Reference } from './servers/reference.mjs';
import { barChart } from './support/charts.mjs';
import { benchEnvironment } from './support/environment.mjs';
import { compareFeatures } from './support/features.mjs';
import { describeMachine, machine } from './support/machine.mjs';
import { CASES, generatorIsLimit, runCase } from './support/measure.mjs';
import { readOptions } from './support/options.mjs';
import { figure, stolenNote, summarise, table, withRange } from './support/statistics.mjs';

const options = readOptions(process.argv.slice(2), {
  switches: ['quick', 'features'],
  values: { servers: 'bedside,reference,janus', cases: Object.keys(CASES).join(','), rounds: '', seconds: '', json: '', picture: '', markdown: '', profile: '' },
});
const rounds = Number(options.rounds || (options.quick ? 2 : 5));
const seconds = Number(options.seconds || (options.quick ? 3 : 8));
const environment = benchEnvironment();

/** Fan-outs are wider than any visit: there, Bedside is its media workers alone. */
const SERVERS = {
  bedside: (name) => (CASES[name].rooms ? Bedside : MediaWorkers),
  media: () => MediaWorkers,
  reference: () => Reference,
  janus: () => Janus,
  // The yardstick's own choices, one by one.
  'reference-512': () => Reference.with({ ring: 512 }),
  'reference-openssl': () => Reference.with({ crypto: 'openssl' }),
  'reference-many': () => Reference.with({ send: 'many' }),
  'reference-each': () => Reference.with({ send: 'each' }),
};

function chosen(text, known, what) {
  const names = text.split(',');
  const unknown = names.find((name) => !(name in known));
  if (unknown) {
    console.error(`no such ${what}: ${unknown}; there are ${Object.keys(known).join(', ')}`);
    process.exit(2);
  }
  return names;
}

const cases = chosen(options.cases, CASES, 'case');
const servers = chosen(options.servers, SERVERS, 'server').filter((server) => {
  if (server !== 'janus' || janusIsHere()) return true;
  console.error('Janus is not installed (deploy/install-dependencies bench): it is left out.');
  return false;
});

if (options.features) {
  const name = cases.includes('rooms-30') ? 'rooms-30' : cases[0];
  const { text, results } = await compareFeatures(SERVERS.bedside(name), environment, name, CASES[name], { rounds, seconds });
  const page = `${describeMachine(machine())}\nMedians (ranges) of ${rounds} rounds of ${seconds} s.\n\n${text}\n`;
  console.log(page);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
  if (options.markdown) writeFileSync(options.markdown, page);
  process.exit(0);
}

// ---- running ----

const runs = new Map(cases.flatMap((name) => servers.map((server) => [`${server} ${name}`, []])));
const broken = [];

async function runOne(server, name, round) {
  process.stderr.write(`round ${round + 1} of ${rounds}: ${server}, ${name} ... `);
  // Twice, so that one hiccup of the machine does not cost the whole comparison.
  for (let tries = 0; tries < 2; tries++) {
    try {
      const run = await runCase(SERVERS[server](name), environment, CASES[name], { seconds, profile: options.profile });
      runs.get(`${server} ${name}`).push(run);
      process.stderr.write(`${figure(run.us_per_forwarded)} us, p99 ${run.latency_p99_us} us, lost ${run.lost_percent} %\n`);
      return;
    } catch (error) {
      process.stderr.write(`${error.message}; `);
    }
  }
  process.stderr.write('given up\n');
  broken.push(`${server}, ${name}`);
}

for (let round = 0; round < rounds; round++) {
  for (const name of cases) for (const server of servers) await runOne(server, name, round);
}

// ---- the bars ----

const COST_OF_REFERENCE = 1.5;
const COST_OF_JANUS = 1 / 3;
const LATENCY_OF_REFERENCE = 2;

const results = [];
for (const name of cases) {
  for (const server of servers) {
    const list = runs.get(`${server} ${name}`);
    if (list.length > 0) results.push(summarise(server, name, list, { generator_is_limit: list.some(generatorIsLimit) }));
  }
}
const result = (server, name) => results.find((candidate) => candidate.server === server && candidate.case === name);

/** { text, holds }: what has to hold of Bedside in this case, against the others of the same run. */
function barsOf(name) {
  const ours = result('bedside', name) ?? result('media', name);
  const reference = result('reference', name);
  const janus = result('janus', name);
  const bars = [];
  const add = (what, value, most) => bars.push({ case: name, text: `${what}: ${figure(value)}, at most ${figure(most)}`, holds: value <= most });
  if (ours && reference) {
    add('cost / reference', ours.us_per_forwarded.median / reference.us_per_forwarded.median, COST_OF_REFERENCE);
    add('lost %, reference has', ours.lost_percent, reference.lost_percent);
    if (name === 'rooms-30') add('p99 / reference', ours.latency_p99_us.median / reference.latency_p99_us.median, LATENCY_OF_REFERENCE);
  }
  if (ours && janus && CASES[name].rooms) add('cost / Janus', ours.us_per_forwarded.median / janus.us_per_forwarded.median, COST_OF_JANUS);
  if (ours) add('packets whose tag was wrong', ours.tags_wrong, 0);
  return bars;
}

const bars = cases.flatMap(barsOf);

// ---- telling ----

const rows = results.map((entry) => {
  const reference = result('reference', entry.case);
  return [
    CASES[entry.case].label,
    entry.name,
    withRange(entry.us_per_forwarded),
    reference ? figure(entry.us_per_forwarded.median / reference.us_per_forwarded.median) : '',
    figure(entry.latency_p50_us.median),
    withRange(entry.latency_p99_us),
    figure(entry.lost_percent),
    entry.forwarded_pps,
    entry.rss_kb_per_peer,
    entry.peers_per_participant,
    entry.answered_percent === null ? '' : figure(entry.answered_percent),
    `${figure(entry.generator_cpu_percent)}${entry.generator_is_limit ? ' (limit)' : ''}`,
    figure(entry.generator_lateness_p99_us),
  ];
});
const head = ['case', 'server', 'us/forwarded packet', 'x reference', 'p50 us', 'p99 us', 'lost %', 'packets/s', 'kB/PeerConnection', 'PeerConnections each', 'NACKs answered %', 'load CPU %', 'load late p99 us'];
const limits = results.filter((entry) => entry.generator_is_limit).map((entry) => `${entry.server} in ${entry.case}`);
/** Late by more than the histogram tells, or full: it works in larger batches then, and throws work away. */
const overloaded = results.filter((entry) => entry.latency_p99_us.median >= 100000 || entry.lost_percent > 1).map((entry) => `${entry.server} in ${entry.case}`);
const text = [
  describeMachine(machine()),
  `Medians (ranges) of ${rounds} rounds of ${seconds} s.`,
  '',
  table(head, rows),
  '',
  ...(limits.length > 0 ? [`The load generator itself was the limit for: ${limits.join('; ')}. Their latencies and losses say nothing of the server.`, ''] : []),
  ...(overloaded.length > 0 ? [`Overloaded, so that a packet costs less than it would have to: ${overloaded.join('; ')}.`, ''] : []),
  ...stolenNote(results),
  ...bars.map((bar) => `- ${bar.holds ? 'PASS' : 'FAIL'} ${bar.case}: ${bar.text}`),
  ...broken.map((what) => `- FAIL ${what}: did not run`),
  '',
].join('\n');
console.log(text);
if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
if (options.markdown) writeFileSync(options.markdown, text);
if (options.picture) {
  const groups = cases.map((name) => ({
    label: CASES[name].label,
    bars: servers.map((server) => ({ series: server, ...result(server, name)?.us_per_forwarded })).filter((bar) => bar.median !== undefined),
  }));
  writeFileSync(options.picture, barChart({ title: 'CPU per forwarded packet', unit: 'us', note: describeMachine(machine()), series: servers, groups }));
}
process.exitCode = bars.every((bar) => bar.holds) && broken.length === 0 ? 0 : 1;
