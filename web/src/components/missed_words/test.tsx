// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { daughter, doctor } from '../../call/fixtures';
import { expectAccessible, show } from '../testing';
import { MissedWords } from './view';

const missed = (participant: string, seconds: number) => ({ participant, seconds, at: 0 });

test.each([
  [[missed('p-rao', 6)], 'Dr. Rao may have missed the last 6 seconds.'],
  [[missed('p-rao', 1)], 'Dr. Rao may have missed the last second.'],
  [[missed('p-rao', 4), missed('p-ana', 6)], 'Dr. Rao and Ana may have missed the last 6 seconds.'],
  [[missed('p-gone', 6)], ''],
  [[], ''],
])('%j: %s', (list, words) => {
  expect(show(<MissedWords missed={list} people={[doctor, daughter]} />).textContent).toBe(words);
});

test('it is said politely, in a place that was there before', async () => {
  const place = show(<MissedWords missed={[]} people={[doctor]} />);
  expect(place.querySelector('[role="status"][aria-live="polite"]')).not.toBeNull();
  await expectAccessible(show(<MissedWords missed={[missed('p-rao', 6)]} people={[doctor]} />));
});
