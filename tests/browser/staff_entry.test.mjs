// From a staff account into a visit without a link: signed out, they sign in and come back; their day leads there with one
// press; a page that is loaded anew is in the seat again; and whoever has no seat is told so.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/accessibility.mjs';
import { makeDevices } from './support/fixtures.mjs';
import { Gateway, ROOT } from './support/gateway.mjs';
import { Person } from './support/people.mjs';

let folder;
let gateway;
let visit;
let patient;
let physician;

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-devices-'));
  gateway = await Gateway.start({ settings: { sign_in: { development_staff: path.join(ROOT, 'deploy/demo/staff.json') } } });
  visit = await gateway.scheduleVisit();
  patient = await Person.open('patient', makeDevices(folder, 'patient', 1));
  physician = await Person.open('physician', makeDevices(folder, 'physician', 2), { viewport: { width: 1440, height: 900 } });
  const { participants } = await gateway.ctl('--json', 'visit', 'show', visit.visitId);
  for (const [person, role] of [[patient, 'patient'], [physician, 'reviewing_physician']]) person.id = participants.find((one) => one.role === role).id;
});

after(async () => {
  await patient?.close();
  await physician?.close();
  await gateway?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const enterUrl = () => `${gateway.origin}/enter#${visit.visitId}`;

test('who signed in goes from their day into the visit', { timeout: 300000 }, async () => {
  assert.equal(await patient.arrive(visit.patient, { birthDate: visit.birthDate }), 'waiting');
  const { page } = physician;
  await page.goto(`${gateway.origin}/sign-in`);
  await page.getByRole('button', { name: /Dr. Mira Rao/ }).click();
  await physician.waitForPage('signed-in');
  const mine = page.locator(`[data-visit="${visit.visitId}"]`);
  await mine.getByText('Ruth Alder').waitFor();
  await assertAccessible(page, 'the day of a physician');
  await mine.getByRole('link', { name: /^Join this visit/ }).click();
  await physician.waitForPage('device-check');
  await physician.button(physician.words.ready).click();
  await physician.waitForPage('desk');
  await physician.button(/^Let .*(Ruth|Alder).* in$/).click();
  await patient.waitForPage('visit');
  await physician.seesAndHears([patient]);
  await patient.seesAndHears([physician]);
});

test('a page that is loaded anew is in the seat again', { timeout: 300000 }, async () => {
  await physician.page.reload();
  await physician.waitForPage('desk');
  await physician.seesAndHears([patient]);
  await patient.seesAndHears([physician]);
  // Another of their windows takes the seat; the first says so.
  const other = await physician.context.newPage();
  await other.goto(enterUrl());
  await other.locator('[data-page="device-check"]').waitFor();
  await physician.waitForPage('ended');
  await other.close();
});

test('who is signed out comes back here, and who has no seat is told so', { timeout: 300000 }, async () => {
  const { page } = physician;
  await page.goto(`${gateway.origin}/sign-in`);
  await physician.button('Sign out').click();
  await page.getByText('You are signed out.').first().waitFor();
  await page.goto(enterUrl());
  await page.getByRole('button', { name: /Dr. Clara Ines/ }).click();
  await physician.waitForPage('enter-refused');
  await assertAccessible(page, 'no seat in the visit');
  await physician.button('Back to your visits').click();
  await physician.waitForPage('signed-in');
  await page.getByText('You are invited to no visit today.').waitFor();
  await physician.button('Sign out').click();
  await page.goto(enterUrl());
  await page.getByRole('button', { name: /Dr. Mira Rao/ }).click();
  await physician.waitForPage('device-check');
  assert.match(await gateway.ctl('audit', 'verify'), /intact/);
});
