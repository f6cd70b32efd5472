// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { expectAccessible, show } from '../testing';
import { NewTime } from './view';

const NOW = Date.UTC(2026, 10, 24, 15, 0);
const HOUR = 3_600_000;
const back = 'You may close this page. Your link brings you back here.';

test.each<[string, number, boolean, string]>([
  ['soon, as it was', NOW + HOUR / 2, false, ''],
  ['much too early', NOW + 3 * HOUR, false, `Your visit is planned for 11:00 AM. ${back}`],
  ['moved a little', NOW + HOUR / 2, true, 'Your visit has a new time: 8:30 AM.'],
  ['moved to another day', NOW + 49 * HOUR, true, `Your visit has a new time: Thursday, November 26 at 9:00 AM. ${back}`],
])('who waits reads when it is: %s', async (_, startsAt, moved, expected) => {
  const place = show(<NewTime startsAt={startsAt} moved={moved} now={NOW} timeZone="America/Denver" />);
  expect((place.textContent ?? '').replace(/\s/g, ' ').trim()).toBe(expected);
  await expectAccessible(place);
});
