// The coordinator's board in a real browser: it follows a patient live from the link to the waiting room, makes a new
// link, and holds a day of two hundred visits.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { assertAccessible } from './support/accessibility.mjs';
import { startChromium } from './support/browsers.mjs';
import { Gateway, ROOT, until } from './support/gateway.mjs';
import { zoneAtNoon } from './support/zones.mjs';

const VISITS = 200;

let gateway;
let browser;
let contexts = [];

before(async () => {
  gateway = await Gateway.start({ settings: { sign_in: { development_staff: path.join(ROOT, 'deploy/demo/staff.json') } } });
  browser = await startChromium(['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--disable-features=WebRtcHideLocalIpsWithMdns']);
});

after(async () => {
  await browser?.close();
  await gateway?.stop();
});

afterEach(async () => {
  await Promise.all(contexts.map((one) => one.close()));
  contexts = [];
});

async function newcomer(viewport, timezoneId) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-US', viewport, timezoneId });
  contexts.push(context);
  context.setDefaultTimeout(120000);
  return context.newPage();
}

/** The board of the invented coordinator, who is led to the sign-in and back. What begins in a few minutes is on it at any hour. */
async function openBoard() {
  const page = await newcomer({ width: 1440, height: 900 }, zoneAtNoon());
  await page.goto(`${gateway.origin}/board`);
  await page.getByRole('button', { name: /Nora Quill/ }).click();
  await page.waitForURL(`${gateway.origin}/board`);
  await page.locator('[data-page="board"][data-state="live"]').waitFor();
  return page;
}

const rowOf = (page, visit) => page.locator(`[data-visit="${visit}"]`);

async function take(page, name) {
  const pictures = process.env.BEDSIDE_SCREENSHOTS;
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
}

test('a patient walks in while the board follows', { timeout: 600000 }, async () => {
  const visit = await gateway.scheduleVisit();
  const board = await openBoard();
  const row = rowOf(board, visit.visitId);
  await row.getByText('Ruth Alder').waitFor();
  await row.getByText(/link not opened/).waitFor();
  await assertAccessible(board, 'board');

  const patient = await newcomer({ width: 810, height: 1080 });
  await patient.goto(visit.patient.url);
  await patient.getByRole('button', { name: 'Get ready for my visit' }).click();
  await row.locator('.cell.now').getByText('Now').waitFor(); // at the date of birth
  await patient.getByLabel('Month').selectOption('3');
  await patient.getByLabel('Day', { exact: true }).fill('4');
  await patient.getByLabel('Year').fill('1950');
  await patient.getByRole('button', { name: 'Next' }).click();
  await row.getByText('Wrong date of birth, 4 tries left').waitFor();
  await board.locator('[data-said]').filter({ hasText: 'Ruth Alder: Wrong date of birth' }).waitFor({ state: 'attached' });
  await patient.getByLabel('Day', { exact: true }).fill('14');
  await patient.getByLabel('Year').fill('1955');
  await patient.getByRole('button', { name: 'Next' }).click();
  await row.getByText('Wrong date of birth').waitFor({ state: 'detached' });

  // A new link: the one before is dead, and the page has it this once.
  await row.getByRole('button').click();
  const seat = board.locator('[data-seat]').filter({ hasText: 'Ana Alder' });
  await seat.getByRole('button', { name: /New link/ }).click();
  await seat.getByRole('button', { name: 'Make a new link' }).click();
  const link = await seat.getByRole('textbox').inputValue();
  assert.match(link, new RegExp(`^${gateway.origin}/j#`));
  assert.ok(!gateway.log().includes(link.split('#')[1]), 'no secret in the log');
  assert.ok(!gateway.log().includes('Alder'), 'no name in the log');
  await assertAccessible(board, 'board with a visit');
  await take(board, 'board-live');
  const caregiver = await newcomer({ width: 390, height: 844 });
  await caregiver.goto(link);
  await caregiver.locator('[data-page="arrival"]').waitFor();
  await seat.getByText(/opened the link/).waitFor();
});

/** By what the page says, from the link to the waiting room. */
async function waitAsPatient(url) {
  const page = await newcomer({ width: 810, height: 1080 });
  await page.goto(url);
  await page.getByRole('button', { name: 'Get ready for my visit' }).click();
  await page.getByLabel('Month').selectOption('3');
  await page.getByLabel('Day', { exact: true }).fill('14');
  await page.getByLabel('Year').fill('1955');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'I see and hear myself' }).click();
  await page.locator('[data-page="waiting"]').waitFor();
  return page;
}

test('a visit is moved from the board, and who waits reads the new time', { timeout: 600000 }, async () => {
  const visit = await gateway.scheduleVisit();
  const board = await openBoard();
  const patient = await waitAsPatient(visit.patient.url);
  await rowOf(board, visit.visitId).getByRole('button').click();
  await board.getByRole('button', { name: 'Move the visit' }).click();
  const dialog = board.getByRole('dialog');
  await dialog.getByText('No message reaches').or(dialog.getByText('Nobody is written to')).first().waitFor();
  await assertAccessible(board, 'moving a visit');
  const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
  await dialog.getByLabel('Day').fill(day);
  await dialog.getByLabel('Time').fill('10:30');
  await dialog.getByRole('button', { name: 'Move the visit' }).click();
  await dialog.locator('[data-moved]').waitFor();
  await patient.locator('[data-new-time="true"]').waitFor();
  const { starts_at: at } = await gateway.ask('GET', `/api/v1/visits/${visit.visitId}/schedule`);
  const zone = await board.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  assert.equal(new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(at), `${day} 10:30`);
  // It is of another day now: the row goes, the dialog stays until it is closed.
  await rowOf(board, visit.visitId).waitFor({ state: 'detached' });
  await dialog.getByRole('button', { name: 'Close' }).click();
  await dialog.waitFor({ state: 'detached' });
});

test('a visit that was booked moves within the free time of the expert, by keyboard', { timeout: 600000 }, async () => {
  const { caseId, visitId: before } = await gateway.scheduleVisit();
  await gateway.ctl('visit', 'end', before); // or the case is busy
  const hours = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => ({ day, from: '00:00', until: '24:00' }));
  const team = await gateway.ask('POST', '/api/v1/teams', {
    programme: 'demonstration',
    key: 'breast',
    name: 'Breast',
    subspecialty: 'breast',
    experts: [{ staff: 'lund', name: 'Dr. Sigrid Lund', subspecialties: ['breast'], languages: ['en'], time_zone: 'UTC', hours: { weekly: hours } }],
  });
  const startsAt = (Math.floor(Date.now() / 60_000) + 3) * 60_000;
  const { id: visitId } = await gateway.ask('POST', `/api/v1/cases/${caseId}/bookings`, { expert: team.experts[0].id, starts_at: startsAt, minutes: 30 });
  const board = await openBoard();
  await rowOf(board, visitId).getByRole('button').click();
  await board.getByRole('button', { name: 'Move the visit' }).focus();
  await board.keyboard.press('Enter');
  const dialog = board.getByRole('dialog');
  const slot = dialog.getByRole('radio').nth(2);
  await slot.focus();
  await board.keyboard.press('Space');
  assert.ok(await slot.isChecked());
  await board.keyboard.press('Escape'); // not yet: nothing has happened, and the focus is back
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await board.evaluate(() => document.activeElement.textContent), 'Move the visit');
  // Opened again before the page has heard that the one before is closed.
  await board.keyboard.press('Enter');
  await dialog.getByRole('radio').nth(2).waitFor();
  await board.evaluate(() => {
    document.querySelector('dialog').close();
    document.activeElement.click();
  });
  await dialog.getByRole('radio').nth(2).waitFor();
  await board.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.equal((await gateway.ask('GET', `/api/v1/visits/${visitId}/schedule`)).starts_at, startsAt);
  await board.keyboard.press('Enter');
  await dialog.getByRole('radio').nth(2).check();
  await take(board, 'board-move');
  await dialog.getByRole('button', { name: 'Move the visit' }).click();
  await dialog.locator('[data-moved]').waitFor();
  const moved = await gateway.ask('GET', `/api/v1/visits/${visitId}/schedule`);
  assert.equal(moved.expert.name, 'Dr. Sigrid Lund');
  assert.ok(moved.starts_at > startsAt && moved.starts_at % 900_000 === 0, String(moved.starts_at));
});

test('a locked link is unlocked, a link is sent again, and a license is written down', { timeout: 600000 }, async () => {
  const visit = await gateway.scheduleVisit();
  const arrive = (birthDate) => gateway.ask('POST', '/api/v1/arrivals', { secret: visit.patient.url.split('#')[1], birth_date: birthDate, device: 'test' });
  for (let tries = 0; tries < 5; tries++) await assert.rejects(arrive('1950-01-01'));
  await assert.rejects(arrive('1955-03-14'));
  const board = await openBoard();
  await rowOf(board, visit.visitId).getByText('Locked after wrong dates of birth').waitFor();
  await rowOf(board, visit.visitId).getByRole('button').click();
  const patient = board.locator('[data-seat]').filter({ hasText: 'Ruth Alder' });
  await assertAccessible(board, 'a locked link');
  await patient.getByRole('button', { name: 'Unlock the link' }).click();
  await patient.getByText('Unlocked. Ruth Alder can try again').waitFor();
  await rowOf(board, visit.visitId).getByText('Locked after wrong dates of birth').waitFor({ state: 'detached' });
  assert.ok((await arrive('1955-03-14')).seat_token);

  // This gateway has no mail server: that is said, and what to do instead.
  await patient.getByRole('button', { name: 'Send the link again: Ruth Alder' }).click();
  await patient.getByText('There is no email address or mobile number').waitFor();

  const physician = board.locator('[data-seat]').filter({ hasText: 'Dr. Mira Rao' });
  await physician.getByRole('button', { name: 'Licenses of Dr. Mira Rao' }).click();
  await physician.getByText('No license is written down.').waitFor();
  await physician.getByRole('button', { name: 'Write down a license' }).click();
  await physician.getByLabel('State').selectOption('US-MT');
  await physician.getByLabel('License number').fill('INVENTED-7');
  await physician.getByLabel('Last good day').fill('2099-12-31');
  await physician.getByRole('button', { name: 'Save' }).click();
  await physician.getByText('Saved.').waitFor();
  await assertAccessible(board, 'licenses beside the board');
  const { licences } = await gateway.ask('GET', '/api/v1/staff/rao/licences');
  assert.deepEqual(licences, [{ state: 'US-MT', number: 'INVENTED-7', status: 'active', expires: '2099-12-31' }]);
});

test('by keyboard from row to row, into one, and back', { timeout: 600000 }, async () => {
  const visit = await gateway.scheduleVisit();
  const board = await openBoard();
  await rowOf(board, visit.visitId).waitFor();
  await board.keyboard.press('j');
  const first = await board.evaluate(() => document.activeElement.closest('[data-visit]')?.dataset.visit);
  assert.ok(first, 'a row has the focus');
  await board.keyboard.press('ArrowDown');
  const second = await board.evaluate(() => document.activeElement.closest('[data-visit]')?.dataset.visit);
  assert.ok(second && second !== first);
  await board.keyboard.press('Enter');
  await board.locator(`[data-detail="${second}"]`).waitFor();
  await board.keyboard.press('Escape');
  await board.locator('[data-detail]').waitFor({ state: 'detached' });
  assert.equal(await board.evaluate(() => document.activeElement.closest('[data-visit]')?.dataset.visit), second);
  await board.keyboard.press('/');
  await board.keyboard.type('nobody of this name');
  await board.getByText('No visit fits.').waitFor();
});

test('two hundred visits are shown, found and filtered', { timeout: 600000 }, async () => {
  const { caseId } = await gateway.scheduleVisit();
  for (let index = 0; index < VISITS; index++) {
    await gateway.ask('POST', '/api/v1/visits', {
      case: caseId,
      starts_at: new Date().toISOString(),
      time_zone: 'UTC',
      title: `Visit ${index}`,
      shape: 'expert_led',
      participants: [{ patient: true }, { care_team: 'rao' }, { care_team: 'feld' }, { care_team: 'quill' }],
    });
  }
  const began = Date.now();
  const board = await openBoard();
  await until('all are shown', 120, async () => (await board.locator('[data-visit]').count()) >= VISITS);
  console.log(`signed in and ${VISITS} visits shown in ${Date.now() - began} ms`);
  const spent = await board.evaluate(async () => {
    const field = document.querySelector('#board-find');
    const times = [];
    for (const words of ['r', 'ru', 'rut', 'ruth', '']) {
      const from = performance.now();
      field.value = words;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
      times.push(Math.round(performance.now() - from));
    }
    return times;
  });
  console.log(`drawn anew after a letter of the search: ${spent.join(', ')} ms`);
  await board.getByLabel('Find by name or number').fill('nobody');
  await board.getByText('No visit fits.').waitFor();
  await board.getByRole('button', { name: 'Show all' }).click();
  await until('all are shown again', 60, async () => (await board.locator('[data-visit]').count()) >= VISITS);
  await board.getByRole('button', { name: 'Waiting', exact: true }).click();
  await board.getByText('No visit fits.').waitFor();
});
