// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { expect, test, vi } from 'vitest';
import { daughter, participant } from '../../call/fixtures';
import { expectAccessible, later, press, show } from '../testing';
import { GuestDoor } from './view';

const acts = { onAdmit: vi.fn(() => Promise.resolve()), onDeny: vi.fn(() => Promise.resolve()) };
const guest = { ...daughter, state: 'waiting' as const, outside: 'waits' as const };

test('who stands there, what they will see, and two equal answers', async () => {
  const place = show(<GuestDoor guest={guest} now={0} recording={false} more={0} takeFocus {...acts} />);
  expect(place.querySelector('h2')?.textContent).toBe('Ana is at the door. Let Ana in?');
  expect(place.textContent).toContain('your daughter');
  expect(place.textContent).toContain('can read the letter with you');
  expect(place.textContent).not.toContain('recording');
  expect(document.activeElement).toBe(place.querySelector('section'));
  const classes = [...place.querySelectorAll('button')].map((one) => one.className);
  expect(classes).toHaveLength(2);
  expect(classes[0]).toBe(classes[1]);
  press(place, 'Let Ana in');
  expect(acts.onAdmit).toHaveBeenCalledWith('p-ana');
  await act(later);
  press(place, 'Not now');
  expect(acts.onDeny).toHaveBeenCalledWith('p-ana');
  await expectAccessible(place);
});

test('says what an interpreter is here for, that others wait, and that the recording pauses', () => {
  const interpreter = participant({ id: 'p-i', name: 'Luis Ortega', role: 'interpreter', state: 'waiting' });
  const place = show(<GuestDoor guest={{ ...interpreter, knocked: 60_000 }} now={190_000} recording more={2} takeFocus={false} {...acts} />);
  expect(place.textContent).toContain('to interpret');
  expect(place.textContent).toContain('Knocked 2 minutes ago');
  expect(place.textContent).toContain('The recording pauses until Luis');
  expect(place.textContent).toContain('2 more people wait');
});

test('says when it did not work', async () => {
  const place = show(<GuestDoor guest={guest} now={0} recording={false} more={0} takeFocus={false} {...acts} onAdmit={() => Promise.reject(new Error('lost'))} />);
  press(place, 'Let Ana in');
  await act(later);
  expect(place.querySelector('[role=alert]')).not.toBeNull();
});
