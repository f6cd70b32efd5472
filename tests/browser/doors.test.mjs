// What people meet when something is not as it should be: each page says what to do, and passes axe.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/accessibility.mjs';
import { makeDevices } from './support/fixtures.mjs';
import { Gateway } from './support/gateway.mjs';
import { Person } from './support/people.mjs';

let folder;
let gateway;
let visit;
let patient;
let second;

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-devices-'));
  gateway = await Gateway.start();
  visit = await gateway.scheduleVisit();
  patient = await Person.open('patient', makeDevices(folder, 'patient', 1), { viewport: { width: 390, height: 844 } });
});

after(async () => {
  await second?.close();
  await patient?.close();
  await gateway?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens an address afresh: a change of the fragment alone would load nothing. */
async function visitPage(person, url) {
  await person.page.goto('about:blank');
  await person.page.goto(url);
}

test('a link that is not known, and none at all', { timeout: 300000 }, async () => {
  await visitPage(patient, `${gateway.origin}/j#${'A'.repeat(43)}`);
  await patient.page.getByRole('heading', { name: 'This link does not work' }).waitFor();
  assert.match(await patient.page.textContent('body'), /\+1 617 555 0100|number in your invitation/);
  await assertAccessible(patient.page, 'unknown link');
  await visitPage(patient, `${gateway.origin}/j`);
  await patient.page.getByRole('heading', { name: 'Please open your link again' }).waitFor();
  await assertAccessible(patient.page, 'no link');
  await visitPage(patient, `${gateway.origin}/`);
  await patient.waitForPage('home', 'link-missing');
  await assertAccessible(patient.page, 'home');
  await visitPage(patient, `${gateway.origin}/staff#${'A'.repeat(43)}`);
  await patient.waitForPage('staff-sign-in');
  await assertAccessible(patient.page, 'staff sign-in');
});

test('a wrong birthday says so and can be put right', { timeout: 300000 }, async () => {
  await visitPage(patient, visit.patient.url);
  await patient.waitForPage('arrival');
  await patient.button(/Get ready for my visit/).click();
  await patient.waitForPage('birthday');
  await patient.page.getByLabel('Month').selectOption('3');
  await patient.page.getByLabel('Day').fill('15');
  await patient.page.getByLabel('Year').fill('1955');
  await patient.button(/Next/).click();
  await patient.page.getByText(/This is not the birthday that we know/).first().waitFor();
  await assertAccessible(patient.page, 'wrong birthday');
  await patient.page.getByLabel('Day').fill('14');
  await patient.button(/Next/).click();
  await patient.waitForPage('device-check');
});

test('a camera that is not allowed is explained', { timeout: 300000 }, async () => {
  // As a browser answers whose user said no.
  await patient.context.addInitScript(() => {
    const media = window.navigator.mediaDevices;
    if (media) media.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
  });
  await visitPage(patient, visit.patient.url);
  await patient.waitForPage('device-problem', 'arrival');
  if ((await patient.shown()) === 'arrival') await patient.button(/Get ready for my visit/).click();
  await patient.waitForPage('device-problem');
  await patient.page.getByText(/does not let us use the camera/).first().waitFor();
  await assertAccessible(patient.page, 'camera not allowed');
});

test('a second device waits for a yes on the first', { timeout: 300000 }, async () => {
  const physician = await Person.open('physician', makeDevices(folder, 'physician', 2), { viewport: { width: 1440, height: 900 } });
  try {
    await physician.arrive(visit.physician);
    second = await Person.open('patient', makeDevices(folder, 'caregiver', 3), { viewport: { width: 810, height: 1080 } });
    // The first device of the caregiver is in the waiting room; the link is opened on another.
    await second.arrive(visit.caregiver, { birthDate: visit.birthDate });
    const other = await Person.open('other', makeDevices(folder, 'patient', 1), { viewport: { width: 390, height: 844 } });
    try {
      await other.page.goto(visit.caregiver.url);
      await other.waitForPage('arrival');
      await other.button(/Get ready for my visit/).click();
      await other.waitForPage('birthday');
      await other.page.getByLabel('Month').selectOption('3');
      await other.page.getByLabel('Day').fill('14');
      await other.page.getByLabel('Year').fill('1955');
      await other.button(/Next/).click();
      await other.waitForPage('second-device');
      await assertAccessible(other.page, 'second device');
      await second.button('Yes, let it in').click();
      await other.waitForPage('device-check');
      await assertAccessible(second.page, 'the first device after giving way');
    } finally {
      await other.close();
    }
  } finally {
    await physician.close();
  }
});
