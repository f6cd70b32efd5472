// One server under one load, for some seconds: what it spent, and what arrived.

import { coreShares, coreTimes, lookAt, sleep, startChild } from './children.mjs';
import { FAST_CAMERA, Load } from './load.mjs';

const WARM_SECONDS = 2;

/** name -> how it is built, and what flows. */
export const CASES = {
  'rooms-10': { rooms: 10, label: '10 visits of three' },
  'rooms-30': { rooms: 30, label: '30 visits of three' },
  'fanout-8': { subscribers: 8, label: '1 to 8, 2000 packets/s' },
  'fanout-32': { subscribers: 32, label: '1 to 32, 2000 packets/s' },
};

export const PARTIES = 3;
/** A microphone and a camera to each of the others. */
const STREAMS_PER_ROOM = PARTIES * (PARTIES - 1) * 2;

/** Rooms are set up a few at a time; each is a conversation of many steps. */
const ROOMS_AT_ONCE = 4;

export async function addRooms(server, first, count) {
  let next = first;
  const build = async () => {
    while (next < first + count) await server.addRoom(next++);
  };
  await Promise.all(Array.from({ length: ROOMS_AT_ONCE }, build));
}

/** Lets packets flow and waits until each of `streams` does; one that never does is lost in the observation. */
export async function startFlowing(load, groups, streams) {
  load.active(groups);
  for (let tries = 0; tries < 20; tries++) {
    await load.reset();
    await sleep(250);
    if ((await load.report()).streams === streams) return;
  }
}

const round = (value, digits) => Number(value.toFixed(digits));

/** Samples the server with perf(1) into `file`, which costs it a little. */
function sample(pid, file, seconds) {
  startChild(['perf', 'record', '-q', '-e', 'cpu-clock', '-F', 1999, '-g', '-p', pid, '-o', file, '--', 'sleep', seconds].map(String), { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Measures for `seconds`; `streams` have to flow. */
export async function observe({ load, server, streams, seconds, profile }) {
  if (profile) sample(server.pid, profile, seconds);
  await load.reset();
  const coresBefore = coreTimes();
  const before = lookAt(server.pid);
  await sleep(seconds * 1000);
  const after = lookAt(server.pid);
  const report = await load.report();
  const cores = coreShares(coresBefore, coreTimes());
  const elapsed = report.us / 1e6;
  const silent = Math.max(0, streams - report.streams);
  // A stream that fell silent loses all of its share.
  const expected = report.expected * (1 + silent / Math.max(1, report.streams));
  const lost = report.lost + (expected - report.expected);
  const cpuUs = after.cpuUs - before.cpuUs;
  return {
    us_per_forwarded: round(cpuUs / Math.max(1, report.received), 3),
    latency_p50_us: report.latency_us.p50,
    latency_p99_us: report.latency_us.p99,
    latency_p999_us: report.latency_us.p999,
    forwarded_pps: Math.round(report.received / elapsed),
    lost_percent: round((100 * lost) / Math.max(1, expected), 4),
    server_cpu_percent: round((100 * cpuUs) / report.us, 1),
    server_threads: after.threads,
    server_rss_kb: after.rssKb,
    switches_per_forwarded: round((after.switches - before.switches) / Math.max(1, report.received), 3),
    generator: {
      cpu_percent: round((100 * report.cpu_us) / report.us, 1),
      lateness_p99_us: report.lateness_us.p99,
      socket_drops: report.socket_drops,
      send_errors: report.send_errors,
    },
    tags_wrong: report.tags_wrong,
    malformed: report.malformed,
    nacked: report.nacked,
    answered_percent: report.thrown_away > 0 ? round((100 * report.answered) / report.thrown_away, 1) : null,
    rtcp_from_endpoints_pps: Math.round(report.rtcp_sent / elapsed),
    rtcp_to_endpoints_pps: Math.round(report.rtcp_received / elapsed),
    core_busy_percent: Object.fromEntries(Object.entries(cores).map(([core, { busy }]) => [core, round(100 * busy, 1)])),
    stolen_percent: round(100 * Math.max(...Object.values(cores).map(({ stolen }) => stolen)), 1),
  };
}

/** Where the load itself was the limit, its figures say nothing of the server. */
export function generatorIsLimit({ generator }) {
  const isLate = generator.cpu_percent > 70 && generator.lateness_p99_us > 2000;
  return generator.socket_drops > 0 || generator.send_errors > 0 || generator.cpu_percent > 85 || isLate;
}

/** Starts server and load, runs `use(session)`, ends both whatever happens. */
export async function withServer(kind, environment, use) {
  const load = new Load(environment.programs('bench_load'), environment.address);
  let server;
  try {
    server = await kind.start({ ...environment, load });
    await sleep(300);
    return await use({ load, server, idleRssKb: lookAt(server.pid).rssKb });
  } finally {
    await server?.end();
    await load.end();
  }
}

/** One run of a case: a fresh server, its load, one observation. */
export function runCase(kind, environment, { rooms, subscribers }, { seconds, feedback, profile }) {
  return withServer(kind, environment, async ({ load, server, idleRssKb }) => {
    if (feedback) load.feedback(feedback);
    // What a server loads and touches for its first visit is no PeerConnection's.
    const settled = { rssKb: idleRssKb, peers: 0 };
    if (rooms) {
      await addRooms(server, 0, 1);
      await startFlowing(load, 1, STREAMS_PER_ROOM);
      await sleep(WARM_SECONDS * 1000);
      Object.assign(settled, { rssKb: lookAt(server.pid).rssKb, peers: load.peers });
      await addRooms(server, 1, rooms - 1);
    } else {
      await server.addFanout(0, subscribers, FAST_CAMERA);
    }
    const streams = rooms ? rooms * STREAMS_PER_ROOM : subscribers;
    await startFlowing(load, rooms ?? 1, streams);
    await sleep(WARM_SECONDS * 1000);
    const seen = await observe({ load, server, streams, seconds, profile });
    return {
      name: server.name,
      peers: load.peers,
      peers_per_participant: server.peersPerParticipant,
      srtp: load.profiles().join(' '),
      idle_rss_kb: idleRssKb,
      first_visit_rss_kb: settled.rssKb - idleRssKb,
      rss_kb_per_peer: Math.round((seen.server_rss_kb - settled.rssKb) / (load.peers - settled.peers)),
      ...seen,
    };
  });
}

export { STREAMS_PER_ROOM };
