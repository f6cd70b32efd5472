// kill -9 of the gateway in the middle of a recorded visit: everybody is back in the same seat by themselves, nothing that
// was acknowledged is missing, and the recording goes on.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { makeDevices } from './support/fixtures.mjs';
import { Gateway, removeFolder, until } from './support/gateway.mjs';
import { Person } from './support/people.mjs';
import { readRecording } from './support/recordings.mjs';

const BACK_WITHIN_SECONDS = 10;
let folder;
let gateway;
let visit;
let patient;
let physician;

const shown = () => gateway.ctl('--json', 'visit', 'show', visit.visitId);
const message = 'The tablet once a day, in the morning.';

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-devices-'));
  gateway = await Gateway.start();
  visit = await gateway.scheduleVisit();
});

after(async () => {
  await patient?.close();
  await physician?.close();
  await gateway?.stop();
  removeFolder(folder);
});

test('a visit is being recorded', { timeout: 600000 }, async () => {
  patient = await Person.open('patient', makeDevices(folder, 'patient', 1));
  physician = await Person.open('physician', makeDevices(folder, 'physician', 2), { viewport: { width: 1440, height: 900 } });
  await patient.arrive(visit.patient, { birthDate: visit.birthDate });
  await physician.arrive(visit.physician);
  const { participants } = await shown();
  patient.id = participants.find((p) => p.role === 'patient').id;
  physician.id = participants.find((p) => p.role === 'reviewing_physician').id;
  await physician.button(/^Let .*(Ruth|Alder).* in$/).click();
  await patient.waitForPage('visit');
  await physician.button('Ask and record').click();
  for (const person of [patient, physician]) await person.button('Yes, you may').click();
  await until('it records', 60, async () => (await shown()).recording.state === 'recording');
  await patient.seesAndHears([physician]);
  await physician.page.getByLabel(/Write a message/).fill(message);
  await physician.page.getByRole('button', { name: 'Send', exact: true }).click();
  await patient.page.getByText(message).first().waitFor({ state: 'attached' });
  await new Promise((resolve) => setTimeout(resolve, 5000)); // something to record
});

test('after kill -9 everybody is back in the same seat without touching the page', { timeout: 600000 }, async () => {
  await gateway.kill();
  await gateway.launch();
  const restarted = Date.now();
  const first = {};
  await until('patient and physician see each other again', BACK_WITHIN_SECONDS, async () => {
    for (const [viewer, other] of [
      [patient, physician],
      [physician, patient],
    ]) {
      const { state } = (await viewer.stats()) ?? {};
      const seen = await viewer.picture(other.id);
      if (state !== 'connected' || seen?.person !== other.number) return false;
      first[viewer.name] ??= seen.counter;
      if (seen.counter === first[viewer.name]) return false;
    }
    return true;
  });
  console.log(`back after ${Date.now() - restarted} ms`);
  assert.equal(await patient.shown(), 'visit');
  assert.equal(await physician.shown(), 'desk');
  const { participants, recording } = await shown();
  for (const id of [patient.id, physician.id]) assert.equal(participants.find((p) => p.id === id).state, 'in_visit');
  if (recording.state !== 'recording') await until('the recording goes on, consents intact', 60, async () => (await shown()).recording.state === 'recording');
  assert.match(await gateway.ctl('audit', 'verify'), /intact/);
  await patient.page.reload(); // a page of today also finds what was said before
  await patient.waitForPage('visit', 'device-check');
  if ((await patient.shown()) === 'device-check') await patient.button('I see and hear myself').click();
  await patient.page.getByRole('tab', { name: /^Messages/ }).click();
  await patient.page.getByText(message).first().waitFor({ state: 'attached' });
  await patient.seesAndHears([physician]);
});

test('the broken-off segment and the new one are attached', { timeout: 600000 }, async () => {
  await new Promise((resolve) => setTimeout(resolve, 4000)); // something more to record
  await physician.button('End visit').click();
  await physician.button('Yes, end the visit').click();
  const recording = await until('the recording is attached', 90, async () => {
    const list = await gateway.ctl('--json', 'recording', 'list', visit.visitId);
    const [entry] = list.recordings ?? list;
    return entry?.state === 'attached' && entry;
  });
  const target = path.join(gateway.folder, 'export');
  await gateway.ctl('recording', 'export', recording.id, target);
  const file = await readRecording(path.join(target, `${physician.id}.webm`), physician.number);
  assert.ok(file.frames.length > 60);
  assert.deepEqual([...new Set(file.frames.filter((f) => f.person !== undefined).map((f) => f.person))], [physician.number]);
  const manifest = await gateway.ctl('--json', 'case', 'show', visit.caseId);
  assert.ok(JSON.stringify(manifest).includes(recording.id), 'the case names the recording');
  assert.match(await gateway.ctl('audit', 'verify'), /intact/);
});
