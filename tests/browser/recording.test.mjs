// The recording of a visit: only with everybody's consent, through a late joiner and a killed recorder, attached to the
// case, and played back.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/accessibility.mjs';
import { chanceOfLarger } from './support/comparison.mjs';
import { beepFrequency, FRAMES, makeDevices } from './support/fixtures.mjs';
import { Gateway, removeFolder, until } from './support/gateway.mjs';
import { Person } from './support/people.mjs';
import { circular, median, offsets, pairFlashes, readRecording } from './support/recordings.mjs';
import { foreignWords, RELATIONS } from './support/words.mjs';

let folder;
let gateway;
let visit;
let recording;
const people = {};
const captured = {}; // by name: { flashes, beeps } as captured at the person's device
const hidden = {}; // by name: the frames seen by nobody's consent { from, to }

const seconds = (count) => new Promise((resolve) => setTimeout(resolve, count * 1000));

async function open(name, number, viewport, language = 'en') {
  people[name] = await Person.open(name, makeDevices(folder, name, number), { viewport, language });
  return people[name];
}

async function recordingState() {
  return (await gateway.ctl('--json', 'visit', 'show', visit.visitId)).recording;
}

const isBetween = (value, least, most) => value >= least && value <= most;

/** The number of the frame that somebody's camera shows now. */
const ownCounter = async (person) => (await person.page.evaluate(() => window.bedsideProbe.ownFrame())).counter;

const watchOwn = (person) => person.page.evaluate((frequency) => window.bedsideProbe.watchOwn(frequency), beepFrequency(person.number));

/** The recorders of this gateway: children with that name. */
function recorderPids() {
  const processes = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' });
  return processes
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, name]) => Number(parent) === gateway.process.pid && name?.startsWith('bedside-record'))
    .map(([pid]) => Number(pid));
}

/** What everybody together has suffered so far from everybody else's streams. */
async function suffered() {
  const everybody = Object.values(people);
  const sum = { lost: 0, asked_again: 0, frozen_ms: 0, concealed_ms: 0 };
  for (const viewer of everybody) {
    for (const other of everybody.filter((one) => one !== viewer)) {
      const { audio, video } = await viewer.slotStats(other.id);
      sum.lost += audio.packetsLost + video.packetsLost;
      sum.asked_again += (audio.nackCount ?? 0) + (video.nackCount ?? 0);
      sum.frozen_ms += 1000 * (video.totalFreezesDuration ?? 0);
      // What stands for silence is not heard, and is no sign of a packet that did not come.
      sum.concealed_ms += ((audio.concealedSamples ?? 0) - (audio.silentConcealedSamples ?? 0)) / 48;
    }
  }
  return sum;
}

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-devices-'));
  gateway = await Gateway.start();
  visit = await gateway.scheduleVisit();
});

after(async () => {
  for (const person of Object.values(people)) await person.close();
  await gateway?.stop();
  removeFolder(folder);
});

test('recording starts when everybody present has said yes', { timeout: 600000 }, async () => {
  const patient = await open('patient', 1, { width: 1080, height: 810 });
  const physician = await open('physician', 2, { width: 1440, height: 900 });
  await patient.arrive(visit.patient, { birthDate: visit.birthDate });
  await physician.arrive(visit.physician);
  const { participants } = await gateway.ctl('--json', 'visit', 'show', visit.visitId);
  for (const [name, role] of [['patient', 'patient'], ['physician', 'reviewing_physician']]) people[name].id = participants.find((p) => p.role === role).id;
  await physician.button(/^Let .*(Ruth|Alder).* in$/).click();
  await patient.waitForPage('visit');
  await patient.seesAndHears([physician]);
  await physician.seesAndHears([patient]);

  for (const person of [patient, physician]) await watchOwn(person);
  await physician.button('Ask and record').click();
  await patient.button('Yes, you may').waitFor();
  await assertAccessible(patient.page, 'consent question');
  assert.notEqual((await recordingState()).state, 'recording');
  for (const person of [patient, physician]) await person.button('Yes, you may').click();
  await until('it records', 60, async () => (await recordingState()).state === 'recording');
  await patient.page.getByText('Recording', { exact: true }).first().waitFor();
  await assertAccessible(patient.page, 'visit while recording');
  await seconds(10); // something to record
});

test('a newcomer without consent pauses it before being let in', { timeout: 600000 }, async () => {
  const { patient, physician } = people;
  // She reads Spanish, and is asked in the same words as the others, in Spanish.
  const caregiver = await open('caregiver', 3, { width: 810, height: 1080 }, 'es');
  await caregiver.arrive(visit.caregiver, { birthDate: visit.birthDate, choosing: 'Español' });
  caregiver.id = (await gateway.ctl('--json', 'visit', 'show', visit.visitId)).participants.find((p) => p.role === 'caregiver').id;
  await patient.button(/^Let Ana.* in$/).click();
  await caregiver.waitForPage('visit');
  await watchOwn(caregiver);
  await until('it is paused', 60, async () => (await recordingState()).state === 'paused');
  for (const person of [patient, physician]) hidden[person.name] = { from: await ownCounter(person) };
  await caregiver.button('Sí, pueden').waitFor();
  await caregiver.page.getByText(/^Grabamos solo si todas las personas presentes dicen que sí/).waitFor();
  assert.deepEqual(await foreignWords(caregiver.page, 'es', [RELATIONS]), []);
  await assertAccessible(caregiver.page, 'consent question in Spanish');
  await seconds(5); // time that nobody may find in the recording
  // The cameras begin anew every 16 s. The cut can be seen where it is far from whole rounds.
  await until('the cut is a third to two thirds of a round', 60, async () => {
    for (const person of [patient, physician]) hidden[person.name].to = await ownCounter(person);
    return Object.values(hidden).every(({ from, to }) => isBetween((to - from + FRAMES) % FRAMES, FRAMES / 3, (2 * FRAMES) / 3));
  });
  await caregiver.button('Sí, pueden').click();
  await until('it goes on', 60, async () => (await recordingState()).state === 'recording');
  await seconds(10); // something to record, with the three
});

/** What everybody suffers in the 10 s after `event`. */
async function tenSecondsAfter(event) {
  const start = await suffered();
  await event?.();
  await seconds(10);
  const end = await suffered();
  return Object.fromEntries(Object.entries(end).map(([what, value]) => [what, Math.round(value - start[what])]));
}

async function killRecorder() {
  const pids = recorderPids();
  assert.equal(pids.length, 1, 'one recorder for one recorded visit');
  process.kill(pids[0], 'SIGKILL');
  await until('another recorder runs', 60, async () => recorderPids().some((pid) => !pids.includes(pid)));
}

// A frozen picture, concealed sound, or a packet that a browser had no time to take comes now and then without a kill, too:
// three browsers on one machine wait for each other. So the 10 s after each of six kills are compared with the 10 s
// before it, and a difference counts when chance would make it in fewer than 2 of 1000 runs. A gateway that stands still or
// leaves out a number at its recorder's death does so at every kill: that is 1 of 924.
test('kill -9 of the recorder: nobody in the visit notices', { timeout: 600000 }, async () => {
  const before = [];
  const after = [];
  for (let kill = 0; kill < 6; kill++) {
    before.push(await tenSecondsAfter());
    after.push(await tenSecondsAfter(killRecorder));
  }
  const told = before.map((quiet, i) => `${JSON.stringify(quiet)}, killed: ${JSON.stringify(after[i])}`).join('\n');
  console.log(told);
  for (const what of Object.keys(before[0])) {
    const chance = chanceOfLarger(after.map((span) => span[what]), before.map((span) => span[what]));
    assert.ok(chance >= 0.002, `${what} is more after a kill, by chance in ${chance.toFixed(4)} of runs:\n${told}`);
  }
  await until('it still records', 60, async () => (await recordingState()).state === 'recording');
});

test('the recording is in the case record when the visit ends', { timeout: 600000 }, async () => {
  const { physician } = people;
  for (const person of Object.values(people)) captured[person.name] = await person.page.evaluate(() => window.bedsideProbe.readOwn());
  await physician.button('End visit').click();
  await physician.button('Yes, end the visit').click();
  await people.patient.waitForPage('ended');
  await until('the recording is attached', 90, async () => {
    const list = await gateway.ctl('--json', 'recording', 'list', visit.visitId);
    [recording] = list.recordings ?? list;
    return recording?.state === 'attached';
  });
  assert.equal(recorderPids().length, 0);
  assert.match(await gateway.ctl('audit', 'verify'), /intact/);
  const kinds = await until('the hook has heard of all of it', 60, async () => {
    const heard = gateway.hooks().map((event) => event.type ?? event.kind);
    return heard.includes('recording.attached') && heard;
  });
  for (const kind of ['recording.started', 'recording.paused', 'recording.resumed', 'recording.finished', 'recording.attached']) {
    assert.ok(kinds.includes(kind), `the hook heard ${kind}: ${kinds}`);
  }
  assert.ok(!JSON.stringify(gateway.hooks()).includes('Alder'), 'hooks carry ids, not names');
});

test('it decrypts and plays: whose picture, in sync, as long as was consented', { timeout: 600000 }, async () => {
  const target = path.join(gateway.folder, 'export');
  await gateway.ctl('recording', 'export', recording.id, target);
  const manifest = JSON.parse(execFileSync('cat', [path.join(target, 'manifest.json')], { encoding: 'utf8' }));
  const consented = manifest.intervals.reduce((sum, { start, end }) => sum + (end - start), 0);
  for (const name of ['patient', 'physician', 'caregiver']) {
    const person = people[name];
    const file = await readRecording(path.join(target, `${person.id}.webm`), person.number);
    const whole = file.frames.filter((frame) => frame.person !== undefined);
    assert.ok(whole.length > 100, `${name}: ${whole.length} readable frames`);
    assert.ok(whole.length >= 0.98 * file.frames.length, `${name}: ${file.frames.length - whole.length} frames cannot be read`);
    assert.deepEqual([...new Set(whole.map((frame) => frame.person))], [person.number], `${name}'s file shows ${name}`);

    const end = Math.max(file.frames.at(-1).at, file.sound.at(-1).at);
    assert.ok(Math.abs(end - consented) < 1000, `${name}: lasts ${end} ms, consented ${consented} ms`);
    if (name !== 'caregiver') assert.ok(Math.abs(file.frames[0].at - file.sound[0].at) < 1000, `${name}: first picture ${file.frames[0].at}, first sound ${file.sound[0].at}`);

    // A flash and a beep keep the offset that they were captured with: at start, middle and end.
    const pairs = pairFlashes(offsets(file), offsets(captured[name]));
    const told = pairs.map(({ recorded, captured: own }) => `${Math.round(recorded.at)}: ${Math.round(recorded.offset)}/${Math.round(own.offset)}`);
    const first = file.frames[0].at;
    const third = (end - first) / 3;
    for (let part = 0; part < 3; part++) {
      const errors = pairs
        .filter(({ recorded: { at } }) => at >= first + part * third && at < first + (part + 1) * third)
        .map(({ recorded, captured: own }) => circular(recorded.offset, own.offset));
      assert.ok(errors.length >= 2, `${name}, part ${part + 1}: ${errors.length} flashes with beeps`);
      assert.ok(median(errors) < 100, `${name}, part ${part + 1}: offsets of flash and beep, recorded/captured: ${told}`);
    }

    // Nothing from the seconds without the newcomer's consent.
    if (hidden[name]) {
      const { from, to } = hidden[name];
      const cut = file.frames.findIndex((frame, i) => i > 0 && (frame.counter - file.frames[i - 1].counter + FRAMES) % FRAMES > 30);
      assert.ok(cut > 0, `${name}: the recording has a cut`);
      const left = (from - file.frames[cut - 1].counter + FRAMES) % FRAMES;
      const right = (file.frames[cut].counter - to + FRAMES) % FRAMES;
      assert.ok(left < FRAMES / 2, `${name}: the last frame before the cut is ${left} frames before the pause`);
      assert.ok(right < FRAMES / 2, `${name}: the first frame after the cut is ${right} frames after the consent`);
    }
    // At most 2 s are missing where the recorder was killed.
    const gaps = file.frames.slice(1).map((frame, i) => frame.at - file.frames[i].at);
    assert.ok(Math.max(...gaps) < 2000, `${name}: a gap of ${Math.max(...gaps)} ms`);
  }
});

test('the case page plays it in Chromium, with seeking', { timeout: 600000 }, async () => {
  const { physician } = people;
  await physician.page.goto(visit.staff.url);
  await physician.waitForPage('case');
  await assertAccessible(physician.page, 'case page');
  const playing = await physician.page.evaluate(async () => {
    const video = await new Promise((resolve) => {
      const look = () => document.querySelector('video') ?? null;
      const timer = setInterval(() => look() && (clearInterval(timer), resolve(look())), 50);
    });
    video.muted = true;
    await video.play();
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    const { duration } = video;
    video.currentTime = duration / 2;
    await new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    return { duration, at: video.currentTime, width: video.videoWidth };
  });
  assert.ok(Number.isFinite(playing.duration) && playing.duration > 20, JSON.stringify(playing));
  assert.ok(Math.abs(playing.at - playing.duration / 2) < 2, JSON.stringify(playing));
  assert.ok(playing.width > 0);
});
