// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { afterEach, expect, test, vi } from 'vitest';
import { RequestRefused } from '../../protocol/signaling_connection';
import { button, expectAccessible, later, press, show } from '../testing';
import { Knock } from './view';

afterEach(() => vi.useRealTimers());

const press1 = 'Let Dr. Rao know that I am here';

test('one press, then it rests and says that it was heard', async () => {
  const onKnock = vi.fn(() => Promise.resolve());
  const place = show(<Knock name="Dr. Rao" knocked={undefined} onKnock={onKnock} />);
  press(place, press1);
  await act(later);
  expect(place.querySelector('[role=status]')?.textContent).toContain('know that you are here');
  press(place, press1);
  expect(onKnock).toHaveBeenCalledOnce();
  await expectAccessible(place);
});

test('after a minute it may be pressed again', async () => {
  vi.useFakeTimers();
  const place = show(<Knock name={null} knocked={Date.now() - 20_000} onKnock={() => Promise.resolve()} />);
  expect(button(place, 'Let them know that I am here').getAttribute('aria-disabled')).toBe('true');
  await act(async () => void (await vi.advanceTimersByTimeAsync(39_000)));
  expect(place.querySelector('[data-knock=told]')).not.toBeNull();
  await act(async () => void (await vi.advanceTimersByTimeAsync(2_000)));
  expect(button(place, 'Let them know that I am here').getAttribute('aria-disabled')).toBeNull();
});

test('told a moment ago is told; anything else is said', async () => {
  const refused = new RequestRefused({ type: 'error', code: 'too_fast', message: 'Wait.' });
  const told = show(<Knock name="Dr. Rao" knocked={undefined} onKnock={() => Promise.reject(refused)} />);
  press(told, press1);
  await act(later);
  expect(told.querySelector('[data-knock=told]')).not.toBeNull();
  const lost = show(<Knock name="Dr. Rao" knocked={undefined} onKnock={() => Promise.reject(new Error('lost'))} />);
  press(lost, press1);
  await act(later);
  expect(lost.querySelector('[role=alert]')).not.toBeNull();
});
