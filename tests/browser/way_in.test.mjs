// The whole way in: every role, in every shape of visit that has a seat for it, from the opened link to the moment when
// picture and sound arrive on both sides. Each page on the way says what it has to in the language of the person and nothing
// in another one, fits the screen, and passes axe; each door is opened by whom it belongs to, and by nobody else.
//
// Every role is walked in both languages on a tablet and on a phone, and so is every shape: from shape to shape each role
// takes the next of the four.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible, tooWide } from './support/accessibility.mjs';
import { makeDevices } from './support/fixtures.mjs';
import { Gateway, removeFolder, ROOT, until } from './support/gateway.mjs';
import { openBrowser, Person } from './support/people.mjs';
import { foreignWords, ROLES as ROLE_WORDS, SENTENCES } from './support/words.mjs';

const SIZES = { tablet: { width: 810, height: 1080 }, phone: { width: 390, height: 844 } };
const VARIANTS = [
  { language: 'en', size: 'tablet' },
  { language: 'es', size: 'phone' },
  { language: 'es', size: 'tablet' },
  { language: 'en', size: 'phone' },
];

const STAFF = ['reviewing_physician', 'treating_physician', 'coordinator'];
const GUESTS = ['caregiver', 'interpreter', 'trainee', 'technical_helper'];
const ROLES = ['patient', 'caregiver', ...STAFF, 'interpreter', 'trainee', 'technical_helper'];
const WITHOUT_PATIENT = ROLES.filter((role) => !['patient', 'caregiver'].includes(role));

/** `host` opens the team's door; `inviter` is who the invitation is from; `turn` shifts who takes which of the variants. */
const VISITS = [
  { shape: 'expert_led', host: 'reviewing_physician', inviter: 'Dr. Mira Rao', turn: 0, roles: ROLES },
  { shape: 'treating_led', host: 'treating_physician', inviter: 'Dr. Jonas Feld', turn: 1, roles: ROLES },
  { shape: 'physician_to_physician', host: 'reviewing_physician', inviter: 'Dr. Mira Rao', turn: 2, roles: WITHOUT_PATIENT },
  { shape: 'nurse_led', host: 'coordinator', inviter: 'Nora Quill, RN', turn: 3, roles: ROLES },
  // What patient and family miss among physicians.
  { shape: 'expert_led', host: 'reviewing_physician', inviter: 'Dr. Mira Rao', turn: 2, roles: ['patient', 'caregiver', 'reviewing_physician'] },
];

const NAMES = {
  patient: 'Ruth Alder',
  reviewing_physician: 'Dr. Mira Rao',
  treating_physician: 'Dr. Jonas Feld',
  coordinator: 'Nora Quill, RN',
  caregiver: 'Ana Alder',
  interpreter: 'Luz Ortega',
  trainee: 'Ben Ito',
  technical_helper: 'Kim Fells',
};

const variantOf = (role, turn) => VARIANTS[(ROLES.indexOf(role) + turn) % VARIANTS.length];
const nameOf = ({ language, size }) => `${language} on a ${size}`;

let folder;
let gateway;
let hostDevices;
let otherDevices;
let hosts; // a browser process
let others; // another one

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-way-in-'));
  hostDevices = makeDevices(folder, 'physician', 2);
  otherDevices = makeDevices(folder, 'patient', 1);
  const screening = { questionnaires: path.join(ROOT, 'deploy/questionnaires'), rules_file: path.join(ROOT, 'deploy/screening-rules.json') };
  [gateway, hosts, others] = await Promise.all([Gateway.start({ settings: { screening } }), openBrowser(hostDevices), openBrowser(otherDevices)]);
});

after(async () => {
  await Promise.allSettled([hosts?.close(), others?.close()]);
  await gateway?.stop();
  removeFolder(folder);
});

// ---- the visits ----

/** A case whose people read what the table says, and its visit with everybody in `roles`. */
async function schedule({ shape, turn, roles }) {
  const languages = (role) => [...(role === 'interpreter' ? ['vi'] : []), variantOf(role, turn).language];
  const demo = JSON.parse(readFileSync(path.join(ROOT, 'deploy/demo/case.json'), 'utf8'));
  demo.patient.languages = languages('patient');
  const staff = demo.care_team.filter(({ role }) => roles.includes(role));
  const guests = GUESTS.filter((role) => roles.includes(role));
  const document = {
    starts_at: 'now',
    time_zone: 'America/Denver',
    title: 'Opinion 7',
    shape,
    participants: [
      ...(roles.includes('patient') ? [{ patient: true }] : []),
      ...staff.map(({ key }) => ({ care_team: key })),
      ...guests.map((role) => ({ name: NAMES[role], role, languages: languages(role), time_zone: 'America/Denver', phone: '+1 406 555 0102', address: '40 Alder Street, Spokane, WA 99201 (invented)' })),
    ],
  };
  return { ...(await gateway.schedule(demo, document)), birthDate: demo.patient.birth_date };
}

// ---- the pages ----

/** The page says `sentences`, in the language of the person alone; it fits and can be used by everybody. */
async function isRight(person, where, ...sentences) {
  const { page, language } = person;
  const what = `${person.name}: ${where}`;
  await until(`${what} is in ${language}`, 60, async () => (await page.getAttribute('html', 'lang')) === `${language}-US`);
  for (const sentence of sentences) await page.getByText(sentence).filter({ visible: true }).first().waitFor();
  assert.deepEqual(await foreignWords(page, language), [], `${what}: in another language`);
  assert.deepEqual(await tooWide(page), [], `${what}: wider than the screen`);
  await assertAccessible(page, what);
}

async function walkArrival(person, { link, inviter, chooses }) {
  const { page } = person;
  await page.goto(link.url);
  await person.waitForPage('arrival');
  if (chooses && person.language === 'es') await person.button('Español').click();
  const says = SENTENCES[person.language];
  const isInviter = NAMES[person.role] === inviter;
  await isRight(person, 'arrival', says.onlyForYou, ...(isInviter ? [] : [says.invited]));
  const heading = await page.getByRole('heading', { level: 1 }).textContent();
  if (isInviter) assert.notEqual(heading, inviter);
  else assert.equal(heading, inviter, 'who invites');
  await person.button(person.words.go).click();
}

async function walkBirthday(person, birthDate) {
  const says = SENTENCES[person.language];
  await person.waitForPage('birthday');
  await isRight(person, 'birthday', person.role === 'patient' ? says.born : says.patientBorn);
  await person.sayBirthday(birthDate);
}

async function walkPlace(person) {
  const says = SENTENCES[person.language];
  await person.waitForPage('place');
  await isRight(person, 'place', says.state);
  await person.page.getByRole('radio').first().check();
  await person.button(person.words.next).click();
  await isRight(person, 'address', says.address);
  await person.button(person.words.right).click();
}

async function walkCheck(person) {
  const says = SENTENCES[person.language];
  await person.waitForPage('device-check');
  await person.button(person.words.ready).waitFor();
  await isRight(person, 'device check', says.check, says.pictureGood);
  await person.button(person.words.ready).click();
}

async function walkQuestions(person) {
  const { page } = person;
  // The line above counts anew when an answer leaves a question out: headings and labels tell the questions apart.
  const questionNow = () =>
    page.evaluate(() => {
      const words = [...document.querySelectorAll('[data-page=questions] :is(h1, .field label)')].map((one) => one.textContent);
      return words.length > 0 ? words.join(' ') : null;
    });
  let asked = 0;
  await person.waitForPage('questions');
  for (let now = await questionNow(); now !== null; asked++) {
    assert.match(await page.locator('.stepline p').textContent(), SENTENCES[person.language].question);
    await isRight(person, `question "${now.slice(0, 60)}"`);
    const choices = page.getByRole('radio');
    if (await choices.count()) await choices.first().check();
    await person.button(person.words.questionDone).click();
    const answered = now;
    await until(`${person.name} comes past "${answered}"`, 60, async () => (now = await questionNow()) !== answered);
  }
  assert.ok(asked >= 9, `${asked} questions were asked`);
}

/** From the link to the waiting room or the desk, which the person's role says. */
async function walkIn(browser, devices, visit, role) {
  const { language, size } = variantOf(role, visit.turn);
  const isStaff = STAFF.includes(role);
  // Staff choose on the page; of everybody else the clinic knows which language they read.
  const person = await Person.join(browser, `${role} (${language}, ${size})`, devices, { viewport: SIZES[size], touch: true });
  visit.here.push(person);
  person.language = language;
  person.role = role;
  person.id = visit.ids[role];
  await walkArrival(person, { link: visit.links[role], inviter: visit.inviter, chooses: isStaff });
  const isAsked = role === 'patient' || role === 'caregiver';
  if (isAsked) await walkBirthday(person, visit.birthDate);
  if (isAsked) await walkPlace(person);
  await walkCheck(person);
  if (isAsked) await walkQuestions(person);
  assert.equal(await person.waitForPage('waiting', 'visit', 'desk'), isStaff ? 'desk' : 'waiting', `where ${person.name} comes to`);
  return person;
}

async function leave(visit, person) {
  await person.button(person.words.leave).click();
  await person.waitForPage('ended');
  await isRight(person, 'after leaving', SENTENCES[person.language].left);
  await goAway(visit, person);
}

async function goAway(visit, person) {
  visit.here = visit.here.filter((one) => one !== person);
  await person.close();
}

// ---- the doors ----

/** Nothing of the visit reaches somebody who waits, and nothing of theirs is taken. */
async function getsNothing(visit, person) {
  const { [person.id]: media } = await gateway.media(visit.visitId);
  if (media) assert.deepEqual([media.in_room, media.packets_sent, media.packets_received], [false, 0, 0], `media of ${person.name}, who waits`);
}

/** `keeper` reads who waits, in the keeper's language, and opens; `nobody` has no such button. */
async function isLetIn(visit, person, keeper, nobody) {
  const atDoor = (one) => one.page.locator(`[data-door="${person.id}"], [data-guest="${person.id}"]`);
  const door = atDoor(keeper);
  await door.getByText(NAMES[person.role]).first().waitFor();
  await door.getByText(ROLE_WORDS[keeper.language][person.role], { exact: true }).waitFor();
  for (const one of nobody) assert.equal(await atDoor(one).count(), 0, `${one.name} is no keeper of this door`);
  await getsNothing(visit, person);
  await door.getByRole('button', { name: keeper.words.letIn }).click();
  await person.waitForPage('visit');
}

/** Both see and hear each other; the page is right. */
async function meets(person, host) {
  await person.seesAndHears([host]);
  await host.seesAndHears([person]);
  const says = SENTENCES[person.language];
  const button = (await person.shown()) === 'desk' ? says.atDesk : says.ownControls;
  await person.button(button).first().waitFor();
  await isRight(person, 'visit');
}

/** In the waiting room, staff who are there are listed with their role. */
async function seesInWaitingRoom(person, staff) {
  const row = person.page.getByRole('listitem').filter({ hasText: NAMES[staff.role] });
  await row.getByText(ROLE_WORDS[person.language][staff.role], { exact: true }).waitFor();
}

async function comeAndMeet(visit) {
  const host = await walkIn(hosts, hostDevices, visit, visit.host);
  await isRight(host, 'desk');
  const hasPatient = visit.roles.includes('patient');
  const first = await walkIn(others, otherDevices, visit, hasPatient ? 'patient' : 'interpreter');
  const says = SENTENCES[first.language];
  await seesInWaitingRoom(first, host);
  await isRight(first, 'waiting room', says.nobodySees, says.whoIsHere, says.teamOpens);

  for (const role of STAFF.filter((one) => one !== visit.host && visit.roles.includes(one))) {
    const staff = await walkIn(others, otherDevices, visit, role);
    await seesInWaitingRoom(first, staff);
    // A coordinator opens the door of a nurse-led visit alone; physicians open every team's door.
    const opens = staff.page.locator(`[data-door="${first.id}"]`);
    if (role === 'coordinator') assert.equal(await opens.count(), 0, 'the coordinator does not lead this visit');
    else await opens.getByRole('button', { name: staff.words.letIn }).waitFor();
    await meets(staff, host);
    await leave(visit, staff);
  }

  await isLetIn(visit, first, host, []);
  await meets(first, host);
  for (const role of GUESTS.filter((one) => one !== first.role && visit.roles.includes(one))) {
    const guest = await walkIn(others, otherDevices, visit, role);
    const words = SENTENCES[guest.language];
    await isRight(guest, 'waiting room', words.nobodySees, hasPatient ? words.patientOpens : words.teamOpens);
    await isLetIn(visit, guest, hasPatient ? first : host, hasPatient ? [host] : [first]);
    await meets(guest, host);
    await leave(visit, guest);
  }
  await isRight(host, 'desk with guests');
  await leave(visit, first);
}

// ---- the tests ----

test('the table walks every role and every shape in each language on each screen', () => {
  const walked = new Set(VISITS.flatMap(({ shape, turn, roles }) => roles.flatMap((role) => [`${shape} ${role}`, `${role} ${nameOf(variantOf(role, turn))}`, `${shape} ${nameOf(variantOf(role, turn))}`])));
  const shapes = ['expert_led', 'treating_led', 'physician_to_physician', 'nurse_led'];
  for (const shape of shapes) {
    for (const role of shape === 'physician_to_physician' ? WITHOUT_PATIENT : ROLES) assert.ok(walked.has(`${shape} ${role}`), `${shape} ${role}`);
    for (const variant of VARIANTS) assert.ok(walked.has(`${shape} ${nameOf(variant)}`), `${shape} ${nameOf(variant)}`);
  }
  for (const role of ROLES) for (const variant of VARIANTS) assert.ok(walked.has(`${role} ${nameOf(variant)}`), `${role} ${nameOf(variant)}`);
});

for (const row of VISITS) {
  test(`${row.shape.replaceAll('_', ' ')}, ${row.roles.length} people, turn ${row.turn}`, { timeout: 1200000 }, async () => {
    const visit = { ...row, ...(await schedule(row)), here: [] };
    try {
      await comeAndMeet(visit);
    } catch (error) {
      for (const { name, page } of visit.here) console.log(`${name} saw: ${(await page.locator('body').innerText().catch(String)).slice(0, 600)}`);
      throw error;
    } finally {
      await Promise.allSettled(visit.here.map((person) => person.close()));
    }
  });
}
