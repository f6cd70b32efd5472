// What keeps people safe in a visit: licences for where the patient is today, and help at once.

import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/accessibility.mjs';
import { makeDevices } from './support/fixtures.mjs';
import { Gateway, removeFolder, ROOT, until } from './support/gateway.mjs';
import { Person } from './support/people.mjs';
import { foreignWords, RELATIONS } from './support/words.mjs';

const desk = { viewport: { width: 1440, height: 900 } };
let folder;
let gateway;
let visit;
let patient;
let physician;
let treating;

/** What the operator puts on record. */
async function license(staff, state, status = 'active') {
  const licences = state ? [{ state, number: 'INVENTED-1', status }] : [];
  await gateway.ask('PUT', `/api/v1/staff/${staff}/licences`, { licences });
}

/** As the page does when the patient says where they are. */
const sayWhere = (state) =>
  patient.page.evaluate(
    (place) => fetch('/api/v1/seat/place', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ state: place }) }).then((one) => one.status),
    state,
  );

const verdict = (outcome) => physician.page.locator(`[data-licence="${outcome}"]`).waitFor();

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-safety-'));
  const rules = path.join(folder, 'rules.json');
  writeFileSync(
    rules,
    JSON.stringify({
      place_unknown: 'warn',
      rules: [
        { state: 'US-MT', missing: 'block', restricted: 'warn', consultation: true },
        { state: '*', missing: 'warn' },
      ],
    }),
  );
  gateway = await Gateway.start({ settings: { visit: { licence_rules_file: rules, emergency_file: path.join(ROOT, 'deploy/emergency.json') } } });
  visit = await gateway.scheduleVisit();
  patient = await Person.open('patient', makeDevices(folder, 'patient', 1), { viewport: { width: 810, height: 1080 } });
  physician = await Person.open('physician', makeDevices(folder, 'physician', 2), desk);
});

after(async () => {
  for (const person of [treating, patient, physician]) await person?.close();
  await gateway?.stop();
  removeFolder(folder);
});

test('a missing licence keeps the door shut, a restricted one asks once more', { timeout: 600000 }, async () => {
  assert.equal(await physician.arrive(visit.physician), 'desk');
  assert.equal(await patient.arrive(visit.patient, { birthDate: visit.birthDate }), 'waiting');
  await verdict('warning');
  await physician.page.getByText(/We do not know where/).waitFor();
  assert.equal(await sayWhere('US-MT'), 204);
  await verdict('blocked');
  await physician.page.getByText('You have no license for Montana.').waitFor();
  const letIn = physician.button(/^Let .* in$/);
  assert.equal(await letIn.getAttribute('aria-disabled'), 'true');
  await assertAccessible(physician.page, 'a door that a licence keeps shut');
  await license('rao', 'US-MT', 'restricted');
  assert.equal(await sayWhere('US-MT'), 204); // what is judged anew is told
  await verdict('warning');
  await letIn.click();
  await physician.page.getByText(/Press once more/).waitFor();
  assert.equal(await patient.shown(), 'waiting');
  await physician.button('Let in all the same').click();
  await patient.waitForPage('visit');
  await physician.page.getByText('Your license for Montana is restricted.').waitFor();
});

test('with a licensed treating doctor it is a consultation, for as long as they are here', { timeout: 600000 }, async () => {
  await license('rao', null);
  await license('feld', 'US-MT');
  // On a tablet, in Spanish, while the other one reads English at a desk.
  treating = await Person.open('treating', makeDevices(folder, 'caregiver', 3), { viewport: { width: 810, height: 1080 }, language: 'es' });
  assert.equal(await treating.arrive(visit.treating, { choosing: 'Español' }), 'desk');
  const consultation = (person) => person.page.locator('[data-consultation="true"]').waitFor();
  await consultation(physician);
  await consultation(treating);
  await physician.page.getByText(/is licensed in Montana and decides/).waitFor();
  await treating.page.getByText(/Usted tiene licencia en Montana y decide/).waitFor();
  assert.deepEqual(await foreignWords(treating.page, 'es', [RELATIONS]), []);
  await assertAccessible(physician.page, 'a consultation');
  await assertAccessible(treating.page, 'a consultation in Spanish');
  await treating.button(treating.words.leave).click();
  await treating.waitForPage('ended');
  await physician.page.locator('[data-consultation="false"]').waitFor();
  await until('the hook hears of it', 60, () => gateway.hooks().some(({ type }) => type === 'consultation.began'));
});

test('one press in an emergency: address, numbers, script; the patient reads a calm line when told', { timeout: 600000 }, async () => {
  await physician.button('Emergency').click();
  const panel = physician.page.locator('[data-emergency]');
  await panel.waitFor();
  const words = await panel.textContent();
  for (const expected of [/Hamilton, MT/, /Montana/, /911/, /call-back number/, /Are you alone/]) assert.match(words, expected);
  assert.ok((await panel.locator('a[href^="tel:"]').count()) > 0);
  await assertAccessible(physician.page, 'an emergency');
  assert.equal(await patient.page.locator('[data-help]').count(), 0);
  await physician.button('Tell the patient that help is coming').click();
  await patient.page.getByText('Help is being arranged for you.').waitFor();
  await assertAccessible(patient.page, 'help is being arranged');
  assert.equal(await patient.shown(), 'visit');
  await physician.button(/It is over/).click();
  await panel.waitFor({ state: 'detached' });
  await patient.page.locator('[data-help]').waitFor({ state: 'detached' });
});

test('somebody invited on the spot comes through the door with the link that was shown once', { timeout: 600000 }, async () => {
  await physician.button('Invite').click();
  await physician.page.getByLabel('Their name').fill('Luz Ortega');
  await physician.page.getByLabel('They come as').selectOption('interpreter');
  await physician.page.getByLabel('Language they bring').selectOption('vi');
  await physician.button('Make the link').click();
  await physician.page.locator('svg.qr').waitFor();
  await assertAccessible(physician.page, 'an invitation');
  const url = await physician.page.getByLabel('Link', { exact: true }).inputValue();
  await physician.button('Done').click();
  await physician.page.locator('[data-invite]').waitFor({ state: 'detached' });
  const guest = await Person.open('guest', makeDevices(folder, 'caregiver', 3), { viewport: { width: 390, height: 844 } });
  try {
    // Whoever invited: the patient opens the door for guests.
    assert.equal(await guest.arrive({ url }), 'waiting');
    await physician.page.getByText('interpreter, Vietnamese').first().waitFor();
    await patient.page.getByText('interpreter, Vietnamese').first().waitFor();
    await patient.button(/^Let Luz/).click();
    await guest.waitForPage('visit');
    await patient.page.locator('.face .language', { hasText: 'Vietnamese' }).first().waitFor();
    // Everybody of the care team can call for help, and all of it see where the patient is.
    await guest.button('Emergency').click();
    for (const person of [guest, physician]) await person.page.locator('[data-emergency]').getByText(/Hamilton, MT/).waitFor();
    await assertAccessible(guest.page, 'an emergency on the page of an interpreter');
    assert.equal(await patient.page.locator('[data-emergency]').count(), 0);
    await guest.button(/It is over/).click();
    for (const person of [guest, physician]) await person.page.locator('[data-emergency]').waitFor({ state: 'detached' });
  } finally {
    await guest.close();
  }
  // The patient invites family alone.
  await patient.button('Invite').click();
  await patient.page.getByLabel('Their name').fill('Sam');
  assert.equal(await patient.page.getByLabel('They come as').count(), 0);
  await patient.button('Make the link').click();
  await patient.page.locator('svg.qr').waitFor();
  await assertAccessible(patient.page, 'an invitation of the patient');
});
