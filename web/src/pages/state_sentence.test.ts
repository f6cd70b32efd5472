import { expect, test } from 'vitest';
import { daughter, doctor, joinedReply, me } from '../call/fixtures';
import { stateAfterJoin } from '../call/visit_state';
import type { SessionSnapshot } from '../call/visit_session';
import { stateSentence } from './state_sentence';

const track = {} as MediaStreamTrack;
const joined = stateAfterJoin(joinedReply(), null);
const snapshot = (fields: {
  visit?: Partial<typeof joined>;
  call?: Partial<SessionSnapshot['call']>;
  devices?: Partial<SessionSnapshot['devices']>;
  connection?: SessionSnapshot['connection'];
}): SessionSnapshot => ({
  connection: fields.connection ?? { name: 'joined' },
  visit: { ...joined, ...fields.visit },
  call: { transport: 'media', active: true, slots: [], motions: [], path: 'udp', blocked: null, refused: null, ...fields.call },
  devices: {
    name: 'ready',
    problem: null, denied: 'both', soundOnly: false,
    audioTrack: track,
    videoTrack: track,
    cameras: [],
    microphones: [],
    audioMuted: false,
    videoMuted: false,
    microphoneInterrupted: false,
    cameraLost: false,
    ...fields.devices,
  },
});

test.each([
  ['all is well', {}, 'Dr. Rao and Ana can hear and see you.'],
  ['alone', { visit: { roster: [me] } }, 'You are in the visit. The others will hear and see you.'],
  ['muted', { devices: { audioMuted: true } }, 'You are muted. Dr. Rao and Ana can see you.'],
  ['hidden', { devices: { videoMuted: true } }, 'Dr. Rao and Ana can hear you. Your picture is off.'],
  ['no camera', { devices: { videoTrack: null } }, 'Dr. Rao and Ana can hear you. Your picture is off.'],
  ['both', { devices: { audioMuted: true, videoMuted: true } }, 'You are muted and hidden.'],
  ['someone is away', { visit: { roster: [me, { ...doctor, state: 'away' as const }, daughter] } }, 'Dr. Rao lost the connection. The seat is kept.'],
  ['someone on the phone', { visit: { quality: { 'p-ana': { level: 'good' as const, reason: 'silent' as const, score: 1 } } } }, 'Nothing is heard from Ana. Perhaps a phone call came in.'],
  ['own link is thin', { visit: { quality: { 'p-me': { level: 'poor' as const, reason: 'loss' as const, score: 2 } } } }, 'Your connection is weak. We keep the sound first.'],
  ['connecting', { call: { active: false } }, 'We are connecting sound and picture.'],
  ['packets stopped', { call: { transport: 'interrupted' as const } }, 'Reconnecting. Sound and picture come back in a moment.'],
  [
    'no way out',
    { call: { transport: 'connecting' as const, blocked: 'no_way' as const } },
    'Your network lets no sound or picture through. We keep trying, and another network may help. Or call (406) 555-0142.',
  ],
  [
    'the relay refused, later',
    { call: { transport: 'interrupted' as const, blocked: 'relay_refused' as const } },
    'Your network needs the relay of the clinic, and the relay refused this device. We keep trying. If it lasts, call (406) 555-0142.',
  ],
  ['the relay refused, but another way was found', { call: { blocked: 'relay_refused' as const } }, 'Dr. Rao and Ana can hear and see you.'],
  ['no socket, but media', { connection: { name: 'lost' as const, since: 0 } }, 'You still see and hear each other. Messages come back in a moment.'],
  ['no socket, no media', { connection: { name: 'lost' as const, since: 0 }, call: { transport: 'interrupted' as const } }, 'No connection just now. The letter still works.'],
  ['offer refused', { call: { refused: 'no audio line' } }, 'Sound and picture cannot start: no audio line'],
])('%s', (_, fields, sentence) => {
  expect(stateSentence(snapshot(fields), false)).toEqual({ sentence, fix: null });
});

test.each([
  [{ 'p-rao': 'full' }, 'Dr. Rao and Ana can hear and see you.'],
  [{ 'p-rao': 'small' }, 'Dr. Rao and Ana can hear and see you.'],
  [{ 'p-rao': 'still' }, 'Dr. Rao sees you as a still picture now. They hear you.'],
  [{ 'p-rao': 'still', 'p-ana': 'still' }, 'Dr. Rao and Ana see you as a still picture now. They hear you.'],
  [{ 'p-rao': 'still', 'p-ana': 'sound_only' }, 'Ana hears you, but cannot see you just now.'],
  [{ 'p-rao': 'sound_lost' }, 'Your voice does not reach Dr. Rao just now. If it lasts, call (406) 555-0142.'],
] as const)('how one is seen: %j', (seen, sentence) => {
  expect(stateSentence(snapshot({}), false, seen)).toEqual({ sentence, fix: null });
});

test('who is muted or hidden is not told how they are heard or seen', () => {
  expect(stateSentence(snapshot({ devices: { audioMuted: true } }), false, { 'p-rao': 'sound_lost' }).sentence).toContain('You are muted.');
  expect(stateSentence(snapshot({ devices: { videoMuted: true } }), false, { 'p-rao': 'still' }).sentence).toContain('Your picture is off.');
});

test.each([
  ['hidden', 'Dr. Rao is away from the screen. The seat is kept.'],
  ['call', 'Dr. Rao is on the phone, perhaps. The seat is kept.'],
  ['device', 'The microphone of Dr. Rao is off just now. The seat is kept.'],
] as const)('away: %s', (away, sentence) => {
  expect(stateSentence(snapshot({ visit: { roster: [me, { ...doctor, state: 'away', away }] } }), false).sentence).toBe(sentence);
});

test('what needs a hand has its button', () => {
  expect(stateSentence(snapshot({}), true).fix).toBe('sound');
  expect(stateSentence(snapshot({ devices: { microphoneInterrupted: true } }), false).fix).toBe('microphone');
  expect(stateSentence(snapshot({ devices: { cameraLost: true, videoTrack: null } }), false).fix).toBe('camera');
});
