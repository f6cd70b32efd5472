// The strictest network: TLS to a few ports gets out and nothing else. The relay carries the visit there; whom it refuses,
// and who cannot trust it, is told.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { asRoot } from './support/as_root.mjs';
import { ClosedNetwork } from './support/closed_network.mjs';
import { makeDevices } from './support/fixtures.mjs';
import { Gateway, removeFolder, until } from './support/gateway.mjs';
import { Person } from './support/people.mjs';
import { homeThatTrusts } from './support/trust.mjs';
import { mint, TurnRelay } from './support/turn_relay.mjs';
import { allocate } from './support/turn_request.mjs';

const ADDRESS = process.env.BEDSIDE_TEST_ADDRESS ?? '10.77.0.1';
// Not a private one: of a relay at such an address Chromium tells no refusal before all other servers have answered, too.
const RELAY_ADDRESS = '203.0.113.1';
const CHROMIUM = process.env.BEDSIDE_CHROMIUM ?? '/usr/bin/chromium';
const UNAUTHORIZED = 401;
const ALLOCATION_MISMATCH = 437;

let folder;
let relay;
let gateway;
let network;
let trusting;
let visit;

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-devices-'));
  asRoot('ip', 'addr', 'add', RELAY_ADDRESS, 'dev', 'lo');
  relay = await TurnRelay.start(folder, RELAY_ADDRESS, { gateway: ADDRESS, tls: true });
  const turn = { uris: `${relay.uri('udp')};${relay.uri('tcp')};${relay.tlsUri}`, secret_file: relay.secretFile };
  gateway = await Gateway.start({ address: ADDRESS, settings: { turn } });
  network = ClosedNetwork.make();
  network.open(ADDRESS, gateway.port);
  network.open(RELAY_ADDRESS, relay.tlsPort);
  trusting = homeThatTrusts(path.join(folder, 'trusting'), relay.authority);
});

after(async () => {
  network?.remove();
  await gateway?.stop();
  await relay?.stop();
  asRoot('ip', 'addr', 'del', `${RELAY_ADDRESS}/32`, 'dev', 'lo');
  removeFolder(folder);
});

/** A person in the closed network, who trusts the relay's certificate unless `home` says otherwise. */
function openInside(name, number, home = trusting) {
  const browser = network.browser(folder, name, CHROMIUM, home);
  const flags = [`--host-resolver-rules=MAP ${relay.name} ${RELAY_ADDRESS}`];
  return Person.open(name, makeDevices(folder, name, number), { browser, flags });
}

/** Runs in the page: until it forgets them, relays are asked with `other` credentials than the gateway's. */
function useCredentials(other) {
  window.otherCredentials = other;
  const swapped = (configuration) => ({
    ...configuration,
    iceServers: configuration.iceServers?.map((server) => ({ ...server, ...window.otherCredentials })),
  });
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration) {
      super(swapped(configuration));
    }
    setConfiguration(configuration) {
      super.setConfiguration(swapped(configuration));
    }
  };
}

test('a visit goes through the relay, and its page says so', { timeout: 600000 }, async () => {
  visit = await gateway.scheduleVisit();
  const physician = await Person.open('physician', makeDevices(folder, 'physician', 2), { viewport: { width: 1440, height: 900 } });
  const patient = await openInside('patient', 1);
  try {
    assert.equal(await physician.arrive(visit.physician), 'desk');
    assert.equal(await patient.arrive(visit.patient, { birthDate: visit.birthDate }), 'waiting');
    const { participants } = await gateway.ctl('--json', 'visit', 'show', visit.visitId);
    patient.id = participants.find(({ role }) => role === 'patient').id;
    physician.id = participants.find(({ role }) => role === 'reviewing_physician').id;
    await physician.button(/^Let .* in$/).click();
    await patient.waitForPage('visit');
    await patient.seesAndHears([physician]);
    await physician.seesAndHears([patient]);
    await until('the gateway is told of the relay', 60, async () => (await gateway.media(visit.visitId))[patient.id].path === 'turn_tls');
    await patient.button(/Your connection/).click();
    await patient.page.getByText('You are connected through a relay of the clinic (TLS)').waitFor();
  } finally {
    await patient.close();
    await physician.close();
  }
});

test('only who was vouched for gets an address of the relay', async () => {
  const authority = readFileSync(relay.authority);
  assert.deepEqual(await allocate(relay, mint(600), authority), { allocated: true, code: null });
  const refused = (code) => ({ allocated: false, code });
  assert.deepEqual(await allocate(relay, mint(-60), authority), refused(UNAUTHORIZED));
  assert.deepEqual(await allocate(relay, mint(600, 'south-wing-relay-secret'), authority), refused(UNAUTHORIZED));
  assert.deepEqual(await allocate(relay, { ...mint(600), realm: 'elsewhere.example' }, authority), refused(ALLOCATION_MISMATCH));
});

test('whom the relay refuses is told in the waiting room, and gets new credentials', { timeout: 600000 }, async () => {
  visit = await gateway.scheduleVisit();
  const patient = await openInside('patient', 1);
  try {
    await patient.context.addInitScript(useCredentials, mint(-60));
    assert.equal(await patient.arrive(visit.patient, { birthDate: visit.birthDate }), 'waiting');
    await patient.page.getByText(/relay refused this device\. We keep trying\. If it lasts, call \+1 617 555 0100/).waitFor();
    await patient.page.evaluate(() => (window.otherCredentials = {}));
    await patient.page.getByText(/relay refused this device/).waitFor({ state: 'detached' });
    assert.equal((await patient.stats()).transport.dtlsState, 'connected');
  } finally {
    await patient.close();
  }
});

test('a relay that cannot show whose it is carries nothing, and that is told', { timeout: 600000 }, async () => {
  visit = await gateway.scheduleVisit();
  const stranger = path.join(folder, 'nobody');
  const physician = await openInside('physician', 2, stranger);
  try {
    assert.equal(await physician.arrive(visit.physician), 'desk');
    await physician.page.getByText(/Your network lets no sound or picture through/).waitFor();
  } finally {
    await physician.close();
  }
});
