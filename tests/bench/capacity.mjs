// See tests/bench/capacity.

import { writeFileSync } from 'node:fs';
import { Bedside } from './servers/bedside.mjs';
import { MediaWorkers } from './servers/media_workers.mjs';
import { Reference } from './servers/reference.mjs';
import { lineChart } from './support/charts.mjs';
import { sleep } from './support/children.mjs';
import { benchEnvironment } from './support/environment.mjs';
import { FAST_CAMERA } from './support/load.mjs';
import { describeMachine, machine } from './support/machine.mjs';
import { PARTIES, STREAMS_PER_ROOM, addRooms, generatorIsLimit, observe, runCase, startFlowing, withServer } from './support/measure.mjs';
import { readOptions } from './support/options.mjs';
import { figure, stolenNote, summarise, table } from './support/statistics.mjs';

const P99_US_MAX = 5000;
const LOST_PERCENT_MAX = 0.01;
/** Where the cost of a packet is compared. */
const STEPS = [10, 30, 60, 90];
const STEP_BEYOND = 30;
const RESOLUTION = 5;
/** What is said while visits begin, and links are learned, is over. */
const SETTLE_MS = 3000;
/** What a server left out under more than it carries, it takes up again when it was calm for a while. */
const CALM_MS = 10_000;
const PARTS = ['rooms', 'fanouts', 'workers'];

const options = readOptions(process.argv.slice(2), {
  switches: ['quick'],
  values: { servers: 'bedside,reference', parts: PARTS.join(','), 'rooms-max': '240', seconds: '', json: '', picture: '', markdown: '' },
});
const seconds = Number(options.seconds || (options.quick ? 2 : 5));
const roomsMax = Number(options['rooms-max']);
const allFanouts = options.quick ? [2, 8, 32] : [2, 4, 8, 16, 32];
const environment = { ...benchEnvironment(), peersMax: PARTIES * roomsMax + 64 };
const KINDS = { bedside: Bedside, media: MediaWorkers, reference: Reference };
const servers = options.servers.split(',');
const parts = options.parts.split(',');
if (servers.some((name) => !(name in KINDS)) || parts.some((part) => !PARTS.includes(part))) {
  console.error(`servers are: ${Object.keys(KINDS).join(', ')}; parts are: ${PARTS.join(', ')}`);
  process.exit(2);
}

const holds = (seen) => seen.latency_p99_us <= P99_US_MAX && seen.lost_percent <= LOST_PERCENT_MAX;

function tell(server, count, seen) {
  const limit = generatorIsLimit(seen) ? ' (the load is at its limit)' : '';
  process.stderr.write(`${server}, ${count}: ${figure(seen.us_per_forwarded)} us, p99 ${seen.latency_p99_us} us, lost ${seen.lost_percent} %${limit}\n`);
}

/** The observation with the median latency. */
const middleOf = (observations) => [...observations].sort((a, b) => a.latency_p99_us - b.latency_p99_us)[observations.length >> 1];

// ---- rooms ----

/** All observations of one server, by the number of visits that send. */
async function climb(name) {
  return withServer(KINDS[name], environment, async ({ load, server, idleRssKb }) => {
    const seen = new Map();
    const refusals = [];
    let connected = 0;
    let overloaded = false;
    const look = async (rooms) => {
      if (overloaded) {
        load.active(0);
        await sleep(CALM_MS);
      }
      if (rooms > connected) {
        // Nothing flows meanwhile: a gateway near its limit refuses newcomers, which is its policy and not what a packet costs.
        load.active(0);
        try {
          await addRooms(server, connected, rooms - connected);
        } catch (error) {
          refusals.push(`${server.name}, on the way from ${connected} to ${rooms} visits: ${error.message}`);
          return false;
        }
        connected = rooms;
      }
      await startFlowing(load, rooms, rooms * STREAMS_PER_ROOM);
      await sleep(SETTLE_MS);
      const observations = [];
      const observeOnce = async () => {
        const observation = await observe({ load, server, streams: rooms * STREAMS_PER_ROOM, seconds });
        tell(name, `${rooms} visits`, observation);
        observations.push({ ...observation, peers: load.peers, peers_per_participant: server.peersPerParticipant, name: server.name, rss_kb_per_peer: (observation.server_rss_kb - idleRssKb) / load.peers });
        return holds(observation);
      };
      // A machine that others use has hiccups: what fails once may try twice more, and then has to hold both times.
      const held = (await observeOnce()) || ((await observeOnce()) && (await observeOnce()));
      seen.set(rooms, middleOf(observations));
      overloaded = !held;
      return held;
    };
    let good = 0;
    let bad = null;
    const levels = [...STEPS];
    for (let rooms = STEPS.at(-1) + STEP_BEYOND; rooms <= roomsMax; rooms += STEP_BEYOND) levels.push(rooms);
    for (const rooms of levels.filter((level) => level <= roomsMax)) {
      if (await look(rooms)) good = rooms;
      else {
        bad = rooms;
        break;
      }
    }
    // After a refusal some visits are half built: the search ends there.
    while (bad !== null && refusals.length === 0 && bad - good > RESOLUTION) {
      const middle = Math.round((good + bad) / 2 / RESOLUTION) * RESOLUTION;
      if (middle <= good || middle >= bad) break;
      if (await look(middle)) good = middle;
      else bad = middle;
    }
    // What stopped it: the load's own limit leaves the server's unknown.
    return { name: server.name, seen, most: good, open: bad === null || (seen.has(bad) && generatorIsLimit(seen.get(bad))), refusals };
  });
}

const climbs = new Map();
for (const name of parts.includes('rooms') ? servers : []) climbs.set(name, await climb(name));

// ---- fan-outs ----

const wide = new Map();
const fanouts = parts.includes('fanouts') ? allFanouts : [];
for (const subscribers of fanouts) {
  for (const name of servers) {
    const kind = name === 'bedside' ? MediaWorkers : KINDS[name];
    const run = await runCase(kind, environment, { subscribers }, { seconds });
    wide.set(`${name} ${subscribers}`, run);
    tell(name, `1 to ${subscribers}`, run);
  }
}

// ---- two workers ----

/** Equal load on one worker and on two, both free to use both cores, which the load shares. */
async function spreadOver(workers, rooms) {
  return withServer(MediaWorkers, { ...environment, workers, cores: '0,1' }, async ({ load, server }) => {
    await addRooms(server, 0, rooms);
    await startFlowing(load, rooms, rooms * STREAMS_PER_ROOM);
    await sleep(SETTLE_MS);
    const seen = await observe({ load, server, streams: rooms * STREAMS_PER_ROOM, seconds: seconds * 2 });
    tell('media', `${rooms} visits on ${workers} worker(s)`, seen);
    return { ...seen, rss_kb_per_peer: 0, name: server.name, peers: load.peers, peers_per_participant: 1 };
  });
}

const WORKER_ROOMS = 20;
const compareWorkers = parts.includes('workers') && servers.some((name) => name !== 'reference');
const workers = compareWorkers ? [await spreadOver(1, WORKER_ROOMS), await spreadOver(2, WORKER_ROOMS)] : [];

// ---- bars ----

const bars = [];
const bar = (text, value, most, least = -Infinity) => bars.push({ text: `${text}: ${figure(value)}`, holds: value <= most && value >= least });

const ours = climbs.get('bedside') ?? climbs.get('media');
const reference = climbs.get('reference');
const oursName = servers.includes('bedside') ? 'bedside' : 'media';

/** How much dearer any later one is than an earlier one; below 1: it only falls. */
function rise(values) {
  let most = 0;
  for (let i = 1; i < values.length; i++) most = Math.max(most, values[i] / Math.min(...values.slice(0, i)));
  return most;
}

/** kB for each further peer between two counts of visits. */
const added = (climbed, from, to) => {
  const [a, b] = [climbed.seen.get(from), climbed.seen.get(to)];
  return (b.server_rss_kb - a.server_rss_kb) / (b.peers - a.peers);
};

if (ours) {
  const costs = STEPS.map((rooms) => ours.seen.get(rooms)?.us_per_forwarded).filter(Boolean);
  if (costs.length === STEPS.length) {
    bar(`cost of a packet from ${STEPS[0]} to ${STEPS.at(-1)} visits (${costs.map(figure).join(', ')} us), dearest after / cheapest before (at most 1.2)`, rise(costs), 1.2);
    bar('memory of a further peer, 60 to 90 visits / 10 to 60 (0.8 to 1.25)', added(ours, 60, 90) / added(ours, 10, 60), 1.25, 0.8);
  }
  if (reference) {
    const bound = `${ours.open ? 'at least ' : ''}${ours.most} / ${reference.open ? 'at least ' : ''}${reference.most}`;
    bar(`visits per core, Bedside / reference = ${bound} (at least 0.8)`, ours.most / Math.max(1, reference.most), Infinity, 0.8);
  }
}
for (const subscribers of fanouts) {
  const [mine, bare] = [oursName, 'reference'].map((name) => wide.get(`${name} ${subscribers}`));
  if (mine && bare) bar(`1 to ${subscribers}, cost / reference (at most 1.5)`, mine.us_per_forwarded / bare.us_per_forwarded, 1.5);
}
if (workers.length === 2) bar('CPU per packet on two workers / on one (0.85 to 1.15)', workers[1].us_per_forwarded / workers[0].us_per_forwarded, 1.15, 0.85);

// ---- telling ----

const results = [];
for (const [name, climbed] of climbs) {
  for (const [rooms, seen] of [...climbed.seen].sort(([a], [b]) => a - b)) {
    results.push(summarise(name, `rooms-${rooms}`, [seen], { generator_is_limit: generatorIsLimit(seen) }));
  }
  results.push({ ...results.at(-1), case: 'capacity', rooms: climbed.most, load_was_the_limit: climbed.open });
}
for (const [key, run] of wide) {
  const [name, subscribers] = key.split(' ');
  results.push(summarise(name, `fanout-${subscribers}`, [run], { generator_is_limit: generatorIsLimit(run) }));
}
workers.forEach((seen, i) => results.push(summarise('media', `workers-${i + 1}`, [seen], { generator_is_limit: generatorIsLimit(seen) })));

const rows = results
  .filter((entry) => entry.case !== 'capacity')
  .map((entry) => [
    entry.case,
    entry.name,
    figure(entry.us_per_forwarded.median),
    figure(entry.latency_p50_us.median),
    figure(entry.latency_p99_us.median),
    figure(entry.lost_percent),
    entry.forwarded_pps,
    entry.case.startsWith('workers') ? '' : entry.rss_kb_per_peer,
    figure(entry.server_cpu_percent),
    `${figure(entry.generator_cpu_percent)}${entry.generator_is_limit ? ' (limit)' : ''}`,
    figure(entry.generator_lateness_p99_us),
  ]);
const text = [
  describeMachine(machine()),
  `Observations of ${seconds} s; visits of ${PARTIES}, fan-outs of ${FAST_CAMERA.pps} packets/s. Server on core 0, load on core 1.`,
  '',
  table(['case', 'server', 'us/forwarded packet', 'p50 us', 'p99 us', 'lost %', 'packets/s', 'kB/PeerConnection', 'server CPU %', 'load CPU %', 'load late p99 us'], rows),
  '',
  ...stolenNote(results),
  ...[...climbs].flatMap(([, climbed]) => climbed.refusals.map((refusal) => `Refused: ${refusal}`)),
  ...[...climbs].map(([, climbed]) => `${climbed.name}: ${climbed.open ? 'at least ' : ''}${climbed.most} visits on one core${climbed.open ? '; there the load itself was the limit' : ''}.`),
  '',
  ...bars.map((entry) => `- ${entry.holds ? 'PASS' : 'FAIL'} ${entry.text}`),
  '',
].join('\n');
console.log(text);
if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
if (options.markdown) writeFileSync(options.markdown, text);
if (options.picture && climbs.size > 0) {
  const lines = [...climbs].map(([name, climbed]) => ({
    series: name,
    points: [...climbed.seen].sort(([a], [b]) => a - b).map(([rooms, seen]) => [rooms, Math.min(seen.latency_p99_us, 3 * P99_US_MAX)]),
  }));
  writeFileSync(options.picture, lineChart({ title: 'Latency, 99th percentile', unit: 'us', xTitle: 'visits of three on one core', note: describeMachine(machine()), lines, bar: { y: P99_US_MAX, label: '5 ms' } }));
}
process.exitCode = bars.every((entry) => entry.holds) ? 0 : 1;
