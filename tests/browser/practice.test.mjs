// A member of staff signs in and practises: a second device plays the patient by the link, is let in, sound and picture
// arrive on both sides, every page says that it is practice, and at the end nothing of it is left to be found.

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
const people = [];

async function open(name, number, viewport) {
  const person = await Person.open(name, makeDevices(folder, name, number), { viewport });
  people.push(person);
  return person;
}

const saysPractice = async (person) => {
  await person.page.locator('[data-practice]').filter({ hasText: 'Nobody here is real' }).waitFor();
  await assertAccessible(person.page, `${person.name} in practice`);
};

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-practice-'));
  gateway = await Gateway.start({ settings: { sign_in: { development_staff: path.join(ROOT, 'deploy/demo/staff.json') } } });
});

after(async () => {
  await Promise.allSettled(people.map((person) => person.close()));
  await gateway?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a physician practises with a second device as the patient', { timeout: 300000 }, async () => {
  const rao = await open('rao', 2, { width: 1440, height: 900 });
  const patient = await open('patient', 1, { width: 810, height: 1080 });
  const room = rao.page;
  await room.goto(`${gateway.origin}/practice`);
  await room.getByRole('button', { name: /Mira Rao/ }).click();
  await room.waitForURL(`${gateway.origin}/practice`);
  await room.getByRole('button', { name: 'Start a practice visit' }).click();
  await room.locator('svg.qr').nth(2).waitFor();
  await assertAccessible(room, 'practice room');
  const { practice } = await room.evaluate(() => fetch('/api/v1/practice').then((answer) => answer.json()));
  const idOf = (test) => practice.people.find(test).participant;
  rao.id = idOf(({ you }) => you);
  patient.id = idOf(({ role }) => role === 'patient');
  const link = await room.locator('#link-patient').inputValue();

  const seat = room.getByRole('link', { name: 'Go to my seat' });
  const url = await seat.getAttribute('href');
  const [page] = await Promise.all([rao.context.waitForEvent('page'), seat.click()]);
  rao.page = page;
  await page.waitForLoadState(); // it opens by itself
  assert.equal(await rao.arrive({ url }), 'desk');
  assert.equal(await patient.arrive({ url: link }, { birthDate: practice.birth_date }), 'waiting');
  await saysPractice(patient);
  await saysPractice(rao);
  assert.equal(await rao.button(/record/i).count(), 0, 'recording is left out');
  await rao.button(/^Let .* in$/).click();
  await patient.waitForPage('visit');
  await Promise.all([rao.seesAndHears([patient]), patient.seesAndHears([rao])]);
  await saysPractice(patient);

  await room.bringToFront();
  await room.locator('[data-role="patient"]').getByText('is here').waitFor();
  await room.getByRole('button', { name: 'End the practice visit' }).click();
  await room.getByText('Your practice visit is over').waitFor();
  for (const person of [rao, patient]) {
    await person.waitForPage('ended');
    await person.page.getByText('The visit is over').waitFor();
  }
  assert.ok(!gateway.log().includes('Rivers'), 'no name in the log');
  const later = await open('later', 3, { width: 390, height: 844 });
  await later.page.goto(link);
  await later.waitForPage('link-ended');
});
