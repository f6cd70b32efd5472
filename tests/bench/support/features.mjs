// What each kind of feedback costs a server on top of bare packets: the endpoints speak more and more of it.

import { runCase } from './measure.mjs';
import { figure, spread, table, withRange } from './statistics.mjs';

/** Each has what is above it, too. */
const STEPS = [
  ['no feedback at all', {}],
  ['+ sender and receiver reports, each second', { reports: true }],
  ['+ transport-wide feedback, every 50 ms', { transportCc: true }],
  ['+ PLI, every 5 s', { pictures: true }],
  ['+ NACK for 1 % of the video, answered by RTX', { nack: true }],
];

const NOTHING = { reports: false, transportCc: false, nack: false, pictures: false };

/** Returns { text, results }. */
export async function compareFeatures(kind, environment, name, shape, { rounds, seconds }) {
  const runs = STEPS.map(() => []);
  for (let round = 0; round < rounds; round++) {
    let feedback = NOTHING;
    for (const [i, [what, more]] of STEPS.entries()) {
      feedback = { ...feedback, ...more };
      const run = await runCase(kind, environment, shape, { seconds, feedback });
      runs[i].push(run);
      process.stderr.write(`round ${round + 1} of ${rounds}: ${what}: ${figure(run.us_per_forwarded)} us\n`);
    }
  }
  const costs = runs.map((list) => spread(list, 'us_per_forwarded'));
  const rows = STEPS.map(([what], i) => [
    what,
    withRange(costs[i]),
    i === 0 ? '' : figure(costs[i].median - costs[i - 1].median),
    runs[i].at(-1).rtcp_from_endpoints_pps,
    runs[i].at(-1).rtcp_to_endpoints_pps,
  ]);
  return {
    text: table([`${name}, the endpoints speak`, 'us/forwarded packet', 'more', 'RTCP/s to the server', 'RTCP/s from it'], rows),
    results: STEPS.map(([what], i) => ({ server: 'bedside', case: `${name}: ${what}`, us_per_forwarded: costs[i] })),
  };
}
