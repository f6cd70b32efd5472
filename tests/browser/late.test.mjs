// The team says at the desk that it is late: whoever waits reads the new time, in their own language and time zone, and whoever
// comes later reads it at once.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/accessibility.mjs';
import { makeDevices } from './support/fixtures.mjs';
import { Gateway, removeFolder, until } from './support/gateway.mjs';
import { Person } from './support/people.mjs';

const MINUTE = 60_000;
let folder;
let gateway;
let visit;
let physician;
let patient;
let daughter;

const clock = (at, locale, timeZone) => new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone }).format(at);

/** The page says a time of the minutes between two moments. */
async function reads(person, from, last, locale, timeZone) {
  const times = [];
  for (let at = from; at <= last + MINUTE; at += MINUTE) times.push(clock(at, locale, timeZone));
  await until(`${person.name} reads one of ${times.join(', ')}`, 60, async () => {
    const words = await person.page.locator('[data-expected]').textContent();
    return times.some((time) => words.includes(time));
  });
}

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-late-'));
  gateway = await Gateway.start();
  visit = await gateway.scheduleVisit();
  physician = await Person.open('physician', makeDevices(folder, 'physician', 2), { viewport: { width: 1440, height: 900 } });
  patient = await Person.open('patient', makeDevices(folder, 'patient', 1), { viewport: { width: 810, height: 1080 } });
  daughter = await Person.open('caregiver', makeDevices(folder, 'caregiver', 3), { viewport: { width: 390, height: 844 } });
});

after(async () => {
  for (const person of [physician, patient, daughter]) await person?.close();
  await gateway?.stop();
  removeFolder(folder);
});

test('one press at the desk, and the waiting room reads the new time', { timeout: 600000 }, async () => {
  assert.equal(await patient.arrive(visit.patient, { birthDate: visit.birthDate }), 'waiting');
  assert.equal(await physician.arrive(visit.physician), 'desk');
  assert.equal(await patient.page.locator('[data-expected]').count(), 0);
  const from = Date.now() + 10 * MINUTE;
  await physician.button('10 min').click();
  await patient.page.getByText(/Dr\. Rao is running late\. Your visit begins at about/).waitFor();
  await reads(patient, from, Date.now() + 10 * MINUTE, 'en-US', 'America/Denver');
  await physician.page.locator('[data-late="true"]').getByText(/Everybody who waits reads: begins at about/).waitFor();
  await patient.page.getByText('You keep your place.').waitFor();
  await assertAccessible(patient.page, 'running late');
});

test('in Spanish, and again when it changes', { timeout: 600000 }, async () => {
  await patient.button('Español').click();
  await patient.page.getByText(/Dr\. Rao lleva retraso\. Hora aproximada de su visita: /).waitFor();
  const from = Date.now() + 30 * MINUTE;
  await physician.button('30 min').click();
  await reads(patient, from, Date.now() + 30 * MINUTE, 'es-US', 'America/Denver');
  await assertAccessible(patient.page, 'running late, in Spanish');
});

test('whoever comes later reads it at once, in the time zone where they are', { timeout: 600000 }, async () => {
  const from = Date.now() + 25 * MINUTE;
  assert.equal(await daughter.arrive(visit.caregiver, { birthDate: visit.birthDate }), 'waiting');
  await reads(daughter, from, Date.now() + 30 * MINUTE, 'en-US', 'America/Los_Angeles');
});

test('a time of the clock, and on time after all', { timeout: 600000 }, async () => {
  const at = Date.now() + 45 * MINUTE;
  const local = await physician.page.evaluate((when) => new Date(when).toTimeString().slice(0, 5), at);
  await physician.page.getByLabel('or at').fill(local);
  await physician.button('Say it').click();
  await reads(patient, at - MINUTE, at, 'es-US', 'America/Denver');
  await physician.button('We are on time after all').click();
  for (const person of [patient, daughter]) await person.page.locator('[data-expected]').waitFor({ state: 'detached' });
  await physician.page.locator('[data-late="false"]').waitFor();
});
