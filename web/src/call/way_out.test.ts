import { expect, test } from 'vitest';
import { WayOut } from './way_out';

const searching = () => {
  const ways = new WayOut();
  ways.begin();
  ways.answered(1000);
  return ways;
};

test.each([
  [2900, -Infinity, false],
  [3100, -Infinity, true],
  [12000, 3100, true],
  [11000, 3100, false],
])('at %s ms, after a restart at %s, the relays are due: %s', (now, lastRestart, due) => {
  expect(searching().relaysAreDue(now, lastRestart)).toBe(due);
});

test('before the first answer nobody can be late', () => {
  const ways = new WayOut();
  expect(ways.isAnswered()).toBe(false);
  expect(ways.relaysAreDue(1e9, -Infinity)).toBe(false);
  expect(ways.blocked(1e9)).toBeNull();
});

test('no way is told after eight seconds, over PeerConnections', () => {
  const ways = searching();
  expect(ways.blocked(8900)).toBeNull();
  ways.begin();
  expect(ways.isAnswered()).toBe(false);
  ways.answered(9000);
  expect(ways.blocked(9100)).toBe('no_way');
  ways.found();
  expect(ways.blocked(99000)).toBeNull();
});

test.each([
  [300, null],
  [401, 'relay_refused'],
  [437, 'relay_refused'],
  [508, 'relay_refused'],
  [701, null],
])('error %s of a relay means %s', (code, blocked) => {
  const ways = searching();
  ways.relayFailed(code);
  expect(ways.blocked(1100)).toBe(blocked);
});

test('refused credentials are replaced, now and then', () => {
  const ways = searching();
  expect(ways.credentialsAreDue(9000)).toBe(false);
  ways.relayFailed(401);
  expect(ways.credentialsAreDue(2000)).toBe(false); // the direct ways have not had their time
  expect(ways.credentialsAreDue(3100)).toBe(true);
  expect(ways.credentialsAreDue(3200)).toBe(false);
  expect(ways.credentialsAreDue(18200)).toBe(true);
  ways.found();
  expect(ways.credentialsAreDue(99000)).toBe(false);
});
