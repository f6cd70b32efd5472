// Networks that let little through: without UDP a browser reaches the gateway over TCP, and where no direct way is left
// through a relay; its page comes in either way.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { asRoot } from './support/as_root.mjs';
import { makeDevices } from './support/fixtures.mjs';
import { Gateway, removeFolder, until } from './support/gateway.mjs';
import { Person } from './support/people.mjs';
import { TurnRelay } from './support/turn_relay.mjs';

// tests/browser/run gives this test a network of its own, which it may spoil.
const ADDRESS = process.env.BEDSIDE_TEST_ADDRESS ?? '10.77.0.1';
const CONNECTS_WITHIN_MS = 3000;
/** A machine that has much to do for a moment is late once, not each time. */
const TRIES = 3;

let folder;
let relay;
let gateway;
let physician;
let visit;

/** Notes when the first answer was taken and when media could flow; with `policy`, what the browser may use. */
function noteConnection(policy) {
  window.noted = { answered: null, connected: null };
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration) {
      super({ ...configuration, ...policy });
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') window.noted.connected ??= performance.now();
      });
    }
    setConfiguration(configuration) {
      super.setConfiguration({ ...configuration, ...policy });
    }
    async setRemoteDescription(description) {
      await super.setRemoteDescription(description);
      window.noted.answered ??= performance.now();
    }
  };
}

async function comeIn(policy) {
  visit = await gateway.scheduleVisit();
  physician = await Person.open('physician', makeDevices(folder, 'physician', 2), { viewport: { width: 1440, height: 900 } });
  await physician.context.addInitScript(noteConnection, policy);
  assert.equal(await physician.arrive(visit.physician), 'desk');
  const { connected, answered } = await until('media can flow', 60, () =>
    physician.page.evaluate(() => window.noted.connected !== null && window.noted),
  );
  const [report] = await until('media flows', 60, async () => {
    const reports = Object.values(await gateway.media(visit.visitId));
    return reports[0]?.packets_received > 100 && reports;
  });
  return { took: connected - answered, report };
}

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-devices-'));
  relay = await TurnRelay.start(folder, ADDRESS);
  const turn = { uris: `${relay.uri('udp')};${relay.uri('tcp')}`, secret_file: relay.secretFile };
  gateway = await Gateway.start({ address: ADDRESS, settings: { turn } });
});

after(async () => {
  await physician?.close();
  await gateway?.stop();
  await relay?.stop();
  removeFolder(folder);
});

test('without UDP a browser connects over TCP within three seconds', { timeout: 600000 }, async () => {
  asRoot('iptables', '-w', '-I', 'INPUT', '-p', 'udp', '-j', 'DROP');
  const times = [];
  try {
    while (times.length < TRIES && !times.some((took) => took < CONNECTS_WITHIN_MS)) {
      const { took, report } = await comeIn({});
      assert.equal(report.path, 'tcp');
      times.push(Math.round(took));
      await physician.close();
    }
  } finally {
    asRoot('iptables', '-w', '-D', 'INPUT', '-p', 'udp', '-j', 'DROP');
  }
  console.log(`over TCP ${times.join(', ')} ms after the answer`);
  assert.ok(Math.min(...times) < CONNECTS_WITHIN_MS, `it took ${times.join(', ')} ms`);
});

test('where no direct way is left, a relay is used', { timeout: 600000 }, async () => {
  const { took } = await comeIn({ iceTransportPolicy: 'relay' });
  // The gateway sees UDP; that it comes from a relay is what the page found out.
  await until('the gateway is told of the relay', 60, async () => {
    const [report] = Object.values(await gateway.media(visit.visitId));
    return report?.path.startsWith('turn_');
  });
  console.log(`through the relay ${Math.round(took)} ms after the answer`);
  // Credentials never reach the log.
  assert.doesNotMatch(gateway.log(), /credential|north-wing/);
});
