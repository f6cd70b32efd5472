// The gauge itself works: a load, the reference data path and the media workers understand each other.
// Run by ctest with the folder of the built programs. Asserts what happens, never how fast.

import assert from 'node:assert/strict';
import path from 'node:path';
import { MediaWorkers } from './servers/media_workers.mjs';
import { Reference } from './servers/reference.mjs';
import { pinning, sleep } from './support/children.mjs';
import { withServer } from './support/measure.mjs';

const PACKETS = 2000;
const SECONDS_MAX = 60;

pinning.wanted = false;
const folder = process.argv[2];
const environment = { programs: (name) => path.join(folder, name), address: '127.0.0.1' };

/** Reports until `enough`, or fails with the last one. */
async function untilReport(load, what, enough) {
  for (let waited = 0; waited < SECONDS_MAX; waited += 0.1) {
    const report = await load.report();
    if (enough(report)) return report;
    await sleep(100);
  }
  return assert.fail(`${what} never came: ${JSON.stringify(await load.report())}`);
}

function assertClean(report) {
  assert.equal(report.tags_wrong, 0);
  assert.equal(report.malformed, 0);
  assert.ok(report.rtcp_sent > 0);
}

const room = async (kind, enough) =>
  withServer(kind, environment, async ({ load, server }) => {
    await server.addRoom(0);
    load.active(1);
    const report = await untilReport(load, kind.name, (seen) => seen.streams === 12 && seen.received > PACKETS && enough(seen));
    assertClean(report);
    return report;
  });

const media = await room(MediaWorkers, (seen) => seen.answered > 0 && seen.rtcp_received > 0 && seen.transport_cc_received > 0);
assert.ok(media.thrown_away >= media.answered);
const reference = await room(Reference, () => true);
assert.equal(reference.answered, 0);

await withServer(MediaWorkers, environment, async ({ load, server }) => {
  await server.addFanout(0, 4, { kind: 'video', pps: 200, bytes: 1200, burst: 5 });
  load.active(1);
  assertClean(await untilReport(load, 'the fan-out', (seen) => seen.streams === 4 && seen.received > PACKETS && seen.answered > 0));
});
