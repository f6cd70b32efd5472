// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { expect, test, vi } from 'vitest';
import { RequestRefused } from '../../protocol/signaling_connection';
import { expectAccessible, later, press, show } from '../testing';
import { RecordingControl } from './view';

const recording = { state: 'off' as const, reason: 'none' as const, waiting_for: [], since: 0, recorded_ms: 0 };
const may = { mayStart: true, mayStop: true, waitingFor: [], onAction: () => Promise.resolve() };
const words = (place: HTMLElement) => [...place.querySelectorAll('button')].map((one) => one.textContent);

test.each([
  ['off', ['Ask and record']],
  ['asking', ['Stop']],
  ['recording', ['Pause', 'Stop']],
  ['paused', ['Go on recording', 'Stop']],
  ['stopped', ['Record again']],
] as const)('while %s it offers %j', async (state, offered) => {
  const place = show(<RecordingControl {...may} recording={{ ...recording, state }} />);
  expect(words(place)).toEqual(offered);
  await expectAccessible(place);
});

test('it says whose answer is missing', () => {
  const place = show(<RecordingControl {...may} recording={{ ...recording, state: 'asking' }} waitingFor={['Mrs. Alder', 'You']} />);
  expect(place.textContent).toContain('Waiting for Mrs. Alder and You.');
});

test('who may not start sees no start', () => {
  expect(words(show(<RecordingControl {...may} mayStart={false} recording={recording} />))).toEqual([]);
});

test('a refusal is shown in the words of the gateway', async () => {
  const onAction = vi.fn(() => Promise.reject(new RequestRefused({ type: 'error', code: 'wrong_state', message: 'The disk is full.' })));
  const place = show(<RecordingControl {...may} recording={recording} onAction={onAction} />);
  press(place, 'Ask and record');
  await act(later);
  expect(onAction).toHaveBeenCalledWith('start');
  expect(place.querySelector('[role=alert]')?.textContent).toBe('The disk is full.');
});
