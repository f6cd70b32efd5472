// A coordinator presses Help on the board: she and the one who is stuck hear and see each other, and nobody else hears or
// sees them, held against what the gateway says it sent and took.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/accessibility.mjs';
import { makeDevices } from './support/fixtures.mjs';
import { Gateway, removeFolder, ROOT, until } from './support/gateway.mjs';
import { Person } from './support/people.mjs';
import { zoneAtNoon } from './support/zones.mjs';

const roles = { patient: 'patient', physician: 'reviewing_physician', caregiver: 'caregiver', nora: 'coordinator' };
let folder;
let gateway;
let visit;
const people = {};

async function open(name, number, options = {}) {
  const person = await Person.open(name, makeDevices(folder, name, number), options);
  people[name] = person;
  const { participants } = await gateway.ctl('--json', 'visit', 'show', visit.visitId);
  person.id = participants.find((participant) => participant.role === roles[name]).id;
  return person;
}

const mediaOf = async (person) => (await gateway.media(visit.visitId))[person.id];

/** The slot in which a page shows somebody; who is away keeps the tile and has none. */
const slotWith = (viewer, other) => viewer.page.evaluate((id) => document.querySelector(`[data-participant="${id}"]`)?.dataset.slot ?? '', other.id);

/** While the two go on for five seconds: not one packet to `other`, nor from `other` to them. */
async function hearsNothingOfThem(other, two) {
  const before = await gateway.media(visit.visitId);
  const sent = before[other.id].packets_sent;
  await until('the two went on for five seconds', 60, async () => {
    const now = await gateway.media(visit.visitId);
    return two.every((one) => now[one.id].packets_sent > before[one.id].packets_sent + 150);
  });
  assert.equal((await mediaOf(other)).packets_sent, sent, `packets for ${other.name}`);
  for (const one of two) {
    assert.equal(await slotWith(other, one), '', `${other.name} has no slot with ${one.name}`);
    assert.equal(await slotWith(one, other), '', `${one.name} has no slot with ${other.name}`);
  }
}

/** From the board, in a tab of its own. */
async function helpFromBoard(nora, person) {
  const { board } = nora;
  await board.bringToFront();
  if (!(await board.locator('[data-detail]').isVisible())) await board.locator(`[data-visit="${visit.visitId}"] .open-visit`).click();
  const link = board.locator(`[data-seat="${person.id}"]`).getByRole('link', { name: /^Help/ });
  await link.waitFor();
  const [page] = await Promise.all([nora.context.waitForEvent('page'), link.click()]);
  await nora.page?.close();
  nora.page = page;
  await nora.waitForPage('help');
}

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-devices-'));
  gateway = await Gateway.start({ settings: { sign_in: { development_staff: path.join(ROOT, 'deploy/demo/staff.json') } } });
  visit = await gateway.scheduleVisit();
});

after(async () => {
  for (const person of Object.values(people)) await person.close();
  await gateway?.stop();
  removeFolder(folder);
});

test('who waits is helped, and waits again', { timeout: 600000 }, async () => {
  const patient = await open('patient', 1);
  const physician = await open('physician', 2, { viewport: { width: 1440, height: 900 } });
  const nora = await open('nora', 3, { viewport: { width: 1440, height: 900 }, zone: zoneAtNoon() });
  assert.equal(await patient.arrive(visit.patient, { birthDate: visit.birthDate }), 'waiting');
  assert.equal(await physician.arrive(visit.physician), 'desk');
  nora.board = nora.page;
  nora.page = null;
  await nora.board.goto(`${gateway.origin}/board`);
  await nora.board.getByRole('button', { name: /Nora Quill/ }).click();
  await nora.board.locator('[data-page="board"][data-state="live"]').waitFor();
  await helpFromBoard(nora, patient);

  // Words and her name at once; sound and picture with the yes.
  await patient.page.getByRole('heading', { name: 'Nora is here to help' }).waitFor();
  await nora.page.locator('[data-page="help"][data-help="offered"]').waitFor();
  await nora.page.locator('[data-facts="waiting"]').waitFor();
  await nora.page.getByLabel('Write a message').fill('Good morning, Ruth.');
  await nora.button('Send').click();
  await patient.page.getByText('Nora writes: Good morning, Ruth.').waitFor();
  await assertAccessible(patient.page, 'help is offered');
  await assertAccessible(nora.page, 'the page of who helps');
  assert.equal((await mediaOf(patient)).in_room, false);
  await patient.button('Talk with Nora').click();
  await nora.page.locator('[data-help="open"]').waitFor();
  await nora.seesAndHears([patient]);
  await patient.seesAndHears([nora]);
  await assertAccessible(patient.page, 'with help');
  await hearsNothingOfThem(physician, [patient, nora]);
  await nora.board.locator(`[data-seat="${patient.id}"] [data-help="open"]`).waitFor();
  assert.equal(await patient.shown(), 'waiting');

  // What became of it is shown for a few seconds.
  await Promise.all([patient.page.getByText(/Nora has ended the help/).waitFor(), nora.button('End the help').click()]);
  await nora.waitForPage('help-over');
  await until('the patient is outside', 30, async () => (await mediaOf(patient)).in_room === false);
  assert.equal(await patient.shown(), 'waiting');
});

test('who is in the visit is apart for a while, and back', { timeout: 600000 }, async () => {
  const { patient, physician, nora } = people;
  await physician.page.bringToFront();
  await physician.button(/^Let .*(Ruth|Alder).* in$/).click();
  await patient.waitForPage('visit');
  await patient.seesAndHears([physician]);
  await helpFromBoard(nora, patient);
  await patient.button('Talk with Nora').click();
  await patient.waitForPage('help-aside');
  await patient.seesAndHears([nora]);
  await nora.seesAndHears([patient]);
  await physician.page.getByText('Is being helped, comes back').first().waitFor();
  await hearsNothingOfThem(physician, [patient, nora]);
  await assertAccessible(patient.page, 'apart from the visit');
  // Her tab is gone without a word: the patient is back by herself.
  await Promise.all([patient.page.getByText(/Nora lost the connection/).waitFor(), nora.page.close()]);
  nora.page = null;
  await patient.waitForPage('visit');
  await patient.seesAndHears([physician]);
  await physician.seesAndHears([patient]);
});

test('help reaches a page on the way in that has no microphone', { timeout: 600000 }, async () => {
  const { nora, physician } = people;
  const caregiver = await open('caregiver', 4, { viewport: { width: 390, height: 844 }, refuses: true });
  await caregiver.page.goto(visit.caregiver.url);
  await caregiver.waitForPage('arrival');
  await caregiver.button(/Get ready for my visit/).click();
  await caregiver.waitForPage('birthday');
  const [year, month, day] = visit.birthDate.split('-');
  await caregiver.page.getByLabel('Month').selectOption(String(Number(month)));
  await caregiver.page.getByLabel('Day').fill(String(Number(day)));
  await caregiver.page.getByLabel('Year').fill(year);
  await caregiver.button(/Next/).click();
  await caregiver.waitForPage('device-problem');
  await helpFromBoard(nora, caregiver);
  await nora.page.locator('[data-facts="permission_denied"]').waitFor();
  await caregiver.button('Talk with Nora').click();
  await caregiver.page.getByText(/Nora cannot hear you yet/).waitFor();
  assert.equal(await caregiver.shown(), 'device-problem');
  await caregiver.seesAndHears([nora]);
  await caregiver.button('Write to Nora').click();
  await caregiver.page.getByLabel('Write a message').fill('It asks for the camera.');
  await caregiver.button('Send').click();
  await nora.page.getByText('It asks for the camera.').waitFor();
  assert.equal(await slotWith(physician, nora), '');
  await caregiver.button('End the help').click();
  await nora.waitForPage('help-over');
  await nora.page.getByText(/Ana ended it/).waitFor();
  assert.equal(await caregiver.shown(), 'device-problem');
});

/** Not invited to the visit, and of no case: signed in, with a board of what they may see. */
test('a technical helper finds who is stuck, and helps', { timeout: 300000 }, async () => {
  const { caregiver, physician } = people;
  const obi = await Person.open('obi', makeDevices(folder, 'obi', 3), { viewport: { width: 1440, height: 900 } });
  people.obi = obi;
  await obi.page.goto(`${gateway.origin}/board`);
  await obi.page.getByRole('button', { name: /Sam Obi/ }).click();
  await obi.page.locator('[data-page="board"][data-state="live"]').waitFor();
  obi.board = obi.page;
  obi.page = null;
  await obi.board.locator(`[data-visit="${visit.visitId}"] .open-visit`).click();
  const detail = obi.board.locator('[data-detail]');
  await detail.getByText('Blocked').or(detail.getByText('microphone')).first().waitFor();
  for (const name of [/Move/, /New link/, /Send the link/, /Licen/]) assert.equal(await detail.getByRole('button', { name }).count(), 0, `${name}`);
  assert.equal(await detail.getByRole('link', { name: /case/ }).count(), 0);
  await assertAccessible(obi.board, 'the board of a technical helper');
  await helpFromBoard(obi, caregiver);
  obi.id = (await gateway.ctl('--json', 'visit', 'show', visit.visitId)).participants.find(({ name }) => name === 'Sam Obi').id;
  await obi.page.locator('[data-facts="permission_denied"]').waitFor();
  await caregiver.page.getByRole('heading', { name: 'Sam is here to help' }).waitFor();
  await caregiver.button('Talk with Sam').click();
  await caregiver.seesAndHears([obi]);
  await caregiver.button('Write to Sam').click();
  for (const words of ['Good morning.', 'It asks for the camera.']) {
    await caregiver.page.getByLabel('Write a message').fill(words);
    await caregiver.button('Send').click();
    await obi.page.getByText(words).waitFor();
  }
  assert.equal(await obi.page.getByText('Good morning.').count(), 1, 'each word is there once');
  assert.equal(await slotWith(physician, obi), '');
  await obi.button('End the help').click();
  await obi.waitForPage('help-over');
  assert.equal(await caregiver.shown(), 'device-problem');
});
