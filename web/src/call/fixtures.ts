// Small pieces of a visit for tests.

import type { Participant, ReplyJoined } from '../protocol/messages';

export const participant = (fields: Partial<Participant>): Participant => ({
  id: 'p-me',
  name: 'Mrs. Ruth Alder',
  role: 'patient',
  state: 'in_visit',
  you: false,
  audio_muted: false,
  video_muted: false,
  since: 0,
  ...fields,
});

export const me = participant({ you: true });
export const doctor = participant({ id: 'p-rao', name: 'Dr. Mira Rao', role: 'reviewing_physician' });
export const daughter = participant({ id: 'p-ana', name: 'Ana Alder', role: 'caregiver', relation: 'your daughter' });

export const joinedReply = (fields: Partial<ReplyJoined> = {}): ReplyJoined => ({
  type: 'joined',
  reply_to: 1,
  session: 'session-1',
  resumed: false,
  you: me,
  visit: {
    id: 'v',
    case: 'c',
    title: 'Second opinion',
    starts_at: 0,
    time_zone: 'UTC',
    state: 'open',
    organisation: 'Larkfield',
    support_phone: '(406) 555-0142',
    slots_max: 3,
    opinion: true,
  },
  permissions: ['chat', 'consent'],
  ice_servers: [],
  roster: [me, doctor, daughter],
  slots: [
    { slot: 0, participant: 'p-rao', audio_mid: '2', video_mid: '3' },
    { slot: 1, participant: 'p-ana', audio_mid: '4', video_mid: '5' },
  ],
  chat: [],
  recording: { state: 'off', reason: 'none', waiting_for: [], since: 0, recorded_ms: 0 },
  consent: { asked: false, texts: [{ language: 'en', text: 'May we?' }], text_version: '1', answer: 'none' },
  huddle: { state: 'none', since: 0 },
  resume_seconds: 30,
  ...fields,
});
