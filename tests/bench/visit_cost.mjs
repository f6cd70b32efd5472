// See tests/bench/visit_cost.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeDevices } from '../browser/support/fixtures.mjs';
import { Gateway, until } from '../browser/support/gateway.mjs';
import { Person } from '../browser/support/people.mjs';
import { lookAt } from './support/children.mjs';

const SECONDS = 20;
const JOINS = 5;

const recorderOf = (gateway) =>
  execFileSync('ps', ['-e', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, parent, name]) => Number(parent) === gateway && name?.startsWith('bedside-record'))?.[0];

const folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-devices-'));
const gateway = await Gateway.start();
const people = [];
try {
  const idle = lookAt(gateway.process.pid).rssKb;
  const visit = await gateway.scheduleVisit();
  const open = async (name, number) => {
    const person = await Person.open(name, makeDevices(folder, name, number));
    people.push(person);
    return person;
  };
  const patient = await open('patient', 1);
  const physician = await open('physician', 2);
  const treating = await open('caregiver', 3);
  await patient.arrive(visit.patient, { birthDate: visit.birthDate });
  await physician.arrive(visit.physician);
  await physician.button(/^Let .*Ruth.* in$/).click();
  await treating.arrive(visit.treating);
  const { participants } = await gateway.ctl('--json', 'visit', 'show', visit.visitId);
  const id = (role) => participants.find((participant) => participant.role === role).id;
  for (const [person, role] of [[patient, 'patient'], [physician, 'reviewing_physician'], [treating, 'treating_physician']]) person.id = id(role);
  for (const person of people) await person.seesAndHears(people.filter((other) => other !== person));

  // Join to first picture: from the press of the button to the first readable picture of the patient.
  const joins = [];
  for (let i = 0; i < JOINS; i++) {
    await treating.button('Leave').click();
    await treating.button(/Go back to the visit/).waitFor();
    joins.push(
      await treating.page.evaluate(async (participant) => {
        const started = performance.now();
        [...document.querySelectorAll('button')].find((button) => /Go back to the visit/.test(button.textContent)).click();
        while (!window.bedsideProbe.picture(participant)) await new Promise((resolve) => setTimeout(resolve, 10));
        return performance.now() - started;
      }, patient.id),
    );
  }

  await physician.button('Ask and record').click();
  for (const person of people) await person.button('Yes, you may').click();
  await until('it records', 20, async () => (await gateway.ctl('--json', 'visit', 'show', visit.visitId)).recording.state === 'recording');
  const recorder = recorderOf(gateway.process.pid);
  const packets = async () => Object.values(await gateway.media(visit.visitId)).reduce((sum, endpoint) => sum + endpoint.packets_sent, 0);
  const before = { gateway: lookAt(gateway.process.pid), recorder: lookAt(recorder), packets: await packets(), at: Date.now() };
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  const elapsed = (Date.now() - before.at) / 1000;
  const sent = (await packets()) - before.packets;
  const after = { gateway: lookAt(gateway.process.pid), recorder: lookAt(recorder) };
  const gatewayCpuUs = after.gateway.cpuUs - before.gateway.cpuUs;
  const recorderCpuUs = after.recorder.cpuUs - before.recorder.cpuUs;
  joins.sort((a, b) => a - b);
  console.log(
    JSON.stringify(
      {
        people: 3,
        seconds: Math.round(elapsed),
        join_to_first_picture_ms: { median: Math.round(joins[JOINS >> 1]), max: Math.round(joins[JOINS - 1]), joins: JOINS },
        gateway_cpu_percent_of_a_core: Number((gatewayCpuUs / 1e4 / elapsed).toFixed(2)),
        recorder_cpu_percent_of_a_core: Number((recorderCpuUs / 1e4 / elapsed).toFixed(2)),
        packets_forwarded_per_second: Math.round(sent / elapsed),
        gateway_cpu_us_per_forwarded_packet: Number((gatewayCpuUs / sent).toFixed(1)),
        gateway_rss_kb: { idle, visit: after.gateway.rssKb },
        recorder_rss_kb: after.recorder.rssKb,
      },
      null,
      2,
    ),
  );
} finally {
  for (const person of people) await person.close();
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
}
