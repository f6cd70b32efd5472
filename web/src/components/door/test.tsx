// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { expect, test, vi } from 'vitest';
import { participant } from '../../call/fixtures';
import { RequestRefused } from '../../protocol/signaling_connection';
import { expectAccessible, later, press, show } from '../testing';
import { Door } from './view';

const waiting = participant({ id: 'p-alder', state: 'waiting', outside: 'waits', may: ['admit', 'deny'], since: 0 });
const acts = { onAdmit: vi.fn(() => Promise.resolve()), onDeny: vi.fn(() => Promise.resolve()) };

test('who waits, since when, and the two answers', async () => {
  const place = show(<Door person={waiting} now={17 * 60_000} recording={false} {...acts} />);
  expect(place.textContent).toContain('Mrs. Ruth Alder is waiting');
  expect(place.textContent).toContain('for 17 minutes');
  press(place, 'Let Mrs. Alder in');
  expect(acts.onAdmit).toHaveBeenCalledWith('p-alder', false);
  await expectAccessible(place);
});

test('says beforehand that the recording pauses', () => {
  expect(show(<Door person={waiting} now={0} recording {...acts} />).textContent).toContain('The recording pauses');
});

test('says when they knocked', () => {
  const knocked = { ...waiting, knocked: 10 * 60_000 };
  expect(show(<Door person={knocked} now={11 * 60_000} recording={false} {...acts} />).textContent).toContain('Knocked 1 minute ago');
  expect(show(<Door person={knocked} now={10 * 60_000 + 5000} recording={false} {...acts} />).textContent).toContain('Knocked just now');
  expect(show(<Door person={waiting} now={0} recording={false} {...acts} />).textContent).not.toContain('Knocked');
});

test('says when it did not work', async () => {
  const place = show(<Door person={waiting} now={0} recording={false} {...acts} onDeny={() => Promise.reject(new Error('lost'))} />);
  press(place, 'Not now');
  await act(later);
  expect(place.querySelector('[role=alert]')).not.toBeNull();
});

test('a warning about a licence asks for one more press', () => {
  acts.onAdmit.mockClear();
  const place = show(<Door person={waiting} now={0} recording={false} licence="warning" {...acts} />);
  press(place, 'Let Mrs. Alder in');
  expect(acts.onAdmit).not.toHaveBeenCalled();
  press(place, 'Let in all the same');
  expect(acts.onAdmit).toHaveBeenCalledWith('p-alder', true);
});

test('a missing licence keeps the door shut, and the gateway says so too', async () => {
  acts.onAdmit.mockClear();
  const shut = show(<Door person={waiting} now={0} recording={false} licence="blocked" {...acts} />);
  press(shut, 'Let Mrs. Alder in');
  expect(acts.onAdmit).not.toHaveBeenCalled();
  const refusal = new RequestRefused({ type: 'error', code: 'no_licence', message: 'No.' });
  const place = show(<Door person={waiting} now={0} recording={false} {...acts} onAdmit={() => Promise.reject(refusal)} />);
  press(place, 'Let Mrs. Alder in');
  await act(later);
  expect(place.querySelector('[role=alert]')?.textContent).toContain('license');
});

test('whoever was sent back is let back in, and a huddle ends first', () => {
  const back = { ...waiting, outside: 'sent_back' as const, may: ['admit' as const] };
  const place = show(<Door person={back} now={0} recording={false} {...acts} />);
  expect(place.textContent).toContain('was sent back to the waiting room');
  expect([...place.querySelectorAll('button')].map((one) => one.textContent)).toEqual(['Let Mrs. Alder back in']);
  expect(show(<Door person={waiting} now={0} recording={false} huddle {...acts} />).textContent).toContain('End huddle and let Mrs. Alder in');
});
