import { describe, expect, test } from 'vitest';
import { daughter, doctor, joinedReply, me } from './fixtures';
import { atTheDoor, mainFace, othersInVisit, stateAfterEvent, stateAfterJoin } from './visit_state';

const joined = () => stateAfterJoin(joinedReply(), null);

test('admitted: from the waiting room into the visit', () => {
  let state = stateAfterJoin(joinedReply({ you: { ...me, state: 'waiting' }, roster: [] }), null);
  state = stateAfterEvent(state, { type: 'waiting', present: [{ name: 'Dr. Mira Rao', role: 'reviewing_physician' }], physician_told: true });
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
