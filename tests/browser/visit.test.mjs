// Three people meet: patient, physician and caregiver, each a Chromium process with a camera and a voice of its own.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assertAccessible } from './support/accessibility.mjs';
import { makeDevices } from './support/fixtures.mjs';
import { Gateway, removeFolder, until } from './support/gateway.mjs';
import { Person } from './support/people.mjs';

const SYNC_LIMIT_MS = 80;
let folder;
let gateway;
let relay;
let visit;
const people = {};

async function open(name, number, options) {
  const person = await Person.open(name, makeDevices(folder, name, number), options);
  person.onPage = (page) => assertAccessible(person.page, `${name}: ${page}`);
  people[name] = person;
  return person;
}

/** Gives each person the participant id that the gateway knows them by. */
async function nameParticipants() {
  const { participants } = await gateway.ctl('--json', 'visit', 'show', visit.visitId);
  const id = (role) => participants.find((participant) => participant.role === role).id;
  return { patient: id('patient'), physician: id('reviewing_physician'), treating: id('treating_physician'), caregiver: id('caregiver') };
}

/**
 * Sound and picture of a slot belong together: the median of the looks of 2 s at estimatedPlayoutTimestamp. A receiver moves
 * its playout by some 80 ms a second, so it may take a while to get there after a change.
 */
async function assertInSync(viewer, other) {
  const looks = [];
  await until(`${viewer.name} plays sound and picture of ${other.name} within ${SYNC_LIMIT_MS} ms`, 60, async () => {
    const { audio, video } = await viewer.slotStats(other.id);
    if (!audio?.estimatedPlayoutTimestamp || !video?.estimatedPlayoutTimestamp) return false;
    looks.push(audio.estimatedPlayoutTimestamp - video.estimatedPlayoutTimestamp);
    if (looks.length < 20) return false;
    const last = looks.slice(-20).sort((x, y) => x - y);
    if (Math.abs(last[10]) < SYNC_LIMIT_MS) return true;
    throw new Error(`differ by ${last[10]} ms`);
  });
}

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-devices-'));
  gateway = await Gateway.start({ relayed: true });
  relay = gateway.relay;
  visit = await gateway.scheduleVisit();
});

after(async () => {
  for (const person of Object.values(people)) await person.close();
  await gateway?.stop();
  removeFolder(folder);
});

test('the patient waits, and receives nothing before being admitted', { timeout: 600000 }, async () => {
  const patient = await open('patient', 1, { viewport: { width: 1080, height: 810 } });
  assert.equal(await patient.arrive(visit.patient, { birthDate: visit.birthDate, origin: relay.origin }), 'waiting');
  await assertAccessible(patient.page, 'waiting room');

  const physician = await open('physician', 2, { viewport: { width: 1440, height: 900 } });
  assert.equal(await physician.arrive(visit.physician), 'desk');
  const ids = await nameParticipants();
  patient.id = ids.patient;
  physician.id = ids.physician;

  // The physician's media flows, and the waiting room says that the physician was told.
  await until("the physician's media reaches the gateway", 60, async () => (await gateway.media(visit.visitId))[ids.physician]?.packets_received > 200);
  await patient.page.getByText(/knows that you are here/).waitFor();
  const waiting = (await gateway.media(visit.visitId))[ids.patient];
  if (waiting) {
    assert.equal(waiting.in_room, false);
    assert.equal(waiting.packets_sent, 0);
    assert.equal(waiting.packets_received, 0);
  }
  const stats = await patient.stats();
  assert.deepEqual(stats?.inbound ?? [], []);
  assert.deepEqual((stats?.outbound ?? []).filter((stream) => stream.packetsSent > 0), []);
});

test('admitted, everybody sees and hears everybody', { timeout: 600000 }, async () => {
  const { patient, physician } = people;
  const caregiver = await open('caregiver', 3, { viewport: { width: 810, height: 1080 } });
  assert.equal(await caregiver.arrive(visit.caregiver, { birthDate: visit.birthDate }), 'waiting');
  caregiver.id = (await nameParticipants()).caregiver;

  await assertAccessible(physician.page, 'desk with people at the door');
  await physician.button(/^Let .*Ruth.* in$|^Let Mrs\. Alder in$|^Let Ruth Alder in$/).click();
  await patient.waitForPage('visit');
  await patient.button(/^Let Ana.* in$/).click();
  await caregiver.waitForPage('visit');

  await patient.seesAndHears([physician, caregiver]);
  await physician.seesAndHears([patient, caregiver]);
  await caregiver.seesAndHears([patient, physician]);
  await assertAccessible(patient.page, 'visit');
  await assertAccessible(physician.page, 'desk');
  for (const person of [patient, physician, caregiver]) {
    const { transport } = await person.stats();
    assert.match(transport.srtpCipher, /^AEAD_AES_(128|256)_GCM$|^SRTP_AEAD_AES_(128|256)_GCM$/, person.name);
  }
});

test('sound and picture of a slot belong together', { timeout: 600000 }, async () => {
  const { patient, physician, caregiver } = people;
  await assertInSync(patient, physician);
  await assertInSync(patient, caregiver);
  await assertInSync(physician, patient);
});

/** How many frames a person's page counted between two moments of Date.now(); see watchFrames(). */
async function framesBetween(person, from, to) {
  const noted = await until(`${person.name} has counted`, 60, async () => {
    const counts = await person.page.evaluate(() => window.bedsideProbe.frames);
    return counts.length > 0 && counts.at(-1)[0] >= to && counts;
  });
  const at = (moment) => {
    const next = noted.findIndex(([when]) => when >= moment);
    const [[fromWhen, fromCount], [toWhen, toCount]] = [noted[next - 1], noted[next]];
    return fromCount + ((moment - fromWhen) / (toWhen - fromWhen)) * (toCount - fromCount);
  };
  return at(to) - at(from);
}

// What was sent in the cut is the measure of what has to arrive in it: a busy machine has cameras that stall by themselves.
// A picture that stood still for a second and a half would miss more than a tenth.
test('a WebSocket that is cut for 10 s is resumed, and frames never stop', { timeout: 600000 }, async () => {
  const { patient, physician } = people;
  const { count } = await patient.stats();
  await physician.page.evaluate(() => window.bedsideProbe.watchFrames(null));
  await patient.page.evaluate((id) => window.bedsideProbe.watchFrames(id), physician.id);
  await until('both have counted', 60, async () => {
    const counted = await Promise.all([patient, physician].map(({ page }) => page.evaluate(() => window.bedsideProbe.frames.length)));
    return Math.min(...counted) > 1;
  });
  relay.cut();
  const from = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 10000)); // it is the length of the cut that is tested
  const to = Date.now();
  relay.mend();
  const sent = await framesBetween(physician, from, to);
  const received = await framesBetween(patient, from, to);
  assert.ok(sent > 20, `${sent} frames were sent in the cut`);
  assert.ok(received > 0.9 * sent, `${received} of ${sent} frames arrived in the cut`);
  await physician.page.getByLabel(/Write a message/).fill('Can you read this, Mrs. Alder?');
  await physician.page.getByRole('button', { name: 'Send', exact: true }).click();
  await until('the message reaches the patient', 60, async () => (await patient.page.getByText('Can you read this, Mrs. Alder?').count()) > 0);
  assert.equal((await patient.stats()).count, count, 'the PeerConnection is the same');
  await patient.seesAndHears([physician]);
});

test('a phone that shows two pictures still hears everybody', { timeout: 600000 }, async () => {
  const { patient, physician, caregiver } = people;
  const treating = await open('treating', 4, { viewport: { width: 1080, height: 810 } });
  assert.equal(await treating.arrive(visit.treating), 'desk');
  treating.id = (await nameParticipants()).treating;
  await patient.seesAndHears([treating]);
  await patient.page.setViewportSize({ width: 390, height: 844 });
  const others = [physician, caregiver, treating];
  await until('two pictures are shown', 60, async () => {
    const shown = await Promise.all(others.map(({ id }) => patient.page.locator(`[data-participant="${id}"] video`).isVisible()));
    return shown.filter(Boolean).length === 2;
  });
  await patient.page.evaluate(() => window.bedsideProbe.forgetSounds());
  for (const other of others) {
    await until(`the phone hears ${other.name}`, 60, async () => (await patient.voiceOf(other.id)) === other.number);
  }
  await assertAccessible(patient.page, 'visit on a phone');
  // The gateway no longer sends the third picture.
  const hidden = await until('one picture stops coming', 60, async () => {
    for (const other of others) {
      const first = (await patient.slotStats(other.id)).video?.packetsReceived ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (((await patient.slotStats(other.id)).video?.packetsReceived ?? 0) === first) return other.name;
    }
    return null;
  });
  assert.ok(hidden);
  await patient.page.setViewportSize({ width: 1080, height: 810 });
  await patient.seesAndHears(others);
});

test('a slot that changed hands keeps sound and picture together', { timeout: 600000 }, async () => {
  const { patient, caregiver, physician } = people;
  const { slot } = await patient.slotStats(caregiver.id);
  await caregiver.button('Leave').click();
  await caregiver.waitForPage('ended');
  await assertAccessible(caregiver.page, 'after leaving');
  await until('the caregiver is gone', 60, async () => (await patient.page.locator(`[data-participant="${caregiver.id}"]`).count()) === 0);
  // The treating physician leaves too and comes back: the lowest free slot is the caregiver's.
  const { treating } = people;
  await treating.button('Leave').click();
  await treating.waitForPage('ended');
  await treating.button(/Go back to the visit/).click();
  await treating.waitForPage('desk', 'visit', 'device-check');
  if ((await treating.shown()) === 'device-check') await treating.button('I see and hear myself').click();
  await patient.seesAndHears([treating]);
  assert.equal((await patient.slotStats(treating.id)).slot, slot, 'the slot was used again');
  await assertInSync(patient, treating);
  await assertInSync(patient, physician);
});

test('a reload returns to the same seat', { timeout: 600000 }, async () => {
  const { patient, physician } = people;
  await patient.page.reload();
  await patient.waitForPage('visit', 'device-check');
  if ((await patient.shown()) === 'device-check') await patient.button('I see and hear myself').click();
  await patient.waitForPage('visit');
  await patient.seesAndHears([physician]);
});

test('the audit trail of all this is intact, and the log names nobody', async () => {
  assert.match(await gateway.ctl('audit', 'verify'), /intact/);
  const log = gateway.log();
  for (const secret of ['Alder', 'Rao', 'Feld', 'Can you read this', visit.patient.url.split('#')[1], visit.birthDate, 'a=ice-pwd', 'a=fingerprint']) {
    assert.ok(!log.includes(secret), `the log contains ${secret}`);
  }
});
