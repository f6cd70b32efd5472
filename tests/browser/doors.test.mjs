// What people meet when something is not as it should be: each page says what to do, and passes axe.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/accessibility.mjs';
import { makeDevices } from './support/fixtures.mjs';
import { Gateway, removeFolder } from './support/gateway.mjs';
import { Person } from './support/people.mjs';
import { foreignWords } from './support/words.mjs';

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
  removeFolder(folder);
});

/** Opens an address afresh: a change of the fragment alone would load nothing. */
async function visitPage(person, url) {
  await person.page.goto('about:blank');
  await person.page.goto(url);
}

test('a link that is not known, and none at all', { timeout: 600000 }, async () => {
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

// A browser does not ask twice for a file that it did not get: the page would wait for it forever.
test('a part of the page that never comes is no dead end', { timeout: 600000 }, async () => {
  const { patient: link, birthDate } = await gateway.scheduleVisit();
  const person = await Person.open('unlucky', makeDevices(folder, 'caregiver', 3), { viewport: { width: 390, height: 844 } });
  try {
    let refused = 0;
    await person.page.route(/device_check[^/]*\.(js|css)$/, (route) => {
      refused++;
      return route.abort();
    });
    await person.page.goto(link.url);
    await person.waitForPage('arrival');
    await person.button(person.words.go).click();
    await person.waitForPage('birthday');
    await person.sayBirthday(birthDate);
    // Loaded anew by itself; the seat is kept, and what is behind is not asked again.
    assert.equal(await person.waitForPage('waiting'), 'waiting');
    assert.ok(refused > 0, 'the part was asked for');
  } finally {
    await person.close();
  }
});

test('a wrong birthday says so and can be put right', { timeout: 600000 }, async () => {
  await visitPage(patient, visit.patient.url);
  await patient.waitForPage('arrival');
  await patient.button(/Get ready for my visit/).click();
  await patient.waitForPage('birthday');
  await patient.sayBirthday('1955-03-15');
  await patient.page.getByText(/This is not the birthday that we know/).first().waitFor();
  await assertAccessible(patient.page, 'wrong birthday');
  await patient.page.getByLabel('Day').fill('14');
  await patient.button(/Next/).click();
  await patient.waitForPage('device-check');
});

test('five wrong birthdays close the link, for the right one too, and say whom to call', { timeout: 600000 }, async () => {
  const { caregiver } = await gateway.scheduleVisit();
  const guesser = await Person.open('guesser', makeDevices(folder, 'caregiver', 3), { viewport: { width: 810, height: 1080 }, language: 'es' });
  try {
    await guesser.page.goto(caregiver.url);
    await guesser.waitForPage('arrival');
    await guesser.button('Español').click();
    await guesser.button(guesser.words.go).click();
    await guesser.waitForPage('birthday');
    await guesser.page.getByRole('heading', { name: '¿Cuándo nació el paciente?' }).waitFor();
    for (const left of [/4 veces/, /3 veces/, /2 veces/, /una vez/]) {
      await guesser.sayBirthday('1990-01-01');
      await guesser.page.getByRole('alert').filter({ hasText: left }).waitFor();
    }
    await assertAccessible(guesser.page, 'wrong birthday in Spanish');
    await guesser.sayBirthday('1990-01-01');
    await guesser.waitForPage('locked');
    await guesser.page.getByRole('heading', { name: 'Por favor, llámenos' }).waitFor();
    assert.equal(await guesser.page.locator('a[href="tel:+16175550100"]').count() > 0, true);
    assert.deepEqual(await foreignWords(guesser.page, 'es'), []);
    await assertAccessible(guesser.page, 'a closed link in Spanish');
    // Who knows the birthday and comes by the same link is not let in either: somebody guessed it.
    await visitPage(guesser, caregiver.url);
    await guesser.waitForPage('arrival', 'link-problem', 'locked');
    if ((await guesser.shown()) === 'arrival') {
      await guesser.button(guesser.words.go).click();
      await guesser.waitForPage('birthday');
      await guesser.sayBirthday(visit.birthDate);
      await guesser.waitForPage('locked');
    }
  } finally {
    await guesser.close();
  }
});

test('a camera that is not allowed is explained', { timeout: 600000 }, async () => {
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

test('a second device waits for a yes on the first', { timeout: 600000 }, async () => {
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
      await other.sayBirthday(visit.birthDate);
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
