// The simulated patient and her daughter of `deploy/try --guests`: they arrive by their links, say yes to recording, and stay
// until this process ends. LINKS is what `bedsidectl --json visit links` printed.

import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeVoice } from './support/fixtures.mjs';
import { makeGuestCamera } from './support/guest_camera.mjs';
import { Person } from './support/people.mjs';

const guests = [
  { role: 'patient', look: { wall: [222, 214, 200], hair: [205, 205, 210], skin: [228, 190, 165], dress: [120, 90, 125] } },
  { role: 'caregiver', look: { wall: [196, 206, 204], hair: [110, 65, 45], skin: [215, 165, 135], dress: [80, 125, 95] } },
];
const birthDate = '1955-03-14';
const { links } = JSON.parse(process.env.LINKS);
const folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-guests-'));
const people = [];

async function leave() {
  await Promise.allSettled(people.map((person) => person.close()));
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}
process.on('SIGTERM', leave);
process.on('SIGINT', leave);

for (const { role, look } of guests) {
  const camera = path.join(folder, `${role}.y4m`);
  const voice = path.join(folder, `${role}.wav`);
  makeGuestCamera(camera, look);
  makeVoice(voice, role);
  const person = await Person.open(role, { camera, voice }, { viewport: { width: 1080, height: 810 } });
  people.push(person);
  const page = await person.arrive(links.find((link) => link.role === role), { birthDate });
  console.log(`${role}: ${page === 'waiting' ? 'waits for the physician' : 'is in the visit'}`);
  // The patient lets her daughter in, and everybody says yes whenever asked.
  if (role === 'patient') person.button(/^Let .* in$/).click({ timeout: 0 }).then(() => console.log('patient: let her daughter in'), () => {});
  person.button('Yes, you may').click({ timeout: 0 }).then(() => console.log(`${role}: said yes to recording`), () => {});
}
