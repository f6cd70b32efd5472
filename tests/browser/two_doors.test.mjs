// The patient's door, sending out and back, and a huddle, each held against what the gateway says it sent and took.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/accessibility.mjs';
import { makeDevices } from './support/fixtures.mjs';
import { Gateway, removeFolder, until } from './support/gateway.mjs';
import { Person } from './support/people.mjs';

const roles = { patient: 'patient', physician: 'reviewing_physician', treating: 'treating_physician', caregiver: 'caregiver' };
const sizes = { patient: { width: 1080, height: 810 }, physician: { width: 1440, height: 900 }, treating: { width: 1440, height: 900 }, caregiver: { width: 390, height: 844 } };
let folder;
let gateway;
let visit;
const people = {};

async function come(name, number) {
  const person = await Person.open(name, makeDevices(folder, name, number), { viewport: sizes[name] });
  people[name] = person;
  // Whatever the page makes sound by itself.
  await person.page.addInitScript(() => {
    window.tones = 0;
    const { createOscillator } = BaseAudioContext.prototype;
    BaseAudioContext.prototype.createOscillator = function count(...given) {
      window.tones++;
      return createOscillator.apply(this, given);
    };
  });
  const { participants } = await gateway.ctl('--json', 'visit', 'show', visit.visitId);
  person.id = participants.find((participant) => participant.role === roles[name]).id;
  const asked = ['patient', 'caregiver'].includes(name);
  return person.arrive(visit[name], asked ? { birthDate: visit.birthDate } : {});
}

const mediaOf = async (person) => (await gateway.media(visit.visitId))[person.id];

/** For five reports of the gateway, while `others` go on: not one packet to this person. None of theirs is taken either: they are outside. */
async function getsNothing(person, others) {
  await until(`${person.name} is outside`, 30, async () => (await mediaOf(person)).in_room === false);
  const { packets_sent: sent } = await mediaOf(person);
  const before = await gateway.media(visit.visitId);
  const inbound = await packetsArrived(person);
  await until('the others went on for five seconds', 60, async () => {
    const now = await gateway.media(visit.visitId);
    return others.every((one) => now[one.id].packets_sent > before[one.id].packets_sent + 150);
  });
  const after = await mediaOf(person);
  assert.equal(after.in_room, false);
  assert.equal(after.packets_sent, sent, `packets for ${person.name}, who is out`);
  assert.equal(await packetsReceived(person), inbound.count, `packets at ${person.name}, who is out`);
  // Their device sends nothing either.
  const { packets_received: taken } = await mediaOf(person);
  await until('another report', 30, async () => (await mediaOf(others[0])).packets_sent > after.packets_sent);
  assert.equal((await mediaOf(person)).packets_received, taken, `packets of ${person.name}, who is out`);
  for (const other of others) assert.ok((await other.slotStats(person.id)).slot < 0, `${other.name} has no slot with ${person.name}`);
}

async function packetsReceived(person) {
  const { inbound } = await person.stats();
  return inbound.reduce((sum, stream) => sum + (stream.packetsReceived ?? 0), 0);
}

/** All that was on its way to a page: nothing more has come for a second. */
async function packetsArrived(person) {
  let last = await packetsReceived(person);
  return until(`what is on its way to ${person.name} has arrived`, 60, async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const now = await packetsReceived(person);
    const isAll = now === last;
    last = now;
    return isAll && { count: now };
  });
}

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-devices-'));
  gateway = await Gateway.start();
  visit = await gateway.scheduleVisit();
});

after(async () => {
  for (const person of Object.values(people)) await person.close();
  await gateway?.stop();
  removeFolder(folder);
});

test('whoever waits knocks, at most once a minute, and the door says and sounds it', { timeout: 600000 }, async () => {
  assert.equal(await come('physician', 2), 'desk');
  assert.equal(await come('patient', 1), 'waiting');
  const { patient, physician } = people;
  const door = physician.page.locator('[data-door]');
  await door.waitFor();
  const tones = () => physician.page.evaluate(() => window.tones);
  await until('a soft sound for who came', 30, async () => (await tones()) > 0);
  const before = await tones();
  const knock = patient.button('Let Dr. Rao know that I am here');
  await knock.click();
  await patient.page.getByText('They know that you are here.').waitFor();
  assert.equal(await knock.getAttribute('aria-disabled'), 'true');
  await door.getByText('Knocked just now').waitFor();
  await until('a soft sound for the knock', 30, async () => (await tones()) > before);
  await assertAccessible(patient.page, 'knocked');
  await assertAccessible(physician.page, 'a knock at the door');
  // The gateway holds it, whatever the page does.
  await patient.page.reload();
  await patient.waitForPage('waiting');
  assert.equal(await knock.getAttribute('aria-disabled'), 'true');
  await physician.button('Sound at the door: on').click();
  await physician.button('Sound at the door: off').waitFor();
});

test('a guest waits for the yes of the patient, who may also say no', { timeout: 600000 }, async () => {
  assert.equal(await come('caregiver', 3), 'waiting');
  const { patient, physician, caregiver } = people;
  await caregiver.page.getByText(/lets you in, but is not in the visit yet/).waitFor();
  await physician.page.getByText(/decides$/).waitFor();
  assert.equal(await physician.button(/^Let Ana/).count(), 0, 'nobody says yes for the patient');
  await physician.button(/^Let .*(Ruth|Alder).* in$/).click();
  await patient.waitForPage('visit');
  await patient.page.getByRole('heading', { name: 'Ana is at the door. Let Ana in?' }).waitFor();
  await assertAccessible(patient.page, "the patient's door");
  await patient.button('Not now').click();
  await caregiver.page.getByText('Please wait. You may ask again later.').waitFor();
  await assertAccessible(caregiver.page, 'refused');
  const media = await mediaOf(caregiver);
  if (media) assert.deepEqual([media.in_room, media.packets_sent], [false, 0]);

  await patient.page.getByRole('tab', { name: /Your guests/ }).click();
  await assertAccessible(patient.page, 'the guests of the patient');
  await patient.button('Let in: Ana').click();
  await caregiver.waitForPage('visit');
  await caregiver.seesAndHears([patient, physician]);
  await patient.seesAndHears([physician, caregiver]);
});

test('a guest who was sent out gets nothing, whatever they do, and comes back', { timeout: 600000 }, async () => {
  const { patient, physician, caregiver } = people;
  await patient.button('Send out for a while: Ana').click();
  await caregiver.page.getByRole('heading', { name: 'Please wait outside for a moment' }).waitFor();
  await assertAccessible(caregiver.page, 'sent out');
  await getsNothing(caregiver, [patient, physician]);

  await caregiver.page.reload();
  await caregiver.waitForPage('waiting', 'device-check', 'arrival');
  if ((await caregiver.shown()) === 'arrival') await caregiver.button(/Get ready for my visit/).click();
  if ((await caregiver.waitForPage('waiting', 'device-check')) === 'device-check') await caregiver.button('I see and hear myself').click();
  await caregiver.page.getByRole('heading', { name: 'Please wait outside for a moment' }).waitFor();

  await patient.button('Let back in: Ana').click();
  await caregiver.waitForPage('visit');
  await caregiver.seesAndHears([patient, physician]);
  await patient.seesAndHears([physician, caregiver]);
});

test('in a huddle the patient receives nothing, and everything again after it', { timeout: 600000 }, async () => {
  assert.equal(await come('treating', 4), 'desk');
  const { patient, physician, treating, caregiver } = people;
  await treating.seesAndHears([patient, physician]);
  await physician.button('Huddle with Dr. Feld').click();
  await patient.waitForPage('calm');
  await caregiver.waitForPage('calm');
  await physician.page.getByText(/cannot see or hear you. Nothing is recorded./).waitFor();
  await physician.seesAndHears([treating]);
  await treating.seesAndHears([physician]);
  await physician.page.getByLabel('Write a message').fill('Shall we say it together?');
  await physician.page.getByRole('button', { name: 'Send', exact: true }).click();
  await treating.page.getByText('Shall we say it together?').waitFor();
  await assertAccessible(patient.page, 'calm room');
  await assertAccessible(physician.page, 'desk in a huddle');
  await getsNothing(patient, [physician, treating]);
  await getsNothing(caregiver, [physician, treating]);

  await treating.button('End huddle').click();
  await patient.waitForPage('visit');
  await caregiver.waitForPage('visit');
  await patient.seesAndHears([physician, treating]);
  await physician.seesAndHears([patient, treating]);
  assert.equal(await patient.page.getByText('Shall we say it together?').count(), 0);
});

test('sent back to the waiting room, and let in again', { timeout: 600000 }, async () => {
  const { patient, physician, treating } = people;
  await physician.button(/^Send back: (Ruth|Mrs)/).click();
  await patient.page.getByRole('heading', { name: 'One moment, please' }).waitFor();
  assert.equal(await patient.shown(), 'waiting');
  await getsNothing(patient, [physician, treating]);
  await physician.button(/^Let .*(Ruth|Alder).* back in$/).click();
  await patient.waitForPage('visit');
  await patient.seesAndHears([physician, treating]);
  await physician.seesAndHears([patient]);
});
