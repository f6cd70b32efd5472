// @vitest-environment jsdom
import { expect, test, vi } from 'vitest';
import type { RecordingState } from '../../protocol/messages';
import { expectAccessible, press, show } from '../testing';
import { RecordingSign, recordingWords } from './view';

const recording = (state: RecordingState['state'], reason: RecordingState['reason'] = 'none'): RecordingState => ({
  state,
  reason,
  waiting_for: [],
  since: 0,
  recorded_ms: 0,
});

test.each([
  ['off', 'none', 'Not recording'],
  ['asking', 'waiting_for_consent', 'Not recording yet: asking everyone'],
  ['recording', 'none', 'Recording'],
  ['paused', 'newcomer', 'Recording paused: someone new came in'],
  ['paused', 'none', 'Recording paused'],
  ['stopped', 'disk_full', 'Recording stopped: no space left'],
] as const)('%s, %s is "%s"', (state, reason, words) => {
  expect(recordingWords(recording(state, reason))).toBe(words);
});

const acts = () => ({ onStop: vi.fn(), onWithdraw: vi.fn() });

test('the patient stops it with one tap', async () => {
  const { onStop, onWithdraw } = acts();
  const place = show(<RecordingSign recording={recording('recording')} consent="given" mayStop onStop={onStop} onWithdraw={onWithdraw} />);
  press(place, 'Stop');
  expect(onStop).toHaveBeenCalledOnce();
  await expectAccessible(place);
});

test('everybody else can take back the yes', () => {
  const { onStop, onWithdraw } = acts();
  const place = show(<RecordingSign recording={recording('recording')} consent="given" mayStop={false} onStop={onStop} onWithdraw={onWithdraw} />);
  press(place, 'Take back my yes');
  expect(onWithdraw).toHaveBeenCalledOnce();
});

test('while nothing is recorded there is nothing to stop', () => {
  const place = show(<RecordingSign recording={recording('off')} consent="none" mayStop {...acts()} />);
  expect(place.querySelector('button')).toBeNull();
});
