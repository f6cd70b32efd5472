// A person's browser on one end of the laboratory's network, with a camera and a voice from seeds.

import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Person } from '../../browser/support/people.mjs';
import { ROOT } from '../../browser/support/gateway.mjs';
import { writeCamera } from './camera.mjs';
import { linkProbe } from './page_probe.mjs';
import { writeVoice } from './voice.mjs';

const CHROMIUM = process.env.BEDSIDE_CHROMIUM ?? '/usr/bin/chromium';
const VIEWPORT = { width: 1280, height: 800 };
/** Who is who: the number in the picture, and the end of the network. */
const PEOPLE = {
  patient: { number: 1, end: 'on_client' },
  physician: { number: 2, end: 'on_neighbour' },
};

/** They take seconds to draw: kept between runs. */
function devicesOf(name, seed) {
  const { number } = PEOPLE[name];
  const folder = path.join(os.tmpdir(), `bedside-link-quality-1-${seed}`);
  mkdirSync(folder, { recursive: true });
  const made = (file, make) => {
    const whole = path.join(folder, file);
    if (!existsSync(whole)) {
      make(`${whole}.part`);
      renameSync(`${whole}.part`, whole);
    }
    return whole;
  };
  return {
    person: number,
    camera: made(`${name}.y4m`, (file) => writeCamera(file, number, 2 * seed + number)),
    voice: made(`${name}.wav`, (file) => writeVoice(file, 2 * seed + number)),
  };
}

/** `wordsOf` runs in the page and says what it says: { connected, step }. */
export async function openBrowser(name, { folder, seed, wordsOf, flags = [] }) {
  const browser = path.join(folder, `chromium-${name}`);
  writeFileSync(browser, `#!/bin/sh\nexec '${path.join(ROOT, 'tests/netlab', PEOPLE[name].end)}' '${CHROMIUM}' "$@"\n`);
  chmodSync(browser, 0o755);
  const person = await Person.open(name, devicesOf(name, seed), { viewport: VIEWPORT, browser, flags });
  await person.context.addInitScript({ content: linkProbe(wordsOf) });
  return person;
}

export const isThere = (person) => person.page.evaluate(() => window.linkProbe?.isThere() ?? false);
export const notedBy = (person) => person.page.evaluate(() => window.linkProbe.noted());
