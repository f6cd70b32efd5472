// The coordinator's board in a real browser: it follows a patient live from the link to the waiting room, makes a new
// link, and holds a day of two hundred visits.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { assertAccessible } from './support/accessibility.mjs';
import { Gateway, ROOT, until } from './support/gateway.mjs';

const VISITS = 200;

let gateway;
let browser;
let contexts = [];

before(async () => {
  gateway = await Gateway.start({ settings: { sign_in: { development_staff: path.join(ROOT, 'deploy/demo/staff.json') } } });
  browser = await chromium.launch({
    executablePath: process.env.BEDSIDE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--disable-features=WebRtcHideLocalIpsWithMdns'],
  });
});

after(async () => {
  await browser?.close();
  await gateway?.stop();
});

afterEach(async () => {
  await Promise.all(contexts.map((one) => one.close()));
  contexts = [];
});

async function newcomer(viewport) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-US', viewport });
  contexts.push(context);
  context.setDefaultTimeout(60000);
  return context.newPage();
}

/** The board of the invented coordinator, who is led to the sign-in and back. */
async function openBoard() {
  const page = await newcomer({ width: 1440, height: 900 });
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

test('a patient walks in while the board follows', { timeout: 300000 }, async () => {
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

test('by keyboard from row to row, into one, and back', { timeout: 120000 }, async () => {
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

test('two hundred visits are shown, found and filtered', { timeout: 300000 }, async () => {
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
  await until('all are shown', 30, async () => (await board.locator('[data-visit]').count()) >= VISITS);
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
  await until('all are shown again', 10, async () => (await board.locator('[data-visit]').count()) >= VISITS);
  await board.getByRole('button', { name: 'Waiting', exact: true }).click();
  await board.getByText('No visit fits.').waitFor();
});
