// People in browsers: each a Chromium process of its own with its own camera and voice, or several in one process that
// share them; walked through the pages as a person would, by what the page says.

import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM, START_WITHIN_MS, started } from './browsers.mjs';
import { beepFrequency } from './fixtures.mjs';
import { removeFolder, until } from './gateway.mjs';
import { probeSource } from './page_probe.mjs';
import { BUTTONS } from './words.mjs';

const BEEPS = Object.fromEntries([1, 2, 3, 4].map((person) => [person, beepFrequency(person)]));

const howToLaunch = (devices, { browser = CHROMIUM, flags = [], refuses = false } = {}) => ({
  executablePath: browser,
  timeout: START_WITHIN_MS,
  headless: true,
  chromiumSandbox: false,
  args: [
    ...(refuses ? [] : ['--use-fake-ui-for-media-stream']),
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${devices.camera}`,
    `--use-file-for-fake-audio-capture=${devices.voice}`,
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    '--allow-loopback-in-peer-connection',
    '--autoplay-policy=no-user-gesture-required',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    '--no-first-run',
    '--disable-gpu',
    ...flags,
  ],
});

const howToLook = ({ viewport = { width: 1080, height: 810 }, touch = false, language = 'en', zone } = {}) => ({
  ignoreHTTPSErrors: true,
  viewport,
  timezoneId: zone,
  hasTouch: touch,
  locale: `${language}-US`,
});

/** A Chromium process for several people, who share `devices` and nothing else. */
export const openBrowser = (devices) => started(() => chromium.launch(howToLaunch(devices)));

export class Person {
  /** `devices` from fixtures.makeDevices(); `viewport` { width, height }; `language` is what the browser asks for; `browser` is what starts Chromium,
   *  `flags` are its own; `refuses`: it does not grant the camera and the microphone by itself; `zone`: where its clock is. */
  static async open(name, devices, options = {}) {
    const person = new Person();
    const how = { ...howToLaunch(devices, options), ...howToLook(options) };
    person.context = await started(() => {
      person.profile = mkdtempSync(path.join(os.tmpdir(), `bedside-${name}-`));
      return chromium.launchPersistentContext(person.profile, how);
    });
    await person.#settle(name, devices, options);
    return person;
  }

  /** One more in a process from openBrowser(), whose `devices` these are. */
  static async join(browser, name, devices, options = {}) {
    const person = new Person();
    person.context = await browser.newContext(howToLook(options));
    await person.#settle(name, devices, options);
    return person;
  }

  async #settle(name, devices, { language = 'en' }) {
    const person = this;
    person.name = name;
    person.number = devices.person;
    /** What they read: another one is chosen with speak(). */
    person.language = language;
    person.context.setDefaultTimeout(120000);
    await person.context.addInitScript({ content: probeSource });
    person.page = person.context.pages()[0] ?? (await person.context.newPage());
    person.console = [];
    person.page.on('console', (message) => person.console.push(message.text()));
    person.page.on('pageerror', (error) => person.console.push(`page error: ${error.message}`));
  }

  /** The words of the buttons and fields on the way in. */
  get words() {
    return BUTTONS[this.language];
  }

  /** Which page is shown: the `data-page` of its root. */
  shown() {
    return this.page.locator('[data-page]').first().getAttribute('data-page');
  }

  async waitForPage(...names) {
    return until(`${this.name} sees ${names.join(' or ')}`, 60, async () => {
      const shown = await this.shown();
      return names.includes(shown) && shown;
    });
  }

  /** A button by its words. */
  button(name) {
    return this.page.getByRole('button', { name });
  }

  /** Opens the link and goes through the door, until the person waits or is in the visit; `choosing` is the button of their language. */
  async arrive(link, { birthDate, origin, choosing } = {}) {
    const url = new URL(link.url);
    await this.page.goto(origin ? `${origin}${url.pathname}${url.hash}` : link.url);
    await this.waitForPage('arrival');
    await this.onPage?.('arrival');
    // The clinic may think that the person reads another language.
    if (choosing) await this.button(choosing).click();
    await this.button(this.words.go).click();
    if (birthDate) {
      await this.waitForPage('birthday');
      await this.onPage?.('birthday');
      await this.sayBirthday(birthDate);
    }
    await this.waitForPage('device-check');
    await this.button(this.words.ready).waitFor();
    await this.onPage?.('device-check');
    await this.button(this.words.ready).click();
    return this.waitForPage('waiting', 'visit', 'desk');
  }

  /** On the page that asks for it; `birthDate` is YYYY-MM-DD. */
  async sayBirthday(birthDate) {
    const [year, month, day] = birthDate.split('-');
    await this.page.getByLabel(this.words.month).selectOption(String(Number(month)));
    await this.page.getByLabel(this.words.day).fill(String(Number(day)));
    await this.page.getByLabel(this.words.year).fill(year);
    await this.button(this.words.next).click();
  }

  /** Sees the pattern of everybody in `others` ([{ id, number }]) move, and hears their voice. */
  async seesAndHears(others, seconds = 60) {
    await this.page.evaluate(() => window.bedsideProbe.forgetSounds()); // a slot's track may have been another's
    for (const other of others) {
      let first = null;
      await until(`${this.name} sees ${other.name}`, seconds, async () => {
        const seen = await this.picture(other.id);
        if (seen?.person !== other.number) return false;
        first ??= seen.counter;
        return seen.counter !== first;
      });
      await until(`${this.name} hears ${other.name}`, seconds, async () => (await this.voiceOf(other.id)) === other.number);
    }
    await this.page.evaluate(() => window.bedsideProbe.forgetSounds());
  }

  /** What is in a tile: { person, counter, flash } or null. */
  picture(participant) {
    return this.page.evaluate((id) => window.bedsideProbe.picture(id), participant);
  }

  /** The level (RMS, 0..1) of what is heard from a participant, and in how many pieces of 10 ms whose beep is heard. */
  sound(participant) {
    return this.page.evaluate(([id, beeps]) => window.bedsideProbe.sound(id, beeps), [participant, BEEPS]);
  }

  /** Whose beep is heard from a participant, once it was for 50 ms and nobody else's was for a third as long; else null. */
  async voiceOf(participant) {
    const heard = await this.sound(participant);
    if (!heard?.played) return null;
    const [[first, most], [, next]] = Object.entries(heard.beeps).sort(([, a], [, b]) => b - a);
    return most >= 5 && most > 3 * next ? Number(first) : null;
  }

  slotStats(participant) {
    return this.page.evaluate((id) => window.bedsideProbe.slotStats(id), participant);
  }

  /** The RTP streams and transport of the PeerConnection in use. */
  stats() {
    return this.page.evaluate(() => window.bedsideProbe.stats());
  }

  async close() {
    await this.context.close();
    if (this.profile) removeFolder(this.profile);
  }
}
