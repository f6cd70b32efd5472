// What a patient answers before the visit, in real browsers: kept over a reload, a high score shows whom to call
// at once and stands at the physician's door, told to one role after the other until somebody says that they know.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/accessibility.mjs';
import { makeDevices } from './support/fixtures.mjs';
import { Gateway, removeFolder, ROOT, until } from './support/gateway.mjs';
import { Person } from './support/people.mjs';
import { foreignWords } from './support/words.mjs';

let folder;
let gateway;
let visit;
let patient;
let physician;

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-screening-'));
  // The delivered rules, with a ladder that a test can wait for.
  const rules = JSON.parse(readFileSync(path.join(ROOT, 'deploy/screening-rules.json'), 'utf8'));
  rules.alerts = [{ role: 'coordinator', seconds: 1 }, { role: 'treating_physician', seconds: 1 }, { role: 'reviewing_physician' }];
  const rulesFile = path.join(folder, 'rules.json');
  writeFileSync(rulesFile, JSON.stringify(rules));
  gateway = await Gateway.start({ settings: { screening: { questionnaires: path.join(ROOT, 'deploy/questionnaires'), rules_file: rulesFile } } });
  visit = await gateway.scheduleVisit();
  patient = await Person.open('patient', makeDevices(folder, 'patient', 1), { viewport: { width: 810, height: 1080 } });
  physician = await Person.open('physician', makeDevices(folder, 'physician', 2), { viewport: { width: 1440, height: 900 } });
});

after(async () => {
  await physician?.close();
  await patient?.close();
  await gateway?.stop();
  removeFolder(folder);
});

const heading = (person, name) => person.page.getByRole('heading', { level: 1, name }).waitFor();
const choose = (person, name) => person.page.getByRole('radio', { name }).check();

async function passBirthday(person, url) {
  await person.page.goto(url);
  await person.button(person.words.go).click();
  await person.sayBirthday('1955-03-14');
}

test('where the patient is today comes first, known things are confirmed', { timeout: 600000 }, async () => {
  await passBirthday(patient, visit.patient.url);
  await patient.waitForPage('place');
  await patient.page.getByText('Step 2 of 4').waitFor();
  await patient.button('Next').click();
  await patient.page.getByRole('alert').waitFor();
  await choose(patient, /^Montana/);
  await patient.button('Next').click();
  assert.match(await patient.page.getByLabel('Street address').inputValue(), /118 Larkspur Lane/);
  assert.equal(await patient.page.getByLabel('Telephone number').inputValue(), '+1 406 555 0101');
  await assertAccessible(patient.page, 'place');
  await patient.button('Yes, that is right').click();
  await patient.waitForPage('device-check');
  await patient.button(/I see and hear myself/).click();
});

test('answers are kept as they are given, also over a reload', { timeout: 600000 }, async () => {
  await heading(patient, 'Who is with you?');
  await choose(patient, 'Family or a friend');
  await patient.button('Next').click();
  await heading(patient, /Who are they/);
  await patient.button('Skip this').click();
  await heading(patient, /In an emergency/);
  assert.match(await patient.page.getByLabel('Name').inputValue(), /Ana Alder/);
  await patient.button('Next').click();
  assert.equal(await patient.page.getByLabel('Telephone number').inputValue(), '+1 406 555 0102');
  await patient.button('Next').click();
  await heading(patient, /pain/);
  await patient.page.reload();
  // The steps behind stay behind; the question that was open is asked.
  await patient.waitForPage('questions');
  await heading(patient, /pain/);
  await choose(patient, /^2/);
  await patient.button('Next').click();
  await heading(patient, /How heavy has the past week felt/);
  await assertAccessible(patient.page, 'a question');
});

test('a high score shows whom to call at once, and then goes on', { timeout: 600000 }, async () => {
  await choose(patient, /^9/);
  await patient.button('Next').click();
  await patient.waitForPage('crisis');
  const call = patient.page.getByRole('link', { name: 'Call 988' });
  assert.equal(await call.getAttribute('href'), 'tel:988');
  await assertAccessible(patient.page, 'crisis');
  await patient.button('Go on to my visit').click();
  for (let question = 0; question < 4; question++) {
    await patient.page.getByText('Over the last 2 weeks').waitFor();
    const now = await patient.page.getByRole('heading', { level: 1 }).textContent();
    await choose(patient, 'Not at all');
    await patient.button('Next').click();
    await until('the next question', 60, async () => (await patient.page.getByRole('heading', { level: 1 }).textContent()) !== now);
  }
  await patient.button('Add: How sure is this diagnosis?').click();
  await patient.button('Done, take me to the waiting room').click();
  await patient.waitForPage('waiting');
});

test('an answer is changed from the waiting room, and the place is kept', { timeout: 600000 }, async () => {
  await patient.button('See or change my answers').click();
  await patient.waitForPage('answers');
  await assertAccessible(patient.page, 'answers');
  await patient.button(/^Change: .*pain/).click();
  await heading(patient, /pain/);
  await choose(patient, /^4/);
  await patient.button('Keep this answer').click();
  await patient.waitForPage('answers');
  await patient.page.locator('.answers-list').getByText(/^4/).waitFor();
  await patient.button('Back to the waiting room').click();
  await patient.waitForPage('waiting');
});

test('the alert stands at the door, climbs while nobody knows, and is acknowledged there', { timeout: 600000 }, async () => {
  await physician.arrive(visit.physician);
  await physician.waitForPage('desk');
  const door = physician.page.locator('[data-door]');
  await door.getByText('Distress: 9 of 10.').waitFor();
  await door.getByText('4 of 10').waitFor(); // the pain, as it was changed
  await door.getByText('wrote the second opinion').waitFor(); // told last: the end of the ladder
  await physician.page.getByText('How sure is this diagnosis?').waitFor();
  await assertAccessible(physician.page, 'an alert at the door');
  const told = () => readFileSync(gateway.hookLog, 'utf8').match(/alert\.escalated/g)?.length ?? 0;
  await until('the hooks hear of both steps', 60, () => told() === 2);
  await door.getByRole('button', { name: 'I have seen it' }).click();
  await door.locator('[data-alert=acknowledged]').getByText('Dr. Mira Rao').waitFor();
  await door.getByRole('button', { name: /^Let / }).click();
  await patient.waitForPage('visit');
});

test('whoever comes back to the link is not asked again', { timeout: 600000 }, async () => {
  await patient.page.reload();
  await patient.waitForPage('visit');
});

test('in Spanish on a phone: whom to call comes at once there, too', { timeout: 600000 }, async () => {
  const demo = (name) => JSON.parse(readFileSync(path.join(ROOT, 'deploy/demo', name), 'utf8'));
  const caseDocument = demo('case.json');
  caseDocument.patient.languages = ['es'];
  const { links, visitId } = await gateway.schedule(caseDocument, demo('visit.json'));
  await patient.close();
  patient = await Person.open('patient', makeDevices(folder, 'patient', 1), { viewport: { width: 390, height: 844 }, touch: true, language: 'es' });
  await passBirthday(patient, links.patient.url);
  await patient.waitForPage('place');
  await choose(patient, /^Montana/);
  await patient.button(patient.words.next).click();
  await patient.button(patient.words.right).click();
  await patient.waitForPage('device-check');
  await patient.button(patient.words.ready).click();
  await heading(patient, '¿Quién está con usted?');
  await choose(patient, 'Nadie, estoy a solas');
  await patient.button(patient.words.next).click();
  await heading(patient, /emergencia/);
  await patient.page.getByLabel('Nombre').waitFor();
  await patient.button(patient.words.next).click();
  await patient.page.getByLabel('Número de teléfono').waitFor();
  await patient.button(patient.words.next).click();
  await heading(patient, /dolor/);
  await patient.button('Saltar esta pregunta').click();
  await heading(patient, /semana pasada/);
  await choose(patient, /^9/);
  await patient.button(patient.words.next).click();
  await patient.waitForPage('crisis');
  await heading(patient, 'Puede hablar con alguien ahora');
  const call = patient.page.getByRole('link', { name: 'Llamar al 988' });
  assert.equal(await call.getAttribute('href'), 'tel:988');
  await patient.page.getByText(/marque 2 para español/).waitFor();
  assert.deepEqual(await foreignWords(patient.page, 'es'), []);
  await assertAccessible(patient.page, 'crisis in Spanish');
  await until('the team hears of it', 60, () => gateway.hooks().some((event) => event.type === 'alert.raised' && event.visit_id === visitId));
  await patient.button('Seguir hacia mi visita').click();
  await patient.waitForPage('questions');
});
