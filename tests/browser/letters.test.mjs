// People are written to before a visit: a real mail server on loopback gets invitations with a link and a calendar entry,
// a program gets what goes by text message, and the link in the letter opens the visit.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/accessibility.mjs';
import { startChromium } from './support/browsers.mjs';
import { freePort } from './support/free_port.mjs';
import { Gateway, removeFolder, ROOT, until } from './support/gateway.mjs';
import { MailServer } from './support/mail_server.mjs';

const ADDRESS = '127.0.0.1';
const PASSWORD = 'a password/with+signs%';
const PATIENT = 'ruth.alder@mail.example';
const DAUGHTER = 'ana.alder@mail.example';
const UNKNOWN = 'nobody.here@mail.example';

let folder;
let port;
let gateway;
let mail;
let browser;

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-letters-'));
  writeFileSync(path.join(folder, 'password'), `${PASSWORD}\n`, { mode: 0o600 });
  writeFileSync(path.join(folder, 'text'), `#!/bin/sh\nprintf '%s\\n' "$(cat)" >>'${folder}/texts'\n`, { mode: 0o755 });
  writeFileSync(path.join(folder, 'texts'), '');
  port = await freePort(ADDRESS);
  gateway = await Gateway.start({
    address: ADDRESS,
    settings: {
      notifications: {
        server: `smtp://${ADDRESS}:${port}`,
        user: 'bedside',
        password_file: path.join(folder, 'password'),
        authority_file: 'certs/ca.pem',
        from: 'second-opinions@harbor.example',
        text_program: path.join(folder, 'text'),
      },
    },
  });
  mail = await startMail();
  browser = await startChromium(['--ignore-certificate-errors', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream']);
});

after(async () => {
  await browser?.close();
  await gateway?.stop();
  await mail?.stop();
  removeFolder(folder);
});

function startMail() {
  const certs = path.join(gateway.folder, 'certs');
  return MailServer.start({
    address: ADDRESS,
    port,
    certificate: path.join(certs, 'server.pem'),
    key: path.join(certs, 'server.key'),
    user: 'bedside',
    password: PASSWORD,
    refused: [UNKNOWN],
  });
}

/** A case whose patient and daughter can be written to, and a visit of it in three days. */
async function schedule({ patient = {}, daughter = {}, days = 3 } = {}) {
  const demo = path.join(ROOT, 'deploy/demo');
  const document = JSON.parse(readFileSync(path.join(demo, 'case.json'), 'utf8'));
  document.number = `LETTERS-${process.hrtime.bigint()}`;
  Object.assign(document.patient, { email: PATIENT }, patient);
  const visit = JSON.parse(readFileSync(path.join(demo, 'visit.json'), 'utf8'));
  visit.starts_at = new Date(Date.now() + days * 86_400_000).toISOString();
  Object.assign(visit.participants.find(({ role }) => role === 'caregiver'), daughter);
  const files = [path.join(folder, 'case.json'), path.join(folder, 'visit.json')];
  writeFileSync(files[0], JSON.stringify(document));
  writeFileSync(files[1], JSON.stringify(visit));
  const caseId = await gateway.ctl('case', 'import', files[0], '--pdf', path.join(demo, 'opinion.pdf'));
  return { caseId, visitId: await gateway.ctl('visit', 'schedule', files[1], '--case', caseId), startsAt: new Date(visit.starts_at) };
}

/** Those that are written down whole. */
const texts = () => readFileSync(path.join(folder, 'texts'), 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line));
const notifications = async (visitId) => (await gateway.ask('GET', `/api/v1/visits/${visitId}/notifications`)).notifications;
const linkOf = (text) => /https:\/\/\S+\/j#[A-Za-z0-9_-]{43}/.exec(text)[0];

test('an invitation with link and calendar entry goes to who has a mail address, the others get a text message', async () => {
  const { visitId, startsAt } = await schedule({ daughter: { email: DAUGHTER, languages: ['es-US'] } });
  const [letter] = await mail.to(PATIENT);
  assert.equal(letter.secure, true);
  assert.equal(letter.mail.from.text, '"Harbor Cancer Institute (invented)" <second-opinions@harbor.example>');
  assert.match(letter.mail.subject, /^Your video visit on \w+day, \w+ \d+$/);
  assert.match(letter.mail.text, /With: Dr. Mira Rao/);
  assert.equal(letter.mail.headers.get('auto-submitted'), 'auto-generated');
  const when = new Intl.DateTimeFormat('en-US', { timeZone: 'America/Denver', hour: 'numeric', minute: '2-digit' }).format(startsAt);
  assert.ok(letter.mail.text.replace(/\s/g, ' ').includes(when.replace(/\s/g, ' ')), `${when} in ${letter.mail.text}`);
  const calendar = letter.mail.attachments.find(({ filename }) => filename === 'visit.ics').content.toString();
  assert.match(calendar, /METHOD:REQUEST/);
  assert.match(calendar, /DTSTART;TZID=America\/Denver:/);
  assert.doesNotMatch(calendar, /\/j#|Alder, |Ruth/);

  const [spanish] = await mail.to(DAUGHTER);
  assert.match(spanish.mail.subject, /^Su visita por video: /);
  assert.notEqual(linkOf(spanish.mail.text), linkOf(letter.mail.text));

  await until('three text messages', 60, () => texts().length >= 3);
  const [first] = texts();
  assert.match(first.to, /^\+1 /);
  assert.match(first.text, /Harbor Cancer Institute.*video visit.*\/j#/);

  const states = await until('all are settled', 60, async () => {
    const all = await notifications(visitId);
    return all.filter(({ kind }) => kind === 'invitation').every(({ state }) => state === 'sent') && all;
  });
  assert.equal(states.filter(({ kind, state }) => kind === 'reminder' && state === 'pending').length, 10);
  for (const word of ['alder', 'ruth', 'mail.example', '406 555']) assert.ok(!gateway.log().toLowerCase().includes(word), word);
});

test('the letter looks well, and its button opens the visit; the link of an earlier letter stays good', async () => {
  const { visitId } = await schedule();
  const all = await until('the invitation', 60, () => {
    const found = mail.letters.filter(({ to }) => to.includes(PATIENT));
    return found.length >= 2 && found;
  });
  const invitation = all.at(-1).mail;
  const seats = (await gateway.ctl('--json', 'visit', 'show', visitId)).participants;
  const patient = seats.find(({ role }) => role === 'patient');
  await gateway.ask('POST', `/api/v1/visits/${visitId}/participants/${patient.id}/notifications`, { channel: 'mail' });
  const [, , again] = await mail.to(PATIENT, 3);
  assert.match(again.mail.subject, /^Your link to the video visit/);

  for (const [name, viewport] of Object.entries({ phone: { width: 390, height: 844 }, desktop: { width: 1100, height: 900 } })) {
    const page = await browser.newPage({ viewport });
    await page.setContent(invitation.html);
    await assertAccessible(page, `a letter, ${name}`);
    if (process.env.BEDSIDE_SCREENSHOTS) {
      mkdirSync(process.env.BEDSIDE_SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: path.join(process.env.BEDSIDE_SCREENSHOTS, `letter-${name}.png`) });
    }
    await page.close();
  }
  for (const letter of [invitation, again.mail]) {
    const page = await browser.newPage();
    await page.setContent(letter.html);
    await page.getByRole('link', { name: 'Open my visit' }).click();
    await page.getByRole('button', { name: 'Get ready for my visit' }).waitFor();
    await page.close();
  }
});

test('a mailbox that is not known is told to the team; a server that is down loses nothing', async () => {
  const { visitId } = await schedule({ patient: { email: UNKNOWN } });
  const failed = await until('the refusal', 60, async () => (await notifications(visitId)).find(({ state }) => state === 'failed'));
  assert.equal(failed.detail, 'address_refused');

  await mail.stop();
  const down = await schedule({ patient: { email: 'later@mail.example' } });
  const waiting = await until('a try that failed', 60, async () =>
    (await notifications(down.visitId)).find(({ kind, channel, attempts }) => kind === 'invitation' && channel === 'mail' && attempts >= 1),
  );
  assert.equal(waiting.state, 'pending');
  mail = await startMail();
  const [letter] = await mail.to('later@mail.example');
  assert.match(letter.mail.text, /\/j#/);
});

test('a visit that does not take place is taken out of calendars, and nobody is reminded of it', async () => {
  const address = 'cancelled@mail.example';
  const { visitId } = await schedule({ patient: { email: address } });
  await mail.to(address);
  await gateway.ctl('visit', 'end', visitId);
  const [, letter] = await mail.to(address, 2);
  const calendar = letter.mail.attachments.find(({ filename }) => filename === 'visit.ics').content.toString();
  assert.match(calendar, /METHOD:CANCEL/);
  assert.match(calendar, /SEQUENCE:1/);
  assert.doesNotMatch(letter.mail.text, /\/j#/);
  const left = (await notifications(visitId)).filter(({ kind, state }) => kind === 'reminder' && state === 'pending');
  assert.equal(left.length, 0);
});

const calendarOf = ({ mail: letter }) => letter.attachments.find(({ filename }) => filename === 'visit.ics').content.toString();
/** Of the entry; the rules of the time zone stand before it. */
const fieldOf = (calendar, name) => new RegExp(`^${name}[^:\\r\\n]*:(.*)\\r$`, 'm').exec(calendar.slice(calendar.indexOf('BEGIN:VEVENT')))?.[1];

test('a visit that is moved is brought up to date in calendars, and so is its cancellation after that', async () => {
  const address = 'moved@mail.example';
  const { visitId, startsAt } = await schedule({ patient: { email: address } });
  const [invitation] = await mail.to(address);
  const movedTo = new Date(Math.floor(startsAt.getTime() / 60_000) * 60_000 + 2 * 86_400_000);
  await gateway.ctl('visit', 'move', visitId, movedTo.toISOString());
  const [, moved] = await mail.to(address, 2);
  assert.match(moved.mail.subject, /^New time for your video visit: /);
  const when = new Intl.DateTimeFormat('en-US', { timeZone: 'America/Denver', weekday: 'long', month: 'long', day: 'numeric' }).format(movedTo);
  assert.ok(moved.mail.text.includes(when), `${when} in ${moved.mail.text}`);
  const before = calendarOf(invitation);
  const after = calendarOf(moved);
  assert.equal(fieldOf(after, 'UID'), fieldOf(before, 'UID'));
  assert.deepEqual([fieldOf(before, 'SEQUENCE'), fieldOf(after, 'SEQUENCE')], ['0', '1']);
  assert.match(after, /METHOD:REQUEST/);
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Denver', dateStyle: 'short', timeStyle: 'medium' }).format(movedTo);
  assert.equal(fieldOf(after, 'DTSTART'), local.replace(/[-:]/g, '').replace(' ', 'T'));

  // Both links open it, and show the new time; what was planned for the old one is not sent.
  for (const letter of [invitation, moved]) {
    const page = await browser.newPage({ timezoneId: 'America/Denver' });
    await page.goto(linkOf(letter.mail.text));
    await page.getByText(when).waitFor();
    await page.close();
  }
  const reminders = (await notifications(visitId)).filter(({ kind, state }) => kind === 'reminder' && state === 'pending');
  assert.equal(reminders.length, 10);
  for (const { due_at: due } of reminders) assert.ok([60, 1440].some((minutes) => Math.abs(movedTo.getTime() - minutes * 60_000 - due) < 60_000), String(due));

  await gateway.ctl('visit', 'move', visitId, movedTo.toISOString()); // the same again: nobody is written to
  await gateway.ctl('visit', 'end', visitId);
  const [, , cancelled] = await mail.to(address, 3);
  const last = calendarOf(cancelled);
  assert.match(last, /METHOD:CANCEL/);
  assert.equal(fieldOf(last, 'UID'), fieldOf(before, 'UID'));
  assert.equal(fieldOf(last, 'SEQUENCE'), '2');
  assert.equal(fieldOf(last, 'DTSTART'), fieldOf(after, 'DTSTART'));
});

test('who is not there yet is written to when the team runs late, by text message where there is one', { timeout: 600000 }, async () => {
  const address = 'late@mail.example';
  const { visitId } = await schedule({ patient: { email: address, phone: undefined }, days: 0 });
  await mail.to(address);
  const { links } = await gateway.ctl('--json', 'visit', 'links', visitId);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(120000);
  await page.goto(links.find(({ role }) => role === 'reviewing_physician').url);
  await page.getByRole('button', { name: 'Check camera and go in' }).click();
  await page.getByRole('button', { name: 'I see and hear myself' }).click();
  const late = page.locator('[data-late]');
  await late.getByRole('button', { name: '15 min' }).click();
  await page.locator('[data-late="true"]').waitFor();
  const [, letter] = await mail.to(address, 2);
  assert.match(letter.mail.subject, /^Your video visit begins later: /);
  assert.match(letter.mail.text, /running late/);
  assert.equal(letter.mail.attachments.length, 0); // calendars stay as they are
  const [said] = await until('a text message', 60, () => {
    const found = texts().filter(({ text }) => /running late/.test(text));
    return found.length > 0 && found;
  });
  assert.match(said.text, /\/j#/);

  await late.getByRole('button', { name: 'We are on time after all' }).click();
  const [, , again] = await mail.to(address, 3);
  assert.match(again.mail.subject, /^Your video visit begins earlier than we said: /);
  await page.close();
});
