// @vitest-environment jsdom
import { expect, test, vi } from 'vitest';
import { expectAccessible, press, show } from '../testing';
import { LateControl, LateNote, nextClockTime } from './view';

const minute = 60_000;

test('the team says how much later, and takes it back', async () => {
  const onSay = vi.fn(() => Promise.resolve());
  const place = show(<LateControl expected={{ at: 20 * minute }} now={0} onSay={onSay} />);
  press(place, '15 min');
  expect(onSay).toHaveBeenCalledWith({ minutes: 15 });
  press(place, /on time/);
  expect(onSay).toHaveBeenCalledWith({});
  await expectAccessible(place);
});

test('a clock time is the next one', () => {
  const now = new Date(2026, 10, 24, 23, 30).getTime();
  expect(nextClockTime('23:45', now)).toBe(now + 15 * minute);
  expect(nextClockTime('00:10', now)).toBe(now + 40 * minute);
  for (const bad of ['', '25:00', '10:70', 'soon']) expect(nextClockTime(bad, now)).toBeNull();
});

test('who waits reads it in their own time zone', async () => {
  const at = Date.UTC(2026, 10, 24, 17, 50);
  const place = show(<LateNote expected={{ at, by: 'Dr. Mira Rao' }} now={at - 12 * minute} timeZone="America/Denver" />);
  expect(place.textContent).toMatch(/Dr\. Rao.*10:50\sAM/);
  expect(place.textContent).toContain('12 minutes');
  await expectAccessible(place);
  expect(show(<LateNote expected={{ at }} now={at + minute} timeZone="UTC" />).textContent).toMatch(/5:50\sPM.*any moment/);
});
