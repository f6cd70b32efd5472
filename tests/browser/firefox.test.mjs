// One person uses Firefox: sees and hears the others, is seen and heard, records, and plays the recording.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { START_WITHIN_MS, started } from './support/browsers.mjs';
import { makeDevices } from './support/fixtures.mjs';
import { Gateway, removeFolder, until } from './support/gateway.mjs';
import { probeSource } from './support/page_probe.mjs';
import { Person } from './support/people.mjs';

const FIREFOX = process.env.BEDSIDE_FIREFOX ?? '/usr/bin/firefox-esr';
let folder;
let gateway;
let visit;
let patient;
let firefox;
let page;
const ids = {};

/** Clicks the button with these words, when it is there and enabled. */
async function click(words) {
  await until(`a button "${words}"`, 60, () =>
    page.evaluate((source) => {
      const pattern = new RegExp(source);
      const name = (button) => (button.getAttribute('aria-label') ?? button.textContent).trim();
      const button = [...document.querySelectorAll('button')].find((b) => pattern.test(name(b)) && !b.disabled && b.offsetParent);
      button?.click();
      return Boolean(button);
    }, words.source),
  );
}

const shown = () => page.evaluate(() => document.querySelector('[data-page]')?.dataset.page);
const waitForPage = (...names) => until(`Firefox shows ${names.join(' or ')}`, 60, async () => names.includes(await shown()));

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-devices-'));
  // Firefox gathers no candidate on loopback: tests/browser/run gives this test a network of its own.
  gateway = await Gateway.start({ address: process.env.BEDSIDE_TEST_ADDRESS });
  visit = await gateway.scheduleVisit();
  firefox = await started(() =>
    puppeteer.launch({
      browser: 'firefox',
      executablePath: FIREFOX,
      timeout: START_WITHIN_MS,
      headless: true,
      acceptInsecureCerts: true,
      env: { ...process.env, HOME: folder },
      extraPrefsFirefox: {
        'media.navigator.streams.fake': true,
        'media.navigator.permission.disabled': true,
        'media.peerconnection.ice.obfuscate_host_addresses': false,
        'media.autoplay.default': 0,
      },
    }),
  );
  page = await firefox.newPage();
  await page.setViewport({ width: 1440, height: 900 });
  await page.evaluateOnNewDocument(probeSource);
});

after(async () => {
  await patient?.close();
  await firefox?.close();
  await gateway?.stop();
  removeFolder(folder);
});

test('a physician with Firefox meets a patient with Chromium', { timeout: 600000 }, async () => {
  patient = await Person.open('patient', makeDevices(folder, 'patient', 1));
  await patient.arrive(visit.patient, { birthDate: visit.birthDate });
  await page.goto(visit.physician.url);
  await waitForPage('arrival');
  await click(/Check camera and go in|Get ready/);
  await waitForPage('device-check');
  await click(/I see and hear myself/);
  await waitForPage('desk');
  for (const participant of (await gateway.ctl('--json', 'visit', 'show', visit.visitId)).participants) ids[participant.role] = participant.id;
  await click(/^Let .*(Ruth|Alder).* in$/);
  await patient.waitForPage('visit');

  let first = null;
  await until('Firefox sees the patient move', 60, async () => {
    const seen = await page.evaluate((id) => window.bedsideProbe.picture(id), ids.patient);
    if (seen?.person !== 1) return false;
    first ??= seen.counter;
    return seen.counter !== first;
  });
  const heardByFirefox = async () => {
    const { audio } = await page.evaluate((id) => window.bedsideProbe.slotStats(id), ids.patient);
    return audio && (audio.totalAudioEnergy > 0.001 || audio.audioLevel > 0.005);
  };
  await until('Firefox hears the patient', 60, heardByFirefox);
  await until('the patient sees Firefox move', 60, async () => {
    const { video } = await patient.slotStats(ids.reviewing_physician);
    return video?.framesDecoded > 30;
  });
  await until('the patient hears Firefox', 60, async () => (await patient.sound(ids.reviewing_physician))?.loudest > 0.005);
  const media = await gateway.media(visit.visitId);
  assert.match(media[ids.reviewing_physician].srtp_profile, /AEAD_AES_(128|256)_GCM/);
});

test('it records, and Firefox plays the recording with seeking', { timeout: 600000 }, async () => {
  await click(/^Ask and record$/);
  await patient.button('Yes, you may').click();
  await click(/^Yes, you may$/);
  await until('it records', 60, async () => (await gateway.ctl('--json', 'visit', 'show', visit.visitId)).recording.state === 'recording');
  await new Promise((resolve) => setTimeout(resolve, 8000)); // something to record
  await click(/^End visit$/);
  await click(/^Yes, end the visit$/);
  await until('the recording is attached', 90, async () => {
    const list = await gateway.ctl('--json', 'recording', 'list', visit.visitId);
    return (list.recordings ?? list)[0]?.state === 'attached';
  });
  await page.goto(visit.staff.url);
  await waitForPage('case');
  const playing = await page.evaluate(async () => {
    const video = await new Promise((resolve) => {
      const timer = setInterval(() => {
        const found = document.querySelector('video');
        if (found) {
          clearInterval(timer);
          resolve(found);
        }
      }, 50);
    });
    video.muted = true;
    await video.play();
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    video.currentTime = video.duration / 2;
    await new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
    return { duration: video.duration, at: video.currentTime, width: video.videoWidth };
  });
  assert.ok(Number.isFinite(playing.duration) && playing.duration > 5, JSON.stringify(playing));
  assert.ok(Math.abs(playing.at - playing.duration / 2) < 2, JSON.stringify(playing));
  assert.ok(playing.width > 0);
});
