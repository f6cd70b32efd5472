import { describe, expect, test } from 'vitest';
import { daughter, doctor, joinedReply, me } from './fixtures';
import { atTheDoor, expectedOf, isApart, isOut, mainFace, othersInVisit, stateAfterEvent, stateAfterJoin, withoutMissed } from './visit_state';
import type { VisitState } from './visit_state';

const joined = () => stateAfterJoin(joinedReply(), null);

test('admitted: from the waiting room into the visit', () => {
  let state = stateAfterJoin(joinedReply({ you: { ...me, state: 'waiting' }, roster: [] }), null);
  state = stateAfterEvent(state, { type: 'waiting', present: [{ name: 'Dr. Mira Rao', role: 'reviewing_physician', opens: true }], physician_told: true, outside: 'waits', door: 'team' });
  expect(state.waiting?.physician_told).toBe(true);
  state = stateAfterEvent(state, { type: 'denied', message: 'in ten minutes' });
  expect(state.denied).toBe('in ten minutes');
  state = stateAfterEvent(state, { type: 'admitted' });
  expect(state).toMatchObject({ waiting: null, denied: null, you: { state: 'in_visit' } });
});

test('a message that comes twice is shown once', () => {
  const message = { id: 'm', participant: 'p-ana', name: 'Ana', text: 'hello', at: 1 };
  let state = stateAfterEvent(joined(), { type: 'chat', message });
  state = stateAfterEvent(state, { type: 'chat', message });
  expect(state.chat).toHaveLength(1);
});

test('resuming keeps what only events told; a new session does not', () => {
  let state = stateAfterEvent(joined(), { type: 'speaker', participant: 'p-rao' });
  state = stateAfterEvent(state, { type: 'second_device', request: 'd', device: 'iPad', participant: 'p-me' });
  expect(stateAfterJoin(joinedReply({ resumed: true }), state)).toMatchObject({ speaker: 'p-rao', secondDevices: [{ request: 'd' }] });
  expect(stateAfterJoin(joinedReply(), state)).toMatchObject({ speaker: null, secondDevices: [] });
});

test('the same second device asks once', () => {
  const asked = { type: 'second_device', request: 'd', device: 'iPad', participant: 'p-me' } as const;
  expect(stateAfterEvent(stateAfterEvent(joined(), asked), asked).secondDevices).toHaveLength(1);
});

test('only the device that asked last can be answered', () => {
  const asked = { type: 'second_device', request: 'd', device: 'iPad', participant: 'p-me' } as const;
  const state = stateAfterEvent(stateAfterEvent(joined(), asked), { ...asked, request: 'e' });
  expect(state.secondDevices.map((one) => one.request)).toEqual(['e']);
});

test('the door and the visit are two places', () => {
  const state = stateAfterEvent(joined(), { type: 'roster', participants: [me, doctor, { ...daughter, state: 'waiting' }] });
  expect(othersInVisit(state).map((one) => one.id)).toEqual(['p-rao']);
  expect(atTheDoor(state).map((one) => one.id)).toEqual(['p-ana']);
});

describe('help', () => {
  const nora = { ...daughter, id: 'p-nora', name: 'Nora Quill', role: 'coordinator' as const, state: 'waiting' as const };
  const help = (state: 'offered' | 'open' | 'over', words: string[] = []) => ({
    type: 'help_session' as const,
    help: {
      id: 'h', state, you: 'helped' as const, since: 1, with: { id: 'p-nora', name: 'Nora Quill', role: 'coordinator' as const, here: true },
      words: words.map((text, at) => ({ id: String(at), participant: 'p-nora', name: 'Nora Quill', text, at })),
    },
  });

  test('apart, there is nobody else, and in the visit again there is', () => {
    let state = stateAfterEvent(joined(), { type: 'roster', participants: [me, doctor, daughter, nora] });
    state = stateAfterEvent(state, help('offered'));
    expect(othersInVisit(state).map((one) => one.id)).toEqual(['p-rao', 'p-ana']);
    state = stateAfterEvent(state, help('open'));
    expect(isApart(state)).toBe(true);
    expect(othersInVisit(state).map((one) => one.id)).toEqual(['p-nora']);
    state = stateAfterEvent({ ...state, slots: [{ slot: 0, participant: 'p-nora', audio_mid: '2', video_mid: '3' }] }, help('open', ['Hello']));
    expect(expectedOf(state, [{ slot: 0, video: true }], 2)).toEqual([{ picture: true, sound: true }, { picture: false, sound: false }]);
    state = stateAfterEvent(state, help('over'));
    expect(state.help?.words).toHaveLength(1);
    expect(othersInVisit(state).map((one) => one.id)).toEqual(['p-rao', 'p-ana']);
    expect(isOut(state)).toBe(false);
  });

  test('each word is told once and stays, also when somebody comes back', () => {
    const saying = (ids: string[]) => ids.map((id) => ({ id, participant: 'p-nora', name: 'Nora Quill', text: id, at: 1 }));
    const told = (ids: string[]) => ({ type: 'help_session' as const, help: { ...help('open').help, words: saying(ids) } });
    const ids = (state: VisitState) => state.help?.words.map(({ id }) => id);
    let state = stateAfterJoin(joinedReply({ help: told(['a', 'b']).help }), null);
    state = stateAfterEvent(state, told(['c']));
    expect(ids(state)).toEqual(['a', 'b', 'c']);
    state = stateAfterJoin(joinedReply({ help: told(['b', 'c', 'd']).help }), state);
    expect(ids(state)).toEqual(['a', 'b', 'c', 'd']);
    state = stateAfterEvent(state, { ...help('open'), help: { ...help('open').help, id: 'another' } });
    expect(ids(state)).toEqual([]);
  });

  test('what ended while the gateway was away is told', () => {
    let state = stateAfterJoin(joinedReply({ help: help('open', ['Hello']).help }), null);
    state = stateAfterJoin(joinedReply({}), state);
    expect(state.help).toMatchObject({ state: 'over', ended: 'restart' });
    expect(state.help?.words).toHaveLength(1);
    state = stateAfterJoin(joinedReply({ help: help('offered').help }), null);
    expect(stateAfterJoin(joinedReply({}), state).help).toBeNull();
  });

  test('who waits is heard by the helper alone, and by nobody afterwards', () => {
    let state = stateAfterJoin(joinedReply({ you: { ...me, state: 'waiting', outside: 'waits' }, roster: [], help: help('open').help }), null);
    expect(isOut(state)).toBe(false);
    state = stateAfterEvent(state, help('over'));
    expect(isOut(state)).toBe(true);
    state = stateAfterEvent(state, { type: 'admitted' });
    expect(isOut(state)).toBe(false);
  });

  test('from the calm room and from outside, too', () => {
    const calm = stateAfterEvent(joined(), { type: 'huddle', huddle: { state: 'calm', since: 1 } });
    expect(isOut(calm)).toBe(true);
    expect(isOut(stateAfterEvent(calm, help('open')))).toBe(false);
    expect(isOut(stateAfterEvent(stateAfterEvent(calm, help('open')), { type: 'help_session', help: null }))).toBe(true);
  });
});

describe('the large face', () => {
  test.each([
    ['nobody has spoken: a physician', null, null, 'p-rao'],
    ['who speaks', 'p-ana', 'p-rao', 'p-ana'],
    ['silence: who spoke last', null, 'p-ana', 'p-ana'],
    ['one’s own voice changes nothing', 'p-me', 'p-ana', 'p-ana'],
    ['the last speaker has left: a physician', null, 'p-gone', 'p-rao'],
  ])('%s', (_, speaker, last, expected) => {
    expect(mainFace({ ...joined(), speaker }, last)).toBe(expected);
  });

  test('nobody else is there', () => {
    expect(mainFace(stateAfterEvent(joined(), { type: 'roster', participants: [me] }), null)).toBeNull();
  });
});

describe('bad links', () => {
  test('steps, how one is seen, and scores are kept by person; a join forgets them', () => {
    let state = stateAfterEvent(joined(), { type: 'picture', participant: 'p-rao', step: 'still' });
    state = stateAfterEvent(state, { type: 'seen', by: 'p-rao', step: 'small' });
    state = stateAfterEvent(state, { type: 'quality', participant: 'p-me', level: 'poor', reason: 'rate', score: 2 });
    expect(state.pictures).toEqual({ 'p-rao': 'still' });
    expect(state.seen).toEqual({ 'p-rao': 'small' });
    expect(state.quality['p-me']).toEqual({ level: 'poor', reason: 'rate', score: 2 });
    expect(stateAfterJoin(joinedReply({ resumed: true }), state)).toMatchObject({ pictures: {}, seen: {}, quality: {} });
  });

  test('missed words: one notice for each person, which goes', () => {
    const missed = { type: 'missed_words', participant: 'p-ana', seconds: 4, at: 1000 } as const;
    const state = stateAfterEvent(stateAfterEvent(joined(), missed), { ...missed, seconds: 6, at: 9000 });
    expect(state.missed).toEqual([{ participant: 'p-ana', seconds: 6, at: 9000 }]);
    expect(withoutMissed(state, { participant: 'p-ana', seconds: 4, at: 1000 }).missed).toHaveLength(1);
    expect(withoutMissed(state, { participant: 'p-ana', seconds: 6, at: 9000 }).missed).toEqual([]);
  });

  test.each<[string, Partial<VisitState>, { picture: boolean; sound: boolean }]>([
    ['sound and picture', {}, { picture: true, sound: true }],
    ['muted', { roster: [me, { ...doctor, audio_muted: true }] }, { picture: true, sound: false }],
    ['hidden', { roster: [me, { ...doctor, video_muted: true }] }, { picture: false, sound: true }],
    ['away', { roster: [me, { ...doctor, state: 'away' }] }, { picture: false, sound: false }],
    ['gone', { roster: [me] }, { picture: false, sound: false }],
    ['a still picture', { pictures: { 'p-rao': 'still' } }, { picture: false, sound: true }],
    ['not even the voice', { pictures: { 'p-rao': 'sound_lost' } }, { picture: false, sound: false }],
    ['a lost connection', { quality: { 'p-rao': { level: 'lost', reason: 'silent', score: 1 } } }, { picture: false, sound: false }],
  ])('is expected of a slot: %s', (_, fields, expected) => {
    expect(expectedOf({ ...joined(), ...fields }, [{ slot: 0, video: true }], 3)[0]).toEqual(expected);
  });

  test('a picture that is not on the screen is not expected, nor one of an empty slot', () => {
    expect(expectedOf(joined(), [], 3)).toEqual([
      { picture: false, sound: true },
      { picture: false, sound: true },
      { picture: false, sound: false },
    ]);
  });
});

test('news of answers are counted, and whatever was missed counts too', () => {
  const state = stateAfterEvent(joined(), { type: 'screening' });
  expect(state.screeningNews).toBe(2);
  expect(stateAfterJoin(joinedReply({ resumed: true }), state).screeningNews).toBe(3);
});
