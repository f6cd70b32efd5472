// @vitest-environment jsdom
import { expect, test } from 'vitest';
import type { CheckRow } from '../../protocol/device_check_api';
import { expectAccessible, show } from '../testing';
import { CheckAtDoor } from './view';

const check = (worst: CheckRow['worst']) => ({ participant: 'p', worst }) as CheckRow;

test.each([
  [undefined, 'No device check yet'],
  [check({ item: 'camera', verdict: 'good', reason: 'none' }), 'Device check: all good'],
  [check({ item: 'speaker', verdict: 'untried', reason: 'none' }), 'Device check: all good'],
  [check({ item: 'network', verdict: 'fair', reason: 'by_tcp' }), 'Device check: fair: connection (by TCP)'],
  [check({ item: 'microphone', verdict: 'problem', reason: 'denied' }), 'Device check: needs a hand: microphone (not allowed)'],
])('%o: %s', async (row, words) => {
  const place = show(<CheckAtDoor check={row} />);
  expect(place.textContent).toBe(words);
  await expectAccessible(place);
});
