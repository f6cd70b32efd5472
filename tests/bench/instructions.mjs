// See tests/bench/instructions.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { MediaWorkers } from './servers/media_workers.mjs';
import { removeAtEnd, sleep } from './support/children.mjs';
import { benchEnvironment } from './support/environment.mjs';
import { describeMachine, machine } from './support/machine.mjs';
import { STREAMS_PER_ROOM, addRooms, observe, startFlowing, withServer } from './support/measure.mjs';
import { readOptions } from './support/options.mjs';
import { figure, table } from './support/statistics.mjs';

const MOST = 1.15;
const LEAST = 0.85;
const SETTLE_MS = 4000;
/** The server's first thread gives orders; the workers are the others. */
const FIRST_THREAD = '01';

const options = readOptions(process.argv.slice(2), {
  switches: ['quick'],
  values: { rooms: '4', seconds: '', json: '', markdown: '' },
});
const rooms = Number(options.rooms);
const seconds = Number(options.seconds || (options.quick ? 8 : 25));
const environment = benchEnvironment();

try {
  execFileSync('valgrind', ['--version']);
} catch {
  console.error('valgrind is not installed: deploy/install-dependencies bench');
  process.exit(2);
}

const control = (pid, ...words) => execFileSync('callgrind_control', [...words, String(pid)], { stdio: 'ignore' });

/** Instructions of the worker threads, by the dumps of callgrind: "<prefix>.<dump>-<thread>", each with a total. */
function instructionsOf(folder) {
  const counts = readdirSync(folder)
    .filter((name) => /-\d+$/.test(name) && !name.endsWith(`-${FIRST_THREAD}`))
    .map((name) => Number(/^(?:totals|summary): (\d+)/m.exec(readFileSync(path.join(folder, name), 'utf8'))?.[1] ?? 0));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function count(workers) {
  const folder = removeAtEnd(mkdtempSync(path.join(os.tmpdir(), 'bedside-callgrind-')));
  const under = ['valgrind', '--quiet', '--tool=callgrind', '--instr-atstart=no', '--separate-threads=yes', `--callgrind-out-file=${folder}/out`];
  return withServer(MediaWorkers, { ...environment, workers, under }, async ({ load, server }) => {
    await addRooms(server, 0, rooms);
    await startFlowing(load, rooms, rooms * STREAMS_PER_ROOM);
    control(server.pid, '--instr=on');
    await sleep(SETTLE_MS);
    control(server.pid, '--zero');
    const seen = await observe({ load, server, streams: rooms * STREAMS_PER_ROOM, seconds });
    control(server.pid, '--dump');
    await sleep(500);
    const packets = seen.forwarded_pps * seconds;
    const entry = { workers, instructions_per_forwarded: Math.round(instructionsOf(folder) / packets), forwarded_pps: seen.forwarded_pps, lost_percent: seen.lost_percent };
    process.stderr.write(`${workers} worker(s): ${entry.instructions_per_forwarded} instructions per forwarded packet, lost ${seen.lost_percent} %\n`);
    return entry;
  });
}

const results = [await count(1), await count(2)];
const ratio = results[1].instructions_per_forwarded / results[0].instructions_per_forwarded;
const holds = ratio >= LEAST && ratio <= MOST;
const text = [
  describeMachine(machine()),
  `${rooms} visits of three for ${seconds} s under callgrind, user space of the worker threads alone.`,
  '',
  table(['workers', 'instructions/forwarded packet', 'packets/s', 'lost %'], results.map((entry) => [entry.workers, entry.instructions_per_forwarded, entry.forwarded_pps, figure(entry.lost_percent)])),
  '',
  `- ${holds ? 'PASS' : 'FAIL'} instructions per packet, two workers / one: ${figure(ratio)} (${LEAST} to ${MOST})`,
  '',
].join('\n');
console.log(text);
if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
if (options.markdown) writeFileSync(options.markdown, text);
process.exitCode = holds ? 0 : 1;
