// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { expect, test, vi } from 'vitest';
import { daughter } from '../../call/fixtures';
import { expectAccessible, later, press, show } from '../testing';
import { SeatList } from './view';

const run = vi.fn(() => Promise.resolve());
const row = { person: daughter, where: 'In the visit', here: true };

test('who is where, and what may be done', async () => {
  const place = show(<SeatList label="Your guests" rows={[{ ...row, act: { word: 'Send out', run } }]} />);
  expect(place.textContent).toContain('Ana Alder');
  expect(place.textContent).toContain('In the visit');
  press(place, 'Send out: Ana');
  expect(run).toHaveBeenCalledWith('p-ana');
  await act(later);
  await expectAccessible(place);
});

test('nothing to be done is no button; what fails is said', async () => {
  expect(show(<SeatList label="Your guests" rows={[row]} />).querySelector('button')).toBeNull();
  const place = show(<SeatList label="Your guests" rows={[{ ...row, act: { word: 'Send out', run: () => Promise.reject(new Error('lost')) } }]} />);
  press(place, 'Send out: Ana');
  await act(later);
  expect(place.querySelector('[role=alert]')).not.toBeNull();
});
