// The invented people, letter and case of the mock gateway.

import { readFileSync } from 'node:fs';

export const people = {
  patient: { id: 'p-alder', name: 'Mrs. Ruth Alder', role: 'patient', birthDate: '1955-03-04' },
  caregiver: { id: 'p-ana', name: 'Ana Alder', role: 'caregiver', relation: 'your daughter' },
  doctor: { id: 'p-rao', name: 'Dr. Mira Rao', role: 'reviewing_physician', relation: 'wrote your second opinion' },
  interpreter: { id: 'p-luis', name: 'Luis Ortega', role: 'interpreter', language: 'es' },
  friend: { id: 'p-jo', name: 'Jo Winter', role: 'caregiver', relation: 'your friend' },
  trainee: { id: 'p-lin', name: 'Dr. Wei Lin', role: 'trainee' },
  helper: { id: 'p-obi', name: 'Sam Obi', role: 'technical_helper' },
  coordinator: { id: 'p-nora', name: 'Nora Quill', role: 'coordinator' },
  treating: { id: 'p-feld', name: 'Dr. Jonas Feld', role: 'treating_physician', relation: 'your doctor' },
};

export const clinic = { organisation: 'Larkfield Cancer Center', support_phone: '(406) 555-0142' };

export const startsAt = () => {
  const at = new Date();
  at.setMinutes(at.getMinutes() + 15 - (at.getMinutes() % 5), 0, 0);
  return at.getTime();
};

export const visit = () => ({
  id: 'v-1',
  case: 'c-1',
  title: 'Second opinion: left breast, invasive lobular',
  starts_at: startsAt(),
  time_zone: 'America/Denver',
  state: 'open',
  ...clinic,
  slots_max: 8,
  opinion: true,
});

/** A practice visit with its invented people, and their links. */
const practised = [
  { participant: 'x-own', name: 'Nora Quill, RN', role: 'coordinator', you: true, here: false },
  { participant: 'x-patient', name: 'Alex Rivers', role: 'patient', you: false, here: true },
  { participant: 'x-family', name: 'Robin Rivers', role: 'caregiver', you: false, here: false },
  { participant: 'x-colleague', name: 'Dr. Sam Marsh', role: 'reviewing_physician', you: false, here: false },
];
export const practiceOf = (now) => ({ visit: 'v-practice', began_at: now, ends_at: now + 7_200_000, birth_date: '1950-05-01', people: practised });
export const practiceLinks = practised.map(({ participant, name, role }, index) => ({
  participant,
  name,
  role,
  url: `https://visits.example.org/j#${String(index).repeat(3)}K3v0mXlTq8gk2Yw5b1nq9s7d4aE6rUoPzHcJfLtV`,
  expires_at: 4102444800000,
}));

/** As a site that changes nothing asks. */
const asked = JSON.parse(readFileSync(new URL('../../../deploy/consent.json', import.meta.url), 'utf8'));
export const consentTexts = asked.texts.map(({ language, paragraphs }) => ({ language, text: paragraphs.join('\n') }));

const paragraphs = [
  'Your tumor was taken out completely. What is left to decide is how to keep it from coming back.',
  'We would not give chemotherapy. The gene test of your tumor gave a low score: 14. In women past the change of life with a score like this, chemotherapy did not make a cure more likely.',
  'We would give a hormone tablet, letrozole, once a day for at least five years. Your tumor grows with hormones, and the tablet takes them away.',
  'We would give radiation to the left breast and to the lymph nodes above it, in three weeks.',
];

export const opinion = {
  title: 'Second opinion for Ruth Alder',
  author: { name: 'Dr. Mira Rao', role: 'reviewing_physician', organisation: 'Larkfield Cancer Center' },
  delivered_at: Date.UTC(2026, 10, 19, 16, 0),
  outcome: [
    { code: 'diagnosis_confirmed', text: 'Diagnosis confirmed' },
    { code: 'treatment_changed', text: 'Treatment changed: no chemotherapy' },
  ],
  sections: ['Summary', 'Diagnosis', 'Treatment options', 'Tests we suggest', 'Clinical trials', 'What happens next'].map(
    (heading, index) => ({ id: `s${index}`, heading, paragraphs }),
  ),
  pdf: true,
};

const began = Date.UTC(2026, 10, 20, 17, 40);
const minute = 60_000;

export const clinicalCase = {
  id: 'c-1',
  number: 'LCC-2026-0417',
  title: 'Left breast, invasive lobular',
  patient: { id: 'pt-1', name: 'Ruth Alder', birth_date: '1955-03-04', time_zone: 'America/Denver' },
  care_team: [
    { name: 'Dr. Mira Rao', role: 'reviewing_physician', organisation: 'Larkfield Cancer Center' },
    { name: 'Dr. Jonas Feld', role: 'treating_physician', organisation: 'Hamilton Clinic' },
  ],
  opinion,
  visits: [
    {
      id: 'v-1',
      starts_at: began,
      state: 'ended',
      shape: 'debrief',
      participants: [people.patient, people.doctor, people.caregiver].map(({ id, name, role }) => ({ id, name, role, state: 'left' })),
      recordings: [
        {
          id: 'r-1',
          state: 'attached',
          started_at: began + 4 * minute,
          intervals: [
            { start: began + 4 * minute, end: began + 16 * minute },
            { start: began + 18 * minute, end: began + 37 * minute },
          ],
          participants: [people.patient, people.doctor, people.caregiver].map(({ id, name, role }, index) => ({
            id,
            name,
            role,
            mime: 'video/webm',
            bytes: 84_000_000 + index * 1_200_000,
            duration_ms: 31 * minute,
            sha256: 'a3f1'.repeat(16),
          })),
        },
      ],
      timeline: [
        { at: began, kind: 'opened' },
        { at: began + minute, kind: 'admitted', who: 'Mrs. Ruth Alder' },
        { at: began + 4 * minute, kind: 'recording_started' },
        { at: began + 16 * minute, kind: 'admitted', who: 'Ana Alder' },
        { at: began + 16 * minute, kind: 'recording_paused', text: 'someone new came in' },
        { at: began + 18 * minute, kind: 'consent_given', who: 'Ana Alder' },
        { at: began + 18 * minute, kind: 'recording_resumed' },
        { at: began + 20 * minute, kind: 'chat', who: 'Ana Alder', text: 'Can she have the radiation near Hamilton?' },
        { at: began + 38 * minute, kind: 'ended' },
      ],
    },
    {
      id: 'v-2',
      starts_at: Date.UTC(2026, 11, 3, 16, 0),
      state: 'scheduled',
      participants: [people.patient, people.doctor].map(({ id, name, role }) => ({ id, name, role })),
      recordings: [],
      timeline: [],
    },
  ],
};

export const manifest = {
  recording: 'r-1',
  visit: 'v-1',
  intervals: clinicalCase.visits[0].recordings[0].intervals,
  files: [
    { participant: 'p-alder', kind: 'segment', name: 'p-alder.0001.mkv.enc', bytes: 84_100_000, sha256: '9c2e'.repeat(16) },
    { participant: 'p-alder', kind: 'playable', name: 'p-alder.webm', bytes: 84_000_000, sha256: 'a3f1'.repeat(16), duration_ms: 31 * minute },
  ],
  sha256: '77d0'.repeat(16),
};
